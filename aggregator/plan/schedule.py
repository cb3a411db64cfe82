"""When a source is due again.

Pure: jitter derives from the source's id and the due time, so the same history gives the same plan.  The figures of
the learned spacing were chosen on real publication times; ``docs/decisions/0014-schedule.md`` says how, and
``docs/operations.md`` what they come to.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, tzinfo
from math import pow as power
from math import sqrt

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import EndpointState, Rhythm
from aggregator.plan.asked import not_before
from aggregator.plan.rhythm import DAY, expected, rate

FIRST_INTERVAL = 1800.0
"""Seconds between looks at a source of which nothing is known, as it has no item."""

LOOKS = 10.0
"""Looks a day at a source that publishes one item a day evenly.  They grow with the root of what it publishes: of all
ways to share out a number of looks among sources, that one makes items wait the least on average."""

FOCUS = 2.5
"""How much more looks gather where more is expected: there is half of all news, and it is found the sooner."""

FEWEST, MOST = 0.25, 8.0
"""Bounds of that: what comes at a quiet time must not wait for ever, nor a busy one use up what is due to others."""

BURSTS = 30.0
"""How many times more than expected a burst may bring.  The fastest known, at the White House on 2022-04-29, brought
eleven items in 22 minutes, in which a third of one was to be expected."""

LONGEST_REST = 86_400.0
"""Seconds: a Retry-After beyond a day is an error of the server; nobody is given up for it."""

SHORTEST_SETBACK = 1_800.0
"""Seconds for which an endpoint that failed once is left alone, as long as another serves."""

LONGEST_SETBACK = 43_200.0
"""Seconds after which an endpoint is asked again, however often it failed: it may have recovered."""

_STEP = 300.0
"""Seconds in which what is expected is taken for even."""

_JITTER = 0.1
"""The share of an interval by which a look may come early, so that sources do not march in step."""


def spacing(source: Source, rhythm: Rhythm | None, window: int, schedule: ScheduleSettings, now: datetime) -> float:
    """Return the spacing of looks, in seconds, that follows a success.

    A fixed ``interval`` stands.  Otherwise looks are as frequent as the source's ``rhythm`` is worth, in all and at
    that time, within ``min_interval`` and ``max_interval``; and so frequent that what a burst brings does not push
    out of the document, which shows ``window`` items, what was not seen yet.  The same look always gives the same.
    """
    if source.interval:
        return source.interval
    seconds = FIRST_INTERVAL if rhythm is None else _worth(rhythm, window, source.zone, schedule.max_interval, now)
    return min(max(seconds, schedule.min_interval), schedule.max_interval)


def _worth(rhythm: Rhythm, window: int, zone: tzinfo, longest: float, now: datetime) -> float:
    """Return after how many seconds a look is worth it, ``longest`` at most: all that is expected adds up to one."""
    daily = rate(rhythm, now)
    looks = LOOKS * sqrt(daily) * _STEP / DAY
    bursts = BURSTS / window * daily * _STEP / DAY if window else 0.0
    seconds = worth = 0.0
    for share in expected(rhythm, zone, now, _STEP):  # without end
        more = max(looks * min(max(power(share, FOCUS), FEWEST), MOST), bursts * share)
        if worth + more >= 1.0:
            return seconds + (1.0 - worth) / more * _STEP
        seconds, worth = seconds + _STEP, worth + more
        if seconds >= longest:
            break
    return longest


def due_after_success(
    source: Source,
    rhythm: Rhythm | None,
    endpoint: EndpointState,
    schedule: ScheduleSettings,
    now: datetime,
    interval: float,
) -> datetime:
    """Return when to look again after ``interval`` seconds, or as soon after that as the origin does not mind.

    What the origin asks for never puts a look off beyond ``max_interval``, and nothing of it counts beside a fixed
    ``interval``: the operator knows better.
    """
    due = _early(source.id, now, interval)
    if source.interval:
        return due
    return max(due, min(not_before(endpoint, rhythm, now, due), now + timedelta(seconds=schedule.max_interval)))


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
