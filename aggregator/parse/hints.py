"""How often a feed asks to be looked at: the elements of RSS and of its syndication module that say so.

RSS 2.0 (https://www.rssboard.org/rss-specification): ``ttl`` is minutes, ``skipHours`` and ``skipDays`` are in GMT.
RSS 1.0 syndication module (https://web.resource.org/rss/1.0/modules/syndication/): an update each ``updatePeriod``, or
``updateFrequency`` of them, counted from ``updateBase``.  What is not as these say is left out: it means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from aggregator.model import Hints

PERIODS = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 7 * 86_400.0,
    "monthly": 30 * 86_400.0,
    "yearly": 365 * 86_400.0,
}
"""Seconds."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LONGEST = 366 * 24 * 60
"""Minutes: more than a year is no wish but a mistake."""
_MIDNIGHT = 24
"""As RSS 0.91 counts it, whose hours are 1 to 24."""


def hints_of(
    *,
    ttl: str | None = None,
    period: str | None = None,
    frequency: str | None = None,
    base: str | None = None,
    hours: Iterable[str | None] = (),
    days: Iterable[str | None] = (),
) -> Hints | None:
    """Return what the texts of these elements ask for; None where that is nothing."""
    minutes = _number(ttl, _LONGEST)
    skipped = {hour % _MIDNIGHT for text in hours if (hour := _number(text, _MIDNIGHT)) is not None}
    names = {(text or "").strip().lower() for text in days}
    weekdays = tuple(number for number, name in enumerate(WEEKDAYS) if name in names)
    seconds = _period(period, frequency)
    hints = Hints(
        ttl=minutes * 60.0 if minutes else None,
        period=seconds,
        base=_instant(base) if seconds else None,
        hours=() if len(skipped) == _MIDNIGHT else tuple(sorted(skipped)),
        weekdays=() if len(weekdays) == len(WEEKDAYS) else weekdays,
    )
    return None if hints == Hints() else hints


def _period(period: str | None, frequency: str | None) -> float | None:
    """Return the seconds between two updates: a day by default, once in each (the module's defaults)."""
    if period is None and frequency is None:
        return None
    seconds = PERIODS.get((period or "daily").strip().lower())
    times = 1 if frequency is None else _number(frequency, _LONGEST)
    return seconds / times if seconds and times else None


def _number(text: str | None, most: int) -> int | None:
    """Return a whole number from 0 to ``most``; None for anything else."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def _instant(text: str | None) -> datetime | None:
    """Return a date of ISO 8601, in UTC where it has no zone: the module's own form has none."""
    try:
        at = datetime.fromisoformat((text or "").strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
