"""Endpoints in order: a fallback stands in for a while, and gives way as soon as the first one serves again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus, HostRests, Unreachable
from aggregator.model import Outcome, Update
from aggregator.plan.schedule import LONGEST_SETBACK, SHORTEST_SETBACK
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

SECOND = "https://office.example/second"
ITEM = {"guid": "g1", "title": "Statement", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
DOWN = BadStatus(500, "Internal Server Error")


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    """Give a newsroom whose source has two endpoints, of which the first has just failed."""
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers = {FEED: rss(ITEM), SECOND: rss(ITEM)}
    newsroom.look(everything=False)
    newsroom.web.answers[FEED] = DOWN
    assert look(newsroom).endpoint == SECOND
    assert newsroom.web.asked == [FEED, SECOND]
    return newsroom


def look(newsroom: Newsroom, minutes: float = 10) -> Update:
    return newsroom.look(minutes=minutes, everything=False)["office"]


def test_a_fallback_stays_for_a_while_though_the_first_endpoint_is_well_again(office: Newsroom) -> None:
    since = office.clock.time
    office.web.answers[FEED] = rss(ITEM)
    update = look(office)
    assert office.web.asked == [SECOND]
    assert (update.outcome, update.endpoint, update.new, update.changed) == (Outcome.OK, SECOND, 0, 0)
    (trouble,) = update.state.trouble
    assert (trouble.kind, trouble.since) == ("fallback", since)
    assert trouble.explanation.startswith(f"{SECOND} serves, because: {FEED}: HTTP 500 Internal Server Error")
    assert "asked again after 2026-10-01" in trouble.explanation


def test_the_first_endpoint_is_returned_to_when_it_serves(office: Newsroom) -> None:
    office.web.answers[FEED] = rss(ITEM)
    update = look(office, minutes=SHORTEST_SETBACK / 60)
    assert office.web.asked == [FEED]
    assert (update.endpoint, update.new, update.changed, update.state.trouble) == (FEED, 0, 0, ())
    assert update.state.endpoints[FEED].setback is None
    office.web.answers[FEED] = DOWN
    assert look(office).endpoint == SECOND  # and its next failure is a first one again
    office.web.answers[FEED] = rss(ITEM)
    assert look(office, minutes=SHORTEST_SETBACK / 60).endpoint == FEED


def test_a_failing_endpoint_is_asked_more_and_more_seldom_and_never_given_up(office: Newsroom) -> None:
    asked, failed = [], office.clock.time
    for _ in range(5 * 24 * 3):
        look(office, minutes=20)
        if FEED in office.web.asked:
            asked.append(office.clock.time - failed)
            failed = office.clock.time
    assert asked[:3] == sorted(asked[:3])
    assert asked[1] > asked[0]
    longest = timedelta(seconds=LONGEST_SETBACK)
    assert all(longest * 0.9 <= gap <= longest + timedelta(minutes=20) for gap in asked[-5:])


def test_an_endpoint_that_is_left_alone_is_asked_when_no_other_serves(office: Newsroom) -> None:
    office.web.answers |= {FEED: rss(ITEM), SECOND: Unreachable("no connection")}
    update = look(office)
    assert office.web.asked == [SECOND, FEED]
    assert (update.endpoint, update.state.trouble) == (FEED, ())
    assert look(office).endpoint == FEED


def test_when_none_serves_all_are_asked_and_named(office: Newsroom) -> None:
    office.web.answers[SECOND] = Unreachable("no connection")
    update = look(office)
    assert sorted(office.web.asked) == [FEED, SECOND]
    assert update.outcome is Outcome.ERROR
    assert {trouble.kind for trouble in update.state.trouble} == {"http-status", "unreachable"}


def test_everything_asks_the_first_endpoint_at_once(office: Newsroom) -> None:
    office.web.answers[FEED] = rss(ITEM)
    assert office.look(minutes=1)["office"].endpoint == FEED


def test_another_declaration_is_asked_at_once(office: Newsroom) -> None:
    office.sources[0]["remove"] = [".ads"]
    look(office, minutes=1)
    assert office.web.asked == [FEED, SECOND]


def test_a_host_that_asks_for_longer_is_left_alone_for_longer(office: Newsroom) -> None:
    until = office.clock.time + timedelta(hours=5)
    office.web.answers[FEED] = HostRests("office.example", 503, until, 5 * 3600.0, "Service Unavailable")
    look(office, minutes=40)
    setback = office.store.states()["office"].endpoints[FEED].setback
    assert setback is not None
    assert setback.until >= until


def test_endpoints_after_the_one_that_serves_are_no_trouble(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers = {FEED: DOWN, SECOND: DOWN}
    look(newsroom)
    newsroom.web.answers[FEED] = rss(ITEM)
    assert look(newsroom).state.trouble == ()


def test_a_switch_there_and_back_makes_no_entries_and_no_edits(newsroom: Newsroom) -> None:
    """The second endpoint is a list: it has neither text nor time of day, and another address form."""
    rows = {"kind": "page", "url": SECOND, "item": "li", "title": "a", "link": "a", "date": "time"}
    newsroom.source("office", FEED)["endpoint"].append(rows)
    items = [
        ITEM
        | {"guid": f"g{n}", "link": f"https://office.example/{n}", "title": f"Statement {n}", "body": "<p>Text</p>"}
        for n in range(5)
    ]
    lines = [f"<li><a href='/{n}?utm_source=list'>Statement {n}</a> <time>1 October 2026</time>" for n in range(5)]
    newsroom.web.answers[SECOND] = f"<html><ul>{''.join(lines)}</ul>".encode()
    newsroom.web.answers[FEED] = rss(*items)
    assert newsroom.look()["office"].new == 5
    before = newsroom.items()
    for answer, served in ((DOWN, SECOND), (rss(*items), FEED), (DOWN, SECOND), (rss(*items) + b"\n", FEED)):
        newsroom.web.answers[FEED] = answer
        update = newsroom.look()["office"]
        assert (update.endpoint, update.new, update.changed) == (served, 0, 0)
        assert newsroom.items() == before
