"""The configuration as values: what may stand in the files, its defaults and its rules.

These models are the single definition of every setting; ``load`` reads files into them, ``schema``
prints them.  Validation here is pure: nothing is read, resolved or fetched.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import jmespath
import jmespath.exceptions
import soupsieve
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

RESERVED_ANNOTATIONS = frozenset({"linked", "index", "embed", "annotations"})
"""File names below ``articles/<id>/`` that an annotation's feeds must not take."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> float:
    match = re.fullmatch(r"(\d+)\s*([smhd])", value) if isinstance(value, str) else None
    if not match or not int(match[1]):
        msg = 'expected a duration such as "30s", "5m", "6h" or "1d"'
        raise ValueError(msg)
    return float(int(match[1]) * _UNITS[match[2]])


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        msg = f"not a URL: {error}"
        raise ValueError(msg) from None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s<>\"]", value):
        msg = "expected an absolute http or https URL"
        raise ValueError(msg)
    return value


def _base_url(value: str) -> str:
    value = _http_url(value)
    if urlsplit(value).query or urlsplit(value).fragment:
        msg = "a base URL has neither query nor fragment"
        raise ValueError(msg)
    return value if value.endswith("/") else value + "/"


def _proxy(value: str) -> str:
    return _http_url(value) if value else value


def _host(value: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s/:@]+)(:\d{1,5})?|[0-9a-fA-F:]+", value):
        msg = "expected a host or host:port"
        raise ValueError(msg)
    return value.lower()


def _css(value: str) -> str:
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        msg = f"not a CSS selector: {str(error).splitlines()[0]}"
        raise ValueError(msg) from None
    return value


def _jmes(value: str) -> str:
    try:
        jmespath.compile(value)
    except jmespath.exceptions.JMESPathError as error:
        msg = f"not a JMESPath expression: {str(error).splitlines()[0]}"
        raise ValueError(msg) from None
    return value


def _timezone(value: str) -> str:
    if value not in available_timezones():
        msg = 'not a time zone name such as "UTC" or "Europe/Brussels"'
        raise ValueError(msg)
    return value


def _urn(value: str) -> str:
    if not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        msg = 'expected "urn:uuid:" and a UUID in lower case'
        raise ValueError(msg)
    return value


def _sqlite(value: str) -> str:
    if not value.removeprefix("sqlite:///") or not value.startswith("sqlite:///"):
        msg = 'expected "sqlite:///" and a path'
        raise ValueError(msg)
    return value


def field_selector(value: str) -> tuple[str, str | None]:
    """Split ``h3 a@href`` into its CSS selector and its attribute; without ``@``, the text is meant.

    An empty selector (``@href``) means the item's own element.
    """
    selector, at, attribute = value.rpartition("@")
    return (selector.strip(), attribute.strip()) if at and re.fullmatch(r"\s*[\w:-]+\s*", attribute) else (value, None)


def _css_field(value: str) -> str:
    selector, attribute = field_selector(value)
    if selector or not attribute:
        _css(selector)
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[str, AfterValidator(_http_url), WithJsonSchema({"type": "string", "format": "uri"})]
Css = Annotated[str, AfterValidator(_css)]
Duration = Annotated[
    float, BeforeValidator(_duration), WithJsonSchema({"type": "string", "pattern": r"^\d+\s*[smhd]$"})
]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Table(BaseModel):
    """A table of a configuration file: frozen, and no key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=False)


class SiteSettings(Table):
    """What is published, and under which address."""

    title: Text
    base_url: Annotated[str, AfterValidator(_base_url), WithJsonSchema({"type": "string", "format": "uri"})]
    """Where the output folder is served: it makes addresses, never ids."""
    id: Annotated[str, AfterValidator(_urn)] | None = None
    """Feeds' ids derive from it.  Default: derived from the base_url first seen, and kept in the store."""


class StoreSettings(Table):
    """Where items and their history are kept."""

    url: Annotated[str, AfterValidator(_sqlite)] = "sqlite:///var/aggregator.db"


class PublishSettings(Table):
    """What is written, and where."""

    output: Text = "feeds"
    entries: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Newest entries in a live feed."""


class FetchSettings(Table):
    """How, and how much, is fetched."""

    user_agent: Text | None = None
    """Default: the program's name, its version and the site's base_url."""
    timeout: Annotated[float, Field(gt=0, le=3600)] = 30
    """Seconds for the whole response."""
    max_bytes: Annotated[int, Field(ge=1_000)] = 10_000_000
    """After decompression."""
    concurrency: Annotated[int, Field(ge=1, le=256)] = 16
    per_host: Annotated[int, Field(ge=1, le=64)] = 2
    allow_hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Private or loopback hosts (host or host:port) that may be fetched all the same."""
    proxy: Annotated[str, AfterValidator(_proxy)] = ""
    """A forward proxy; only from here, never from the environment."""


class ScheduleSettings(Table):
    """How often a source is looked at."""

    min_interval: Duration = 300.0
    max_interval: Duration = 21_600.0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_interval > self.max_interval:
            msg = "min_interval is longer than max_interval"
            raise ValueError(msg)
        return self


class LinkSettings(Table):
    """When an item counts as bearing on an article."""

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


class ServeSettings(Table):
    """Where ``aggregator serve`` listens."""

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0 takes a free one."""


class AggregatorFile(Table):
    """``aggregator.toml``."""

    site: SiteSettings
    store: StoreSettings = StoreSettings()
    publish: PublishSettings = PublishSettings()
    fetch: FetchSettings = FetchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    link: LinkSettings = LinkSettings()
    serve: ServeSettings = ServeSettings()


class FeedEndpoint(Table):
    """RSS, RDF, Atom or JSON Feed."""

    kind: Literal["feed"]
    url: Url


Jmes = Annotated[str, AfterValidator(_jmes)]


class JsonEndpoint(Table):
    """A JSON answer, read by JMESPath: ``items`` from the document, the others from each item."""

    kind: Literal["json"]
    url: Url
    items: Jmes
    title: Jmes
    link: Jmes
    date: Jmes | None = None
    id: Jmes | None = None
    summary: Jmes | None = None
    body: Jmes | None = None
    date_format: Text | None = None
    """strptime format of ``date``; without it the formats in docs/sources.md are recognised."""


CssField = Annotated[str, AfterValidator(_css_field)]


class PageEndpoint(Table):
    """A listing page, read by CSS selectors; ``@attr`` at the end takes an attribute instead of the text."""

    kind: Literal["page"]
    url: Url
    item: Css
    title: CssField
    link: CssField
    date: CssField | None = None
    id: CssField | None = None
    summary: CssField | None = None
    body: CssField | None = None
    date_format: Text | None = None
    next: CssField | None = None
    """The link to the next page."""
    pages: Annotated[int, Field(ge=1, le=100)] = 1
    """How many pages to read at each look."""

    @model_validator(mode="after")
    def _paged(self) -> Self:
        if self.pages > 1 and not self.next:
            msg = "pages needs next, the selector of the link to the next page"
            raise ValueError(msg)
        return self


Endpoint = Annotated[FeedEndpoint | JsonEndpoint | PageEndpoint, Field(discriminator="kind")]


class Source(Table):
    """One stream of one organisation, and the endpoints that carry it, tried in order."""

    id: Id
    title: Text
    home: Url
    content: Literal["full", "summary"] = "full"
    """What is republished; summary where the texts are copyrighted."""
    rights: Text | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    """Of dates that carry none."""
    aliases: tuple[Text, ...] = ()
    user_agent: Text | None = None
    interval: Duration | None = None
    """A fixed spacing of looks, instead of a learned one."""
    language: Language | None = None
    remove: tuple[Css, ...] = ()
    """Selectors cut from bodies."""
    enabled: bool = True
    endpoint: Annotated[tuple[Endpoint, ...], Field(min_length=1)]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that carry none."""
        return ZoneInfo(self.timezone)


class SourcesFile(Table):
    """``sources.toml``."""

    source: tuple[Source, ...] = ()


class Annotation(Table):
    """One entry of an article's reference list."""

    id: Id
    label: Text
    scope: str = ""
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


class ArticleFile(Table):
    """``articles/<id>.toml``."""

    title: Text
    url: Url
    published: date | None = None
    since: date | None = None
    """Items published earlier are not linked."""
    text: Text | None = None
    """File with the article (HTML, Markdown, text), relative to this one."""
    summary: str = ""
    takeaways: tuple[Text, ...] = ()
    annotation: tuple[Annotation, ...] = ()


class Article(ArticleFile):
    """An article with what its file does not say inside: its id, and the text that ``text`` names."""

    id: Id
    body: str = ""
    """Plain text; empty without ``text``."""

    @property
    def since_instant(self) -> datetime | None:
        """``since`` as the first instant of that day, UTC."""
        return datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC) if self.since else None


class Settings(AggregatorFile):
    """The whole configuration, every reference resolved."""

    root: Path
    """The project's working directory: the parent of the config folder.  Relative paths start here."""
    sources: tuple[Source, ...] = ()
    articles: tuple[Article, ...] = ()

    @property
    def database(self) -> Path:
        """The database file."""
        return self.root / self.store.url.removeprefix("sqlite:///")

    @property
    def output(self) -> Path:
        """The folder that is published."""
        return self.root / self.publish.output
