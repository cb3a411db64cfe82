"""What is rendered, fully resolved: nothing here has to be looked up again, and nothing is of one format only.

The texts have passed ``text.legal`` and the URLs ``text.uri``; they are not escaped for any format yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Enclosure, Link, Precision, Scope

FEED = ("atom", "rss", "json")
"""The formats of a feed."""
ANNOTATIONS = ("jsonld",)
"""The format of an article's annotations."""
PAGE = ("html",)
"""The format of a page."""
STYLESHEET = "feed.css"
"""The path of what makes a feed readable in a browser."""


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One list of entries that is published, in one format or several."""

    path: str
    """Below the output folder, without extension."""
    scope: Scope
    title: str
    subtitle: str
    home: str
    """The HTML page that the feed is about."""
    language: str | None = None
    rights: str | None = None
    extensions: tuple[str, ...] = FEED
    """Of the files it is published in."""
    entries: int | None = None
    """How many it holds at most; None: as many as are configured."""
    passages: str = ""
    """Digest of the article's text, where what is published quotes from it."""

    @property
    def archived(self) -> bool:
        """Whether what it no longer holds lies in archives."""
        return self.extensions == FEED


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of an entry, by name and by the feed that is published for it."""

    source: str
    feed_id: str
    title: str
    home: str
    address: str
    """Of its feed, without extension."""
    language: str | None
    rights: str | None
    whole: bool
    """Whether its texts may be republished whole, or by their summary only."""
    timezone: str = "UTC"
    """In which its days begin."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An annotation of an article that an entry belongs to, or, with a link, whose subject it bears on."""

    article: str
    annotation: str
    label: str
    title: str
    """Of the article."""
    url: str
    """Of the article."""
    href: str
    """The annotation's place in the article."""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed; it does not depend on which feed that is."""

    id: str
    url: str | None
    title: str
    summary: str | None
    """Plain text.  None only where there is content."""
    content: str | None
    """Sanitised HTML.  None where the source's texts may not be republished whole."""
    published: datetime | None
    """None where it is not known, or was before there were feeds."""
    updated: datetime
    authors: tuple[str, ...]
    """Of the item itself; often nobody."""
    categories: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    language: str | None
    origin: Origin
    via: str | None
    """The endpoint as a URI.  None where it is of several and not known of which."""
    endpoint: str
    """The endpoint as it is configured."""
    rights: str | None
    belongs: tuple[Reference, ...]
    """Every annotation that names one of the entry's sources."""
    bears_on: tuple[Reference, ...]
    """The annotations, with the link, of the articles whose subject the entry bears on."""
    first_seen: datetime
    versions: int
    digest: str
    precision: Precision | None = None
    """How finely the source dated it; None where it gave no date, and ``published`` is when it was first seen."""


@dataclass(frozen=True, slots=True)
class History:
    """Where a document stands among the archives of its feed (RFC 5005, 4): addresses."""

    prev: str | None = None
    """Of the archive before it; for the live feed, of the newest."""
    next: str | None = None
    """Of the archive after it, which is there once that is full."""
    current: str | None = None
    """Of the live feed.  None in the live feed itself."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries, in the order in which they are published."""

    id: str
    """urn:uuid"""
    address: str
    """Where it is served, without extension."""
    title: str
    subtitle: str
    home: str
    author: str
    updated: datetime
    language: str | None
    rights: str | None
    hubs: tuple[str, ...]
    """WebSub hubs that tell subscribers when the feed has changed."""
    entries: tuple[FeedEntry, ...]
    stylesheet: str
    """Where the style sheet for feeds lies, seen from this one."""
    history: History = History()
