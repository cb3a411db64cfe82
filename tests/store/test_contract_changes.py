"""What any store must do with another look at a stored item, and which revisions grow by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Change, Link, Scope, SourceState

if TYPE_CHECKING:
    from tests.store.conftest import Newsroom

WH, UN, NATO = "white-house", "un", "nato"
PAGE = "https://white-house.example/news"
EVERYWHERE = (Scope(), Scope(source=WH), Scope(source=UN), Scope(article="summit"), Scope(article="other"))


def subject(article: str = "summit", annotation: str = WH, score: float = 0.7) -> Link:
    return Link(article, annotation, score, 0, "A sentence.", ("ukraine", "talks"))


@pytest.mark.parametrize("change", [Change.EDITED, Change.REVISED])
def test_new_version_becomes_the_head_and_the_old_one_is_kept(newsroom: Newsroom, change: Change) -> None:
    first = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(first))
    second = newsroom.item(
        "talks", title="Corrected", guid="guid-2", url="https://agency.example/corrected", likeness="other"
    )
    update = newsroom.look(
        change, newsroom.stored(WH, first), second, published=newsroom.at(-5), updated=newsroom.at(3)
    )
    newsroom.save(WH, update, endpoint=PAGE)
    known = newsroom.store.known(WH, PAGE, [(first, ""), (second, "")])
    stored = known.by_guid["guid-2"]
    assert stored.head == second
    assert stored.digests == {first.digest, second.digest}
    assert stored.versions == 2
    assert stored.guids == {"guid-talks", "guid-2"}
    assert known.by_guid["guid-talks"] == stored
    assert known.by_url == {second.url: (stored,)}
    assert known.by_likeness == {"other": (stored,)}
    assert (stored.first_seen, stored.published, stored.updated) == (newsroom.at(0), newsroom.at(-5), newsroom.at(3))
    (entry,) = newsroom.store.entries(Scope(), 10)
    assert (entry.item, entry.endpoint, entry.versions, entry.published) == (second, PAGE, 2, newsroom.at(-5))


def test_version_that_was_there_before_becomes_the_head_again(newsroom: Newsroom) -> None:
    first, second = newsroom.item("talks"), newsroom.item("talks", title="Corrected")
    newsroom.save(WH, newsroom.new(first))
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, first), second))
    back = replace(first, guid="guid-9")
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, first), back))
    stored = newsroom.stored(WH, first)
    assert stored.head == back
    assert stored.versions == 2
    assert stored.digests == {first.digest, second.digest}


def test_recleaned_replaces_the_head(newsroom: Newsroom) -> None:
    first, better = newsroom.item("talks"), newsroom.item("talks", content="<p>Cleaner.</p>")
    newsroom.save(WH, newsroom.new(first))
    newsroom.save(WH, newsroom.look(Change.REREAD, newsroom.stored(WH, first), better, published=newsroom.at(-1)))
    stored = newsroom.stored(WH, first)
    assert (stored.head, stored.versions, stored.digests) == (better, 1, frozenset({better.digest}))
    assert stored.published == newsroom.at(-1)


def test_recleaned_into_another_version_of_the_item_drops_nothing(newsroom: Newsroom) -> None:
    first, second = newsroom.item("talks"), newsroom.item("talks", title="Corrected")
    newsroom.save(WH, newsroom.new(first))
    newsroom.save(WH, newsroom.look(Change.EDITED, newsroom.stored(WH, first), second))
    newsroom.save(WH, newsroom.look(Change.REREAD, newsroom.stored(WH, first), first))
    stored = newsroom.stored(WH, first)
    assert (stored.head, stored.versions, stored.digests) == (first, 2, frozenset({first.digest, second.digest}))


def test_joined_adds_a_source_and_leaves_the_content(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    theirs = newsroom.item("talks", guid="un-7", title="The same, in their words")
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), theirs, published=newsroom.at(9)))
    stored = newsroom.stored(UN, theirs)
    assert (stored.source, stored.sources, stored.guids) == (WH, frozenset({WH, UN}), frozenset({"un-7"}))
    assert (stored.head, stored.versions, stored.published) == (item, 1, newsroom.at(0))
    assert stored.sightings == (newsroom.sighting(theirs),)
    assert newsroom.stored(WH, item).guids == {"guid-talks"}
    assert [entry.sources for entry in newsroom.store.entries(Scope(source=UN), 10)] == [(UN, WH)]
    assert newsroom.store.known(UN, "", [(item, "")]).by_likeness[item.likeness or ""] == (
        replace(stored, sightings=()),
    )


def test_seen_remembers_guid_and_form_only(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item))
    before = newsroom.stored(WH, item)
    other = replace(item, guid="guid-after-the-redesign", title="Not to be stored", digest="d")
    newsroom.save(WH, newsroom.look(Change.SEEN, before, other, published=newsroom.at(9)))
    assert newsroom.stored(WH, item) == replace(
        before,
        guids=frozenset({"guid-talks", "guid-after-the-redesign"}),
        sightings=(*before.sightings, newsroom.sighting(other)),
    )


def test_guid_moves_to_the_item_it_names_last(newsroom: Newsroom) -> None:
    one, two = newsroom.item("one"), newsroom.item("two")
    newsroom.save(WH, newsroom.new(one), newsroom.new(two))
    newsroom.save(WH, newsroom.look(Change.SEEN, newsroom.stored(WH, two), replace(two, guid="guid-one")))
    assert newsroom.stored(WH, one).head == two
    assert newsroom.stored(WH, two).guids == {"guid-one", "guid-two"}


# --- revisions --------------------------------------------------------------------------------------


def grown(newsroom: Newsroom, before: tuple[int, ...]) -> list[bool]:
    return [now > then for now, then in zip(newsroom.revisions(*EVERYWHERE), before, strict=True)]


def test_revision_is_zero_of_what_never_was(newsroom: Newsroom) -> None:
    assert newsroom.revisions(*EVERYWHERE) == (0, 0, 0, 0, 0)


def test_new_item_grows_the_revisions_of_its_source_and_articles(newsroom: Newsroom) -> None:
    newsroom.save(WH, newsroom.new(newsroom.item("talks"), [subject()]))
    assert newsroom.revisions(*EVERYWHERE) == (1, 1, 0, 1, 0)
    assert newsroom.revisions(Scope(article="summit", annotation=WH)) == (1,)
    newsroom.save(UN, newsroom.new(newsroom.item("other")))
    assert newsroom.revisions(*EVERYWHERE) == (2, 1, 2, 1, 0)


@pytest.mark.parametrize("change", [Change.EDITED, Change.REVISED, Change.REREAD])
def test_change_of_a_shared_item_grows_the_revisions_of_all_who_show_it(newsroom: Newsroom, change: Change) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item))
    newsroom.save(UN, newsroom.new(newsroom.item("else"), [subject("other")]))
    before = newsroom.revisions(*EVERYWHERE)
    changed = newsroom.item("talks", title="Corrected")
    newsroom.save(WH, newsroom.look(change, newsroom.stored(WH, item), changed))
    assert grown(newsroom, before) == [True, True, True, True, False]


def test_joining_grows_the_revisions_of_both_sources(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    before = newsroom.revisions(*EVERYWHERE)
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, item), item))
    assert grown(newsroom, before) == [True, True, True, True, False]


def test_links_that_moved_grow_the_revisions_of_the_old_and_the_new_article(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    before = newsroom.revisions(*EVERYWHERE)
    newsroom.save(WH, newsroom.look(Change.SEEN, newsroom.stored(WH, item), item, [subject("other")]))
    assert grown(newsroom, before) == [True, True, False, True, True]


def test_nothing_that_an_entry_shows_grows_no_revision(newsroom: Newsroom) -> None:
    item = newsroom.item("talks")
    newsroom.save(WH, newsroom.new(item, [subject()]))
    before = newsroom.revisions(*EVERYWHERE)
    newsroom.save(WH, state=SourceState(WH, failures=4))
    stored = newsroom.stored(WH, item)
    newsroom.save(WH, newsroom.look(Change.SEEN, stored, replace(item, guid="again"), [subject()]))
    newsroom.store.mark_published({"all.atom": "f"})
    assert newsroom.revisions(*EVERYWHERE) == before
