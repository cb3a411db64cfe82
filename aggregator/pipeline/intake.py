"""One document's items: clean, plan, link.  Reads the store, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aggregator import clean
from aggregator.clean import identity
from aggregator.config.endpoints import Endpoint
from aggregator.config.values import Source
from aggregator.errors import BadItem, NoItems
from aggregator.link import Linker
from aggregator.model import Change, Document, Item, ItemUpdate, Link, RawItem, Sighting
from aggregator.pipeline.retrieve import reading_of
from aggregator.plan.match import Candidate, Present, distinct, match
from aggregator.plan.versions import compare, introduce
from aggregator.ports import Store


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in needs beside the document."""

    store: Store
    linker: Linker
    sources: Mapping[str, Source]
    now: datetime

    def take_in(
        self, source: Source, endpoint: Endpoint, document: Document
    ) -> tuple[tuple[ItemUpdate, ...], tuple[str, ...]]:
        """Return what the document means for the store, and a sentence for each item that is of no use.

        Raises ``NoItems`` when that is every one of them: an error page in the form of a feed.
        """
        items = once(document.items)
        fresh = self._fresh(source, endpoint, items)
        candidates, rejected = cleaned(source, endpoint, fresh)
        candidates = list(distinct(candidates))
        if not candidates and len(fresh) == len(items):
            msg = f"none of {len(items)} items could be used: {rejected[0]}"
            raise NoItems(msg)
        if not candidates:
            return (), document.rejected + rejected
        known = self.store.known(
            source.id, endpoint.url, [(candidate.item, candidate.entry_id) for candidate in candidates]
        )
        present = _present(items, familiar=len(fresh) < len(items))
        matches = match(source.id, candidates, known, present, self._vouches)
        updates = []
        for candidate in candidates:
            stored = matches.get(candidate.entry_id)
            update = (
                compare(
                    candidate, stored, source.id, self.now, partial(clean.with_digests, source=source), self.sources
                )
                if stored
                else introduce(candidate, source.id, self.now)
            )
            if update:
                updates.append(self._linked(update))
        return tuple(updates), document.rejected + rejected

    def _fresh(self, source: Source, endpoint: Endpoint, items: Sequence[RawItem]) -> list[tuple[RawItem, Sighting]]:
        """Return the items that this endpoint has not shown before in exactly this form.

        An item that was last read in another way is read again: a setting may have been taken back.
        """
        reading = reading_of(source, endpoint)
        handles = [item.handle for item in items if item.handle]
        shown = {
            (sighting.handle, sighting.raw)
            for sightings in self.store.sightings(source.id, endpoint.url, handles).values()
            for sighting in sightings
            if sightings[-1].reading == reading
        }
        fresh = []
        for item in items:
            sighting = sighting_of(item, reading)
            if not item.handle or (item.handle, sighting.raw) not in shown:
                fresh.append((item, sighting))
        return fresh

    def _vouches(self, source: str, url: str) -> bool:
        """Return whether ``url`` is on the domain of the configured source of that id."""
        known = self.sources.get(source)
        return known is not None and identity.stands_on(known, url)

    def _linked(self, update: ItemUpdate) -> ItemUpdate:
        if update.change is Change.SEEN:
            return update
        return replace(update, links=links_of(self.linker, update.item, update.sources))


def sighting_of(raw: RawItem, reading: str) -> Sighting:
    """Return the form in which an item was shown, before it is cleaned."""
    return Sighting(raw.handle or "", clean.raw_digest(raw), reading, "")


def links_of(linker: Linker, item: Item, sources: frozenset[str]) -> tuple[Link, ...]:
    """Return the links of an item that came through ``sources``."""
    return linker.link(item, clean.text_of(item), sources)


def cleaned(
    source: Source, endpoint: Endpoint, fresh: Sequence[tuple[RawItem, Sighting]]
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return the items of use, cleaned, and a sentence for each that is of none."""
    candidates, rejected = [], []
    for raw, sighting in fresh:
        try:
            item = clean.clean(raw, source, endpoint)
        except BadItem as error:
            rejected.append(str(error))
            continue
        except Exception as error:  # noqa: BLE001 - an item that breaks a library costs that item, not the run
            rejected.append(f"{raw.handle}: cannot be cleaned ({type(error).__name__}: {error})")
            continue
        candidates.append(
            Candidate(
                item=item,
                sighting=replace(sighting, digest=item.digest),
                entry_id=identity.entry_id(source, item),
                vouched=item.url is not None and identity.stands_on(source, item.url),
                stand_in=clean.stand_in_date(raw, source, endpoint),
            )
        )
    return candidates, tuple(rejected)


def once(items: Sequence[RawItem]) -> list[RawItem]:
    """Return the first item of each identity: a list that shows an item twice (as featured, too) shows one item.

    Before forms are compared: else the second form of an item would look like a change of the first.
    """
    first: dict[object, RawItem] = {}
    for item in items:
        guid, url = clean.keys(item)
        first.setdefault(("guid", guid) if guid else ("url", url) if url else id(item), item)
    return list(first.values())


def _present(items: Sequence[RawItem], *, familiar: bool) -> Present:
    """Return the keys by which the document names its items."""
    keys = [clean.keys(item) for item in items]
    return Present(
        guids=frozenset(guid for guid, _ in keys if guid),
        urls=frozenset(url for guid, url in keys if url and not guid),
        familiar=familiar,
    )
