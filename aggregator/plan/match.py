"""Which stored item a candidate is: by guid, by canonical URL, by likeness, in this order.

Every rule here errs on the side of two entries rather than of one lost: official titles repeat, addresses
are reused, and a redesign changes every guid at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aggregator.model import Item, Known, Moment, Precision, Sighting, StoredItem


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of the document at hand, cleaned, and what is needed to place it."""

    item: Item
    sighting: Sighting
    entry_id: str
    """The id it would be published under, were it new."""
    vouched: bool
    """Its URL is on the domain of the source at hand."""
    stand_in: Moment | None = None
    """What dates it, were it new, where the source gives no date of publication."""


@dataclass(frozen=True, slots=True)
class Present:
    """What the whole document names, the items that needed no second look among them."""

    guids: frozenset[str]
    urls: frozenset[str]
    """Canonical URLs of the items that have no guid."""
    familiar: bool
    """Some items are in exactly the form in which they were shown before."""

    def names(self, stored: StoredItem) -> bool:
        """Return whether the document names ``stored`` by one of its own keys."""
        return not self.guids.isdisjoint(stored.guids) or stored.head.url in self.urls


Vouches = Callable[[str, str], bool]
"""(source id, URL) -> whether the URL is on the source's own domain."""


def distinct(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the first candidate of each identity: a document that shows an item twice shows one item."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.entry_id, candidate)
    return tuple(found.values())


def match(
    source: str,
    candidates: Sequence[Candidate],
    known: Known,
    present: Present,
    vouches: Vouches,
) -> Mapping[str, StoredItem]:
    """Return the stored item that each candidate is, by the candidate's ``entry_id``; the others are new.

    A stored item is matched at most once in a document: distinct guids in one document are distinct items.
    By id: a published id is the source's own only on the source's own domain, so two sources of one site
    that give the same id mean the same document, even while its address changes.
    """
    matches: dict[str, StoredItem] = {}
    taken: set[int] = set()

    def settle(candidate: Candidate, stored: StoredItem | None) -> None:
        if stored and stored.id not in taken:
            matches[candidate.entry_id] = stored
            taken.add(stored.id)

    # Ids before guids: whoever would be published under a stored item's id is that item, and no one else.
    for candidate in candidates:
        settle(candidate, known.by_entry.get(candidate.entry_id))
    for candidate in candidates:
        if candidate.entry_id not in matches:
            settle(candidate, known.by_guid.get(candidate.item.guid or ""))
    for candidate in candidates:
        if candidate.entry_id not in matches:
            settle(candidate, _by_url(source, candidate, known, present, vouches))
    redesigned = not matches and not present.familiar
    for candidate in candidates:
        if candidate.entry_id not in matches:
            settle(candidate, _by_likeness(candidate, known, present, redesigned=redesigned))
    return matches


def _by_url(source: str, candidate: Candidate, known: Known, present: Present, vouches: Vouches) -> StoredItem | None:
    url = candidate.item.url
    if not url:
        return None
    stored = known.by_url.get(url, ())
    own = [item for item in stored if source in item.sources]
    if own:
        return own[0] if len(own) == 1 and not _elsewhere(candidate, own[0], present) else None
    # A source that does not stand on the document's domain may have shown it first, in its own words: the
    # authority's item must not disappear into that one.
    owned = [item for item in stored if vouches(item.source, url)]
    others = owned or [item for item in stored if not candidate.vouched]
    return others[0] if len(others) == 1 else None


def _by_likeness(candidate: Candidate, known: Known, present: Present, *, redesigned: bool) -> StoredItem | None:
    """Return the one stored item of the same title and date.

    Dates that agree to the second are enough.  The same day alone is not: "Call with Foreign Minister" may
    well be two calls, the first of which has left the list.  It counts only where nothing in the document
    is known by guid or URL, as after a redesign that renamed everything.
    """
    likeness = candidate.item.likeness
    alike = [
        stored
        for stored in (known.by_likeness.get(likeness, ()) if likeness else ())
        if _same_time(candidate.item.published, stored.head.published, days=redesigned)
    ]
    return alike[0] if len(alike) == 1 and not _elsewhere(candidate, alike[0], present) else None


def _elsewhere(candidate: Candidate, stored: StoredItem, present: Present) -> bool:
    """Return whether the document names ``stored`` in another place than this candidate."""
    if candidate.item.guid is None and candidate.item.url == stored.head.url:
        return not present.guids.isdisjoint(stored.guids)
    return present.names(stored)


def _same_time(left: Moment | None, right: Moment | None, *, days: bool) -> bool:
    """Return whether two dates of one day may be the same date; ``days``: also where one is but a day."""
    if left is None or right is None:
        return False
    exact = left.precision is Precision.SECOND and right.precision is Precision.SECOND
    return left.at == right.at if exact else days
