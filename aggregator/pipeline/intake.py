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
from aggregator.model import (
    Cadence,
    Change,
    Document,
    Item,
    ItemUpdate,
    Link,
    Moment,
    Precision,
    RawItem,
    Rhythm,
    Sighting,
    SourceState,
    Verdict,
)
from aggregator.pipeline.follow import TRIES, Followed, completed
from aggregator.pipeline.retrieve import reading_of
from aggregator.plan import cadence, rhythm
from aggregator.plan.match import Candidate, Present, distinct, match
from aggregator.plan.versions import compare, introduce
from aggregator.ports import Store


@dataclass(frozen=True, slots=True)
class Fresh:
    """An item that its endpoint has not shown before in exactly this form."""

    raw: RawItem
    sighting: Sighting
    tries: int = 0
    """Looks at which its page was asked for in vain (``fulltext``)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a document means for the store."""

    items: tuple[ItemUpdate, ...]
    rejected: tuple[str, ...] = ()
    """A sentence for each item that is of no use."""
    unread: tuple[str, ...] = ()
    """A sentence for each page of an item that gave no text."""
    complete: bool = True
    """Whether no item waits for its page to be read at the next look."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in needs beside the document."""

    store: Store
    linker: Linker
    sources: Mapping[str, Source]
    now: datetime

    def to_follow(self, source: Source, endpoint: Endpoint, document: Document) -> list[RawItem]:
        """Return the items whose pages are to be read for their text: what is fresh, the new before what failed."""
        if not source.fulltext:
            return []
        fresh = self._fresh(source, endpoint, once(document.items))
        return [one.raw for one in sorted(fresh, key=lambda one: one.tries) if one.raw.link and one.raw.handle]

    def take_in(
        self, source: Source, endpoint: Endpoint, document: Document, followed: Followed | None = None
    ) -> Taken:
        """Return what the document means for the store, with what the pages of its items gave.

        Raises ``NoItems`` when no item is of any use: an error page in the form of a feed.
        """
        items = once(document.items)
        fresh = self._fresh(source, endpoint, items)
        shown = [with_page(one, followed) if followed else (one.raw, one.sighting) for one in fresh]
        candidates, rejected = cleaned(source, endpoint, shown)
        candidates = list(distinct(candidates))
        if not candidates and len(fresh) == len(items):
            msg = f"none of {len(items)} items could be used: {rejected[0]}"
            raise NoItems(msg)
        present = _present(items, familiar=len(fresh) < len(items))
        updates, undated = self._updates(source, endpoint, candidates, present, document.backfilled)
        return Taken(
            items=updates,
            rejected=_left_out(undated) + document.rejected + rejected,
            unread=tuple(followed.failed.values()) if followed else (),
            complete=all(is_final(sighting) for _, sighting in shown),
        )

    def learned(
        self, source: Source, state: SourceState, items: Sequence[ItemUpdate]
    ) -> tuple[Cadence | None, Rhythm | None]:
        """Return how often and when ``source`` publishes, now that ``items`` came in; None where nothing is new of it.

        The store is asked only then: a look that brought no news learns nothing.
        """
        came = [
            Moment(one.published, one.item.published.precision if one.item.published else Precision.SECOND)
            for one in items
            if one.change in {Change.NEW, Change.JOINED}
        ]
        if not came and ((state.cadence and state.rhythm) or not state.items):
            return None, None
        known = [*came, *self.store.publications(source.id, max(cadence.WINDOW, rhythm.WINDOW))]
        return cadence.learned(known, state.cadence, self.now), rhythm.learned(known, source.zone, self.now)

    def _updates(
        self,
        source: Source,
        endpoint: Endpoint,
        candidates: Sequence[Candidate],
        present: Present,
        backfilled: frozenset[str],
    ) -> tuple[tuple[ItemUpdate, ...], int]:
        """Return the updates, and how many items were left out.

        That is what a backfill found that is new and has no date: it would be dated by the look, and stand before
        what is really new.
        """
        if not candidates:
            return (), 0
        known = self.store.known(
            source.id, endpoint.url, [(candidate.item, candidate.entry_id) for candidate in candidates]
        )
        matches = match(source.id, candidates, known, present, self._vouches)
        digest = partial(clean.with_digests, source=source)
        updates, left_out = [], 0
        for candidate in candidates:
            stored = matches.get(candidate.entry_id)
            dated = candidate.item.published or candidate.stand_in
            if stored is None and dated is None and candidate.sighting.handle in backfilled:
                left_out += 1
                continue
            update = (
                compare(candidate, stored, source.id, self.now, digest, self.sources)
                if stored
                else introduce(candidate, source.id, self.now)
            )
            if update:
                updates.append(update)
        return self._linked(updates), left_out

    def _fresh(self, source: Source, endpoint: Endpoint, items: Sequence[RawItem]) -> list[Fresh]:
        """Return the items that this endpoint has not shown before in exactly this form.

        An item that was last read in another way is read again: a setting may have been taken back, or its page
        not have been read yet.
        """
        reading = reading_of(source, endpoint)
        handles = [item.handle for item in items if item.handle]
        known = self.store.sightings(source.id, endpoint.url, handles)
        shown = {
            (sighting.handle, sighting.raw)
            for sightings in known.values()
            for sighting in sightings
            if sightings[-1].reading == reading
        }
        fresh = []
        for item in items:
            sighting = sighting_of(item, reading)
            if not item.handle or (item.handle, sighting.raw) not in shown:
                last = known.get(item.handle or "", ())[-1:]
                fresh.append(Fresh(item, sighting, tries_of(last[0], sighting) if last else 0))
        return fresh

    def _vouches(self, source: str, url: str) -> bool:
        """Return whether ``url`` is on the domain of the configured source of that id."""
        known = self.sources.get(source)
        return known is not None and identity.stands_on(known, url)

    def _linked(self, updates: Sequence[ItemUpdate]) -> tuple[ItemUpdate, ...]:
        """Return the updates, those that bring another version of an item with its links."""
        stored = [update.id for update in updates if update.id is not None and update.change is not Change.SEEN]
        verdicts = self.store.verdicts(stored) if stored else {}
        return tuple(
            update
            if update.change is Change.SEEN
            else replace(update, links=links_of(self.linker, update.item, update.sources, verdicts.get(update.id or 0)))
            for update in updates
        )


def old_among(updates: Sequence[ItemUpdate], document: Document) -> int:
    """Return how many of the new items only the further pages of a backfill showed: they are no news."""
    return sum(
        update.change is Change.NEW and update.sighting is not None and update.sighting.handle in document.backfilled
        for update in updates
    )


def _left_out(undated: int) -> tuple[str, ...]:
    what = "1 item of the further pages was" if undated == 1 else f"{undated} items of the further pages were"
    return (f"{what} not taken in: without a date, what is old would look new",) if undated else ()


def sighting_of(raw: RawItem, reading: str) -> Sighting:
    """Return the form in which an item was shown, before it is cleaned."""
    return Sighting(raw.handle or "", clean.raw_digest(raw), reading, "")


def with_page(one: Fresh, followed: Followed) -> tuple[RawItem, Sighting]:
    """Return the item with its page's text, and the form in which it was shown.

    While the page is still to be read, the sighting says so in its reading, with the tries there were: so the item
    is fresh at the next look, and what it gains then is a better reading, not an edit.
    """
    handle, tries = one.raw.handle or "", one.tries
    if handle in followed.texts:
        return completed(one.raw, followed.texts[handle]), one.sighting
    tries += handle in followed.failed
    if tries >= TRIES or not (handle in followed.failed or handle in followed.postponed):
        return one.raw, one.sighting
    return one.raw, replace(one.sighting, reading=f"{one.sighting.reading} {tries}")


def is_final(sighting: Sighting) -> bool:
    """Return whether the item need not be read again in the form it was shown in."""
    return " " not in sighting.reading


def tries_of(last: Sighting, now: Sighting) -> int:
    """Return how often the page of an item was asked for in vain, in the form in which it is shown now."""
    reading, _, tries = last.reading.partition(" ")
    return int(tries) if tries and (reading, last.raw) == (now.reading, now.raw) else 0


def links_of(
    linker: Linker, item: Item, sources: frozenset[str], verdicts: Mapping[str, Verdict] | None = None
) -> tuple[Link, ...]:
    """Return the links of an item that came through ``sources``, with what editors said of it, by article."""
    return linker.link(item, clean.text_of(item), sources, verdicts or {})


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
                stand_in=clean.stand_in_date(raw, source),
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
