"""The values that flow through the pipeline, in the order in which they appear.

All are frozen: a stage makes new values, it never changes what it was given.  ``None`` always means
"the source did not say", never "empty".  All datetimes are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

# --- fetch ------------------------------------------------------------------------------------------


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


# --- parse ------------------------------------------------------------------------------------------


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
    base: str | None = None
    """The URL that this item's relative links resolve against (xml:base, else the document's URL)."""

    @property
    def handle(self) -> str | None:
        """How this source names the item before anything is cleaned: the guid, else the link."""
        return self.guid or self.link


@dataclass(frozen=True, slots=True)
class Document:
    """One fetched document, read: at least one item, else parsing raised ``NoItems``."""

    items: tuple[RawItem, ...]
    rejected: tuple[str, ...] = ()
    """One sentence for each item that could not be read."""
    title: str | None = None
    home: str | None = None
    language: str | None = None
    next_url: str | None = None
    """The next page, absolute, when the document or the endpoint's ``next`` selector names one."""


# --- clean ------------------------------------------------------------------------------------------


class Precision(StrEnum):
    """How finely a source dates its items."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as the source gave it: an instant in UTC, and how much of it the source really said.

    Of day precision, ``at`` is the day's first instant in the source's time zone.
    """

    at: datetime
    precision: Precision = Precision.SECOND


@dataclass(frozen=True, slots=True)
class Item:
    """One item as we stand behind it: text is text, HTML is safe, URLs are absolute and canonical."""

    title: str
    guid: str | None = None
    url: str | None = None
    summary: str | None = None
    """Plain text, at most a paragraph."""
    content: str | None = None
    """Sanitised HTML, links absolute."""
    published: Moment | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None
    derived: tuple[str, ...] = ()
    """Names of the fields that the source did not give and we filled in, sorted: title, summary, language."""
    likeness: str | None = None
    """Digest of title and day of publication: the last resort of identity.  None without title or date."""
    digest: str = ""
    """SHA-256 (hex) of everything published; the guid is not part of it."""
    substance: str = ""
    """SHA-256 (hex) of the letters and digits of title and text, and of the publication time."""


# --- link -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """An item bears on an article's subject, under the annotation that its source belongs to."""

    article: str
    annotation: str
    score: float
    """0 to 1."""
    takeaway: int | None = None
    """0-based index into the article's takeaways."""
    quote: str | None = None
    """The sentence of the article that the item bears on."""
    reasons: tuple[str, ...] = ()


# --- plan -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EndpointState:
    """What is remembered of one endpoint between two looks at it."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    """SHA-256 (hex) of the last body that was taken in."""
    reading: str = ""
    """Fingerprint of how that body was read and cleaned: another reading makes the validators void."""
    rests: bool = False
    """It answered 410 Gone: not asked again until its configuration changes."""
    moved_to: str | None = None
    """Where permanent redirects led when it last answered; None when it answered in its own place."""
    moves: int = 0
    """How many looks in a row have led there."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of one source between two cycles."""

    id: str
    next_due: datetime | None = None
    interval: float | None = None
    """Seconds: the spacing learned so far."""
    failures: int = 0
    """Consecutive."""
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_item: datetime | None = None
    """When an item was last new."""
    endpoint: str | None = None
    """The URL that served last."""
    trouble: tuple[Trouble, ...] = ()
    items: int = 0
    endpoints: Mapping[str, EndpointState] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about a source that an operator should know: a stable word, a sentence, since when."""

    kind: str
    explanation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """A form in which one endpoint has shown one item, by digest: before cleaning and after."""

    handle: str
    raw: str
    reading: str
    digest: str


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as the store knows it, with all that is needed to decide what a new look at it means."""

    id: int
    entry_id: str
    source: str
    """Its owner: the source whose words stand."""
    sources: frozenset[str]
    """Every source it came through, the owner among them."""
    guids: frozenset[str]
    """Every guid under which the source at hand has named it."""
    head: Item
    """Its current version, ``published`` as the source claims it."""
    first_seen: datetime
    published: datetime
    """What is published as the date: the claim, no later than first seen; first seen where there is no claim."""
    updated: datetime
    versions: int
    digests: frozenset[str]
    """Of every version kept, the current one among them."""
    sightings: tuple[Sighting, ...]
    """Through the endpoint at hand, oldest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows about the items of one document."""

    by_guid: Mapping[str, StoredItem]
    """Of the source at hand only."""
    by_entry: Mapping[str, StoredItem]
    """By published id, of every source."""
    by_url: Mapping[str, tuple[StoredItem, ...]]
    """Of every source: the same document through two sources is one item."""
    by_likeness: Mapping[str, tuple[StoredItem, ...]]
    """Of the source at hand only."""


class Change(StrEnum):
    """What a look at one item came to."""

    NEW = "new"
    EDITED = "edited"
    """A version that differs in substance: ``updated`` moves."""
    REVISED = "revised"
    """A version that differs in markup or typography, or in nobody knows whose words: kept, ``updated`` stays."""
    REREAD = "reread"
    """The source said the same, and we know it better: the current version is replaced in place."""
    JOINED = "joined"
    """Another source's item, seen through this source as well."""
    SEEN = "seen"
    """Nothing new about the item; a new guid or form of it is remembered."""


@dataclass(frozen=True, slots=True)
class ItemUpdate:
    """One item's part of an update."""

    change: Change
    item: Item
    """The version to stand from now on."""
    entry_id: str
    first_seen: datetime
    published: datetime
    updated: datetime
    id: int | None = None
    """The stored item; None for a new one."""
    owner: str | None = None
    """The source that owns the item from now on; None: as before, and for a new one the source at hand."""
    sources: frozenset[str] = frozenset()
    sighting: Sighting | None = None
    links: tuple[Link, ...] | None = None
    """None where the item need not be linked again."""


class Outcome(StrEnum):
    """What became of a source in one cycle."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Update:
    """What one cycle brings to one source; there is always one, whatever happened."""

    source: str
    at: datetime
    outcome: Outcome
    state: SourceState
    """To be remembered: due time, failures, validators, trouble."""
    endpoint: str | None = None
    items: tuple[ItemUpdate, ...] = ()
    error: str | None = None
    rejected: tuple[str, ...] = ()
    seconds: float = 0.0

    def count(self, *changes: Change) -> int:
        """How many items came to one of ``changes``."""
        return sum(item.change in changes for item in self.items)

    @property
    def new(self) -> int:
        """How many items are new."""
        return self.count(Change.NEW)

    @property
    def changed(self) -> int:
        """How many items have a new version."""
        return self.count(Change.EDITED, Change.REVISED)


# --- render -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """Which items a feed holds: all, one source's, one article's, or one annotation's."""

    source: str | None = None
    article: str | None = None
    annotation: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored item with all that its publication needs."""

    id: str
    source: str
    sources: tuple[str, ...]
    endpoint: str
    """The URL that the current version came through."""
    item: Item
    first_seen: datetime
    published: datetime
    updated: datetime
    versions: int
    links: tuple[Link, ...] = ()
    """Subject links only."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the store remembers of the site, so that ids outlive addresses."""

    id: str
    """urn:uuid"""
    created: datetime


# --- subscription lists -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription of an OPML list (http://opml.org/spec2.opml, "Subscription lists")."""

    title: str | None = None
    url: str | None = None
    """Of the feed."""
    home: str | None = None
    language: str | None = None
