"""Dates as sources write them, read strictly: what no row of the table matches is unknown.

Does not guess, does not know what time it is, and does not depend on the process's locale: month and
weekday names are English, because the formats of RFC 5322 are.  A date that could be read two ways
(``02/03/2026``) is unknown unless the endpoint declares a ``date_format``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from aggregator.errors import BadItem
from aggregator.model import Moment, Precision

EARLIEST_YEAR, LATEST_YEAR = 1900, 9998
"""Outside of these a date is a placeholder (0001-01-01, 9999-12-31), not a publication date."""

LONGEST = 80
"""Characters.  No date is longer; a longer text is not worth matching."""

_UTC = ZoneInfo("UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST_OFFSET = timedelta(hours=14)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = frozenset(
    {
        *("mon", "monday", "tue", "tues", "tuesday", "wed", "weds", "wednesday", "thu", "thur", "thurs", "thursday"),
        *("fri", "friday", "sat", "saturday", "sun", "sunday"),
    },
)

_ZONES = {
    # RFC 5322, 4.3: the names every mail reader must know, and what they mean there.
    "ut": 0, "gmt": 0, "utc": 0, "z": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    # European names with one meaning only.  BST and IST have several, so they are not here.
    "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
}  # fmt: skip
"""Hours from UTC.  The military letters other than Z are left out: RFC 5322 says they mean nothing."""

_D2 = r"\d{2}"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*(?P<zone>(?:gmt|utc|ut)?[+-]\d{2}(?::?\d{2})?|[a-z]{1,5})(?:\s*\([^()]*\))?)?"
)
_WEEKDAY = r"(?:(?P<weekday>[a-z]+)\.?,?\s+)?"
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_THEN_TIME = rf"(?:(?:,|\s+at|\s+-|\s+\||,\s+at)?\s+{_TIME})?"

_FORMATS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # RFC 822, 1123, 2822, 5322 with the liberties feeds take; RFC 850; "01 October 2026"; "26 Feb 26"
        rf"{_WEEKDAY}{_DAY}(?:\s+|-){_MONTH},?(?:\s+|-)(?P<year>\d{{4}}|\d{{2}}){_THEN_TIME}",
        # RFC 3339, ISO 8601 extended, SQL; the slashed form with the year first can be read one way only
        rf"(?P<year>\d{{4}})(?P<sep>[-/])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?:(?:t|\s+){_TIME})?",
        # ISO 8601 basic, as calendars write it
        rf"(?P<year>{_D2}{_D2})(?P<month>{_D2})(?P<day>{_D2})t(?P<hour>{_D2})(?P<minute>{_D2})(?P<second>{_D2})(?P<zone>z)?",
        # "October 1, 2026", "Thursday, Oct. 1, 2026", "July 17, 2026 10:30 AM", JavaScript's Date
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}}){_THEN_TIME}",
        # asctime
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?P<year>\d{{4}})",
    )
)
_FORMS = ("RFC 5322", "ISO 8601", "ISO 8601 basic", "month, day, year", "asctime")
"""What to call each of the formats, in their order."""
_UNIX = re.compile(r"(\d{10})(?:\.\d{1,9}|\d{3})?", re.ASCII)

_DIRECTIVES = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<year>\d{2})",
    "m": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "e": r"(?P<day>\d{1,2})",
    "b": r"(?P<name>[a-z]+)\.?",
    "h": r"(?P<name>[a-z]+)\.?",
    "B": r"(?P<name>[a-z]+)\.?",
    "a": r"(?P<weekday>[a-z]+)\.?",
    "A": r"(?P<weekday>[a-z]+)\.?",
    "H": r"(?P<hour>\d{1,2})",
    "I": r"(?P<hour>\d{1,2})",
    "M": r"(?P<minute>\d{1,2})",
    "S": r"(?P<second>\d{1,2})",
    "f": r"\d{1,9}",
    "p": r"(?P<half>[ap])\.?m\.?",
    "z": r"(?P<zone>z|[+-]\d{2}:?\d{2})",
    "Z": r"(?P<zone>[a-z]{1,5})",
    "T": r"(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})",
    "R": r"(?P<hour>\d{1,2}):(?P<minute>\d{2})",
    "F": r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    "%": "%",
}
"""strptime's directives, by our own reading: strptime itself takes month names from the process's locale."""


class _Unreadable(ValueError):
    """The text has the form of a date and is none (31 February, 25:61, an unknown zone)."""


def parse_date(text: str | None, zone: ZoneInfo, date_format: str | None = None) -> Moment | None:
    """Return the moment that ``text`` names, in UTC; None when it names none.

    A text without a zone is taken to be in ``zone``; one without a time is of day precision, its instant
    the first of that day in ``zone``.  ``date_format`` (strptime's directives, English names) replaces the
    table.  Unix seconds and milliseconds are read too.  Raises ``BadItem`` for a ``date_format`` with
    directives that cannot be read.
    """
    patterns = (_declared(date_format),) if date_format else _FORMATS
    if text is None or len(text) > LONGEST:
        return None
    text = " ".join(text.split()).lower()
    if not date_format and (seconds := _UNIX.fullmatch(text)):
        return _plausible(Moment(_EPOCH + timedelta(seconds=int(seconds[1]))))
    for pattern in patterns:
        if match := pattern.fullmatch(text):
            try:
                return _plausible(_moment(match.groupdict(), zone))
            except _Unreadable:
                continue
    return None


def form_of(text: str) -> str | None:
    """Return what the format of a date is called that ``parse_date`` reads without being told; None for the others."""
    line = " ".join(text[: LONGEST + 1].split()).lower()
    if parse_date(text, _UTC) is None:
        return None
    named = (name for name, pattern in zip(_FORMS, _FORMATS, strict=True) if pattern.fullmatch(line))
    return next(named, "Unix time")


def _plausible(moment: Moment) -> Moment | None:
    # A date left empty becomes the epoch, in whatever zone the site's program stood.
    unset = abs(moment.at - _EPOCH) <= _FURTHEST_OFFSET
    return None if unset or not EARLIEST_YEAR <= moment.at.year <= LATEST_YEAR else moment


def _moment(parts: dict[str, str | None], zone: ZoneInfo) -> Moment:
    weekday = parts.get("weekday")
    if weekday and weekday not in _WEEKDAYS:
        raise _Unreadable(weekday)
    day = _day(parts)
    if parts.get("hour") is None:
        return Moment(_utc(datetime.combine(day, time(), tzinfo=zone)), Precision.DAY)
    clock, carry = _clock(parts)
    named = parts.get("zone")
    at = datetime.combine(day, clock, tzinfo=_zone(named) if named else zone) + timedelta(days=carry)
    return Moment(_utc(at), Precision.SECOND)


def _utc(at: datetime) -> datetime:
    # A local time that the clocks skip or repeat is read with the offset before the change (fold=0, PEP 495).
    return at.astimezone(UTC)


def _day(parts: dict[str, str | None]) -> date:
    name = parts.get("name")
    month = _MONTHS.get(name, 0) if name else int(parts.get("month") or 0)
    digits = parts.get("year") or ""
    year = int(digits or 0)
    if len(digits) == len("26"):
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 -- RFC 5322, 4.3: 00 to 49 are in this century
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise _Unreadable(digits)
    try:
        return date(year, month, int(parts.get("day") or 0))
    except ValueError as error:
        raise _Unreadable(digits) from error


def _clock(parts: dict[str, str | None]) -> tuple[time, int]:
    """Return the time of day and the days to carry: ISO 8601 writes a day's end as 24:00."""
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    if half := parts.get("half"):
        if not 1 <= hour <= 12:  # noqa: PLR2004 -- a clock face
            raise _Unreadable(half)
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return time(), 1
    if second == 60:  # noqa: PLR2004 -- a leap second, which datetime does not know
        second = 59
    try:
        return time(hour, minute, second), 0
    except ValueError as error:
        raise _Unreadable(hour) from error


def _zone(name: str) -> tzinfo:
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    sign, digits = re.sub(r"[^+-]", "", name), re.sub(r"\D", "", name)
    if not sign:
        raise _Unreadable(name)
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > _FURTHEST_OFFSET or minutes > 59:  # noqa: PLR2004 -- minutes of an hour
        raise _Unreadable(name)
    return timezone(-offset if sign == "-" else offset)


@lru_cache(maxsize=64)
def _declared(date_format: str) -> re.Pattern[str]:
    """Return ``date_format`` as a pattern over lower-cased text with single spaces."""

    def part(match: re.Match[str]) -> str:
        return re.escape(match[0].lower()) if match["directive"] is None else _DIRECTIVES[match["directive"]]

    try:
        return re.compile(re.sub(r"%-?(?P<directive>.)|[^%]", part, " ".join(date_format.split())), re.ASCII)
    except (KeyError, re.error) as error:
        msg = f"date_format {date_format!r} cannot be read: {error}"
        raise BadItem(msg) from None
