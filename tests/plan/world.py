"""A vocabulary for planning: candidates as they come in, items as they are stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from aggregator import clean
from aggregator.config.values import Source
from aggregator.model import Item, Known, Moment, Precision, Sighting, StoredItem
from aggregator.plan.match import Candidate

SOURCE = Source.model_validate(
    {
        "id": "s",
        "title": "S",
        "home": "https://x.gov/",
        "endpoint": [{"kind": "feed", "url": "https://x.gov/feed/"}],
    }
)


def with_digests(item: Item) -> Item:
    """Return ``item`` with its digests, as the source at hand would have them."""
    return clean.with_digests(item, SOURCE)


NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


class World:
    """What comes in and what is stored, in few words."""

    def __init__(self) -> None:
        self._ids = count(1)

    def item(self, **fields: object) -> Item:
        """Return an item with its digests; ``day`` dates it to a day, ``at`` to a second."""
        day, at = fields.pop("day", None), fields.pop("at", None)
        moment = None
        if isinstance(day, datetime):
            moment = Moment(day, Precision.DAY)
        elif isinstance(at, datetime):
            moment = Moment(at)
        return with_digests(Item(title=str(fields.pop("title", "Readout")), published=moment, **fields))  # type: ignore[arg-type] # a test's own keywords

    def candidate(self, item: Item, *, raw: str = "", reading: str = "r1", vouched: bool = True) -> Candidate:
        """Return ``item`` as it comes in now."""
        sighting = Sighting(item.guid or item.url or "", raw or "raw " + item.digest, reading, item.digest)
        return Candidate(item, sighting, entry_id=f"id:{item.guid or item.url or item.likeness}", vouched=vouched)

    def stored(
        self,
        *versions: Item,
        source: str = "s",
        sources: tuple[str, ...] = ("s",),
        sightings: tuple[Sighting, ...] | None = None,
        guids: tuple[str, ...] | None = None,
        first_seen: datetime = NOON,
    ) -> StoredItem:
        """Return an item that the store knows in these versions, the last one its head."""
        head = versions[-1]
        shown = tuple(self.candidate(version).sighting for version in versions) if sightings is None else sightings
        published = min(head.published.at, first_seen) if head.published else first_seen
        return StoredItem(
            id=next(self._ids),
            entry_id=f"stored:{head.guid or head.url}",
            source=source,
            sources=frozenset(sources),
            guids=frozenset(guids if guids is not None else [head.guid] if head.guid else []),
            head=head,
            first_seen=first_seen,
            published=published,
            updated=published,
            versions=len(versions),
            digests=frozenset(version.digest for version in versions),
            sightings=shown,
        )

    def known(self, *items: StoredItem) -> Known:
        """Return what the store would answer about these items to source ``s``."""
        own = [item for item in items if "s" in item.sources]
        return Known(
            by_guid={guid: item for item in own for guid in item.guids},
            by_entry={item.entry_id: item for item in items},
            by_url=_grouped(items, lambda item: item.head.url),
            by_likeness=_grouped(own, lambda item: item.head.likeness),
        )


def _grouped(
    items: tuple[StoredItem, ...] | list[StoredItem], key: Callable[[StoredItem], str | None]
) -> dict[str, tuple[StoredItem, ...]]:
    groups: dict[str, tuple[StoredItem, ...]] = {}
    for item in items:
        if name := key(item):
            groups[name] = (*groups.get(name, ()), item)
    return groups
