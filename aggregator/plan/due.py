"""Whether something that was put off is to wait any longer.

Pure.  Instants are in UTC throughout, so neither a time zone nor a change to summer time has a part in it.  A clock may
jump, though: what it said before is believed only as far as it is possible.  A source waits no longer than the longest
wait there is, and not at all for what a clock wrote that is ahead of the present one.  A machine that slept finds
everything due, once: what was missed meanwhile is not caught up on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import Planned
from aggregator.plan.schedule import LONGEST_REST

PUT_RIGHT = 300.0
"""Seconds by which a clock may be put back without any source being looked at for it."""


def is_due(source: Source, planned: Planned, schedule: ScheduleSettings, now: datetime) -> bool:
    """Return whether an enabled source is to be looked at, as planned, or because the plan is of no use any more."""
    if planned.next_due is None or planned.next_due <= now:
        return True
    if planned.last_attempt is not None:
        if planned.last_attempt > now + timedelta(seconds=PUT_RIGHT):
            return True  # the clock was ahead: what it planned may be any time away
        spacing = source.interval or schedule.max_interval
        if not planned.failures and planned.last_attempt + timedelta(seconds=spacing) <= now:
            return True  # it was planned by other settings
    longest = max(schedule.max_interval, source.interval or 0.0, LONGEST_REST)
    return planned.next_due > now + timedelta(seconds=longest)


def waits(until: datetime, now: datetime) -> bool:
    """Return whether what is put off ``until`` is still so: nothing is for longer than ``LONGEST_REST``."""
    return now < until <= now + timedelta(seconds=LONGEST_REST)
