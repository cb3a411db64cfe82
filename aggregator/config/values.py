"""The configuration as values: what may stand in the files, its defaults and its rules.

These models are the single definition of every setting; ``load`` reads files into them, ``schema``
prints them.  Validation here is pure: nothing is resolved or fetched.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from aggregator.config.endpoints import Endpoint
from aggregator.config.rules import (
    LIST,
    Age,
    BaseUrl,
    Css,
    Duration,
    Header,
    Host,
    Id,
    Language,
    Prose,
    Proxy,
    Sqlite,
    Text,
    Url,
    Urn,
    Zone,
)
from aggregator.config.table import Table, misfit

RESERVED_ANNOTATIONS = frozenset({"linked", "index", "embed", "annotations"})
"""File names below ``articles/<id>/`` that an annotation's feeds must not take."""


class SiteSettings(Table):
    """What is published, and under which address."""

    title: Text
    """The name that the combined feeds carry."""
    base_url: BaseUrl
    """Where the output folder is served: it makes addresses, never ids."""
    id: Urn | None = None
    """Feeds' ids derive from it.  Default: derived from the base_url first seen, and kept in the store."""


class StoreSettings(Table):
    """Where items and their history are kept."""

    url: Sqlite = "sqlite:///var/aggregator.db"
    """``sqlite:///`` and the path of the database file."""


class PublishSettings(Table):
    """What is written, and where."""

    output: Text = "feeds"
    """The folder that is published."""
    entries: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Newest entries in a live feed."""
    hubs: Annotated[tuple[Url, ...], LIST] = ()
    """WebSub hubs that the feeds name, and that are told when a feed has changed."""


class FetchSettings(Table):
    """How, and how much, is fetched."""

    user_agent: Header | None = None
    """What the program calls itself.  Default: its name, its version and the site's base_url."""
    timeout: Annotated[float, Field(gt=0, le=3600)] = 30
    """Seconds for the whole response."""
    max_bytes: Annotated[int, Field(ge=1_000)] = 10_000_000
    """The largest body that is taken, in bytes after decompression."""
    concurrency: Annotated[int, Field(ge=1, le=256)] = 16
    """Requests in flight at the same time."""
    per_host: Annotated[int, Field(ge=1, le=64)] = 2
    """Requests in flight to one host at the same time."""
    allow_hosts: Annotated[tuple[Host, ...], LIST] = ()
    """Private or loopback hosts (host or host:port) that may be fetched all the same."""
    proxy: Proxy = ""
    """A forward proxy; only from here, never from the environment."""


class ScheduleSettings(Table):
    """How often a source is looked at."""

    min_interval: Annotated[Duration, Field(json_schema_extra={"default": "5m"})] = 300.0
    """The shortest spacing of two looks, but for a jitter of up to a tenth."""
    max_interval: Annotated[Duration, Field(json_schema_extra={"default": "6h"})] = 21_600.0
    """The longest spacing of two looks at a source that works.  What a site asks for never makes it longer."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_interval > self.max_interval:
            key = "max_interval" if "max_interval" in self.model_fields_set else "min_interval"
            raise misfit(key=key, message="min_interval is longer than max_interval")
        return self


class LinkSettings(Table):
    """When an item counts as bearing on an article."""

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The score, from 0 to 1, from which it does."""


class RetentionSettings(Table):
    """What is let go of after a time; nothing by itself."""

    texts: Age | None = None
    """Texts of items that bear on no article and that no live feed shows.  Default: they are kept for good."""
    versions: Age | None = None
    """Texts of versions that are not current any more.  Default: they are kept for good."""
    troubles: Age | None = None
    """Troubles that are over.  Default: the last thousand are kept."""


class ServeSettings(Table):
    """Where ``aggregator daemon`` and ``aggregator serve`` listen."""

    host: Text = "127.0.0.1"
    """The address to listen on; ``0.0.0.0`` is every one of the machine."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port to listen on; 0 takes a free one."""


class AggregatorFile(Table):
    """``aggregator.toml``."""

    site: SiteSettings
    store: StoreSettings = StoreSettings()
    publish: PublishSettings = PublishSettings()
    fetch: FetchSettings = FetchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    link: LinkSettings = LinkSettings()
    retention: RetentionSettings = RetentionSettings()
    serve: ServeSettings = ServeSettings()


class Source(Table):
    """One stream of one organisation, and the endpoints that carry it, tried in order."""

    id: Id
    """The source's name in files, addresses and commands, for good."""
    title: Text
    """The source's name for people."""
    home: Url
    """The organisation's own site."""
    content: Literal["full", "summary"] = "full"
    """What is republished; summary where the texts are copyrighted."""
    rights: Text | None = None
    """Whose the texts are, as the feeds say it."""
    timezone: Zone = "UTC"
    """The time zone of dates that carry none."""
    aliases: Annotated[tuple[Text, ...], LIST] = ()
    """Other names of the organisation, as articles write them."""
    user_agent: Header | None = None
    """Instead of ``fetch.user_agent``, where a site turns that one away."""
    interval: Duration | None = None
    """A fixed spacing of looks, instead of a learned one."""
    language: Language | None = None
    """The language of the texts (BCP 47)."""
    remove: Annotated[tuple[Css, ...], LIST] = ()
    """Selectors of what is cut from bodies."""
    fulltext: bool = False
    """Each new item's link is followed, and its text taken from there."""
    body: Css | None = None
    """With ``fulltext``: what holds the text on an item's page; of several matches, all."""
    fulltext_pages: Annotated[int, Field(ge=1, le=200)] = 20
    """With ``fulltext``: how many links are followed at each look, for two minutes at most; the others at the next."""
    enabled: bool = True
    """``false`` keeps the source and its items, and looks no more."""
    endpoint: Annotated[tuple[Endpoint, ...], Field(strict=False, min_length=1)]
    """Where the source's documents are found, the best first."""

    @model_validator(mode="after")
    def _followed(self) -> Self:
        if self.fulltext and not self.body:
            raise misfit(key="fulltext", message="needs body, the selector of the text on an item's page")
        for key in ("body", "fulltext_pages"):
            if key in self.model_fields_set and "fulltext" not in self.model_fields_set:
                raise misfit(key=key, message="is used with fulltext = true only")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that carry none."""
        return ZoneInfo(self.timezone)


class SourcesFile(Table):
    """``sources.toml``."""

    source: Annotated[tuple[Source, ...], LIST] = ()


class Annotation(Table):
    """One entry of an article's reference list."""

    id: Id
    """The annotation's name in files and addresses, for good."""
    label: Text
    """The name of the authority, as the article writes it."""
    scope: Prose = ""
    """What the article refers to it for."""
    sources: Annotated[tuple[Id, ...], Field(strict=False, min_length=1)]
    """Ids of the sources whose items belong here."""


class ArticleFile(Table):
    """``articles/<id>.toml``."""

    title: Text
    """The article's title."""
    url: Url
    """Where the article is published."""
    published: date | None = None
    """The day it was published."""
    since: date | None = None
    """Items published earlier are not linked."""
    text: Text | None = None
    """File with the article (HTML, Markdown, text), relative to this one."""
    summary: Prose = ""
    """What the article says, in a paragraph."""
    takeaways: Annotated[tuple[Text, ...], LIST] = ()
    """Its main points, a sentence each."""
    annotation: Annotated[tuple[Annotation, ...], LIST] = ()


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
    sources: Annotated[tuple[Source, ...], LIST] = ()
    articles: Annotated[tuple[Article, ...], LIST] = ()

    @property
    def database(self) -> Path:
        """The database file."""
        return self.root / self.store.url.removeprefix("sqlite:///")

    @property
    def output(self) -> Path:
        """The folder that is published."""
        return self.root / self.publish.output
