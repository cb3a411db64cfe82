"""What a look at a source is compared with, and what it comes to: the values of plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aggregator.model.documents import Walk
from aggregator.model.effort import Effort
from aggregator.model.health import Episode
from aggregator.model.items import Item, Link
from aggregator.model.states import SourceState


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
    dropped: tuple[str, ...] = ()
    """Fields that ``head`` had until they were let go of (``retention.texts``); its digests are of the whole."""


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
    episodes: tuple[Episode, ...] = ()
    """Troubles that began or ended, or are explained otherwise now."""
    seconds: float = 0.0
    """Spent on requests and on reading what they brought."""
    effort: Effort = field(default_factory=Effort)
    walk: Walk | None = None
    """Through the further pages of its list, in a backfill."""

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

    @property
    def linked(self) -> int:
        """How many links to articles its items have been given."""
        return sum(len(item.links or ()) for item in self.items)
