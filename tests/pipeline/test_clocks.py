"""A clock that jumps ahead and comes back, is put back, or stands still while the machine sleeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.errors import BadStatus
from aggregator.model import Outcome
from aggregator.pipeline import cycle
from tests.pipeline.newsroom import Newsroom, Quiet
from tests.system.project import rss

YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)
SOURCES = 5


def statement(words: str = "What was said.", **fields: str) -> bytes:
    item = {"guid": "g", "title": "Readout", "link": "https://office.example/1", "body": f"<p>{words}</p>"}
    return rss(item | {"date": "Thu, 01 Oct 2026 10:00:00 GMT"} | fields)


def url(number: int) -> str:
    return f"https://host-{number}.example/feed"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    for number in range(SOURCES):
        newsroom.source(f"office-{number}", url(number), interval="30m")
        newsroom.web.answers[url(number)] = statement(guid=f"g{number}", link=f"https://host-{number}.example/1")
    return newsroom


def tick(room: Newsroom, after: timedelta = MINUTE) -> int:
    """Look at who is due so much later; return how many were, and hold that none was asked twice."""
    room.clock.time += after
    room.web.asked.clear()
    ports = cycle.Ports(room.web, room.store, room.clock, Quiet())
    updates = cycle.run(room.settings, ports, cycle.Selection())
    assert len(set(room.web.asked)) == len(room.web.asked)
    return sum(update.outcome is not Outcome.SKIPPED for update in updates)


def looks(room: Newsroom, minutes: int) -> int:
    return sum(tick(room) for _ in range(minutes))


def test_a_clock_that_was_a_year_ahead_leaves_nobody_waiting(room: Newsroom) -> None:
    assert tick(room) == SOURCES
    assert tick(room, YEAR) == SOURCES
    assert tick(room, -YEAR) == SOURCES
    assert looks(room, 25) == 0
    assert SOURCES <= looks(room, 45) <= 2 * SOURCES


def test_a_clock_put_back_by_hours_makes_neither_a_stall_nor_a_storm(room: Newsroom) -> None:
    assert tick(room) == SOURCES
    assert tick(room, -timedelta(hours=3)) == SOURCES
    assert looks(room, 20) == 0
    assert looks(room, 60) >= SOURCES


def test_after_a_week_of_sleep_each_source_is_looked_at_once(room: Newsroom) -> None:
    assert tick(room) == SOURCES
    assert tick(room, timedelta(days=7)) == SOURCES
    assert looks(room, 20) == 0


def test_an_endpoint_that_failed_under_a_clock_that_was_ahead_is_asked_again(newsroom: Newsroom) -> None:
    first, second = "https://office.example/first", "https://office.example/second"
    newsroom.source("office", first, second)
    newsroom.web.answers = {first: BadStatus(500), second: statement()}
    tick(newsroom, YEAR)
    newsroom.web.answers[first] = statement()
    tick(newsroom, -YEAR)
    assert newsroom.web.asked == [first]


def test_an_edit_is_told_though_a_clock_that_was_ahead_dated_the_one_before(newsroom: Newsroom) -> None:
    newsroom.source("office", url(0))
    newsroom.web.answers[url(0)] = statement()
    newsroom.look()
    dates, published = [], set()
    for words, after in (("More was said.", YEAR), ("Other things were said.", -YEAR), ("Nothing was.", MINUTE)):
        newsroom.web.answers[url(0)] = statement(words)
        newsroom.look(minutes=after / MINUTE)
        (item,) = newsroom.items()
        assert words in item["content_html"]
        dates.append(item["date_modified"])
        published.add(item["date_published"])
    assert dates == sorted(set(dates)), "each edit is later than the one before"
    assert published == {"2026-10-01T10:00:00Z"}


def test_a_silence_is_told_though_a_clock_that_was_ahead_heard_the_last_item(newsroom: Newsroom) -> None:
    def items(count: int) -> bytes:
        return rss(
            *(
                {"guid": f"g{number}", "title": f"Readout {number}", "link": f"https://office.example/{number}"}
                | {"date": f"{1 + number:02} Sep 2026 10:00:00 GMT"}
                for number in range(count)
            )
        )

    newsroom.source("office", url(0))
    newsroom.web.answers[url(0)] = items(12)
    newsroom.look()
    newsroom.web.answers[url(0)] = items(13)
    newsroom.look(minutes=YEAR / MINUTE)
    newsroom.look(minutes=-YEAR / MINUTE)
    update = newsroom.look(minutes=timedelta(days=30) / MINUTE)["office"]
    assert [one.kind for one in update.state.trouble] == ["quiet"]
