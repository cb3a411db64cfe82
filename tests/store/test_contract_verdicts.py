"""What any store must keep of an editor's work: verdicts, and the items that an editor names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StoreError
from aggregator.model import Change, Link, Scope, Verdict

if TYPE_CHECKING:
    from tests.store.conftest import Newsroom, Opener

WH, UN = "white-house", "un"
SUMMIT = Scope(article="summit")
LINK = Link("summit", WH, 0.7, 0, "A sentence.", ("talks",), "Its own sentence.")
OTHER = Link("other", WH, 0.6)


def saved(newsroom: Newsroom, name: str, *links: Link) -> int:
    item = newsroom.item(name)
    newsroom.save(WH, newsroom.new(item, links))
    return newsroom.stored(WH, item).id


def test_a_verdict_is_kept_until_another_is_given(newsroom: Newsroom, open_store: Opener) -> None:
    talks, visit = saved(newsroom, "talks"), saved(newsroom, "visit")
    store = newsroom.store
    store.judge(talks, "summit", Verdict.REJECT, (), newsroom.at(1))
    store.judge(talks, "summit", Verdict.PIN, (LINK,), newsroom.at(2))
    store.judge(talks, "other", Verdict.REJECT, (), newsroom.at(2))
    store.judge(visit, "summit", Verdict.REJECT, (), newsroom.at(3))
    again = open_store()
    for one in (store, again):
        assert one.verdicts([talks, 99]) == {talks: {"summit": Verdict.PIN, "other": Verdict.REJECT}}
        assert one.judged("summit") == {talks: Verdict.PIN, visit: Verdict.REJECT}
        assert one.judged("nothing") == {}
    again.close()
    store.judge(talks, "summit", None, (), newsroom.at(4))
    assert store.judged("summit") == {visit: Verdict.REJECT}


def test_a_verdict_changes_the_links_to_its_article_only(newsroom: Newsroom) -> None:
    talks, visit = saved(newsroom, "talks", LINK, OTHER), saved(newsroom, "visit", LINK)
    before = {name: newsroom.store.revision(Scope(article=name)) for name in ("summit", "other")}
    newsroom.store.judge(talks, "summit", Verdict.REJECT, (), newsroom.at(1))
    by_id = {entry.id: entry.links for entry in newsroom.store.entries(Scope(), 10)}
    assert by_id == {"urn:entry:guid-talks": (OTHER,), "urn:entry:guid-visit": (LINK,)}
    assert newsroom.store.revision(SUMMIT) > before["summit"]
    newsroom.store.judge(visit, "summit", Verdict.PIN, (replace(LINK, score=0.1),), newsroom.at(1))
    assert [entry.links for entry in newsroom.store.entries(SUMMIT, 10)] == [(replace(LINK, score=0.1),)]


def test_a_verdict_that_changes_no_link_changes_no_feed(newsroom: Newsroom) -> None:
    talks = saved(newsroom, "talks", LINK)
    before = newsroom.store.revision(Scope())
    newsroom.store.judge(talks, "summit", Verdict.PIN, (LINK,), newsroom.at(1))
    assert newsroom.store.revision(Scope()) == before


def test_an_item_that_is_not_stored_cannot_be_judged(newsroom: Newsroom) -> None:
    with pytest.raises(StoreError):
        newsroom.store.judge(7, "summit", Verdict.PIN, (), newsroom.at(1))


def test_pinned_items_are_linked_anew_whatever_their_date_and_source(newsroom: Newsroom) -> None:
    old, new = saved(newsroom, "old"), newsroom.item("new")
    newsroom.save(WH, replace(newsroom.new(new), published=newsroom.at(5)))
    found = list(newsroom.store.to_link([WH], newsroom.at(3), [old]))
    assert [id_ for id_, _, _ in found] == [old, newsroom.stored(WH, new).id]
    assert [id_ for id_, _, _ in newsroom.store.to_link([UN], None, [old])] == [old]


def test_an_item_is_found_by_published_id_then_url_then_guid(newsroom: Newsroom) -> None:
    first, second = newsroom.item("talks"), newsroom.item("visit", guid="https://agency.example/talks")
    newsroom.save(WH, newsroom.new(first, [LINK]), replace(newsroom.new(second), entry_id="urn:entry:visit"))
    talks = newsroom.stored(WH, first).id
    for name in ("urn:entry:guid-talks", "https://agency.example/talks", "guid-talks"):
        ((id_, entry),) = newsroom.store.find(name)
        assert (id_, entry.id, entry.links) == (talks, "urn:entry:guid-talks", (LINK,))
    assert newsroom.store.find("guid-nothing") == ()


def test_several_items_of_one_url_are_all_found(newsroom: Newsroom) -> None:
    url = "https://agency.example/page"
    newsroom.save(WH, *(newsroom.new(newsroom.item(name, url=url)) for name in ("one", "two")))
    assert [entry.item.title for _, entry in newsroom.store.find(url)] == ["Statement on one", "Statement on two"]


def test_an_item_seen_through_two_sources_is_found_once(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item))
    assert len(newsroom.store.find("guid-talks")) == 1
