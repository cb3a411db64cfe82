"""What a candidate adds to the item that it is: DESIGN, "Edits" and "Dates"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.model import Change, Item, ItemUpdate, Moment, StoredItem
from aggregator.plan.versions import compare, introduce
from tests.plan.world import with_digests

if TYPE_CHECKING:
    from aggregator.plan.match import Candidate
    from tests.plan.world import World

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
NINE = NOON - timedelta(hours=3)
DAY = datetime(2026, 10, 1, tzinfo=UTC)


def look(candidate: Candidate, stored: StoredItem, source: str = "s") -> ItemUpdate | None:
    return compare(candidate, stored, source, LATER, with_digests, {"s", "o"})


def test_a_new_item_is_published_when_its_source_says(world: World) -> None:
    update = introduce(world.candidate(world.item(guid="g", at=NINE)), "s", NOON)
    assert (update.change, update.published, update.updated, update.first_seen) == (Change.NEW, NINE, NINE, NOON)


def test_an_undated_item_keeps_first_seen(world: World) -> None:
    update = introduce(world.candidate(world.item(guid="g")), "s", NOON)
    assert (update.published, update.item.published) == (NOON, None)
    again = look(world.candidate(world.item(guid="g", title="Other")), world.stored(world.item(guid="g")))
    assert again is not None
    assert again.published == NOON


def test_a_future_date_is_clamped_to_first_seen_and_stays_so(world: World) -> None:
    embargoed = world.item(guid="g", at=LATER + timedelta(days=1))
    assert introduce(world.candidate(embargoed), "s", NOON).published == NOON
    edited = world.item(guid="g", at=LATER + timedelta(days=1), content="<p>More</p>")
    update = look(world.candidate(edited), world.stored(embargoed))
    assert update is not None
    assert update.published == NOON


def test_a_date_after_first_seen_is_of_a_change_and_leaves_the_date_known(world: World) -> None:
    first, moved = world.item(guid="g", at=NINE), world.item(guid="g", at=LATER)
    update = look(world.candidate(moved), world.stored(first))
    assert update is not None
    assert (update.change, update.published) == (Change.EDITED, NINE)


def test_a_date_put_right_before_first_seen_is_the_date(world: World) -> None:
    first, moved = world.item(guid="g", at=NINE), world.item(guid="g", at=NINE + timedelta(hours=1))
    update = look(world.candidate(moved), world.stored(first))
    assert update is not None
    assert (update.change, update.published) == (Change.EDITED, NINE + timedelta(hours=1))


def test_the_same_form_again_is_nothing(world: World) -> None:
    item = world.item(guid="g", content="<p>Text</p>")
    assert look(world.candidate(item), world.stored(item)) is None


def test_noise_in_the_raw_form_is_remembered_and_changes_nothing(world: World) -> None:
    item = world.item(guid="g", content="<p>Text</p>")
    update = look(world.candidate(item, raw="with another nonce"), world.stored(item))
    assert update is not None
    assert update.change is Change.SEEN


def test_changed_words_are_an_edit_that_moves_updated(world: World) -> None:
    old, new = (world.item(guid="g", at=NINE, content=f"<p>{text}</p>") for text in ("Ten tanks", "Twelve tanks"))
    update = look(world.candidate(new), world.stored(old))
    assert update is not None
    assert (update.change, update.updated, update.published) == (Change.EDITED, LATER, NINE)
    assert update.item == new


def test_changed_markup_is_a_version_that_leaves_updated(world: World) -> None:
    old, new = (world.item(guid="g", at=NINE, content=text) for text in ("<p>Ten tanks</p>", "<p><b>Ten</b> tanks</p>"))
    update = look(world.candidate(new), world.stored(old))
    assert update is not None
    assert (update.change, update.updated) == (Change.REVISED, NINE)


def test_an_older_version_out_of_a_stale_cache_is_no_edit(world: World) -> None:
    old, new = (world.item(guid="g", content=f"<p>{text}</p>") for text in ("Ten tanks", "Twelve tanks"))
    assert look(world.candidate(old), world.stored(old, new)) is None


def test_a_switch_of_endpoint_neither_edits_nor_forgets(world: World) -> None:
    full = world.item(guid="g", at=NINE, url="https://x.gov/a", title="Remarks by the Secretary", content="<p>All</p>")
    poor = world.item(url="https://x.gov/a", day=DAY, title="Remarks by the\u2026", summary="All of it")
    update = look(world.candidate(poor), world.stored(full, sightings=()))
    assert update is not None
    assert (update.change, update.item.title) == (Change.REREAD, "Remarks by the Secretary")
    assert (update.item.content, update.item.summary) == ("<p>All</p>", "All of it")
    assert (update.item.published, update.updated) == (full.published, NINE)


def test_a_switch_to_an_endpoint_that_adds_nothing_is_only_remembered(world: World) -> None:
    full = world.item(guid="g", at=NINE, url="https://x.gov/a", title="Remarks", content="<p>All</p>", summary="All")
    poor = world.item(url="https://x.gov/a", day=DAY, title="Remarks")
    update = look(world.candidate(poor), world.stored(full, sightings=()))
    assert update is not None
    assert update.change is Change.SEEN


def test_a_switch_of_endpoint_that_brings_the_body_and_the_hour_is_no_edit(world: World) -> None:
    poor = world.item(url="https://x.gov/a", day=DAY, title="Remarks")
    full = world.item(guid="g", at=NINE, url="https://x.gov/a", title="Remarks", content="<p>All of it</p>")
    stored = world.stored(poor, sightings=())
    update = look(world.candidate(full), stored)
    assert update is not None
    assert (update.change, update.item.content) == (Change.REREAD, "<p>All of it</p>")
    assert update.published == update.updated == NINE


def test_an_edit_made_while_the_endpoints_changed_stands_but_is_not_called_one(world: World) -> None:
    head = world.item(guid="g", at=NINE, title="Troops deployed", content="<p>Troops were deployed.</p>")
    corrected = world.item(guid="g", at=NINE, title="CORRECTED: No troops", content="<p>No troops were deployed.</p>")
    update = look(world.candidate(corrected), world.stored(head, sightings=()))
    assert update is not None
    assert (update.change, update.updated) == (Change.REVISED, NINE)
    assert (update.item.title, update.item.content) == ("CORRECTED: No troops", "<p>No troops were deployed.</p>")


def test_an_older_version_through_another_endpoint_s_stale_cache_is_no_edit(world: World) -> None:
    old, new = (world.item(guid="g", content=f"<p>{text}</p>") for text in ("Ten tanks", "Twelve tanks"))
    update = look(world.candidate(old), world.stored(old, new, sightings=()))
    assert update is not None
    assert (update.change, update.item) == (Change.SEEN, new)


def test_an_edit_through_the_second_endpoint_is_an_edit(world: World) -> None:
    head = world.item(guid="g", url="https://x.gov/a", title="Remarks", content="<p>All of it</p>")
    before = world.item(url="https://x.gov/a", title="Remarks by the Secretary")
    after = world.item(url="https://x.gov/a", title="Remarks by the Deputy Secretary")
    update = look(world.candidate(after), world.stored(head, sightings=(world.candidate(before).sighting,)))
    assert update is not None
    assert (update.change, update.item.title) == (Change.EDITED, "Remarks by the Deputy Secretary")
    assert update.item.content == "<p>All of it</p>"


def test_a_field_that_is_missing_now_keeps_what_was_known(world: World) -> None:
    old = world.item(guid="g", at=NINE, content="<p>Text</p>", authors=("Office",))
    update = look(world.candidate(world.item(guid="g", content="<p>Text</p>")), world.stored(old))
    assert update is not None
    assert (update.change, update.item.published, update.item.authors) == (Change.SEEN, old.published, ("Office",))


def test_a_body_that_arrives_later_is_no_edit(world: World) -> None:
    old, new = world.item(guid="g", at=NINE), world.item(guid="g", at=NINE, content="<p>Text</p>")
    update = look(world.candidate(new), world.stored(old))
    assert update is not None
    assert (update.change, update.updated) == (Change.REVISED, NINE)


def test_the_same_raw_form_read_better_replaces_the_version_in_place(world: World) -> None:
    old = world.item(guid="g", at=NINE, content="<nav>Menu</nav><p>Text</p>")
    new = world.item(guid="g", at=NINE, content="<p>Text</p>")
    sighting = world.candidate(old, raw="same").sighting
    update = look(world.candidate(new, raw="same", reading="r2"), world.stored(old, sightings=(sighting,)))
    assert update is not None
    assert (update.change, update.updated) == (Change.REREAD, NINE)


def test_another_raw_form_in_another_reading_is_a_version_but_no_edit(world: World) -> None:
    old, new = (world.item(guid="g", at=NINE, content=f"<p>{text}</p>") for text in ("Ten tanks", "Twelve tanks"))
    update = look(world.candidate(new, reading="r2"), world.stored(old))
    assert update is not None
    assert (update.change, update.updated) == (Change.REVISED, NINE)


def test_a_setting_that_is_taken_back_gives_the_former_reading_back(world: World) -> None:
    whole = world.item(guid="g", at=NINE, content="<p>one</p><p>two</p>")
    cut = world.item(guid="g", at=NINE, content="<p>one</p>")
    sightings = (world.candidate(whole, raw="same").sighting, world.candidate(cut, raw="same", reading="r2").sighting)
    update = look(world.candidate(whole, raw="same"), world.stored(cut, sightings=sightings))
    assert update is not None
    assert (update.change, update.item.content, update.updated) == (Change.REREAD, whole.content, NINE)


def test_a_stand_in_never_replaces_what_was_given(world: World) -> None:
    given = world.item(guid="g", title="Statement", summary="In short", language="fr", content="<p>Text</p>")
    filled = world.item(
        guid="g",
        title="Text",
        summary="Text",
        language="en",
        content="<p>Text</p>",
        derived=("language", "summary", "title"),
    )
    update = look(world.candidate(filled), world.stored(given))
    assert update is not None
    assert (update.change, update.item.title, update.item.summary, update.item.language) == (
        Change.SEEN,
        "Statement",
        "In short",
        "fr",
    )


def test_a_stand_in_follows_the_text_it_was_made_of(world: World) -> None:
    old, new = (
        world.item(guid="g", content=f"<p>{text}</p>", summary=text, derived=("summary",)) for text in ("Ten", "Twelve")
    )
    update = look(world.candidate(new), world.stored(old))
    assert update is not None
    assert (update.item.summary, update.item.derived) == ("Twelve", ("summary",))


def test_a_date_of_change_dates_a_new_item_and_nothing_else(world: World) -> None:
    came = replace(world.candidate(world.item(guid="g")), stand_in=Moment(NINE))
    update = introduce(came, "s", NOON)
    assert (update.published, update.updated, update.item.published) == (NINE, NINE, None)
    touched = replace(world.candidate(world.item(guid="g"), raw="touched"), stand_in=Moment(LATER))
    again = look(touched, replace(world.stored(world.item(guid="g")), published=NINE, updated=NINE))
    assert again is not None
    assert (again.change, again.published, again.updated) == (Change.SEEN, NINE, NINE)


def test_an_item_whose_owner_is_gone_becomes_that_of_the_source_that_shows_it(world: World) -> None:
    stored = world.stored(world.item(guid="g", title="Old title"), source="gone", sources=("gone",), sightings=())
    update = look(world.candidate(world.item(guid="g", title="Corrected")), stored)
    assert update is not None
    assert (update.change, update.item.title, update.owner) == (Change.REVISED, "Corrected", "s")
    same = look(world.candidate(world.item(guid="g", title="Old title")), stored)
    assert same is not None
    assert (same.change, same.owner, same.sources) == (Change.JOINED, "s", frozenset({"gone", "s"}))


def test_updated_never_lies_before_published(world: World) -> None:
    day = world.item(guid="g", day=DAY, title="Remarks")
    exact = world.item(guid="g", at=NINE, title="Remarks")
    update = look(world.candidate(exact), world.stored(day))
    assert update is not None
    assert update.published == update.updated == NINE


def test_another_source_joins_and_changes_nothing(world: World) -> None:
    stored = world.stored(world.item(guid="g", url="https://x.gov/a", title="Statement"), source="o", sources=("o",))
    update = look(world.candidate(world.item(guid="h", url="https://x.gov/a", title="Forged")), stored)
    assert update is not None
    assert (update.change, update.item.title, update.item.guid) == (Change.JOINED, "Statement", "h")
    assert update.sources == {"o", "s"}


def test_a_source_that_joined_can_not_edit(world: World) -> None:
    stored = world.stored(world.item(guid="g", title="Statement"), source="o", sources=("o", "s"))
    update = look(world.candidate(world.item(guid="h", title="Forged again")), stored)
    assert update is not None
    assert (update.change, update.item.title) == (Change.SEEN, "Statement")


def test_a_new_guid_of_the_same_form_is_remembered(world: World) -> None:
    item = world.item(guid="g1", url="https://x.gov/a")
    renamed: Item = world.item(guid="g2", url="https://x.gov/a")
    update = look(world.candidate(renamed), world.stored(item))
    assert update is not None
    assert (update.change, update.item.guid) == (Change.SEEN, "g2")
