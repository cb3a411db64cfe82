"""What may be let go of after a time, and what stays: held for every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import Ages, Change, Episode, Link, Outcome, Planned, Scope, SourceState, Swept, Update, Verdict
from tests.store.conftest import NOON

if TYPE_CHECKING:
    import pytest

    from aggregator.model import Item
    from tests.store.conftest import Newsroom, Opener

OLD = Ages(texts=NOON + timedelta(days=1))
"""Everything that was seen at noon is old enough."""
LINK = Link("summit", "nato", 0.7)
NAMES = ("a", "b", "c", "d")


def four(newsroom: Newsroom, *, live: int = 1) -> None:
    """Store four items, ``d`` the newest, and archive all but the ``live`` newest."""
    newsroom.save("nato", *(newsroom.new(newsroom.item(name), (), hours) for hours, name in enumerate(NAMES)))
    archive(newsroom, live)


def archive(newsroom: Newsroom, live: int) -> None:
    for scope in (Scope(), Scope(source="nato")):
        newsroom.store.archive(scope, live, 1)


def sweep(newsroom: Newsroom, ages: Ages = OLD, live: int = 1) -> Swept:
    return newsroom.store.let_go(ages, live, 100)


def with_texts(newsroom: Newsroom) -> list[str]:
    """Return the names of the items that have their texts."""
    return [name for name in NAMES if newsroom.stored("nato", newsroom.item(name)).head.content]


def test_texts_go_but_for_those_of_live_entries(newsroom: Newsroom) -> None:
    four(newsroom, live=2)
    assert sweep(newsroom, live=2) == Swept(items=2, considered=4)
    assert with_texts(newsroom) == ["c", "d"]
    assert sweep(newsroom, live=2) == Swept(considered=2)


def test_what_is_not_old_enough_stays(newsroom: Newsroom) -> None:
    four(newsroom)
    assert sweep(newsroom, Ages(texts=NOON)) == Swept()
    assert with_texts(newsroom) == list(NAMES)


def test_everything_but_texts_stays(newsroom: Newsroom) -> None:
    four(newsroom)
    item = newsroom.item("a")
    before, feed = newsroom.stored("nato", item), "https://nato.example/feed"
    seen = newsroom.store.sightings("nato", feed, ["guid-a"])
    revisions = newsroom.revisions(Scope(), Scope(source="nato"))
    sweep(newsroom)
    after = newsroom.stored("nato", item)
    assert after == replace(
        before, head=replace(before.head, summary=None, content=None), dropped=("content", "summary")
    )
    assert newsroom.store.sightings("nato", feed, ["guid-a"]) == seen
    assert newsroom.revisions(Scope(), Scope(source="nato")) == revisions
    assert [entry.item.title for entry in newsroom.store.entries(Scope(), 9)][-1] == item.title


def test_what_an_item_never_had_was_not_let_go_of(newsroom: Newsroom) -> None:
    bodies, teasers = newsroom.item("a", summary=None), newsroom.item("b", content=None)
    bare = newsroom.item("c", summary=None, content=None)
    newsroom.save("nato", *(newsroom.new(item, (), hours) for hours, item in enumerate((bodies, teasers, bare))))
    newsroom.save("nato", newsroom.new(newsroom.item("d"), (), 9))
    archive(newsroom, 1)
    assert sweep(newsroom).items == 2
    dropped = [newsroom.stored("nato", item).dropped for item in (bodies, teasers, bare)]
    assert dropped == [("content",), ("summary",), ()]


def test_what_bears_on_an_article_or_was_judged_stays(newsroom: Newsroom) -> None:
    newsroom.save(
        "nato",
        newsroom.new(newsroom.item("a"), [LINK]),
        *(newsroom.new(newsroom.item(name), (), hours + 1) for hours, name in enumerate(NAMES[1:])),
    )
    newsroom.store.judge(newsroom.stored("nato", newsroom.item("b")).id, "summit", Verdict.REJECT, (), NOON)
    archive(newsroom, 1)
    newsroom.store.archive(Scope(article="summit"), 0, 1)
    newsroom.store.archive(Scope(article="summit", annotation="nato"), 0, 1)
    sweep(newsroom)
    assert with_texts(newsroom) == ["a", "b", "d"]


def test_what_waits_for_an_archive_of_any_feed_stays(newsroom: Newsroom) -> None:
    four(newsroom, live=1)
    stored = newsroom.stored("nato", newsroom.item("a"))
    newsroom.save("un", newsroom.look(Change.JOINED, stored, stored.head))
    sweep(newsroom)
    assert with_texts(newsroom) == ["a", "d"]


def test_what_is_among_the_newest_of_another_source_stays(newsroom: Newsroom) -> None:
    four(newsroom, live=1)
    stored = newsroom.stored("nato", newsroom.item("a"))
    newsroom.save("un", newsroom.look(Change.JOINED, stored, stored.head))
    newsroom.store.archive(Scope(source="un"), 0, 1)
    sweep(newsroom)
    assert with_texts(newsroom) == ["a", "d"]


def edit(newsroom: Newsroom, name: str, hours: float) -> Item:
    stored = newsroom.stored("nato", newsroom.item(name))
    edited = newsroom.item(name, content=f"<p>Edited at {hours}.</p>")
    update = newsroom.look(Change.EDITED, stored, edited, (), updated=newsroom.at(hours))
    state = SourceState("nato")
    feed = "https://nato.example/feed"
    newsroom.store.save(Update("nato", newsroom.at(hours), Outcome.OK, state, endpoint=feed, items=(update,)))
    return edited


def test_an_item_is_as_old_as_its_current_version_and_goes_with_all_of_them(newsroom: Newsroom) -> None:
    four(newsroom)
    edit(newsroom, "a", 48)
    archive(newsroom, 1)
    assert sweep(newsroom) == Swept(items=2, considered=5 - 1)
    assert with_texts(newsroom) == ["a", "d"]
    assert sweep(newsroom, Ages(texts=newsroom.at(49))).items == 1
    assert newsroom.store.let_go(Ages(versions=newsroom.at(99)), 1, 100).versions == 0, "they went with the item"


def test_older_versions_go_without_the_current_one_also_of_what_is_live(newsroom: Newsroom) -> None:
    four(newsroom, live=4)
    edited = edit(newsroom, "d", 48)
    assert sweep(newsroom, Ages(versions=newsroom.at(99))) == Swept(versions=1, considered=5)
    stored = newsroom.stored("nato", edited)
    assert (stored.head, len(stored.digests), stored.dropped) == (edited, 2, ())


def test_a_version_that_is_written_anew_has_its_texts_again(newsroom: Newsroom) -> None:
    four(newsroom)
    sweep(newsroom)
    item = newsroom.item("a")
    newsroom.save("nato", newsroom.look(Change.REREAD, newsroom.stored("nato", item), item, ()))
    stored = newsroom.stored("nato", item)
    assert (stored.head, stored.dropped) == (item, ())
    assert sweep(newsroom).items == 0, "it waits for an archive"
    archive(newsroom, 1)
    assert sweep(newsroom).items == 1


def test_steps_are_bounded_and_go_on_where_the_last_one_ended(newsroom: Newsroom, open_store: Opener) -> None:
    four(newsroom)
    first = newsroom.store.let_go(OLD, 1, 2)
    assert (first.items, first.considered, first.finished) == (2, 2, False)
    again = open_store()
    second = again.let_go(OLD, 1, 2)
    assert (second.items, second.considered, second.finished) == (1, 2, False)
    assert again.let_go(OLD, 1, 2) == Swept()
    again.close()
    assert newsroom.store.let_go(OLD, 1, 2) == Swept(considered=1), "and then begin anew"


def test_troubles_long_over_go_but_for_those_that_are_shown(newsroom: Newsroom) -> None:
    def episode(kind: str, days: int, *, over: bool = True) -> Episode:
        at = NOON + timedelta(days=days)
        return Episode("nato", kind, at, "Why.", at, at if over else None)

    episodes = (episode("a", 0), episode("b", 1), episode("c", 2), episode("d", 3), episode("e", 0, over=False))
    newsroom.store.save(Update("nato", NOON, Outcome.OK, SourceState("nato"), episodes=episodes))
    assert newsroom.store.let_go_of_troubles(NOON + timedelta(days=3), 2, ["nato"]) == 3
    assert [one.kind for one in newsroom.store.episodes(9, ["nato"])] == ["e", "d"]
    assert newsroom.store.let_go_of_troubles(NOON + timedelta(days=9), 2, ["nato"]) == 0
    assert newsroom.store.let_go_of_troubles(NOON + timedelta(days=9), 9, ["un"]) == 1
    assert [one.kind for one in newsroom.store.episodes(9, ["nato"])] == ["e"]


def test_the_day_of_the_upkeep_is_remembered(newsroom: Newsroom, open_store: Opener) -> None:
    assert newsroom.store.upkept() is None
    newsroom.store.mark_upkept(NOON)
    other = open_store()
    assert other.upkept() == NOON
    other.close()


def test_plans_are_those_of_the_states(newsroom: Newsroom) -> None:
    assert newsroom.store.plans() == {}
    newsroom.save("nato", state=SourceState("nato", next_due=newsroom.at(1), last_attempt=NOON, failures=2))
    newsroom.save("un")
    assert newsroom.store.plans() == {"nato": Planned(newsroom.at(1), NOON, 2), "un": Planned()}


def test_what_is_let_go_of_makes_room(newsroom: Newsroom) -> None:
    long = "<p>" + "word " * 4_000 + "</p>"
    items = [newsroom.item(f"n{number}", content=f"{long}{number}") for number in range(30)]
    newsroom.save("nato", *(newsroom.new(item, (), hours) for hours, item in enumerate(items)))
    archive(newsroom, 1)
    size, free = newsroom.store.tidy()
    sweep(newsroom)
    after, room = newsroom.store.tidy()
    assert after == size
    assert room - free > 29 * 16_000
    more = [newsroom.item(f"m{number}", content=f"{long}{number}") for number in range(20)]
    newsroom.save("nato", *(newsroom.new(item, (), 100) for item in more))
    assert newsroom.store.tidy()[0] == size, "what comes in takes the room of what went"


def test_a_reader_does_not_hold_up_the_upkeep(
    newsroom: Newsroom, open_store: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.store.database._TIDY_SECONDS", 0.0)
    reader = open_store()
    four(newsroom)
    items = reader.items()
    next(items)
    newsroom.store.mark_upkept(NOON)
    assert newsroom.store.tidy()[0] > 0
    assert next(items)[1].title == "Statement on b"
    reader.close()
