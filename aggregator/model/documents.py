"""What is asked for, what comes back, and what it says: the values of fetch and parse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aggregator.model.rhythm import Hints


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask for.  Validators are sent when given (RFC 9110, 13.1)."""

    url: str
    user_agent: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    robots: bool = False
    """A page made for people: what robots.txt says of it is obeyed (RFC 9309)."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status 200 with a decoded body, or 304 with none.  Other statuses are errors."""

    url: str
    """Where the body came from, after redirects: what relative links resolve against."""
    status: Literal[200, 304]
    headers: Mapping[str, str]
    """Names in lower case; repeated fields joined by a comma."""
    body: bytes
    moved_to: str | None = None
    """The target, when every hop on the way was permanent (301, 308)."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A host asked to be left alone for a time: 429 or 503 with Retry-After (RFC 9110, 10.2.3)."""

    host: str
    """With its port, where that is not the scheme's own."""
    until: datetime
    status: int
    """With which it asked."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A text as the source wrote it.  RSS does not say which kind its texts are: ``unknown``."""

    value: str
    kind: Literal["text", "html", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an item (RFC 4287, 4.2.7.2; RSS 2.0 ``enclosure``)."""

    url: str
    type: str | None = None
    length: int | None = None
    """Octets."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """What the source said of one item, untouched."""

    guid: str | None = None
    link: str | None = None
    title: Markup | None = None
    summary: Markup | None = None
    content: Markup | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None
    derived: tuple[str, ...] = ()
    """Names of fields that the source did not give and the reader made of another one: a sitemap's titles."""
    base: str | None = None
    """The URL that this item's relative links resolve against (xml:base, else the document's URL)."""

    @property
    def handle(self) -> str | None:
        """How this source names the item before anything is cleaned: the guid, else the link."""
        return self.guid or self.link


@dataclass(frozen=True, slots=True)
class FullText:
    """What the page of one item says of it."""

    url: str
    """That its relative links resolve against."""
    body: Markup
    title: Markup | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """How a backfill went through the further pages of a list."""

    pages: int
    """That brought items which were not there before."""
    end: str
    """Why it ended there, in words."""


@dataclass(frozen=True, slots=True)
class Document:
    """One fetched document, read: at least one item, or where the items are, else parsing raised ``NoItems``."""

    items: tuple[RawItem, ...]
    rejected: tuple[str, ...] = ()
    """One sentence for each item that could not be read."""
    title: str | None = None
    home: str | None = None
    language: str | None = None
    next_url: str | None = None
    """The next page, absolute, when the document or what the endpoint declares as ``next`` names one."""
    sitemaps: tuple[str, ...] = ()
    """The sitemaps that an index names, absolute, the last changed first: an index has no items of its own."""
    backfilled: frozenset[str] = frozenset()
    """Handles of the items that none but the further pages of a backfill show."""
    walk: Walk | None = None
    """Of a backfill; None for every other look."""
    generator: str | None = None
    """The software that made a feed, as the feed says it."""
    hints: Hints | None = None
    """How often it asks to be looked at; None: it does not say."""
    mislabelled: str | None = None
    """What it is and what its content type says, where that cannot be: "JSON served as text/html"."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription of an OPML list (http://opml.org/spec2.opml, "Subscription lists")."""

    title: str | None = None
    url: str | None = None
    """Of the feed."""
    home: str | None = None
    language: str | None = None
