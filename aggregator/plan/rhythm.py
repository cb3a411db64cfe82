"""When a source publishes: by the hour, by the weekday, and in bursts.

What is expected at an instant is the product of three things that are each learned by themselves, so that little
suffices: how much comes in all, the share of its hour of the day and that of its weekday; to which what came last adds
for an hour or two, because news follows news.  Where there is little to learn from, every hour is as good as any other.
How the constants were chosen on real publication times: ``docs/decisions/0014-schedule.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import accumulate, pairwise
from math import exp

from aggregator.model import Moment, Precision, Rhythm

WINDOW = 300
"""Newest items that are learned from: some weeks of a busy source."""
PRIOR = 1.0
"""Items by which an hour or a weekday is taken for an average one, before any is counted there."""
FOLLOWED = 0.3
"""Items that follow an item because of it: on real times three in ten do."""
BURST = 2_700.0
"""Seconds in which most of these follow (the mean of an exponential distribution)."""
LEAST = 10
"""Items, and times between them, below which nothing is said of when they come."""

HOUR, DAY = 3_600.0, 86_400.0
"""Seconds."""
_HOURS, _WEEKDAYS = 24, 7
_MONDAY = datetime(2024, 1, 1).toordinal()  # noqa: DTZ001 - a day of the calendar
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST = 0.75
"""The share of what comes that "mostly" is."""
_SPREAD = 0.6
"""The share of the day from which hours are not worth naming, and of the average from which a weekday is."""


def learned(publications: Sequence[Moment], zone: tzinfo, now: datetime) -> Rhythm | None:
    """Return the rhythm that the newest ``publications`` of a source tell, in any order; None without any.

    What came at one instant teaches hours and weekdays once; dates without a time teach weekdays only.
    """
    newest = sorted(publications, key=lambda moment: moment.at, reverse=True)[:WINDOW]
    if not newest:
        return None
    since, last = newest[-1].at, newest[0].at
    exact = sorted({moment.at for moment in newest if moment.precision is not Precision.DAY})
    there = {at: _local(at, zone) for at in {moment.at for moment in newest}}
    begin, end = there[since], _local(max(now, last), zone)
    by_hour = _relative([there[at] for at in exact], begin, end, HOUR, _HOURS)
    by_weekday = _relative(list(there.values()), begin, end, DAY, _WEEKDAYS)
    gaps = sorted((later - earlier).total_seconds() for earlier, later in pairwise(exact))
    return Rhythm(
        items=len(newest),
        since=since,
        hours=by_hour,
        weekdays=by_weekday,
        newest=last,
        burst=round(sum(exp(-(last - at).total_seconds() / BURST) for at in exact), 3),
        pause=gaps[len(gaps) // 4] if len(gaps) >= LEAST else None,
        mostly=_mostly(by_hour, by_weekday) if len(newest) >= LEAST else None,
    )


def rate(rhythm: Rhythm, now: datetime) -> float:
    """Return how many items a day come on average, as of ``now``: silence lowers it by itself."""
    return rhythm.items * DAY / max((now - rhythm.since).total_seconds(), DAY)


def expected(rhythm: Rhythm, zone: tzinfo, now: datetime, step: float) -> Iterator[float]:
    """Yield what is to be expected in each ``step`` seconds after ``now``, without end; 1 is the source's average."""
    middle = _local(now, zone) + step / 2
    since = max((now - rhythm.newest).total_seconds(), 0.0) + step / 2
    burst = FOLLOWED * rhythm.burst / BURST * DAY / rate(rhythm, now) * exp(-since / BURST)
    fading = exp(-step / BURST)
    while True:
        hour = int(middle // HOUR)
        usual = rhythm.hours[hour % _HOURS] * rhythm.weekdays[hour // _HOURS % _WEEKDAYS]
        yield (1.0 - FOLLOWED) * usual + burst
        middle += step
        burst *= fading


def _mostly(hours: Sequence[float], weekdays: Sequence[float]) -> str | None:
    """Return when most of what a source publishes comes, in words; None where no time stands out."""
    days = [name for name, share in zip(_NAMES, weekdays, strict=True) if share >= _SPREAD]
    parts = []
    if len(days) < _WEEKDAYS:
        first = _NAMES.index(days[0])
        together = list(_NAMES[first : first + len(days)]) == days
        parts.append(f"{days[0]}-{days[-1]}" if together and len(days) > 1 else ", ".join(days))
    length, begin = _busiest(hours)
    if length <= _SPREAD * _HOURS:
        parts.append(f"{begin}-{(begin + length) % _HOURS or _HOURS} h")
    return f"mostly {', '.join(parts)}" if parts else None


def _busiest(hours: Sequence[float]) -> tuple[int, int]:
    """Return length and beginning of the shortest time of the day in which most of what comes does."""
    until = [0.0, *accumulate([*hours, *hours])]
    for length in range(1, _HOURS):
        share, first = max((round(until[begin + length] - until[begin], 3), -begin) for begin in range(_HOURS))
        if share >= _MOST * until[_HOURS]:
            return length, -first
    return _HOURS, 0


def _relative(times: Sequence[float], begin: float, end: float, width: float, bins: int) -> tuple[float, ...]:
    """Return how much came in each bin of a cycle against what an even flow would have brought; their mean is 1."""
    counts = [0] * bins
    for time in times:
        counts[int(time // width) % bins] += 1
    even = [len(times) * share for share in _shares(begin, max(end - begin, 1.0), width, bins)]
    shares = [(count + PRIOR) / (flow + PRIOR) for count, flow in zip(counts, even, strict=True)]
    mean = sum(shares) / bins
    return tuple(round(share / mean, 3) for share in shares)


def _shares(begin: float, seconds: float, width: float, bins: int) -> list[float]:
    """Return which share of the time from ``begin`` on lay in each bin: what was not seen yet teaches nothing."""
    cycle = width * bins
    whole, rest = divmod(seconds, cycle)
    start = begin % cycle
    shares = []
    for number in range(bins):
        low = number * width
        seen = sum(max(0.0, min(start + rest, low + turn + width) - max(start, low + turn)) for turn in (0.0, cycle))
        shares.append((whole * width + seen) / seconds)
    return shares


def _local(at: datetime, zone: tzinfo) -> float:
    """Return the time of the calendar and the clock of ``zone`` in seconds since a Monday's midnight."""
    there = at.astimezone(zone)
    return (there.toordinal() - _MONDAY) * DAY + there.hour * HOUR + there.minute * 60.0 + there.second
