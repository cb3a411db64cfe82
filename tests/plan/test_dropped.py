"""An item whose texts were let go of: a later look makes no more of it than it would with its texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Change, Item, Sighting, StoredItem
from aggregator.plan.versions import compare
from tests.plan.world import World, with_digests

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=3_000)
LOUDNESS = (None, Change.SEEN, Change.JOINED, Change.REREAD, Change.REVISED, Change.EDITED)

WORLD = World()


def bare(stored: StoredItem) -> StoredItem:
    """Return the item as the store knows it once its texts were let go of."""
    dropped = tuple(name for name in ("content", "summary") if getattr(stored.head, name) is not None)
    return replace(stored, head=replace(stored.head, content=None, summary=None), dropped=dropped)


def look(item: Item, stored: StoredItem, *, raw: str = "", reading: str = "r1") -> Change | None:
    candidate = WORLD.candidate(item, raw=raw, reading=reading)
    update = compare(candidate, stored, "s", LATER, with_digests, {"s"})
    return update.change if update else None


WHOLE = WORLD.item(guid="g", url="https://x.gov/1", at=NOON, summary="In short.", content="<p>At length.</p>")


@pytest.mark.parametrize(
    ("shown", "change"),
    [
        pytest.param(WHOLE, None, id="as_it_was"),
        pytest.param(replace(WHOLE, guid="other"), Change.SEEN, id="under_another_guid"),
        pytest.param(replace(WHOLE, categories=("Statements",)), Change.REVISED, id="filed_otherwise"),
        pytest.param(replace(WHOLE, content="<div><p>At  length.</p></div>"), Change.REVISED, id="in_other_markup"),
        pytest.param(replace(WHOLE, content="<p>At greater length.</p>"), Change.EDITED, id="edited"),
        pytest.param(replace(WHOLE, content="<p>At greater length.</p>", summary=None), Change.SEEN, id="body_alone"),
        pytest.param(replace(WHOLE, title="Another"), Change.EDITED, id="renamed"),
        pytest.param(
            replace(WHOLE, title="Another", content=None, summary=None), Change.SEEN, id="title_alone_renamed"
        ),
        pytest.param(replace(WHOLE, content=None), Change.SEEN, id="cut_short"),
        pytest.param(replace(WHOLE, content=None, summary=None), Change.SEEN, id="a_title_alone"),
    ],
)
def test_at_the_endpoint_that_its_words_are_of(shown: Item, change: Change | None) -> None:
    assert look(with_digests(shown), bare(WORLD.stored(WHOLE))) == change


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(replace(WHOLE, content="<p>Something else altogether.</p>"), id="other_words"),
        pytest.param(replace(WHOLE, title="X.gov: Readout", content=None), id="another_title"),
        pytest.param(replace(WHOLE, content=None, summary="A teaser."), id="a_teaser"),
        pytest.param(replace(WHOLE, published=None), id="undated"),
    ],
)
@pytest.mark.parametrize("redesign", ["another_endpoint", "read_otherwise"])
def test_a_redesign_makes_no_version_out_of_it(shown: Item, redesign: str) -> None:
    stored = bare(WORLD.stored(WHOLE))
    if redesign == "another_endpoint":
        assert look(with_digests(shown), replace(stored, sightings=())) is Change.SEEN
    else:
        assert look(with_digests(shown), stored, reading="r2") is Change.SEEN


def test_what_another_endpoint_changes_later_is_no_edit_of_words_that_are_not_its_own() -> None:
    listed = with_digests(replace(WHOLE, content=None, summary="A teaser."))
    sightings = (WORLD.candidate(listed).sighting,)
    stored = replace(bare(WORLD.stored(WHOLE)), sightings=sightings)
    assert look(with_digests(replace(listed, summary="Another teaser.")), stored) is Change.SEEN


def test_an_edit_is_kept_with_the_texts_that_it_has() -> None:
    edited = with_digests(replace(WHOLE, content="<p>At greater length.</p>"))
    update = compare(WORLD.candidate(edited), bare(WORLD.stored(WHOLE)), "s", LATER, with_digests, {"s"})
    assert update is not None
    assert (update.item, update.updated) == (edited, LATER)


TEXTS = st.sampled_from([None, "One.", "Two.", "one", "One. And two."])


def _made(title: str, summary: str | None, content: str | None, **fields: object) -> Item:
    """Make an item; what has a body and no summary is given one, as cleaning does."""
    derived = ("summary",) if content and not summary else ()
    item = WORLD.item(guid="g", title=title, summary=summary or content, derived=derived, **fields)
    return with_digests(replace(item, content=content and f"<p>{content}</p>"))


ITEMS = st.builds(
    _made,
    st.sampled_from(["Readout", "readout", "Another", "Readout of a call"]),
    TEXTS,
    TEXTS,
    at=st.sampled_from([None, NOON, NOON - timedelta(days=1)]),
    categories=st.sampled_from([(), ("A",)]),
)


@given(
    head=ITEMS.filter(lambda item: item.summary or item.content),
    before=st.lists(ITEMS, max_size=2),
    shown=ITEMS,
    unseen=st.booleans(),
    reading=st.sampled_from(["r1", "r2"]),
)
def test_no_look_ever_makes_more_of_it(head: Item, before: list[Item], shown: Item, unseen: bool, reading: str) -> None:  # noqa: FBT001 - hypothesis draws it
    sightings: tuple[Sighting, ...] | None = () if unseen else None
    stored = WORLD.stored(*before, head, sightings=sightings)
    whole, without = (look(shown, each, reading=reading) for each in (stored, bare(stored)))
    assert LOUDNESS.index(without) <= LOUDNESS.index(whole)


@given(head=ITEMS.filter(lambda item: item.summary or item.content), shown=ITEMS)
def test_an_edit_of_all_that_it_was_is_an_edit_still(head: Item, shown: Item) -> None:
    stored = WORLD.stored(head)
    given_by_itself = {"content", "summary"} - ({*shown.derived} - {*head.derived})
    had = {name for name in ("content", "summary") if getattr(head, name)}
    gives_all = had <= {name for name in given_by_itself if getattr(shown, name)}
    if look(shown, stored) is Change.EDITED and gives_all and shown.published == head.published:
        assert look(shown, bare(stored)) is Change.EDITED
