"""Texts that are let go of: nothing published changes, and nothing that is seen again looks new or edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from aggregator.model import Maintained, Scope
from aggregator.wiring import upkeep
from tests.pipeline.newsroom import FEED, Newsroom
from tests.system.project import rss

OTHER = "https://office.example/new-feed"
KEPT = 3
MONTH = timedelta(days=30)
Items = list[dict[str, Any]]


def statements() -> Items:
    """Return twelve statements, the newest first."""
    return [
        {
            "guid": f"https://office.example/?p={number}",
            "title": f"Statement {number}",
            "link": f"https://office.example/{number}",
            "date": format_datetime(datetime(2026, 10, 1, number, tzinfo=UTC), usegmt=True),
            "body": f"<p>What was said at {number} o'clock, at length.</p>",
        }
        for number in range(11, -1, -1)
    ]


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom with twelve items, three in the live feed, nine in archives."""
    newsroom.published["entries"] = KEPT
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*statements())
    newsroom.look()
    return newsroom


def maintain(room: Newsroom, *, days: float = 0, **retention: timedelta) -> Maintained:
    """Do the upkeep so much later, with these settings, and publish everything anew."""
    room.clock.time += timedelta(days=days)
    settings = room.settings
    kept = settings.retention.model_copy(update=retention)
    done = upkeep.upkeep(settings.model_copy(update={"retention": kept}), room.store, room.clock.now())
    room.publish(everything=True)
    return done


def let_go(room: Newsroom) -> None:
    """Let go of the texts of what only archives hold."""
    maintain(room)
    assert maintain(room, days=40, texts=MONTH).items == 12 - KEPT - 2, "two texts are on the page of the newest"


def files(room: Newsroom) -> dict[str, bytes]:
    folder = room.root / "feeds"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("status.json", "health.atom"))
    }


def has_text(room: Newsroom) -> list[str]:
    entries = room.store.entries(Scope(), 99)
    return [entry.item.title.split()[1] for entry in entries if entry.item.content]


def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.render.UNLINKED", KEPT + 2)


@pytest.fixture
def old(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Return the newsroom with texts of the newest alone."""
    _few(monkeypatch)
    let_go(office)
    return office


def test_nothing_is_let_go_of_by_itself(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch)
    maintain(office)
    for _ in range(3):
        done = maintain(office, days=50)
        assert (done.done, done.items, done.versions, done.troubles) == (True, 0, 0, 0)
    assert len(has_text(office)) == 12


def test_what_is_published_stays_to_the_byte(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch)
    maintain(office)
    before = files(office)
    assert sum(path.startswith("archive/") and path.endswith(".atom") for path in before) == 6
    let_go(office)
    assert has_text(office) == ["11", "10", "9", "8", "7"]
    assert files(office) == before
    office.web.answers[FEED] = rss(*statements())
    assert office.look()["office"].items == ()
    assert files(office) == before


def test_an_archive_that_was_lost_is_written_again_without_the_texts(old: Newsroom) -> None:
    lost = old.root / "feeds/archive/all/1.atom"
    before = lost.read_text(encoding="utf-8")
    assert before.count("o&#39;clock") + before.count("o'clock") > 0
    lost.unlink()
    old.publish(everything=True)
    after = lost.read_text(encoding="utf-8")
    assert after.count("<entry>") == before.count("<entry>") == 3
    assert "clock" not in after


def _again(items: Items, **changes: Callable[[dict[str, Any]], str]) -> Items:
    return [item | {key: make(item) for key, make in changes.items()} for item in items]


REDESIGNS: dict[str, Callable[[Items], Sequence[dict[str, Any]]]] = {
    "the_same": lambda items: items,
    "the_oldest_alone": lambda items: items[-5:],
    "other_guids": lambda items: _again(items, guid=lambda item: f"/node/{item['title'][-2:].strip()}"),
    "other_guids_and_markup": lambda items: _again(
        items,
        guid=lambda item: f"/node/{item['title'][-2:].strip()}",
        body=lambda item: f"<div class='new'>{item['body']}</div>",
    ),
    "other_addresses": lambda items: _again(items, link=lambda item: item["link"] + "/full-text"),
    "tracking": lambda items: _again(items, link=lambda item: item["link"] + "?utm_source=feed"),
    "titles_alone": lambda items: _again(items, body=lambda _: ""),
}
OTHER_WORDS = "other_words"


def relisted(redesign: str) -> Sequence[dict[str, Any]]:
    if redesign == OTHER_WORDS:
        return _again(statements(), body=lambda item: f"<p>{item['title']}: share this, read on, sign up.</p>")
    return REDESIGNS[redesign](statements())


@pytest.mark.parametrize(
    ("redesign", "endpoint"),
    [(redesign, endpoint) for redesign in REDESIGNS for endpoint in (FEED, OTHER)]
    # At the same endpoint other words are edits, of these items as of all others.
    + [(OTHER_WORDS, OTHER)],
)
def test_what_is_listed_again_is_neither_new_nor_edited(old: Newsroom, redesign: str, endpoint: str) -> None:
    shown = {item["id"]: (item["title"], item["date_modified"]) for item in old.items()}
    old.sources[0]["endpoint"] = [{"kind": "feed", "url": endpoint}]
    old.web.answers[endpoint] = rss(*relisted(redesign))
    for _ in range(3):
        update = old.look()["office"]
        assert (update.new, [one for one in update.items if one.change == "edited"]) == (0, [])
        # The newest have their texts, and what is said anew of them may be shown; of the others nothing may be.
        live = {item["id"]: (item["title"], item["date_modified"]) for item in old.items()}
        assert {title for title, _ in live.values()} <= {f"Statement {number}" for number in range(7, 12)}
        assert all(shown.get(id_, value) == value for id_, value in live.items())


def test_an_edit_of_what_has_no_texts_any_more_is_an_edit(old: Newsroom) -> None:
    items = statements()
    items[-1]["body"] = "<p>What was really said at midnight.</p>"
    old.web.answers[FEED] = rss(*items)
    update = old.look()["office"]
    assert [(one.change, one.item.title) for one in update.items] == [("edited", "Statement 0")]
    entry = old.store.entries(Scope(), 99)[-1]
    assert (entry.item.content, entry.versions) == (items[-1]["body"], 2)
    assert entry.updated == old.clock.now()
    assert "really said" in (old.root / "feeds/archive/all/4.atom").read_text(encoding="utf-8")
    assert old.look()["office"].items == ()


def test_at_most_once_a_day(office: Newsroom) -> None:
    assert maintain(office).done
    assert maintain(office, days=0.9) == Maintained(done=False)
    assert maintain(office, days=0.1).done


def test_a_clock_that_jumped_lets_go_of_nothing_that_day(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch)
    maintain(office)
    there = office.clock.time
    assert maintain(office, days=400, texts=MONTH).items == 0
    office.clock.time = there
    done = maintain(office, texts=MONTH)
    assert (done.done, done.items) == (True, 0), "it is not put off for a year"
    assert len(has_text(office)) == 12


def test_more_than_a_day_s_work_is_done_day_by_day(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _few(monkeypatch)
    monkeypatch.setattr(upkeep, "STEP", 2)
    monkeypatch.setattr(upkeep, "STEPS", 2)
    maintain(office)
    done = [maintain(office, days=days, texts=MONTH).items for days in (40, 1, 1, 1)]
    assert done == [0, 3, 4, 0], "the live ones were seen first"
