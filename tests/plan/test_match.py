"""Which stored item a candidate is: DESIGN, "Identity"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aggregator.plan.match import Candidate, Present, distinct, match

if TYPE_CHECKING:
    from aggregator.model import Known, StoredItem
    from tests.plan.world import World

NINE = datetime(2026, 9, 30, 9, tzinfo=UTC)
TEN = datetime(2026, 9, 30, 10, tzinfo=UTC)
DAY = datetime(2026, 9, 30, tzinfo=UTC)


def matched(
    candidates: list[Candidate],
    known: Known,
    *,
    authorities: frozenset[str] = frozenset({"s", "o"}),
    familiar: bool = False,
) -> list[StoredItem | None]:
    """Return what each candidate of one document is, when only ``authorities`` stand on the URLs' domain.

    ``familiar``: the document has further items, in forms known already.
    """
    present = Present(
        guids=frozenset(each.item.guid for each in candidates if each.item.guid),
        urls=frozenset(each.item.url for each in candidates if each.item.url and not each.item.guid),
        familiar=familiar,
    )
    found = match("s", candidates, known, present, lambda source, _: source in authorities)
    return [found.get(candidate.entry_id) for candidate in candidates]


def test_the_same_guid_is_the_same_item_even_when_title_and_url_change(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/old", title="Old"))
    came = world.candidate(world.item(guid="g1", url="https://x.gov/new", title="New"))
    assert matched([came], world.known(stored)) == [stored]


def test_a_new_guid_at_a_known_url_is_the_same_document(world: World) -> None:
    stored = world.stored(world.item(guid="?page_id=1", url="https://x.gov/a"))
    came = world.candidate(world.item(guid="/preview/1", url="https://x.gov/a"))
    assert matched([came], world.known(stored)) == [stored]


def test_a_known_url_whose_guid_is_in_the_document_too_is_another_item(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a"))
    came = [
        world.candidate(world.item(guid="g2", url="https://x.gov/a")),
        world.candidate(world.item(guid="g1", url="https://x.gov/a")),
    ]
    assert matched(came, world.known(stored)) == [None, stored]


def test_a_url_that_several_stored_items_share_decides_nothing(world: World) -> None:
    first = world.stored(world.item(guid="g1", url="https://x.gov/a"))
    second = world.stored(world.item(guid="g2", url="https://x.gov/a"))
    came = world.candidate(world.item(guid="g3", url="https://x.gov/a"))
    assert matched([came], world.known(first, second)) == [None]


def test_a_redesign_that_changes_guid_and_url_keeps_title_and_time(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a", at=NINE))
    came = world.candidate(world.item(guid="h1", url="https://x.gov/b", at=NINE))
    assert matched([came], world.known(stored)) == [stored]


def test_the_same_title_on_the_same_day_at_another_time_is_another_item(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a", at=NINE))
    came = world.candidate(world.item(guid="g2", url="https://x.gov/b", at=TEN))
    assert matched([came], world.known(stored)) == [None]


def test_a_redesign_that_renames_everything_keeps_what_is_dated_by_the_day(world: World) -> None:
    stored = [world.stored(world.item(url=f"https://x.int/old/{n}", title=f"News {n}", day=DAY)) for n in range(3)]
    came = [world.candidate(world.item(url=f"https://x.int/new/{n}", title=f"News {n}", day=DAY)) for n in range(3)]
    assert matched(came, world.known(*stored)) == stored


def test_the_same_title_and_day_in_a_list_that_is_otherwise_known_is_another_item(world: World) -> None:
    first_call = world.stored(world.item(url="https://x.gov/call-1", title="Call with Minister", day=DAY))
    other = world.stored(world.item(url="https://x.gov/other", title="Other", day=DAY))
    second_call = world.candidate(world.item(url="https://x.gov/call-2", title="Call with Minister", day=DAY))
    known = world.known(first_call, other)
    assert matched([second_call], known, familiar=True) == [None]
    edited = world.candidate(world.item(url="https://x.gov/other", title="Other, edited", day=DAY))
    assert matched([second_call, edited], known) == [None, other]


def test_a_redesign_tells_equal_titles_of_one_day_apart_by_their_times(world: World) -> None:
    nine = world.stored(world.item(guid="g1", url="https://x.gov/a", at=NINE))
    ten = world.stored(world.item(guid="g2", url="https://x.gov/b", at=TEN))
    came = [
        world.candidate(world.item(guid="h2", url="https://x.gov/d", at=TEN)),
        world.candidate(world.item(guid="h1", url="https://x.gov/c", at=NINE)),
    ]
    assert matched(came, world.known(nine, ten)) == [ten, nine]


def test_an_id_is_matched_before_a_guid_so_that_nothing_new_can_take_it(world: World) -> None:
    stored = world.stored(world.item(guid="b", url="https://x.gov/a"), guids=("a", "b"))
    renamed = world.candidate(world.item(guid="b", url="https://x.gov/a", title="Edited"))
    original = Candidate(
        world.item(guid="a"), world.candidate(world.item(guid="a")).sighting, stored.entry_id, vouched=True
    )
    assert matched([renamed, original], world.known(stored)) == [None, stored]


def test_of_a_stranger_s_and_an_authority_s_item_the_authority_s_is_joined(world: World) -> None:
    forged = world.stored(world.item(guid="f", url="https://x.gov/a"), source="o", sources=("o",))
    true = world.stored(world.item(guid="t", url="https://x.gov/a"), source="p", sources=("p",))
    came = world.candidate(world.item(guid="c", url="https://x.gov/a"))
    assert matched([came], world.known(forged, true), authorities=frozenset({"s", "p"})) == [true]


def test_equal_titles_of_one_day_in_one_document_are_distinct(world: World) -> None:
    stored = world.stored(world.item(url="https://x.int/1", day=DAY))
    came = [
        world.candidate(world.item(url="https://x.int/1", day=DAY)),
        world.candidate(world.item(url="https://x.int/2", day=DAY)),
    ]
    assert matched(came, world.known(stored)) == [stored, None]


def test_likeness_that_several_stored_items_share_decides_nothing(world: World) -> None:
    first = world.stored(world.item(guid="g1", url="https://x.gov/a", at=NINE))
    second = world.stored(world.item(guid="g2", url="https://x.gov/b", at=NINE))
    came = world.candidate(world.item(guid="g3", url="https://x.gov/c", at=NINE))
    assert matched([came], world.known(first, second)) == [None]


def test_one_stored_item_is_matched_once_in_a_document(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a"))
    came = [
        world.candidate(world.item(guid="g2", url="https://x.gov/a")),
        world.candidate(world.item(guid="g3", url="https://x.gov/a")),
    ]
    assert matched(came, world.known(stored)) == [stored, None]


def test_the_same_document_through_two_sources_is_one_item(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a"), source="o", sources=("o",))
    came = world.candidate(world.item(guid="other", url="https://x.gov/a"))
    assert matched([came], world.known(stored)) == [stored]


def test_two_sources_of_one_site_that_give_one_id_mean_one_document(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/old-slug"), source="o", sources=("o",))
    came = world.candidate(world.item(guid="g1", url="https://x.gov/new-slug"))
    same_id = Candidate(came.item, came.sighting, stored.entry_id, vouched=True)
    assert matched([same_id], world.known(stored)) == [stored]


def test_a_stranger_that_shows_a_document_first_does_not_swallow_the_authority_s_item(world: World) -> None:
    stored = world.stored(world.item(guid="g", url="https://x.gov/a", title="Forged"), source="o", sources=("o",))
    came = world.candidate(world.item(guid="g1", url="https://x.gov/a"), vouched=True)
    assert matched([came], world.known(stored), authorities=frozenset({"s"})) == [None]


def test_a_stranger_that_shows_the_authority_s_document_joins_it(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://x.gov/a"), source="o", sources=("o",))
    came = world.candidate(world.item(guid="g9", url="https://x.gov/a", title="Forged"), vouched=False)
    assert matched([came], world.known(stored), authorities=frozenset({"o"})) == [stored]


def test_a_guid_of_another_source_means_nothing(world: World) -> None:
    stored = world.stored(world.item(guid="g1", url="https://y.org/a"), source="o", sources=("o",))
    came = world.candidate(world.item(guid="g1", url="https://x.gov/a"))
    assert matched([came], world.known(stored)) == [None]


def test_a_document_that_shows_an_item_twice_shows_one_item(world: World) -> None:
    twice = [world.candidate(world.item(guid="g1", title=title)) for title in ("First", "Second")]
    assert [each.item.title for each in distinct(twice)] == ["First"]
