"""When a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import EndpointState, Hints, Moment, Precision, Rhythm, SourceState
from aggregator.plan.rhythm import learned
from aggregator.plan.schedule import FIRST_INTERVAL, due_after_failure, due_after_success, spacing
from aggregator.plan.update import Failure, failure

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SCHEDULE = ScheduleSettings.model_validate({"min_interval": "5m", "max_interval": "6h"})


def source(**fields: object) -> Source:
    endpoint = FeedEndpoint(kind="feed", url="https://x.gov/feed/")
    return Source.model_validate({"id": "x", "title": "X", "home": "https://x.gov/", "endpoint": (endpoint,), **fields})


def feed(**fields: object) -> EndpointState:
    return EndpointState("https://x.gov/feed/", **fields)  # type: ignore[arg-type]  # the tests name what they set


def rhythm(*times: datetime, now: datetime = NOW) -> Rhythm:
    found = learned([Moment(at) for at in times], UTC, now)
    assert found is not None
    return found


def office(daily: int, weeks: int = 6) -> list[datetime]:
    """So many a day on working days, from nine to five, until yesterday."""
    days = [NOW.replace(hour=9) - timedelta(days=number) for number in range(1, 7 * weeks)]
    return [day + timedelta(hours=8 / daily * number) for day in days if day.weekday() < 5 for number in range(daily)]


def at(weekday: int, hour: int) -> datetime:
    """An instant of this week, which is the one after those that ``office`` tells of: NOW is a Thursday."""
    return (NOW + timedelta(days=weekday - NOW.weekday())).replace(hour=hour)


# --- the spacing --------------------------------------------------------------------------------------


def test_looks_gather_where_news_is_to_be_expected() -> None:
    known = rhythm(*office(8))
    working, evening, night, sunday = (
        spacing(source(), known, 10, SCHEDULE, when) for when in (at(4, 10), at(4, 18), at(4, 1), at(6, 12))
    )
    assert 300 <= working < 1_200
    assert working * 4 < min(evening, night, sunday)


def test_a_look_in_the_night_is_planned_for_the_morning() -> None:
    """What is expected is added up over the hours that come, not guessed from the present one."""
    known = rhythm(*office(8))
    early = spacing(source(), known, 10, SCHEDULE, at(4, 8))
    assert early < spacing(source(), known, 10, SCHEDULE, at(4, 1))
    assert 3_600 <= early < 2.5 * 3_600


def test_news_brings_the_next_look_nearer_and_silence_moves_it_away() -> None:
    times = office(8)
    fresh = NOW - timedelta(minutes=2)
    usual = spacing(source(), rhythm(*times), 10, SCHEDULE, NOW)
    after = spacing(source(), rhythm(*times, fresh, fresh - timedelta(minutes=4)), 10, SCHEDULE, NOW)
    assert after < usual
    weeks = [spacing(source(), rhythm(*times), 10, SCHEDULE, NOW + timedelta(weeks=number)) for number in range(20)]
    assert weeks == sorted(weeks)
    assert weeks[-1] > 1.5 * weeks[0]


def test_who_publishes_more_is_looked_at_more_but_not_as_much_more() -> None:
    hourly, daily = (
        rhythm(*(NOW - number * timedelta(minutes=minutes) for number in range(300))) for minutes in (61, 25 * 61)
    )
    often, seldom = (spacing(source(), known, 100, SCHEDULE, NOW + timedelta(hours=12)) for known in (hourly, daily))
    assert 4 < seldom / often < 6, "the root of 25"


def test_a_short_document_is_looked_at_before_a_burst_can_overrun_it() -> None:
    known = rhythm(*office(8))
    spacings = [spacing(source(), known, shown, SCHEDULE, at(6, 12)) for shown in (1, 2, 5, 100)]
    assert spacings == sorted(spacings)
    assert spacings[0] < spacings[-1]
    assert spacing(source(), known, 0, SCHEDULE, at(6, 12)) == spacings[-1], "of which it is not known what it shows"


def test_without_anything_learned_it_is_half_an_hour() -> None:
    assert spacing(source(), None, 0, SCHEDULE, NOW) == FIRST_INTERVAL
    narrow = ScheduleSettings.model_validate({"min_interval": "1h", "max_interval": "2h"})
    assert spacing(source(), None, 0, narrow, NOW) == 3_600


def test_a_fixed_interval_stands() -> None:
    assert spacing(source(interval="1h"), rhythm(*office(20)), 10, SCHEDULE, NOW) == 3_600
    asks = feed(fresh=20_000.0, hints=Hints(ttl=20_000.0, hours=tuple(range(12, 20))))
    due = due_after_success(source(interval="1h"), None, asks, SCHEDULE, NOW, 3_600)
    assert due <= NOW + timedelta(hours=1), "the operator has seen what the document asks for"


def test_the_same_look_gives_the_same_plan() -> None:
    known = rhythm(*office(3))
    assert spacing(source(), known, 10, SCHEDULE, NOW) == spacing(source(), known, 10, SCHEDULE, NOW)


def test_jitter_comes_early_never_late_and_is_the_same_every_time() -> None:
    due = due_after_success(source(), None, feed(), SCHEDULE, NOW, 3600)
    assert NOW + timedelta(seconds=3240) <= due <= NOW + timedelta(seconds=3600)
    assert due == due_after_success(source(), None, feed(), SCHEDULE, NOW, 3600)
    spread = {due_after_success(source(id=f"s{number}"), None, feed(), SCHEDULE, NOW, 3600) for number in range(50)}
    assert len(spread) > 25


def test_what_the_origin_asks_for_comes_before_what_we_would_like_and_after_max_interval() -> None:
    hour = feed(fresh=3_600.0)
    assert due_after_success(source(), None, hour, SCHEDULE, NOW, 300) == NOW + timedelta(hours=1), "jitter or no"
    assert due_after_success(source(), None, hour, SCHEDULE, NOW, 7_200) > NOW + timedelta(hours=1.5)
    week = feed(hints=Hints(ttl=7 * 86_400.0))
    assert due_after_success(source(), None, week, SCHEDULE, NOW, 300) == NOW + timedelta(hours=6)


# --- whatever comes in ----------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
SECONDS = st.one_of(st.none(), st.floats(0, 1e15))
ASKS = st.builds(
    feed,
    fresh=SECONDS,
    hints=st.builds(
        Hints,
        ttl=SECONDS,
        period=st.one_of(st.none(), st.floats(0.1, 1e10)),
        base=st.one_of(st.none(), INSTANTS),
        hours=st.lists(st.integers(0, 23), unique=True).map(tuple),
        weekdays=st.lists(st.integers(0, 6), unique=True).map(tuple),
    ),
)


@given(
    st.lists(st.builds(Moment, INSTANTS, st.sampled_from(Precision)), max_size=40),
    ASKS,
    INSTANTS,
    INSTANTS,
    st.integers(0, 1_000),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu"]),
    st.tuples(st.floats(60, 86_400), st.floats(1, 50)),
)
def test_no_due_time_is_further_away_than_max_interval_nor_much_nearer_than_min(
    moments: list[Moment],
    asks: EndpointState,
    then: datetime,
    now: datetime,
    shown: int,
    zone: str,
    bounds: tuple[float, float],
) -> None:
    """Clocks that jump between learning and planning among them: nothing here makes a source wait, or be stormed."""
    schedule = SCHEDULE.model_copy(update={"min_interval": bounds[0], "max_interval": bounds[0] * bounds[1]})
    one = source(timezone=zone)
    known = learned(moments, one.zone, then)
    interval = spacing(one, known, shown, schedule, now)
    assert schedule.min_interval <= interval <= schedule.max_interval
    due = due_after_success(one, known, asks, schedule, now, interval)
    assert 0.9 * schedule.min_interval - 1 <= (due - now).total_seconds() <= schedule.max_interval + 1


@given(st.floats(60, 10**7), ASKS, INSTANTS)
def test_a_fixed_interval_is_kept_whatever_is_asked_for(interval: float, asks: EndpointState, now: datetime) -> None:
    fixed = source().model_copy(update={"interval": interval})
    assert spacing(fixed, None, 10, SCHEDULE, now) == interval
    due = due_after_success(fixed, None, asks, SCHEDULE, now, interval)
    assert 0.9 * interval - 1 <= (due - now).total_seconds() <= interval + 1


# --- failures -------------------------------------------------------------------------------------------


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
