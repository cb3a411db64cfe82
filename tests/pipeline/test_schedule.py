"""When a source is due, over several looks: what is learned, what the origin asks for, and what is remembered of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus
from aggregator.model import Outcome, SourceState
from aggregator.pipeline import cycle
from tests.pipeline.newsroom import FEED, Quiet
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

HOUR = timedelta(hours=1)


def feed(*numbers: int, channel: str = "") -> bytes:
    """Statements of the last days of September, eight hours apart, the last of them of this morning."""
    items = (
        {
            "guid": f"g{number}",
            "title": f"Statement {number}",
            "link": f"https://office.example/{number}",
            "date": f"{1 + number // 3} Sep 2026 {number % 3 * 8:02}:00:00 GMT",
        }
        for number in numbers
    )
    return rss(*items).replace(b"<channel>", b"<channel>" + channel.encode())


def wait(newsroom: Newsroom, state: SourceState) -> timedelta:
    assert state.next_due
    return state.next_due - newsroom.clock.time


def test_a_rhythm_is_learned_from_news_kept_without_it_and_read_again_from_the_store(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 88))
    newsroom.web.headers[FEED] = {"etag": '"1"'}
    first = newsroom.look()["office"].state
    assert first.rhythm
    assert first.rhythm.items == 28
    assert {hour for hour in range(24) if first.rhythm.hours[hour] > 1} == {0, 8, 16}
    unchanged = newsroom.look()["office"]
    assert unchanged.outcome is Outcome.NOT_MODIFIED
    assert unchanged.state.rhythm == first.rhythm
    newsroom.web.headers.clear()
    newsroom.web.answers[FEED] = feed(*range(61, 89))
    later = newsroom.look()["office"].state
    assert later.rhythm
    assert later.rhythm.items == 29
    assert newsroom.store.states()["office"].rhythm == later.rhythm


def test_the_store_is_asked_for_dates_only_where_there_is_news(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70))
    newsroom.look()
    asked: list[str] = []
    publications = newsroom.store.publications

    def counted(source: str, limit: int) -> tuple[object, ...]:
        asked.append(source)
        return publications(source, limit)

    monkeypatch.setattr(newsroom.store, "publications", counted)
    newsroom.look()
    assert asked == []
    newsroom.web.answers[FEED] = feed(*range(61, 71))
    newsroom.look()
    assert asked == ["office"]


def test_what_a_document_asks_for_is_remembered_while_it_does_not_change(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70), channel="<ttl>300</ttl>")
    newsroom.web.headers[FEED] = {"etag": '"1"'}
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR, "304"
    newsroom.web.headers.clear()
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR, "the same bytes"
    newsroom.web.answers[FEED] = feed(*range(60, 70), channel="<ttl>240</ttl>")
    assert wait(newsroom, newsroom.look()["office"].state) == 4 * HOUR
    newsroom.web.answers[FEED] = feed(*range(60, 70))
    assert newsroom.look()["office"].state.endpoints[FEED].hints is None


def test_headers_of_a_304_replace_those_of_before_as_far_as_they_go(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70))
    newsroom.web.headers[FEED] = {"etag": '"1"', "cache-control": "max-age=18000"}
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR
    newsroom.web.headers[FEED] = {"etag": '"1"'}
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR, "they say nothing of it"
    newsroom.web.headers[FEED] = {"etag": '"1"', "cache-control": "max-age=19800", "age": "1800"}
    assert wait(newsroom, newsroom.look()["office"].state) == 5 * HOUR
    newsroom.web.headers[FEED] = {"etag": '"1"', "cache-control": "no-cache"}
    assert newsroom.look()["office"].state.endpoints[FEED].fresh == 0


@pytest.mark.parametrize("headers", [{"cache-control": "max-age=999999"}, {"expires": "Thu, 08 Oct 2026 00:00:00 GMT"}])
def test_no_wish_goes_beyond_max_interval(newsroom: Newsroom, headers: dict[str, str]) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70), channel="<ttl>9999</ttl>")
    newsroom.web.headers[FEED] = headers
    assert wait(newsroom, newsroom.look()["office"].state) == 6 * HOUR


def test_the_operators_interval_comes_before_what_the_origin_asks_for_but_for_retry_after(newsroom: Newsroom) -> None:
    newsroom.source(interval="10m")
    newsroom.web.answers[FEED] = feed(*range(60, 70), channel="<ttl>300</ttl>")
    newsroom.web.headers[FEED] = {"cache-control": "max-age=18000"}
    assert wait(newsroom, newsroom.look()["office"].state) <= timedelta(minutes=10)
    newsroom.web.answers[FEED] = BadStatus(503, retry_after=7_200.0)
    assert wait(newsroom, newsroom.look()["office"].state) == 2 * HOUR


def test_what_is_not_due_is_left_alone_and_looked_at_all_the_same_when_it_is_asked_for(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70), channel="<ttl>300</ttl>")
    newsroom.look()
    ports = cycle.Ports(newsroom.web, newsroom.store, newsroom.clock, Quiet())
    newsroom.clock.time += HOUR
    (left,) = cycle.run(newsroom.settings, ports, cycle.Selection())
    assert left.outcome is Outcome.SKIPPED
    assert newsroom.look(everything=False)["office"].outcome is Outcome.OK
    assert newsroom.look(everything=True)["office"].outcome is Outcome.OK
    newsroom.clock.time += 5 * HOUR
    (due,) = cycle.run(newsroom.settings, ports, cycle.Selection())
    assert due.outcome is Outcome.OK


def test_a_source_known_from_before_learns_its_rhythm_at_the_next_look_whatever_that_brings(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = feed(*range(60, 70))
    newsroom.web.headers[FEED] = {"etag": '"1"'}
    learned = newsroom.look()["office"].state.rhythm
    with newsroom.store._database.writing() as connection:
        connection.execute("UPDATE source SET rhythm = NULL")
    again = newsroom.look()["office"]
    assert again.outcome is Outcome.NOT_MODIFIED
    assert again.state.rhythm
    assert learned
    assert again.state.rhythm.newest == learned.newest
