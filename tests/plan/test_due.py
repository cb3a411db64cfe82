"""When a source is due, whatever the clock did: it jumps, sleeps, and is put right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import EndpointState, Planned, SourceState
from aggregator.plan import schedule
from aggregator.plan.due import PUT_RIGHT, is_due, waits
from aggregator.plan.schedule import LONGEST_REST, due_after_failure
from tests.plan.world import SOURCE

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
SCHEDULE = ScheduleSettings()
YEAR = timedelta(days=365)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive
INTERVALS = st.floats(SCHEDULE.min_interval, SCHEDULE.max_interval)


def due(
    next_due: datetime | None, last: datetime | None, now: datetime, source: Source = SOURCE, failures: int = 0
) -> bool:
    return is_due(source, Planned(next_due, last, failures), SCHEDULE, now)


def planned_after(source: Source, interval: float, looked: datetime) -> datetime:
    """Return when a look is planned after one that went well, where the origin asks for nothing."""
    return schedule.due_after_success(source, None, EndpointState("u"), SCHEDULE, looked, interval)


def test_a_source_never_looked_at_is_due() -> None:
    assert due(None, None, NOON)


@given(looked=INSTANTS, interval=INTERVALS, share=st.floats(0, 2))
def test_with_a_clock_that_goes_on_a_source_is_due_from_its_due_time_on(
    looked: datetime, interval: float, share: float
) -> None:
    planned = planned_after(SOURCE, interval, looked)
    now = looked + timedelta(seconds=interval * share)
    assert due(planned, looked, now) == (now >= planned)


@given(looked=INSTANTS, failures=st.integers(1, 60), retry=st.none() | st.floats(0, 10**9))
def test_back_off_and_what_a_server_asks_for_is_kept_to(looked: datetime, failures: int, retry: float | None) -> None:
    planned = due_after_failure(SOURCE, failures, SCHEDULE, looked, retry)
    assert not due(planned, looked, planned - timedelta(microseconds=1), failures=failures)
    assert due(planned, looked, planned, failures=failures)


@given(looked=INSTANTS, interval=INTERVALS, now=INSTANTS)
def test_however_the_clock_jumps_no_source_waits_longer_than_the_longest_wait(
    looked: datetime, interval: float, now: datetime
) -> None:
    planned = planned_after(SOURCE, interval, looked)
    longest = max(SCHEDULE.max_interval, LONGEST_REST) + PUT_RIGHT
    assert due(planned, looked, now) or planned <= now + timedelta(seconds=min(longest, interval + PUT_RIGHT))


@given(looked=INSTANTS, back=st.timedeltas(timedelta(seconds=PUT_RIGHT + 1), YEAR), interval=INTERVALS)
def test_a_clock_put_back_makes_each_source_due_once(looked: datetime, back: timedelta, interval: float) -> None:
    planned = planned_after(SOURCE, interval, looked)
    now = looked - back
    assert due(planned, looked, now)
    assert not due(planned_after(SOURCE, interval, now), now, now)


@given(looked=INSTANTS, back=st.timedeltas(timedelta(0), timedelta(seconds=PUT_RIGHT)), interval=INTERVALS)
def test_a_clock_put_right_by_a_little_makes_nobody_due(looked: datetime, back: timedelta, interval: float) -> None:
    assert not due(planned_after(SOURCE, interval, looked), looked, looked - back)


@given(looked=INSTANTS, slept=st.timedeltas(timedelta(days=1), YEAR), interval=INTERVALS)
def test_after_a_sleep_a_source_is_due_once_and_nothing_is_caught_up_on(
    looked: datetime, slept: timedelta, interval: float
) -> None:
    now = looked + slept
    assert due(planned_after(SOURCE, interval, looked), looked, now)
    after = planned_after(SOURCE, interval, now)
    assert not due(after, now, now + timedelta(seconds=interval * 0.89))
    assert after > now


def test_a_fixed_interval_of_days_is_waited_for() -> None:
    weekly = SOURCE.model_copy(update={"interval": 7 * 86_400.0})
    assert not due(NOON + timedelta(days=6), NOON, NOON, weekly)
    assert due(NOON + timedelta(days=6), NOON, NOON), "without it, six days can only be a mistake"


@given(looked=INSTANTS, interval=INTERVALS, share=st.floats(0, 1))
def test_settings_that_look_more_often_are_in_force_at_once(looked: datetime, interval: float, share: float) -> None:
    often = SOURCE.model_copy(update={"interval": 60.0})
    now = looked + timedelta(seconds=interval * share)
    planned = planned_after(SOURCE, interval, looked)
    assert due(planned, looked, now, often) == (now >= min(planned, looked + timedelta(minutes=1)))


def test_settings_that_look_more_often_end_no_back_off() -> None:
    often = SOURCE.model_copy(update={"interval": 60.0})
    assert not due(NOON + timedelta(hours=5), NOON, NOON + timedelta(hours=1), often, failures=7)


@given(until=INSTANTS, now=INSTANTS)
def test_nothing_is_put_off_for_longer_than_the_longest_rest(until: datetime, now: datetime) -> None:
    assert waits(until, now) == (timedelta(0) < until - now <= timedelta(seconds=LONGEST_REST))


def test_a_change_to_summer_time_makes_nothing_due_and_puts_nothing_off() -> None:
    """Due times are instants: the nights on which clocks change have as many looks as any other."""
    brussels = SOURCE.model_copy(update={"timezone": "Europe/Brussels"})
    for night in (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        state, looks, now = SourceState("s"), 0, night
        while now < night + timedelta(hours=6):
            if due(state.next_due, state.last_attempt, now, brussels):
                looks += 1
                state = SourceState("s", next_due=planned_after(brussels, 1800.0, now), last_attempt=now)
            now += timedelta(minutes=1)
        assert 12 <= looks <= 14
