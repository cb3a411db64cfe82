"""How often a source publishes, and whether its silence is unusual: on made-up times, and on two years of real ones."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Cadence, Moment, Precision
from aggregator.plan.cadence import LEAST, WINDOW, in_words, learned, quiet, unusual
from tests.conftest import CHECKOUT

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def every(gap: timedelta, count: int = WINDOW, precision: Precision = Precision.SECOND) -> list[Moment]:
    return [Moment(NOW - number * gap, precision) for number in range(count)]


def cadence(publications: list[Moment], before: Cadence | None = None, now: datetime = NOW) -> Cadence:
    found = learned(publications, before, now)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (DAY / 24, "about 24 a day"),
        (DAY / 5, "about 5 a day"),
        (DAY / 2, "about 2 a day"),
        (DAY, "about once a day"),
        (DAY * 7 / 3, "about 3 times a week"),
        (DAY * 7 / 2, "about twice a week"),
        (DAY * 7, "about once a week"),
        (DAY * 15, "about twice a month"),
        (DAY * 30, "about once a month"),
        (DAY * 90, "less than once a month"),
    ],
)
def test_how_often_is_said_in_words(gap: timedelta, words: str) -> None:
    found = cadence(every(gap))
    assert (found.usually, found.typical, found.longest) == (words, gap.total_seconds(), gap.total_seconds())


def test_too_few_items_tell_nothing() -> None:
    assert learned([], None, NOW) is None
    for publications in (every(DAY, LEAST - 1), [Moment(NOW)] * WINDOW):
        few = cadence(publications)
        assert (few.usually, unusual(few), quiet(few, NOW + 1000 * DAY)) == (None, None, None)
    assert cadence(every(DAY, LEAST)).usually == "about once a day"


def test_a_silence_is_unusual_when_it_is_twice_as_long_as_any_before_and_longer_than_a_long_weekend() -> None:
    assert unusual(cadence(every(DAY / 5))) == 4 * DAY
    assert unusual(cadence(every(DAY * 3))) == 6 * DAY
    assert unusual(cadence(every(DAY * 3, precision=Precision.DAY))) == 7 * DAY


def test_it_is_told_with_its_figures() -> None:
    busy = cadence(every(DAY / 5))
    assert quiet(busy, NOW + 4 * DAY) is None
    assert quiet(busy, NOW + 12 * DAY) == (
        "nothing since 2026-10-01, 12 days; usually about 5 a day, "
        "and the longest silence among its last 60 items was 5 hours"
    )


def test_a_weekday_publisher_is_not_quiet_at_the_weekend() -> None:
    """Five a day from nine to five, Monday to Friday, for years; looked at every hour."""
    moments: list[Moment] = []
    day = datetime(2024, 1, 1, 9, tzinfo=UTC)
    while day < datetime(2025, 1, 1, tzinfo=UTC):
        holidays = {(1, 1), (3, 29), (4, 1), (7, 4), (12, 24), (12, 25), (12, 26)}
        if day.weekday() < 5 and (day.month, day.day) not in holidays:
            moments += [Moment(day + timedelta(hours=2 * number)) for number in range(5)]
        day += DAY
    known = None
    for number, moment in enumerate(moments[:-1], start=1):
        known = learned(moments[max(0, number - WINDOW) : number], known, moment.at)
        assert quiet(known, moments[number].at) is None, moment


def test_what_arrives_late_was_heard_of_when_it_arrived() -> None:
    """Transcripts that are dated a week before they appear: the source is no week behind."""
    first = cadence(every(DAY))
    assert first.heard == NOW, "at first nothing but the dates is known"
    later = NOW + 8 * DAY
    second = cadence([Moment(NOW + DAY), *every(DAY)], first, later)
    assert (second.newest, second.heard) == (NOW + DAY, later)
    backfilled = cadence([*every(DAY), Moment(NOW - 500 * DAY)], second, later + DAY)
    assert backfilled.heard == later, "something old is no sign of life"


def test_a_source_that_was_dead_when_it_was_added_is_told_of_at_once() -> None:
    old = cadence([Moment(moment.at - 700 * DAY) for moment in every(DAY / 2)])
    assert (quiet(old, NOW) or "").startswith("nothing since 2024-10-31, 700 days")


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), max_size=80))  # noqa: DTZ001 - hypothesis wants bounds without a zone
def test_any_times_will_do_in_any_order(times: list[datetime]) -> None:
    moments = [Moment(at) for at in times]
    found = learned(moments, None, NOW)
    assert found == learned(moments[::-1], None, NOW)
    assert (found is None) == (not times)
    if found:
        limit = unusual(found)
        assert limit is None or quiet(found, found.heard + limit) is None


@pytest.mark.parametrize(("hours", "words"), [(1, "an hour"), (30, "30 hours"), (36.1, "2 days"), (72, "3 days")])
def test_durations_read_well(hours: float, words: str) -> None:
    assert in_words(hours * 3600) == words


# --- real publication times ---------------------------------------------------------------------------

HOLE = datetime(2021, 8, 14, tzinfo=UTC), datetime(2022, 2, 2, tzinfo=UTC)
"""Nothing was captured then."""


def periods(shared: Path, source: str) -> list[list[datetime]]:
    with (shared / "eval" / "schedule" / f"{source}.csv").open(encoding="utf-8") as file:
        times = sorted(datetime.fromisoformat(row["published"]) for row in csv.DictReader(file))
    return [[at for at in times if at < HOLE[0]], [at for at in times if at >= HOLE[1]]]


@pytest.mark.parametrize("source", ["state", "white-house"])
def test_on_real_times_no_alarm_is_false_and_a_stop_is_noticed(shared: Path, source: str) -> None:
    """At every item: is the silence until the next one told, and when would it be told if there were no next one?"""
    false, noticed, days = 0, [], 0.0
    for times in periods(shared, source):
        days += (times[-1] - times[LEAST]) / DAY
        for number in range(LEAST, len(times)):
            known = cadence([Moment(at) for at in times[max(0, number - WINDOW) : number]], None, times[number - 1])
            limit = unusual(known)
            assert limit is not None
            false += quiet(known, times[number]) is not None
            noticed.append(limit / DAY)
    row = f"| `{source}` | {len(noticed):,} | {days:.0f} | {false} | {median(noticed):.1f} | {max(noticed):.1f} |"
    documented = re.findall(rf"^\| `{source}` \|.*$", (CHECKOUT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert documented == [row]
