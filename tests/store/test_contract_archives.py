"""What every store must do about archives and hubs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import Change, Link, Scope
from tests.store.conftest import NOON

if TYPE_CHECKING:
    from tests.store.conftest import Newsroom

LINK = Link("summit", "nato", 0.7)
LINKED = Scope(article="summit", annotation="nato")
HUB = "https://hub.example/"


def names(newsroom: Newsroom, scope: Scope, number: int) -> list[str]:
    return [entry.item.title.rpartition(" ")[2] for entry in newsroom.store.archived(scope, number)]


def live(newsroom: Newsroom, scope: Scope, limit: int) -> list[str]:
    return [entry.item.title.rpartition(" ")[2] for entry in newsroom.store.live(scope, limit)]


def three(newsroom: Newsroom) -> None:
    items = [newsroom.new(newsroom.item(name), [LINK], hours) for name, hours in (("c", 3), ("a", 1), ("b", 2))]
    newsroom.save("nato", *items)


def test_only_full_archives_are_made_of_the_oldest(newsroom: Newsroom) -> None:
    three(newsroom)
    for scope in (Scope(), Scope(source="nato"), LINKED, Scope(article="summit")):
        assert newsroom.store.archive(scope, 3, 3) == 0
        assert newsroom.store.archive(scope, 2, 2) == 1
        assert (names(newsroom, scope, 1), names(newsroom, scope, 2)) == (["b", "a"], [])
        assert (live(newsroom, scope, 1), live(newsroom, scope, 2)) == (["c"], ["c", "b"])
        assert newsroom.store.archive(scope, 2, 2) == 1


def test_what_no_archive_holds_is_live_however_old(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.store.archive(Scope(), 2, 2)
    newsroom.save("nato", newsroom.new(newsroom.item("old"), hours=-900))
    assert live(newsroom, Scope(), 2) == ["c", "b", "old"]
    assert live(newsroom, LINKED, 2) == ["c", "b", "a"]


def test_an_edited_entry_leaves_its_archive_and_is_live_again(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.store.archive(Scope(), 2, 2)
    stored = newsroom.stored("nato", newsroom.item("a"))
    newsroom.save("nato", newsroom.look(Change.EDITED, stored, newsroom.item("a", title="Another a"), [LINK]))
    assert (names(newsroom, Scope(), 1), live(newsroom, Scope(), 1)) == (["b"], ["c", "a"])
    stored = newsroom.stored("nato", newsroom.item("b"))
    newsroom.save("nato", newsroom.look(Change.SEEN, stored, stored.head))
    assert (names(newsroom, Scope(), 1), live(newsroom, Scope(), 1)) == (["b"], ["c", "a"])


def test_an_unlinked_entry_waits_for_no_archive_and_is_left_out_of_its_own(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.store.archive(LINKED, 2, 2)
    for name in ("a", "c"):
        newsroom.store.judge(newsroom.stored("nato", newsroom.item(name)).id, "summit", None, [], NOON)
    assert (names(newsroom, LINKED, 1), live(newsroom, LINKED, 9)) == (["b"], ["b"])
    # Linked again: the one is in its archive as it is, the other in none.
    for name in ("a", "c"):
        newsroom.store.judge(newsroom.stored("nato", newsroom.item(name)).id, "summit", None, [LINK], NOON)
    assert (names(newsroom, LINKED, 1), live(newsroom, LINKED, 1)) == (["b", "a"], ["c"])


def test_an_entry_that_another_source_shows_too_is_new_in_its_feed(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.store.archive(Scope(), 2, 2)
    stored = newsroom.stored("nato", newsroom.item("a"))
    newsroom.save("un", newsroom.look(Change.JOINED, stored, stored.head))
    assert live(newsroom, Scope(source="un"), 1) == ["a"]
    assert live(newsroom, Scope(), 1) == ["c"]


def test_sources_that_are_not_asked_for_are_not_archived(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.save("un", newsroom.new(newsroom.item("d"), hours=-4))
    assert newsroom.store.archive(Scope(), 2, 2, ["nato"]) == 1
    assert names(newsroom, Scope(), 1) == ["b", "a"]
    assert [entry.source for entry in newsroom.store.live(Scope(), 9, ["un"])] == ["un"]


def test_what_was_written_of_archives_is_remembered(newsroom: Newsroom) -> None:
    three(newsroom)
    newsroom.store.archive(Scope(), 1, 1)
    assert (newsroom.store.unwritten(Scope()), newsroom.store.unwritten(LINKED)) == ([1, 2], [])
    newsroom.store.mark_archive(Scope(), 1, "abc")
    assert (newsroom.store.unwritten(Scope()), newsroom.store.archives(Scope())) == ([2], {1: "abc", 2: None})
    newsroom.store.mark_archive(LINKED, 1, "found")
    assert newsroom.store.archive(LINKED, 2, 2) == 2
    assert names(newsroom, LINKED, 2) == ["b", "a"]


def test_hubs_are_owed_what_changed_until_they_are_told(newsroom: Newsroom) -> None:
    store, day = newsroom.store, timedelta(days=1)
    store.owe([HUB], ["all.atom", "all.rss"], NOON, NOON - day)
    owed = store.owed()
    assert owed == {HUB: {"all.atom": NOON, "all.rss": NOON}}
    later = NOON + timedelta(hours=1)
    store.owe([HUB], ["all.atom"], later, later - day)
    store.told(HUB, owed[HUB])
    assert store.owed() == {HUB: {"all.atom": later}}
    store.owe([HUB], [], later + day, later)
    assert store.owed() == {HUB: {"all.atom": later}}
    store.owe(["https://other.example/"], [], later, NOON)
    assert store.owed() == {}
