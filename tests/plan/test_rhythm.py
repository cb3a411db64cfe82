"""What is learned of when a source publishes, from made-up times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Moment, Precision, Rhythm
from aggregator.plan.rhythm import BURST, LEAST, WINDOW, expected, learned, rate

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
"""A Thursday."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


def rhythm(times: list[datetime], zone: ZoneInfo | None = None, now: datetime = NOW, **fields: Precision) -> Rhythm:
    found = learned([Moment(at, **fields) for at in times], zone or UTC, now)
    assert found is not None
    return found


def every_day(hour: int, days: int = 60) -> list[datetime]:
    return [NOW.replace(hour=hour) - number * DAY for number in range(1, days)]


def test_nothing_teaches_nothing() -> None:
    assert learned([], UTC, NOW) is None


def test_hours_and_weekdays_are_learned_apart() -> None:
    known = rhythm([at for hour in (9, 14) for at in every_day(hour) if at.weekday() < 5])
    assert {hour for hour in range(24) if known.hours[hour] > 1} == {9, 14}
    assert {day for day in range(7) if known.weekdays[day] > 1} == {0, 1, 2, 3, 4}
    assert known.hours[9] > 20 * known.hours[3] > 0
    assert sum(known.hours) == pytest.approx(24, abs=0.1)
    assert sum(known.weekdays) == pytest.approx(7, abs=0.1)


def test_one_item_says_little() -> None:
    known = rhythm([NOW - 30 * DAY])
    assert max(known.hours) < 2
    assert max(known.weekdays) < 2


def test_what_was_not_seen_yet_is_no_silence() -> None:
    """Ten items of yesterday and today: nothing is known of Saturdays, nor that nothing comes on them."""
    known = rhythm([NOW - number * 2 * HOUR for number in range(10)])
    wednesday, thursday = 2, 3
    others = [known.weekdays[day] for day in range(7) if day not in {wednesday, thursday}]
    assert len(set(others)) == 1
    assert others[0] > 0.7


def test_dates_without_a_time_teach_weekdays_only() -> None:
    days = [at for at in every_day(0, 40) if at.weekday() in {1, 3}]
    known = rhythm(days, precision=Precision.DAY)
    assert set(known.hours) == {1.0}
    assert {day for day in range(7) if known.weekdays[day] > 1} == {1, 3}
    assert (known.burst, known.pause) == (0, None)


def test_a_day_is_the_day_at_the_source() -> None:
    midnights = [datetime(2026, 9, number, tzinfo=NEW_YORK) for number in range(1, 30)]
    known = rhythm([at for at in midnights if at.weekday() == 0], NEW_YORK, precision=Precision.DAY)
    assert max(range(7), key=known.weekdays.__getitem__) == 0


def test_hours_are_those_of_the_clock_at_the_source_whatever_the_season() -> None:
    nine = [datetime(2026, 3, 1, 9, 30, tzinfo=NEW_YORK) + number * DAY for number in range(28)]  # the 8th has 23 hours
    known = rhythm(nine, NEW_YORK, datetime(2026, 3, 29, tzinfo=UTC))
    assert [hour for hour in range(24) if known.hours[hour] > 1] == [9]
    split = rhythm(nine, now=datetime(2026, 3, 29, tzinfo=UTC))
    assert [hour for hour in range(24) if split.hours[hour] > 1] == [13, 14]


def test_what_comes_at_one_instant_is_one_time_and_many_items() -> None:
    many = rhythm([NOW - DAY] * 20 + [NOW - 10 * DAY])
    one = rhythm([NOW - DAY, NOW - 10 * DAY])
    assert (many.hours, many.weekdays, many.burst) == (one.hours, one.weekdays, one.burst)
    assert rate(many, NOW) == pytest.approx(10.5 * rate(one, NOW))


def test_silence_lowers_the_rate_by_itself() -> None:
    known = rhythm(every_day(9, 31))
    assert rate(known, NOW) == pytest.approx(1.0, rel=0.05)
    assert rate(known, NOW + 30 * DAY) == pytest.approx(0.5, rel=0.05)


def test_news_follows_news_and_less_so_by_the_hour() -> None:
    known = rhythm([*every_day(11), NOW, NOW - timedelta(minutes=5)])
    quiet = rhythm([*every_day(11), NOW - DAY])
    after = list(islice(expected(known, UTC, NOW, 300), 72))
    usual = list(islice(expected(quiet, UTC, NOW, 300), 72))
    assert after[0] > 3 * usual[0]
    per_hour = int(BURST / 300)
    extra = [one - other for one, other in zip(after, usual, strict=True)]
    assert extra[per_hour] == pytest.approx(extra[0] / 2.718, rel=0.05)


def test_what_is_expected_goes_with_the_clock_at_the_source() -> None:
    known = rhythm(every_day(14), NEW_YORK)  # ten in New York
    steps = list(islice(expected(known, NEW_YORK, NOW.replace(hour=0), 3_600), 24))
    assert max(range(24), key=steps.__getitem__) == 14


def test_a_quarter_of_the_pauses_is_shorter() -> None:
    times = [NOW - number * HOUR for number in range(LEAST)]
    assert rhythm(times).pause is None
    assert rhythm([*times, NOW - 50 * HOUR]).pause == 3_600


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([at for hour in range(9, 17) for at in every_day(hour, 50) if at.weekday() < 5], "mostly Mon-Fri, 10-17 h"),
        ([at for hour in range(24) for at in every_day(hour, 10)], None),
        ([at for hour in range(24) for at in every_day(hour, 90) if at.weekday() == 3][:299], "mostly Thu"),
        ([at for at in every_day(23, 300) if at.weekday() in {0, 3}], "mostly Mon, Thu, 23-24 h"),
        ([at for hour in (22, 23, 0, 1) for at in every_day(hour, 40)], "mostly 22-2 h"),
        (every_day(9, 5), None),
    ],
)
def test_the_rhythm_in_words(times: list[datetime], words: str | None) -> None:
    assert rhythm(times).mostly == words


@given(
    st.lists(
        st.builds(
            Moment,
            st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
            st.sampled_from(Precision),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_times_will_do_in_any_order(moments: list[Moment]) -> None:
    found = learned(moments, NEW_YORK, NOW)
    assert found == learned(moments[::-1], NEW_YORK, NOW)
    assert found is not None
    assert len(found.hours) == 24
    assert len(found.weekdays) == 7
    assert min(*found.hours, *found.weekdays) > 0
    assert rate(found, NOW) > 0
    assert all(0 < share < float("inf") for share in islice(expected(found, NEW_YORK, NOW, 300), 80))


def test_no_more_than_the_newest_are_looked_at() -> None:
    times = [NOW - number * HOUR for number in range(2 * WINDOW)]
    assert rhythm(times) == rhythm(times[:WINDOW])
