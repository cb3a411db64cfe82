"""When a source is due again.

Pure: jitter derives from the source's id and the due time, so the same history gives the same plan.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import SourceState

FIRST_INTERVAL = 1800.0
"""Seconds between the first looks at a source, before anything is learned about it."""

LONGEST_REST = 86_400.0
"""Seconds: a Retry-After beyond a day is an error of the server; nobody is given up for it."""

SHORTEST_SETBACK = 1_800.0
"""Seconds for which an endpoint that failed once is left alone, as long as another serves."""

LONGEST_SETBACK = 43_200.0
"""Seconds after which an endpoint is asked again, however often it failed: it may have recovered."""

_JITTER = 0.1
"""The share of an interval by which a look may come early, so that sources do not march in step."""


def interval_after(source: Source, state: SourceState, schedule: ScheduleSettings, now: datetime, *, new: int) -> float:
    """Return the spacing of looks, in seconds, after a success that brought ``new`` new items.

    A fixed ``interval`` stands.  Otherwise it halves when there was news and grows by a quarter when
    there was none, within ``min_interval`` and ``max_interval``.  A second look at the same instant, as when
    a capture is replayed again, teaches nothing.
    """
    if source.interval:
        return source.interval
    before = state.interval or FIRST_INTERVAL
    if state.interval and state.last_success == now:
        return before
    return min(max(before / 2 if new else before * 1.25, schedule.min_interval), schedule.max_interval)


def due_after_success(source: Source, interval: float, now: datetime) -> datetime:
    """Return when to look again after a success."""
    return _early(source.id, now, interval)


def due_after_failure(
    source: Source, failures: int, schedule: ScheduleSettings, now: datetime, retry_after: float | None
) -> datetime:
    """Return when to look again after ``failures`` failures in a row, 1 or more.

    The wait doubles from ``min_interval`` (or the fixed interval) up to ``max_interval``, and never
    ends.  A server that names a time (Retry-After, RFC 9110 10.2.3) is not asked before it.
    """
    base = source.interval or schedule.min_interval
    wait = min(base * 2.0 ** min(failures - 1, 30), max(schedule.max_interval, base))
    rest = min(retry_after or 0.0, LONGEST_REST)
    return max(_early(source.id, now, wait), now + timedelta(seconds=rest))


def ask_again(source: str, failures: int, now: datetime, retry_after: float | None) -> datetime:
    """Return until when an endpoint that failed ``failures`` times in a row is left alone, while another serves.

    The wait doubles, and never ends: the first endpoint is the best one, and is returned to as soon as it serves.
    """
    wait = min(SHORTEST_SETBACK * 2.0 ** min(failures - 1, 30), LONGEST_SETBACK)
    rest = min(retry_after or 0.0, LONGEST_REST)
    return max(_early(source, now, wait), now + timedelta(seconds=rest))


def _early(source: str, now: datetime, seconds: float) -> datetime:
    due = now + timedelta(seconds=round(seconds))
    seed = hashlib.sha256(f"{source} {due.isoformat()}".encode()).digest()
    share = int.from_bytes(seed[:4]) / 2**32
    return due - timedelta(seconds=int(seconds * _JITTER * share))
