"""What an origin asks of those who come again: how long its answer is fresh, and what the document says of it.

All of it is a wish that looks be spaced, never that they be made.  What makes no sense is no wish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.model import EndpointState, Hints, Rhythm

LONGEST = 366 * 86_400.0
"""Seconds: more than a year is no wish but a mistake."""

_PART = re.compile(r"(?:[^,\"]|\"[^\"]*\"?)+")
"""Of a list whose parts may hold quoted strings, commas in them too (RFC 9110, 5.6.1)."""
_NEVER = frozenset({"no-cache", "no-store"})
"""With these an answer is not to be used again unasked (RFC 9111, 5.2.2.4 and 5.2.2.5): nothing is fresh."""


def freshness(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return for how many seconds from ``now`` an answer with these headers is fresh (RFC 9111, 4.2); None: not said.

    As a private cache counts: ``s-maxage`` is for shared ones.  ``max-age`` comes before ``Expires``, the time that
    the answer spent in caches on the way (``Age``) is taken off, and nothing is guessed from ``Last-Modified``.
    """
    directives = _directives(headers.get("cache-control", ""))
    if directives.keys() & _NEVER:
        return 0.0
    lifetime: float | None
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"]) or 0.0
    elif (expires := headers.get("expires")) is not None:
        end, begin = _date(expires), _date(headers.get("date", "")) or now
        lifetime = (end - begin).total_seconds() if end else 0.0
    else:
        return None
    left = lifetime - (_seconds(headers.get("age", "")) or 0.0)
    return left if 0.0 < left <= LONGEST else 0.0


def not_before(endpoint: EndpointState, rhythm: Rhythm | None, now: datetime, due: datetime) -> datetime:
    """Return the first instant from ``due`` on at which the endpoint that was read ``now`` does not mind a look."""
    hints = endpoint.hints or Hints()
    waits = [endpoint.fresh, hints.ttl]
    if hints.period and not _denied(hints.period, rhythm):
        waits.append(_until_update(hints.period, hints.base, now))
    longest = min(max((wait for wait in waits if wait), default=0.0), LONGEST)
    return _past_skipped(max(due, now + timedelta(seconds=longest)), hints)


def _denied(period: float, rhythm: Rhythm | None) -> bool:
    """Return whether a source's own dates deny that it is updated once in ``period`` seconds.

    WordPress says "hourly" in every feed, whatever the site does.  Where a quarter of what comes does so in less than
    half of that time after what came before, there is no such hour.
    """
    return rhythm is not None and rhythm.pause is not None and rhythm.pause < period / 2


def _until_update(period: float, base: datetime | None, now: datetime) -> float:
    """Return the seconds until the next update of a document that is updated every ``period`` seconds."""
    return period if base is None else period - (now - base).total_seconds() % period


def _past_skipped(due: datetime, hints: Hints) -> datetime:
    """Return ``due``, or the first full hour after it that is not to be skipped."""
    if len(set(hints.hours)) >= 24 or len(set(hints.weekdays)) >= 7:  # noqa: PLR2004 - hours of a day, days of a week
        return due
    utc = due.astimezone(UTC)
    while utc.hour in hints.hours or utc.weekday() in hints.weekdays:
        utc = utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return utc


def _directives(text: str) -> dict[str, str]:
    """Return the directives of a Cache-Control field; of several of one name the first (RFC 9111, 4.2.1)."""
    found: dict[str, str] = {}
    for part in _PART.findall(text):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _seconds(text: str) -> float | None:
    """Return delta-seconds (RFC 9111, 1.2.2); None for what are none."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None  # noqa: PLR2004 - 30,000 years


def _date(text: str) -> datetime | None:
    """Return an HTTP date (RFC 9110, 5.6.7); None for what is none, "0" among them."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
