"""What a candidate adds to the stored item that it is: a version, an edit, or nothing.

Three things look like edits and are none: an endpoint that gives less, or gives the same in another
form; an older version out of a stale cache; and our own cleaning, done otherwise.  They are told apart by
remembering in which forms each endpoint has shown each item (``Sighting``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.model import Change, Item, ItemUpdate, Moment, Precision, StoredItem
from aggregator.plan.match import Candidate

_TAGS = re.compile(r"<[^>]*>|&[#\w]+;")

Digest = Callable[[Item], Item]
"""Computes the digests of an item anew, after its fields changed."""


def introduce(candidate: Candidate, source: str, now: datetime) -> ItemUpdate:
    """Return the update that takes in a new item.

    A date in the future is an embargo or an error: what is published is first seen now.
    """
    published = _effective(candidate.item.published or candidate.stand_in, now)
    return ItemUpdate(
        change=Change.NEW,
        item=candidate.item,
        entry_id=candidate.entry_id,
        first_seen=now,
        published=published,
        updated=published,
        sources=frozenset({source}),
        sighting=candidate.sighting,
    )


def compare(
    candidate: Candidate,
    stored: StoredItem,
    source: str,
    now: datetime,
    digest: Digest,
    configured: Container[str],
) -> ItemUpdate | None:
    """Return what ``candidate`` adds to ``stored``; None when there is nothing to remember.

    An item whose owner is no longer ``configured`` becomes the source's that shows it now.
    """
    owner = stored.source if stored.source in configured else source
    change, item = Change.SEEN, replace(stored.head, guid=candidate.item.guid)
    if owner == source:
        judged = _judge_without_texts if stored.dropped else _judge
        change, item = judged(candidate, stored, digest)
    if change is Change.SEEN and (source not in stored.sources or owner != stored.source):
        change = Change.JOINED
    if change is Change.SEEN and candidate.sighting in stored.sightings and _is_named(candidate, stored):
        return None
    published = _republished(item.published, stored)
    return ItemUpdate(
        change=change,
        item=item,
        entry_id=stored.entry_id,
        first_seen=stored.first_seen,
        published=published,
        updated=max(_edited(stored, now) if change is Change.EDITED else stored.updated, published),
        owner=owner if owner != stored.source else None,
        id=stored.id,
        sources=stored.sources | {source},
        sighting=candidate.sighting,
    )


def _judge(candidate: Candidate, stored: StoredItem, digest: Digest) -> tuple[Change, Item]:
    """Return what the owner's new look at its item came to, and the version to stand from now on."""
    new, head = candidate.item, stored.head
    unchanged = Change.SEEN, replace(head, guid=new.guid or head.guid)
    if not stored.sightings:
        return _first_look(new, stored, digest)
    version = digest(_merged(head, new))
    if version.digest == head.digest:
        return unchanged
    latest = stored.sightings[-1]
    if latest.reading != candidate.sighting.reading:
        # Read in another way than last time: what differs may be our doing, so it is no edit.
        if latest.raw == candidate.sighting.raw:
            return Change.REREAD, version
        stale = any(sighting.raw == candidate.sighting.raw for sighting in stored.sightings)
        return unchanged if stale else (Change.REVISED, version)
    if version.digest in stored.digests or any(sighting.digest == new.digest for sighting in stored.sightings):
        return unchanged
    gained_only = digest(_filled(head, new)).substance == version.substance
    return Change.REVISED if gained_only else Change.EDITED, version


def _first_look(new: Item, stored: StoredItem, digest: Digest) -> tuple[Change, Item]:
    """Return what the first look through another endpoint adds.

    It may say less, or the same in other words: then it only fills gaps.  Where it says something that is
    not in the current version at all, that may be an edit made while the endpoints changed, so its words
    stand from now on; but nobody can say that it is one, so ``updated`` stays.
    """
    head, filled = stored.head, _filled(stored.head, new)
    title = filled.title
    if "title" not in new.derived and not _is_part(new.title, title):
        title = new.title
    content = new.content or head.content
    if new.content and head.content and _is_part(_text(new.content), _text(head.content)):
        content = head.content
    version = digest(replace(filled, title=title, content=content))
    if version.digest in stored.digests:
        return Change.SEEN, replace(head, guid=filled.guid)
    retitled = title != head.title and "title" not in head.derived
    reworded = retitled or content != (head.content or content)
    return Change.REVISED if reworded else Change.REREAD, version


def _judge_without_texts(candidate: Candidate, stored: StoredItem, digest: Digest) -> tuple[Change, Item]:
    """Return what ``_judge`` would, for an item whose texts were let go of; what cannot be told is no edit.

    The digests that were kept tell whether the texts that come in are those that were there.
    """
    new, head = candidate.item, stored.head
    filled_in = {*new.derived} - {*head.derived}  # what we make of a body is no word of the source's
    texts = {name: None if name in filled_in else getattr(new, name) for name in stored.dropped}
    whole = digest(replace(head, summary=texts.get("summary"), content=texts.get("content")))
    version, same = digest(_merged(head, new)), whole.substance == head.substance
    own = None not in texts.values() and _in_its_own_words(candidate, stored, version)
    if whole.digest == head.digest or (own and same):
        restored = replace(whole, digest=head.digest, likeness=head.likeness)
        return _judge(candidate, replace(stored, head=restored), digest)
    gained = "content" not in texts and new.content is not None  # then there is nothing to compare it with
    if own and (_renamed(new, head) or not gained):
        return Change.EDITED, version
    return Change.SEEN, replace(head, guid=new.guid or head.guid)


def _in_its_own_words(candidate: Candidate, stored: StoredItem, version: Item) -> bool:
    """Return whether the endpoint shows a form it never showed, of words that it is known to have brought.

    Everything else may be another endpoint, a redesign or our own reading: taken for edits, a list that goes back far
    enough would fill the feeds with what is old.
    """
    shown = {sighting.digest for sighting in stored.sightings}
    if stored.head.digest not in shown or stored.sightings[-1].reading != candidate.sighting.reading:
        return False
    return not {candidate.item.digest, version.digest} & (shown | stored.digests)


def _renamed(new: Item, head: Item) -> bool:
    return "title" not in {*new.derived, *head.derived} and _letters(new.title) != _letters(head.title)


def _is_part(short: str, long: str) -> bool:
    """Return whether all letters and digits of ``short`` stand in ``long``, in one run: as in one cut short."""
    return _letters(short) in _letters(long)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _text(html: str) -> str:
    return _TAGS.sub(" ", html)


def _merged(head: Item, new: Item) -> Item:
    """Return ``new``, with ``head``'s value wherever ``new`` is silent or less precise."""
    title, summary, language = (_said(name, new, head) for name in ("title", "summary", "language"))
    return replace(
        new,
        title=title.value or "",
        guid=new.guid or head.guid,
        url=new.url or head.url,
        summary=summary.value,
        content=new.content or head.content,
        published=_finer(new.published, head.published),
        authors=new.authors or head.authors,
        categories=new.categories or head.categories,
        enclosures=new.enclosures or head.enclosures,
        language=language.value,
        derived=tuple(sorted(each.name for each in (title, summary, language) if each.derived)),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    name: str
    value: str | None
    derived: bool


def _said(name: str, new: Item, head: Item) -> _Said:
    """Return the field of ``new``; ``head``'s where ``new`` is silent, or only fills in what ``head`` was given."""
    said = [_Said(name, getattr(item, name), name in item.derived) for item in (new, head)]
    given = sorted((each for each in said if each.value), key=lambda each: each.derived)
    return given[0] if given else said[0]


def _filled(head: Item, new: Item) -> Item:
    """Return ``head``, with ``new``'s value wherever ``head`` is silent or less precise."""
    return replace(_merged(new, head), guid=new.guid or head.guid)


def _finer(first: Moment | None, second: Moment | None) -> Moment | None:
    """Return ``first``, unless it says nothing, or only a day where ``second`` has the time."""
    if first is None or second is None:
        return first or second
    coarser = first.precision is Precision.DAY and second.precision is Precision.SECOND
    return second if coarser else first


def _effective(claim: Moment | None, first_seen: datetime) -> datetime:
    return min(claim.at, first_seen) if claim else first_seen


def _republished(claim: Moment | None, stored: StoredItem) -> datetime:
    """Return what to publish as the date now that ``claim`` is made.

    What was seen before the claimed time was not first published then: feeds that date a document by its last change
    (gov.uk) say so at every edit.  The date that is known stands.
    """
    return claim.at if claim and claim.at <= stored.first_seen else stored.published


def _edited(stored: StoredItem, now: datetime) -> datetime:
    """Return when an item is updated that is edited now.

    Later than it was, also when a clock that was ahead has dated it, or the clock is behind now: or nobody would be
    told of this edit.
    """
    return max(now, stored.updated + timedelta(seconds=1))


def _is_named(candidate: Candidate, stored: StoredItem) -> bool:
    return candidate.item.guid is None or candidate.item.guid in stored.guids
