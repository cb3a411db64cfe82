"""Dates as pages show them: in words, in English, in the source's own time zone.  Never ages, which would go stale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from aggregator.model import Precision
from aggregator.render import text
from aggregator.render.page_values import Day

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""The pages are in English, whatever the locale of whoever runs the program."""


def plain_day(day: date) -> Day:
    """Return a day as a page shows it."""
    month = MONTHS[day.month - 1]
    return Day(day.isoformat(), f"{day.day} {month} {day.year}", f"{day.day} {_abbreviated(month)} {day.year}")


def day_of(moment: datetime, timezone: str, precision: Precision | None = Precision.SECOND) -> Day:
    """Return the day of an instant in ``timezone``; of day precision it is a date and no more."""
    day = plain_day(moment.astimezone(ZoneInfo(timezone)).date())
    if precision is Precision.DAY:
        return day
    return Day(text.instant(moment), day.words, day.short)


def minute_of(moment: datetime) -> Day:
    """Return an instant as a page for operators shows it: to the minute, in UTC."""
    day = plain_day(moment.astimezone(UTC).date())
    clock = f", {moment.astimezone(UTC):%H:%M} UTC"
    return Day(text.instant(moment), day.words + clock, day.short + clock)


def _abbreviated(month: str) -> str:
    return month[:3] if month != "September" else "Sept"
