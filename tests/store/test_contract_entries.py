"""What any store must give to publishing: entries in order, links, the site, what was written."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StoreError
from aggregator.model import Change, Item, Link, Scope, Site

if TYPE_CHECKING:
    from aggregator.ports import Store
    from tests.store.conftest import Newsroom, Opener

WH, UN, NATO = "white-house", "un", "nato"
SUMMIT, OTHER = Scope(article="summit"), Scope(article="other")


def subject(article: str = "summit", annotation: str = WH, score: float = 0.7) -> Link:
    return Link(article, annotation, score, 0, "A sentence.", ("ukraine", "talks"))


def number(newsroom: Newsroom, source: str, item: Item) -> int:
    return newsroom.stored(source, item).id


# --- entries ----------------------------------------------------------------------------------------


def test_entry_carries_all_that_its_publication_needs(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    links = [subject("summit", WH), subject("other", "b"), subject("other", "a", 0.5)]
    update = replace(newsroom.new(item, links), published=newsroom.at(-1), updated=newsroom.at(2))
    newsroom.save(WH, update)
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item))
    (entry,) = newsroom.store.entries(Scope(), 10)
    assert (entry.id, entry.source, entry.sources) == ("urn:entry:guid-talks", WH, (UN, WH))
    assert (entry.endpoint, entry.item, entry.versions) == ("https://white-house.example/feed", item, 1)
    assert (entry.first_seen, entry.published, entry.updated) == (newsroom.at(0), newsroom.at(-1), newsroom.at(2))
    assert entry.links == (links[2], links[1], links[0])
    for scope in (Scope(source=WH), Scope(source=UN), SUMMIT, OTHER, Scope(article="other", annotation="b")):
        assert newsroom.store.entries(scope, 10) == (entry,)
    for scope in (Scope(source=NATO), Scope(article="none"), Scope(article="summit", annotation="b")):
        assert newsroom.store.entries(scope, 10) == ()


def test_entries_are_newest_first_and_ties_keep_the_order_of_the_source(newsroom: Newsroom) -> None:
    named = {name: newsroom.item(name) for name in "edcba"}
    hours = {"a": 0, "b": 5, "c": 0, "d": -3, "e": 5}
    newsroom.save(WH, *(newsroom.new(item, [subject()], hours[name]) for name, item in named.items()))
    order = [named[name] for name in "ebcad"]
    for scope in (Scope(), Scope(source=WH), SUMMIT, Scope(article="summit", annotation=WH)):
        assert newsroom.heads(scope) == order
        assert newsroom.heads(scope, 2) == order[:2]


def test_of_entries_of_one_date_those_seen_later_come_first(newsroom: Newsroom) -> None:
    early, late = newsroom.item("early"), newsroom.item("late")
    newsroom.save(WH, newsroom.new(early, [subject()]))
    newsroom.save(WH, replace(newsroom.new(late, [subject()]), first_seen=newsroom.at(1)))
    for scope in (Scope(), Scope(source=WH), SUMMIT, Scope(article="summit", annotation=WH)):
        assert newsroom.heads(scope) == [late, early]


def test_of_all_items_only_those_of_some_sources(newsroom: Newsroom) -> None:
    ours, theirs = newsroom.item("ours"), newsroom.item("theirs")
    newsroom.save(WH, newsroom.new(ours))
    newsroom.save(UN, newsroom.new(theirs, hours=1))
    assert [entry.item for entry in newsroom.store.entries(Scope(), 1, {WH})] == [ours]
    assert newsroom.store.entries(Scope(), 1, set()) == ()


def test_an_item_can_be_given_to_another_source(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item, owner=UN))
    (entry,) = newsroom.store.entries(Scope(), 1)
    assert (entry.source, entry.sources) == (UN, (UN, WH))


def test_items_of_unknown_date_are_linked_whatever_their_age(newsroom: Newsroom) -> None:
    undated, dated = newsroom.item("undated", published=None), newsroom.item("dated")
    newsroom.save(WH, newsroom.new(undated, hours=-50), newsroom.new(dated, hours=-50))
    assert [item for _, _, item in newsroom.store.to_link([WH], newsroom.at(0))] == [undated]


def test_fractions_of_a_second_count_in_the_order(newsroom: Newsroom) -> None:
    early, late = newsroom.item("early"), newsroom.item("late")
    newsroom.save(WH, newsroom.new(early, hours=0), newsroom.new(late, hours=1e-9 * 3600))
    assert newsroom.heads() == [late, early]


def test_item_under_two_annotations_is_one_entry_of_the_article(newsroom: Newsroom) -> None:
    items = [newsroom.item(str(each)) for each in range(4)]
    newsroom.save(WH, *(newsroom.new(item, [subject(annotation="a"), subject(annotation="b")]) for item in items))
    assert newsroom.heads(SUMMIT) == items
    assert newsroom.heads(SUMMIT, 3) == items[:3]


def test_new_date_moves_an_entry_in_every_feed(newsroom: Newsroom) -> None:
    one, two = newsroom.item("one"), newsroom.item("two")
    newsroom.save(WH, newsroom.new(one, [subject()], 0), newsroom.new(two, [subject()], 1))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, one), one))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, two), two))
    edited = newsroom.item("one", title="Moved")
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, one), edited, published=newsroom.at(2)))
    for scope in (Scope(), Scope(source=WH), Scope(source=UN), SUMMIT, Scope(article="summit", annotation=WH)):
        assert newsroom.heads(scope) == [edited, two]


# --- links ------------------------------------------------------------------------------------------


def test_links_are_replaced_when_given_and_left_when_not(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject(), subject("other")]))
    stored = newsroom.stored(WH, item)
    newsroom.save(WH, newsroom.look(Change.SEEN, stored, item))
    assert newsroom.store.entries(Scope(), 1)[0].links == (subject("other"), subject())
    newsroom.save(WH, newsroom.look(Change.SEEN, stored, item, [subject(score=0.9)]))
    assert newsroom.store.entries(Scope(), 1)[0].links == (subject(score=0.9),)
    newsroom.save(WH, newsroom.look(Change.SEEN, stored, item, []))
    assert newsroom.heads(SUMMIT) == []


def test_link_comes_back_as_it_was_given(newsroom: Newsroom) -> None:
    bare = Link("summit", WH, 1 / 3)
    newsroom.save(WH, newsroom.new(newsroom.item("talks"), [bare]))
    assert newsroom.store.entries(SUMMIT, 1)[0].links == (bare,)


def test_relinking_replaces_the_links_of_one_article(newsroom: Newsroom, open_store: Opener) -> None:
    one, two, three = (newsroom.item(name) for name in ("one", "two", "three"))
    newsroom.save(WH, newsroom.new(one, [subject(), subject("other")]), newsroom.new(two, [subject()]))
    newsroom.save(UN, newsroom.new(three))
    assert newsroom.store.linked().get("summit") is None
    unchanged, moved = number(newsroom, WH, two), number(newsroom, UN, three)
    before = newsroom.revisions(Scope(), Scope(source=WH), Scope(source=UN), SUMMIT, OTHER)
    newsroom.store.relink("summit", "f1", {unchanged: [subject()], moved: [subject(annotation=UN)]})
    assert newsroom.heads(SUMMIT) == [two, three]
    assert newsroom.heads(OTHER) == [one]
    after = newsroom.revisions(Scope(), Scope(source=WH), Scope(source=UN), SUMMIT, OTHER)
    assert [now > then for now, then in zip(after, before, strict=True)] == [True] * 5
    again = open_store()
    assert again.linked() == {"summit": "f1"}
    again.close()


def test_relinking_to_the_same_links_grows_no_revision(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    before = newsroom.revisions(Scope(), SUMMIT)
    newsroom.store.relink("summit", "f2", {number(newsroom, WH, item): [subject()]})
    assert newsroom.revisions(Scope(), SUMMIT) == before
    assert newsroom.store.linked().get("summit") == "f2"


def test_relinking_with_what_does_not_fit_fails_and_keeps_the_old_links(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    stored = number(newsroom, WH, item)
    for wrong in ({stored: [], 999: [subject()]}, {stored: [subject("other")]}, {stored: [subject(), subject()]}):
        with pytest.raises(StoreError):
            newsroom.store.relink("summit", "f3", wrong)
    assert newsroom.heads(SUMMIT) == [item]
    assert newsroom.store.linked().get("summit") is None


def test_every_item_is_given_as_it_is_now_under_the_id_that_it_is_published_with(newsroom: Newsroom) -> None:
    store, first, second = newsroom.store, newsroom.item("first"), newsroom.item("second")
    assert list(store.items()) == []
    newsroom.save(WH, newsroom.new(first), newsroom.new(second))
    edited = replace(first, title="First, corrected", digest="d2", substance="s2")
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, first), edited))
    assert list(store.items()) == [("urn:entry:guid-first", edited), ("urn:entry:guid-second", second)]


def test_items_to_link_are_those_of_the_sources_since(newsroom: Newsroom) -> None:
    old, new, theirs, shared = (newsroom.item(name) for name in ("old", "new", "theirs", "shared"))
    newsroom.save(WH, newsroom.new(new, hours=0), newsroom.new(old, hours=-1e-9 * 3600), newsroom.new(shared, hours=7))
    newsroom.save(NATO, newsroom.new(theirs, hours=1))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, shared), shared))
    corrected = newsroom.item("new", title="Corrected")
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, new), corrected))
    store = newsroom.store
    ids = [number(newsroom, WH, item) for item in (new, old, shared)]
    assert list(store.to_link([WH], None)) == [
        (ids[0], frozenset({WH}), corrected),
        (ids[1], frozenset({WH}), old),
        (ids[2], frozenset({WH, UN}), shared),
    ]
    assert [item for item, _, _ in store.to_link([WH, UN], newsroom.at(0))] == [ids[0], ids[2]]
    assert [item for _, _, item in store.to_link([UN], None)] == [shared]
    assert [item for _, _, item in store.to_link([NATO, UN], newsroom.at(1))] == [shared, theirs]
    assert list(store.to_link([], None)) == []


# --- the site and its outputs -----------------------------------------------------------------------


def test_identity_of_the_site_outlives_its_address(newsroom: Newsroom, open_store: Opener) -> None:
    first = newsroom.store.site("https://one.example/", None, newsroom.at(0))
    assert first == Site(uuid.uuid5(uuid.NAMESPACE_URL, "https://one.example/").urn, newsroom.at(0))
    again = open_store()
    assert again.site("https://two.example/", None, newsroom.at(1)) == first
    again.close()


def test_configured_identity_overrides_and_stays(newsroom: Newsroom) -> None:
    store, chosen = newsroom.store, "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2"
    store.site("https://one.example/", None, newsroom.at(0))
    assert store.site("https://one.example/", chosen, newsroom.at(1)) == Site(chosen, newsroom.at(0))
    assert store.site("https://one.example/", None, newsroom.at(2)) == Site(chosen, newsroom.at(0))


def test_outputs_are_remembered_until_forgotten(store: Store, open_store: Opener) -> None:
    assert store.published() == {}
    store.mark_published({"all.atom": "1", "all.rss": "2", "sources/nato.atom": "3"})
    store.mark_published({"all.atom": "4", "all.rss": None, "never": None})
    again = open_store()
    assert store.published() == again.published() == {"all.atom": "4", "sources/nato.atom": "3"}
    again.close()
