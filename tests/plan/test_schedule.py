"""When a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import SourceState
from aggregator.plan.schedule import due_after_failure, due_after_success, interval_after
from aggregator.plan.update import Failure, failure

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SCHEDULE = ScheduleSettings.model_validate({"min_interval": "5m", "max_interval": "6h"})


def source(**fields: object) -> Source:
    endpoint = FeedEndpoint(kind="feed", url="https://x.gov/feed/")
    return Source.model_validate({"id": "x", "title": "X", "home": "https://x.gov/", "endpoint": (endpoint,), **fields})


def test_news_brings_the_next_look_nearer_and_silence_moves_it_away() -> None:
    state = SourceState("x", interval=1000.0)
    assert (
        interval_after(source(), state, SCHEDULE, NOW, new=3)
        < 1000
        < interval_after(source(), state, SCHEDULE, NOW, new=0)
    )


def test_the_interval_stays_within_its_bounds_for_ever() -> None:
    busy = quiet = SourceState("x")
    for _ in range(100):
        busy = SourceState("x", interval=interval_after(source(), busy, SCHEDULE, NOW, new=1))
        quiet = SourceState("x", interval=interval_after(source(), quiet, SCHEDULE, NOW, new=0))
    assert (busy.interval, quiet.interval) == (300, 21_600)


def test_a_fixed_interval_stands() -> None:
    fixed = source(interval="1h")
    assert interval_after(fixed, SourceState("x", interval=300.0), SCHEDULE, NOW, new=5) == 3600


def test_a_second_look_at_the_same_instant_teaches_nothing() -> None:
    state = SourceState("x", interval=1000.0, last_success=NOW)
    assert interval_after(source(), state, SCHEDULE, NOW, new=0) == 1000


def test_jitter_comes_early_never_late_and_is_the_same_every_time() -> None:
    due = due_after_success(source(), 3600, NOW)
    assert NOW + timedelta(seconds=3240) <= due <= NOW + timedelta(seconds=3600)
    assert due == due_after_success(source(), 3600, NOW)
    spread = {due_after_success(source(id=f"s{number}"), 3600, NOW) for number in range(50)}
    assert len(spread) > 25


def test_back_off_grows_up_to_the_longest_interval_and_never_gives_up() -> None:
    waits = [due_after_failure(source(), count, SCHEDULE, NOW, None) - NOW for count in (1, 2, 4, 20, 10_000)]
    assert waits == sorted(waits)
    assert waits[0] <= timedelta(minutes=5)
    assert timedelta(hours=5) < waits[-1] <= timedelta(hours=6)


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [(7200.0, timedelta(hours=2)), (10.0**12, timedelta(days=1)), (1.0, timedelta(minutes=4))],
)
def test_a_server_that_names_a_time_is_not_asked_before_it(retry_after: float, expected: timedelta) -> None:
    assert due_after_failure(source(), 1, SCHEDULE, NOW, retry_after) - NOW >= expected
    assert due_after_failure(source(), 1, SCHEDULE, NOW, retry_after) - NOW <= timedelta(days=1)


@pytest.mark.parametrize("told", [None, 0.0, 60.0, 10.0**12])
def test_a_source_that_fails_for_a_year_is_asked_all_the_same(told: float | None) -> None:
    longest = timedelta(hours=6) if not told or told < 21_600 else timedelta(days=1)
    state, now, looks = SourceState("x"), NOW, 0
    while now < NOW + timedelta(days=365):
        refused = Failure("https://x.gov/feed/", "http-status", "HTTP 503", retry_after=told)
        state = failure(source(), state, SCHEDULE, now, (refused,)).state
        assert state.next_due is not None
        assert timedelta(minutes=4) < state.next_due - now <= longest
        now, looks = state.next_due, looks + 1
    assert looks == state.failures >= timedelta(days=365) / longest


def test_a_host_that_rests_is_asked_when_that_is_over_and_not_a_moment_before() -> None:
    until = NOW + timedelta(hours=9, seconds=3)
    rests = Failure("https://x.gov/feed/", "host-rests", "HTTP 429", retry_after=32_400.0, until=until)
    assert failure(source(), SourceState("x"), SCHEDULE, NOW, (rests,)).state.next_due == until
