"""The kinds of endpoints, and what says how each is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from aggregator.config.rules import Css, DateFormat, Jmes, Parameter, Pattern, Url, css, jmes
from aggregator.config.table import Table, misfit

Pages = Annotated[int, Field(ge=1, le=100)]


def field_selector(value: str) -> tuple[str, str | None]:
    """Split ``h3 a@href`` into its CSS selector and its attribute; without ``@``, the text is meant.

    An empty selector (``@href``) means the item's own element.
    """
    selector, at, attribute = value.rpartition("@")
    return (selector.strip(), attribute.strip()) if at and re.fullmatch(r"\s*[\w:-]+\s*", attribute) else (value, None)


def _css_field(value: str) -> str:
    selector, attribute = field_selector(value)
    if selector or not attribute:
        css(selector)
    return value


@dataclass(frozen=True, slots=True)
class _OrSelect:
    """A text may stand for the table that says no more than ``select``; what is wrong with it is said of the key."""

    rule: Any
    """What checks the text: returns it or raises ``ValueError``."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._table, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(schema)]}

    def _table(self, value: object) -> object:
        if isinstance(value, str):
            return {"select": self.rule(value)}
        if isinstance(value, dict | BaseModel):
            return value
        kind: Literal["string_type"] = "string_type"
        raise PydanticKnownError(kind)


class PageField(Table):
    """What is taken of an item on a page; a text in its place is its ``select``."""

    select: Annotated[str, AfterValidator(_css_field)]
    """Where it stands: a CSS selector, with `@attr` at the end for an attribute instead of the text."""
    pick: Literal["first", "last"] = "first"
    """Which of several elements that the selector finds."""
    match: Pattern | None = None
    """Of what was found, this part: its first group, without a group all that matches."""

    def __str__(self) -> str:
        return _shown(self.select, self.match, self.pick if self.pick != "first" else None)


class JsonField(Table):
    """What is taken of an item in a JSON answer; a text in its place is its ``select``."""

    select: Jmes
    """Where it stands: a JMESPath expression."""
    match: Pattern | None = None
    """Of what was found, this part: its first group, without a group all that matches."""

    def __str__(self) -> str:
        return _shown(self.select, self.match)


def _shown(select: str, match: str | None, *more: str | None) -> str:
    return ", ".join([select, *(word for word in more if word), *([f"match {match}"] if match else [])])


OnPage = Annotated[PageField, _OrSelect(_css_field)]
InJson = Annotated[JsonField, _OrSelect(jmes)]


class FeedEndpoint(Table):
    """RSS, RDF, Atom or JSON Feed."""

    kind: Literal["feed"]
    """What answers there."""
    url: Url
    """The feed's address."""
    page_param: Parameter | None = None
    """The parameter of the address that counts its pages, where the feed does not link to its next page."""
    pages: Pages = 1
    """How many pages to read at each look."""


class JsonEndpoint(Table):
    """A JSON answer, read by JMESPath: ``items`` and ``next`` from the document, the others from each item."""

    kind: Literal["json"]
    """What answers there."""
    url: Url
    """The address, with every parameter that it wants."""
    items: Jmes
    """The list of items."""
    title: InJson
    """The item's title."""
    link: InJson
    """The item's address, absolute or relative to the document's."""
    date: InJson | None = None
    """The item's date of publication."""
    id: InJson | None = None
    """What names the item for good; without it, the link does."""
    summary: InJson | None = None
    """A paragraph about the item, text or HTML."""
    body: InJson | None = None
    """The item's full text, text or HTML."""
    date_format: DateFormat | None = None
    """strptime format of ``date``; without it the formats in docs/sources.md are recognised."""
    next: InJson | None = None
    """The next page's address, absolute or relative to the document's; none on the last page."""
    page_param: Parameter | None = None
    """The parameter of the address that counts its pages, where no ``next`` says where they are."""
    pages: Pages = 1
    """How many pages to read at each look."""

    @model_validator(mode="after")
    def _paged(self) -> Self:
        _one_way(self, "the expression that gives the next page's address")
        return self


class PageEndpoint(Table):
    """A listing page, read by CSS selectors; ``@attr`` at the end takes an attribute instead of the text."""

    kind: Literal["page"]
    """What answers there."""
    url: Url
    """The page's address."""
    item: Css
    """The elements that are one item each; the other selectors look inside them."""
    title: OnPage
    """The item's title."""
    link: OnPage
    """The item's address, absolute or relative to the page's."""
    date: OnPage | None = None
    """The item's date of publication."""
    id: OnPage | None = None
    """What names the item for good; without it, the link does."""
    summary: OnPage | None = None
    """A paragraph about the item."""
    body: OnPage | None = None
    """The item's full text, where the list shows it."""
    date_format: DateFormat | None = None
    """strptime format of ``date``; without it the formats in docs/sources.md are recognised."""
    next: OnPage | None = None
    """The link to the next page; ``@href`` at the end."""
    page_param: Parameter | None = None
    """The parameter of the address that counts its pages, where no ``next`` says where they are."""
    pages: Pages = 1
    """How many pages to read at each look."""

    @model_validator(mode="after")
    def _paged(self) -> Self:
        _one_way(self, "the selector of the link to the next page")
        return self


class SitemapEndpoint(Table):
    """A sitemap (sitemaps.org), or an index of several; with news, if it has the tags for it."""

    kind: Literal["sitemap"]
    """What answers there."""
    url: Url
    """The sitemap's address."""
    match: Pattern | None = None
    """Which of the addresses are items: those that this finds something in.  Without it, all."""
    follow: Pattern | None = None
    """Which sitemaps of an index are read: those with this in their address.  Without it, all."""
    date: Pattern | None = None
    """Where in an item's address its date of publication stands: the first group, without a group all that matches."""
    date_format: DateFormat | None = None
    """strptime format of what ``date`` finds; without it the formats in docs/sources.md are recognised."""
    pages: Pages = 3
    """How many sitemaps of an index to read at each look, the last changed first."""

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.date_format and not self.date:
            raise misfit(key="date_format", message="date is missing, which finds what this is the format of")
        return self


Endpoint = Annotated[FeedEndpoint | JsonEndpoint | PageEndpoint | SitemapEndpoint, Field(discriminator="kind")]


def _one_way(endpoint: JsonEndpoint | PageEndpoint, meaning: str) -> None:
    if endpoint.next and endpoint.page_param:
        raise misfit(key="page_param", message="next says already where the next page is")
    if endpoint.pages > 1 and not (endpoint.next or endpoint.page_param):
        message = f"more than one page needs next, {meaning}, or page_param"
        raise misfit(key="pages", message=message)
