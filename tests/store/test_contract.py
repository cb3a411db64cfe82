"""What any store must do with a cycle's items; the port's words, run on every adapter."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import StoreError
from aggregator.model import (
    Cadence,
    Change,
    Enclosure,
    EndpointState,
    Hints,
    Item,
    Moment,
    Outcome,
    Precision,
    Rest,
    Rhythm,
    Scope,
    Setback,
    Shape,
    Sighting,
    SourceState,
    Trouble,
    Update,
)

if TYPE_CHECKING:
    from aggregator.ports import Store
    from tests.store.conftest import Newsroom, Opener

WH, UN = "white-house", "un"
WH_FEED, UN_FEED = "https://white-house.example/feed", "https://un.example/feed"
NOON = datetime(2025, 8, 20, 12, tzinfo=UTC)

SHAPE = Shape(at=NOON, items=10, dated=9, titled=8, titles=7, linked=6, texts=5, bodies=4)
BROKEN = replace(SHAPE, at=NOON + timedelta(microseconds=1), items=1, mislabelled="JSON served as “text/html”")
CADENCE = Cadence(NOON, NOON + timedelta(microseconds=1), 60, 3600.5, 7200.25, daily=True, usually="about 5 a day")

# Any text but half a surrogate pair, which no UTF-8 can hold; a NUL is text.
texts = st.text(st.characters(codec="utf-8"), max_size=30)
instants = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
optional_texts = st.none() | texts
items = st.builds(
    Item,
    title=texts,
    guid=st.none() | texts.filter(bool),
    url=optional_texts,
    summary=optional_texts,
    content=optional_texts,
    published=st.none() | st.builds(Moment, instants, st.sampled_from(Precision)),
    authors=st.lists(texts, max_size=3).map(tuple),
    categories=st.lists(texts, max_size=3).map(tuple),
    enclosures=st.lists(st.builds(Enclosure, texts, optional_texts, st.none() | st.integers(0, 2**70)), max_size=2).map(
        tuple
    ),
    language=optional_texts,
    likeness=optional_texts,
    digest=st.text("0123456789abcdef", min_size=64, max_size=64),
    substance=texts,
)


# --- new items --------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=items, dates=st.tuples(instants, instants, instants))
def test_item_comes_back_as_it_was_given(
    newsroom: Newsroom, item: Item, dates: tuple[datetime, datetime, datetime]
) -> None:
    first_seen, published, updated = dates
    entry_id = uuid.uuid4().urn  # of every example another one
    update = replace(newsroom.new(item), entry_id=entry_id, first_seen=first_seen, published=published, updated=updated)
    newsroom.save(WH, update)
    stored = newsroom.store.known(WH, WH_FEED, [(item, entry_id)]).by_entry[entry_id]
    assert stored.head == item
    assert (stored.first_seen, stored.published, stored.updated) == dates
    assert (stored.source, stored.versions) == (WH, 1)
    assert stored.digests == {item.digest}
    assert stored.guids == ({item.guid} if item.guid else set())


def test_new_item_is_found_by_guid_url_likeness_and_entry_id(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item), newsroom.new(newsroom.item("tariffs")))
    known = newsroom.store.known(WH, WH_FEED, [(item, "urn:entry:guid-talks")])
    stored = known.by_guid["guid-talks"]
    assert stored.head == item
    assert known.by_entry == {"urn:entry:guid-talks": stored}
    assert known.by_url == {item.url: (stored,)}
    assert known.by_likeness == {item.likeness: (stored,)}
    assert known.by_guid.keys() == {"guid-talks"}


def test_nothing_is_known_of_an_empty_store(store: Store, newsroom: Newsroom) -> None:
    known = store.known(WH, WH_FEED, [(newsroom.item("talks"), "urn:entry:x")])
    assert (known.by_guid, known.by_entry, known.by_url, known.by_likeness) == ({}, {}, {}, {})
    assert store.sightings(WH, WH_FEED, ["guid-talks"]) == {}
    assert store.states() == {}
    assert store.entries(Scope(), 10) == ()


def test_same_guid_in_two_sources_names_two_items(newsroom: Newsroom) -> None:
    here, there = newsroom.item("7"), newsroom.item("7", title="Another", url="https://un.example/7")
    newsroom.save(WH, newsroom.new(here))
    newsroom.save(UN, replace(newsroom.new(there), entry_id="urn:entry:un-7"))
    assert newsroom.stored(WH, here).head == here
    assert newsroom.stored(UN, there).head == there


def test_items_sharing_a_url_or_a_likeness_are_all_known_in_order_of_intake(newsroom: Newsroom) -> None:
    twins = [newsroom.item(name, url="https://agency.example/live", likeness="same") for name in ("a", "b", "c")]
    newsroom.save(WH, *map(newsroom.new, twins))
    known = newsroom.store.known(WH, WH_FEED, [(twins[0], "urn:entry:x")])
    assert [stored.head for stored in known.by_url["https://agency.example/live"]] == twins
    assert [stored.head for stored in known.by_likeness["same"]] == twins


def test_url_is_known_of_every_source_and_likeness_of_its_own_only(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    known = newsroom.store.known(UN, UN_FEED, [(item, "urn:entry:guid-talks")])
    (stored,) = known.by_url[item.url or ""]
    assert (stored.source, stored.sources, stored.guids, stored.sightings) == (WH, frozenset({WH}), frozenset(), ())
    assert known.by_entry["urn:entry:guid-talks"] == stored
    assert (known.by_guid, known.by_likeness) == ({}, {})


def test_key_with_a_nul_is_found(newsroom: Newsroom) -> None:
    item = newsroom.item("x", guid="a\0b")
    newsroom.save(WH, newsroom.new(item))
    known = newsroom.store.known(WH, WH_FEED, [(item, "urn:entry:x"), (newsroom.item("y", guid="a"), "urn:entry:y")])
    assert known.by_guid.keys() == {"a\0b"}
    assert newsroom.store.sightings(WH, WH_FEED, ["a\0b"]).keys() == {"a\0b"}


def test_a_document_of_hundreds_of_items_is_known_whole(newsroom: Newsroom) -> None:
    many = [newsroom.item(str(number)) for number in range(300)]
    newsroom.save(WH, *map(newsroom.new, many))
    known = newsroom.store.known(WH, WH_FEED, [(item, f"urn:entry:{item.guid}") for item in many])
    assert {guid: stored.head for guid, stored in known.by_guid.items()} == {item.guid: item for item in many}
    assert newsroom.store.sightings(WH, WH_FEED, [str(item.guid) for item in many]).keys() == known.by_guid.keys()


def test_entry_id_of_another_item_fails_by_name_and_keeps_nothing(newsroom: Newsroom) -> None:
    newsroom.save(WH, newsroom.new(newsroom.item("talks")))
    other = replace(newsroom.new(newsroom.item("other")), entry_id="urn:entry:guid-talks")
    with pytest.raises(StoreError, match="urn:entry:guid-talks"):
        newsroom.save(UN, newsroom.new(newsroom.item("first")), other)
    assert newsroom.store.states().keys() == {WH}
    assert len(newsroom.heads()) == 1


def test_entry_id_twice_in_one_update_fails_by_name(newsroom: Newsroom) -> None:
    twins = [replace(newsroom.new(newsroom.item(name)), entry_id="urn:entry:twin") for name in ("a", "b")]
    with pytest.raises(StoreError, match="urn:entry:twin"):
        newsroom.save(WH, *twins)


def test_change_of_an_item_never_stored_fails(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    lost = replace(newsroom.look(Change.SEEN, newsroom.stored(WH, item), item), id=999)
    with pytest.raises(StoreError, match="999"):
        newsroom.save(WH, lost)


def test_items_without_an_endpoint_fail(newsroom: Newsroom) -> None:
    update = Update(WH, NOON, Outcome.OK, SourceState(WH), items=(newsroom.new(newsroom.item("talks")),))
    with pytest.raises(StoreError, match="endpoint"):
        newsroom.store.save(update)


def test_half_a_surrogate_pair_fails_as_a_store_error(newsroom: Newsroom) -> None:
    with pytest.raises(StoreError, match="cannot be stored"):
        newsroom.save(WH, newsroom.new(newsroom.item("talks", title="\ud800", digest="d")))
    assert newsroom.heads() == []


# --- sightings --------------------------------------------------------------------------------------


def test_sightings_are_kept_by_digest_and_the_one_shown_last_comes_last(newsroom: Newsroom) -> None:
    first = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(first))
    second = newsroom.item("talks", summary="Longer.")
    newsroom.save(WH, newsroom.look(Change.REVISED, newsroom.stored(WH, first), second))
    noisy = newsroom.sighting(first, raw="noise", handle="https://agency.example/?p=7")
    newsroom.save(WH, newsroom.look(Change.SEEN, newsroom.stored(WH, first), second, sighting=noisy))
    assert newsroom.stored(WH, first).sightings == (newsroom.sighting(second), noisy)
    assert newsroom.store.sightings(WH, WH_FEED, ["guid-talks", noisy.handle, "never"]) == {
        "guid-talks": (newsroom.sighting(second),),
        noisy.handle: (noisy,),
    }


def test_sightings_are_of_one_endpoint_of_one_source(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    page = "https://white-house.example/news"
    assert newsroom.stored(WH, item, page).sightings == ()
    assert newsroom.store.sightings(WH, page, ["guid-talks"]) == {}
    assert newsroom.store.sightings(UN, WH_FEED, ["guid-talks"]) == {}
    newsroom.save(WH, newsroom.look(Change.SEEN, newsroom.stored(WH, item), item), endpoint=page)
    assert newsroom.stored(WH, item, page).sightings == (newsroom.sighting(item),)


# --- state ------------------------------------------------------------------------------------------


def test_state_comes_back_as_it_was_given(store: Store, newsroom: Newsroom, open_store: Opener) -> None:
    state = SourceState(
        id=WH,
        next_due=NOON + timedelta(microseconds=1),
        interval=300.5,
        failures=3,
        last_attempt=NOON,
        last_success=NOON - timedelta(days=1),
        last_item=NOON - timedelta(days=2),
        rhythm=Rhythm(3, NOON, (0.5,) * 24, (1.0,) * 7, NOON, 0.125, 60.0, "mostly Mon-Fri"),
        endpoint=WH_FEED,
        trouble=(Trouble("http-status", "HTTP 403 “Forbidden”", NOON), Trouble("cadence", "nothing for long", NOON)),
        endpoints={
            "https://white-house.example/old": EndpointState("https://white-house.example/old", rests=True),
            "https://white-house.example/was": EndpointState(
                "https://white-house.example/was", moved_to="https://white-house.example/is", moves=2
            ),
            "https://white-house.example/down": EndpointState(
                "https://white-house.example/down",
                "etag",
                setback=Setback("http-status", "HTTP 500 “Error”", 3, NOON + timedelta(microseconds=1)),
                hints=Hints(3600.0, 0.5, NOON, (0, 23), (6,)),
                fresh=0.0,
            ),
            WH_FEED: EndpointState(
                WH_FEED, 'W/"x"', "Wed, 20 Aug 2025 12:00:00 GMT", "body", "reading", usual=SHAPE, last=BROKEN
            ),
            "https://white-house.example/new": EndpointState("https://white-house.example/new", last=SHAPE),
        },
        cadence=CADENCE,
    )
    newsroom.save(WH, state=state)
    newsroom.save(UN, state=SourceState(UN))
    again = open_store()
    assert store.states() == again.states() == {WH: state, UN: SourceState(UN)}
    again.close()


def test_endpoints_that_left_the_state_are_forgotten_and_their_sightings_stay(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item), state=SourceState(WH, endpoints={WH_FEED: EndpointState(WH_FEED, "etag")}))
    newsroom.save(WH, state=SourceState(WH))
    assert newsroom.store.states()[WH].endpoints == {}
    assert newsroom.stored(WH, item).sightings == (newsroom.sighting(item),)
    assert newsroom.store.entries(Scope(), 1)[0].endpoint == WH_FEED


def test_state_counts_the_items_that_came_through_a_source(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item), newsroom.new(newsroom.item("tariffs")))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item))
    newsroom.save(UN, newsroom.look(Change.SEEN, newsroom.stored(UN, item), item), state=SourceState(UN, items=77))
    assert {source: state.items for source, state in newsroom.store.states().items()} == {WH: 2, UN: 1}


def test_handles_are_looked_up_in_the_form_the_planner_uses(newsroom: Newsroom) -> None:
    item = newsroom.item("talks", guid=None)
    newsroom.save(WH, newsroom.new(item))
    assert newsroom.store.sightings(WH, WH_FEED, [item.url or ""]) == {
        item.url: (Sighting(item.url or "", f"raw of {item.title}", "reading", item.digest),)
    }


# --- hosts that rest --------------------------------------------------------------------------------


def test_rests_come_back_as_they_were_given_by_host(store: Store, open_store: Opener) -> None:
    assert store.rests(NOON) == ()
    rests = [Rest(host, NOON + timedelta(microseconds=1), 503) for host in ("un.example", "[::1]:8080", "nato.example")]
    store.set_rests(rests)
    again = open_store()
    assert store.rests(NOON) == again.rests(NOON) == tuple(sorted(rests, key=lambda rest: rest.host))
    again.close()


def test_rests_replace_those_before(store: Store) -> None:
    store.set_rests([Rest("nato.example", NOON + timedelta(hours=1), 429), Rest("un.example", NOON, 503)])
    later = Rest("nato.example", NOON + timedelta(hours=2), 503)
    store.set_rests([later])
    assert store.rests(NOON) == (later,)
    store.set_rests([])
    assert store.rests(NOON) == ()


def test_a_rest_that_is_over_is_forgotten(store: Store) -> None:
    until = NOON + timedelta(hours=1)
    store.set_rests([Rest("nato.example", until, 429)])
    assert store.rests(until) == ()
    assert store.rests(NOON) == ()


def test_a_rest_belongs_to_no_source_and_shows_in_no_entry(store: Store, newsroom: Newsroom) -> None:
    newsroom.save(WH, newsroom.new(newsroom.item("talks")))
    before = store.states(), newsroom.revisions(Scope(), Scope(source=WH))
    store.set_rests([Rest("white-house.example", NOON, 429)])
    assert (store.states(), newsroom.revisions(Scope(), Scope(source=WH))) == before
