"""How often a source publishes, and when its silence is unusual.

A source is compared with itself: its longest silence among its newest items holds its weekends and its holidays.  The
figures were chosen on real publication times; ``docs/operations.md`` gives what they come to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.model import Cadence, Moment, Precision

WINDOW = 60
"""Newest items that are looked at.  More would hold on to silences that are long past."""
LEAST = 10
"""Items below which nothing is said."""
TIMES = 2.0
"""By how much a silence must be longer than the longest of the window."""
FLOOR = 4 * 86_400.0
"""Seconds: a long weekend, which a window of busy days may not hold."""
_DAY = 86_400.0
"""Seconds; also what a date without a time may be off by."""

_RATES = ((_DAY, "day"), (7 * _DAY, "week"), (30 * _DAY, "month"))
_OFTEN = 1.5
"""Times from which "once" is not said any more."""
_ONCE = 0.7
_TIMES = {2: "twice"}


def learned(publications: Sequence[Moment], before: Cadence | None, now: datetime) -> Cadence | None:
    """Return the cadence that the newest ``publications`` of a source tell, in any order; None without any.

    ``before`` is what was known until now: something newer than its newest publication was heard of now.
    """
    newest = sorted(publications, key=lambda moment: moment.at, reverse=True)[:WINDOW]
    if not newest:
        return None
    last = newest[0].at
    gaps = [(later.at - earlier.at).total_seconds() for later, earlier in pairwise(newest)]
    heard = last if before is None else now if last > before.newest else before.heard
    return Cadence(
        newest=last,
        heard=max(heard, last),
        items=len(newest),
        typical=sorted(gaps)[len(gaps) // 2] if gaps else 0.0,
        longest=max(gaps, default=0.0),
        daily=sum(moment.precision is Precision.DAY for moment in newest) * 2 > len(newest),
        usually=_rate(len(gaps), sum(gaps)) if len(newest) >= LEAST else None,
    )


def unusual(cadence: Cadence) -> timedelta | None:
    """Return the silence from which the source is quiet for longer than usual; None where that cannot be told."""
    if cadence.usually is None:
        return None
    seconds = max(TIMES * cadence.longest, FLOOR) + (_DAY if cadence.daily else 0.0)
    return timedelta(seconds=seconds)


def quiet(cadence: Cadence | None, now: datetime) -> str | None:
    """Return in words that the source is quiet for longer than usual; None while it is not."""
    if cadence is None or (limit := unusual(cadence)) is None:
        return None
    heard = cadence.heard if cadence.heard <= now else cadence.newest  # a clock that was ahead heard it
    if now - heard <= limit:
        return None
    silence, longest = in_words((now - heard).total_seconds()), in_words(cadence.longest)
    return (
        f"nothing since {heard:%Y-%m-%d}, {silence}; usually {cadence.usually}, "
        f"and the longest silence among its last {cadence.items} items was {longest}"
    )


def in_words(seconds: float) -> str:
    """Return a duration in hours, or from two days on in days."""
    days = round(seconds / _DAY)
    if days > 1:
        return f"{days} days"
    hours = round(seconds / 3_600)
    return "an hour" if hours == 1 else f"{hours} hours"


def _rate(times: int, seconds: float) -> str | None:
    """Return how often ``times`` in ``seconds`` is; None where it all happened at once."""
    if not seconds:
        return None
    for unit, name in _RATES:
        rate = times / seconds * unit
        if rate >= _OFTEN:
            many = (
                f"{round(rate)} a day"
                if name == "day"
                else f"{_TIMES.get(round(rate), f'{round(rate)} times')} a {name}"
            )
            return f"about {many}"
        if rate >= _ONCE:
            return f"about once a {name}"
    return "less than once a month"
