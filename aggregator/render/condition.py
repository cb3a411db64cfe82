"""How the program is doing as a whole, for whatever watches over it: ``/health``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from aggregator.config.values import Settings, Source
from aggregator.model import Pulse, SourceState, without_secrets
from aggregator.render.text import instant

ALIVE_WITHIN = timedelta(minutes=15)
"""A daemon that has given no sign of life for so long is taken for dead."""
MISSED = timedelta(hours=1)
"""A source is stuck when it is overdue by more than this, and by more than its own spacing: a whole look was missed."""


class Stuck(TypedDict):
    """A source that waits for far longer than it should."""

    source: str
    due: str | None
    """Since when; None: since the program began, for it was never looked at."""
    reason: str


class Condition(TypedDict):
    """What ``/health`` says.  Times are RFC 3339 in UTC; None where there is none."""

    live: bool
    ready: bool
    last_cycle: str | None
    lag_seconds: int
    stuck: list[Stuck]
    config: str | None
    error: str | None


def is_live(pulse: Pulse | None, now: datetime) -> bool:
    """Return whether the daemon goes on with its work; where there is none, answering is all that is asked."""
    return pulse is None or now - (pulse.alive or pulse.ticked or pulse.started) <= ALIVE_WITHIN


def condition(
    settings: Settings,
    states: Mapping[str, SourceState] | None,
    pulse: Pulse | None,
    now: datetime,
    unreadable: str | None = None,
) -> Condition:
    """Return how the program is doing.

    ``states``: what the store remembers; None where it cannot be read, and ``unreadable`` says why.  ``pulse``: None
    where no daemon runs in this process.  Ready is who can read the store, and has looked at a source if one is due.
    """
    enabled = [source for source in settings.sources if source.enabled]
    known = {source.id: states[source.id] for source in enabled if states and source.id in states}
    # Where the store cannot be read nobody knows who waits; the error says enough.
    waits = {source.id: _waits(known.get(source.id), pulse, now) for source in enabled if states is not None}
    looked = any(state.last_attempt for state in known.values())
    due = any(_due(known.get(source.id), now) for source in enabled)
    return Condition(
        live=is_live(pulse, now),
        ready=states is not None and (looked or not due),
        last_cycle=_time(_last_cycle(known, pulse)),
        lag_seconds=int(max(waits.values(), default=timedelta()).total_seconds()),
        stuck=[_stuck(source, known.get(source.id), now - waits[source.id])
               for source in enabled
               if source.id in waits and waits[source.id] > _patience(settings, known.get(source.id))],
        config=_safe(pulse.config if pulse else None),
        error=_safe(unreadable or (pulse.error if pulse else None)),
    )  # fmt: skip


def _due(state: SourceState | None, now: datetime) -> bool:
    return state is None or state.next_due is None or state.next_due <= now


def _waits(state: SourceState | None, pulse: Pulse | None, now: datetime) -> timedelta:
    """Return for how long a source has been due: since the daemon began, at most, for before that nobody looked."""
    began = pulse.started if pulse else None
    since = max((time for time in (state.next_due if state else None, began) if time), default=now)
    return max(now - since, timedelta())


def _patience(settings: Settings, state: SourceState | None) -> timedelta:
    spacing = state.interval if state and state.interval else settings.schedule.max_interval
    return max(MISSED, timedelta(seconds=spacing))


def _stuck(source: Source, state: SourceState | None, since: datetime) -> Stuck:
    due = state.next_due if state else None
    if due is None:
        reason = f"never looked at since the program began on {since:%Y-%m-%d at %H:%M} UTC"
    else:
        reason = f"due since {since:%Y-%m-%d at %H:%M} UTC, and not looked at"
    if state and state.trouble:
        reason += "; before that: " + ", ".join(trouble.kind for trouble in state.trouble)
    return Stuck(source=source.id, due=_time(due), reason=reason)


def _last_cycle(states: Mapping[str, SourceState], pulse: Pulse | None) -> datetime | None:
    """Return when a cycle last ended; as far as the store tells, when a source was last looked at."""
    if pulse and pulse.last_cycle:
        return pulse.last_cycle
    return max((state.last_attempt for state in states.values() if state.last_attempt), default=None)


def _safe(words: str | None) -> str | None:
    return without_secrets(words) if words else None


def _time(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
