"""What origins ask of those who come again: headers and documents, well-formed and not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import EndpointState, Hints, Moment, Rhythm
from aggregator.plan.asked import freshness, not_before
from aggregator.plan.rhythm import learned

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
"""A Thursday."""
HOUR = timedelta(hours=1)

DATE = "Thu, 01 Oct 2026 12:00:00 GMT"
LATER = "Thu, 01 Oct 2026 13:00:00 GMT"
BEFORE = "Thu, 01 Oct 2026 11:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"last-modified": BEFORE, "etag": '"1"'}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=600, must-revalidate"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "max-age=600, max-age=9"}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "age": "-5"}, 600),
        ({"cache-control": "max-age=600", "age": "soon"}, 600),
        ({"cache-control": "max-age=600", "expires": LATER, "date": DATE}, 600),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "s-maxage=900, max-age=60"}, 60),
        ({"cache-control": "s-maxage=900", "expires": LATER, "date": DATE}, 3_600),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "max-age=600, no-store"}, 0),
        ({"cache-control": 'no-cache="set-cookie", max-age=600'}, 0),
        ({"cache-control": "no-transform", "expires": LATER, "date": DATE}, 3_600),
        ({"cache-control": "max-age=0"}, 0),
        ({"cache-control": "max-age=-600"}, 0),
        ({"cache-control": "max-age=later"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "max-age=1" + "0" * 30}, 0),
        ({"cache-control": "max-age=99999999999"}, 0),
        ({"cache-control": ",,= ;max-age 600"}, None),
        ({"expires": LATER, "date": DATE}, 3_600),
        ({"expires": LATER, "date": BEFORE}, 7_200),
        ({"expires": LATER}, 3_600),
        ({"expires": LATER, "date": DATE, "age": "600"}, 3_000),
        ({"expires": BEFORE, "date": DATE}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": "Thursday, 01-Oct-26 13:00:00 GMT", "date": DATE}, 3_600),
        ({"expires": "Thu Oct  1 13:00:00 2026", "date": DATE}, 3_600),
        ({"expires": "Thu, 01 Oct 9999 13:00:00 GMT"}, 0),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert freshness(headers, NOW) == seconds


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age"]), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    found = freshness(headers, NOW)
    assert found is None or 0 <= found <= 366 * 86_400


def test_a_cache_control_of_any_length_is_read_at_once() -> None:
    for text in ("a" * 60_000, "a=" * 30_000, 'a="' * 20_000, "," * 60_000, " " * 60_000, "max-age=" + '"' * 60_000):
        assert freshness({"cache-control": text}, NOW) in {None, 0.0}


def wait(now: datetime = NOW, rhythm: Rhythm | None = None, fresh: float | None = None, **hints: object) -> timedelta:
    """Return for how long after ``now`` an endpoint does not want to be looked at."""
    asks = Hints(**hints) if hints else None  # type: ignore[arg-type]  # the tests name what they set
    return not_before(EndpointState("https://x.gov/feed/", hints=asks, fresh=fresh), rhythm, now, now) - now


def test_the_longest_wish_counts() -> None:
    assert wait() == timedelta()
    assert wait(fresh=600.0) == timedelta(minutes=10)
    assert wait(fresh=600.0, ttl=3_600.0) == HOUR
    assert wait(fresh=7_200.0, ttl=3_600.0, period=60.0) == 2 * HOUR
    assert wait(fresh=0.0, period=3_600.0) == HOUR


def test_a_base_says_when_the_next_update_is() -> None:
    base = datetime(2020, 1, 1, 0, 20, tzinfo=UTC)
    assert wait(period=3_600.0, base=base) == timedelta(minutes=20)
    assert wait(base.replace(year=2027), period=86_400.0, base=base) == timedelta(days=1), "a look at that instant"
    assert wait(period=3_600.0, base=datetime(2030, 1, 1, 0, 20, tzinfo=UTC)) == timedelta(minutes=20)


def every(minutes: int) -> Rhythm | None:
    return learned([Moment(NOW - number * timedelta(minutes=minutes)) for number in range(20)], UTC, NOW)


def test_a_period_that_the_dates_deny_is_none() -> None:
    """ "hourly" stands in every feed of WordPress, whoever uses it."""
    assert wait(rhythm=every(10), period=3_600.0) == timedelta()
    assert wait(rhythm=every(40), period=3_600.0) == HOUR
    assert wait(rhythm=every(10), ttl=3_600.0) == HOUR, "which says for how long not to ask, whatever comes"


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"hours": (12,)}, datetime(2026, 10, 1, 13, tzinfo=UTC)),
        ({"hours": (12, 13, 14)}, datetime(2026, 10, 1, 15, tzinfo=UTC)),
        ({"hours": tuple(range(12, 24))}, datetime(2026, 10, 2, tzinfo=UTC)),
        ({"hours": (11, 13)}, NOW + timedelta(minutes=20)),
        ({"weekdays": (3,)}, datetime(2026, 10, 2, tzinfo=UTC)),
        ({"weekdays": (3, 4, 5, 6)}, datetime(2026, 10, 5, tzinfo=UTC)),
        ({"weekdays": (3,), "hours": (0, 1)}, datetime(2026, 10, 2, 2, tzinfo=UTC)),
        ({"ttl": 3_600.0, "hours": (13,)}, datetime(2026, 10, 1, 14, tzinfo=UTC)),
        ({"hours": tuple(range(24))}, NOW + timedelta(minutes=20)),
        ({"weekdays": tuple(range(7))}, NOW + timedelta(minutes=20)),
    ],
)
def test_skipped_hours_and_days_are_those_of_greenwich(hints: dict[str, object], expected: datetime) -> None:
    endpoint = EndpointState("https://x.gov/feed/", hints=Hints(**hints))  # type: ignore[arg-type]  # as above
    assert not_before(endpoint, None, NOW, NOW + timedelta(minutes=20)) == expected
