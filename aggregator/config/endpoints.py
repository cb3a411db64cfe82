"""The kinds of endpoints, and what says how each is read."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from aggregator.config.rules import Css, DateFormat, Jmes, Url, css
from aggregator.config.table import Table, misfit


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


CssField = Annotated[str, AfterValidator(_css_field)]


class FeedEndpoint(Table):
    """RSS, RDF, Atom or JSON Feed."""

    kind: Literal["feed"]
    """What answers there."""
    url: Url
    """The feed's address."""


class JsonEndpoint(Table):
    """A JSON answer, read by JMESPath: ``items`` from the document, the others from each item."""

    kind: Literal["json"]
    """What answers there."""
    url: Url
    """The address, with every parameter that it wants."""
    items: Jmes
    """The list of items."""
    title: Jmes
    """The item's title."""
    link: Jmes
    """The item's address, absolute or relative to the document's."""
    date: Jmes | None = None
    """The item's date of publication."""
    id: Jmes | None = None
    """What names the item for good; without it, the link does."""
    summary: Jmes | None = None
    """A paragraph about the item, text or HTML."""
    body: Jmes | None = None
    """The item's full text, text or HTML."""
    date_format: DateFormat | None = None
    """strptime format of ``date``; without it the formats in docs/sources.md are recognised."""


class PageEndpoint(Table):
    """A listing page, read by CSS selectors; ``@attr`` at the end takes an attribute instead of the text."""

    kind: Literal["page"]
    """What answers there."""
    url: Url
    """The page's address."""
    item: Css
    """The elements that are one item each; the other selectors look inside them."""
    title: CssField
    """The item's title."""
    link: CssField
    """The item's address, absolute or relative to the page's."""
    date: CssField | None = None
    """The item's date of publication."""
    id: CssField | None = None
    """What names the item for good; without it, the link does."""
    summary: CssField | None = None
    """A paragraph about the item."""
    body: CssField | None = None
    """The item's full text, where the list shows it."""
    date_format: DateFormat | None = None
    """strptime format of ``date``; without it the formats in docs/sources.md are recognised."""
    next: CssField | None = None
    """The link to the next page; ``@href`` at the end."""
    pages: Annotated[int, Field(ge=1, le=100)] = 1
    """How many pages to read at each look."""

    @model_validator(mode="after")
    def _paged(self) -> Self:
        if self.pages > 1 and not self.next:
            message = "more than one page needs next, the selector of the link to the next page"
            raise misfit(key="pages", message=message)
        return self


Endpoint = Annotated[FeedEndpoint | JsonEndpoint | PageEndpoint, Field(discriminator="kind")]
