"""When a source publishes, and how often its origin asks to be looked at: what the next look is planned by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a source publishes, as its newest items tell: hours and weekdays are those of the source's time zone."""

    items: int
    """From which this was learned."""
    since: datetime
    """When the first of them was published."""
    hours: tuple[float, ...]
    """How much comes in each hour of the day, from midnight on; 1 is the average."""
    weekdays: tuple[float, ...]
    """How much comes on each day of the week, from Monday on; 1 is the average."""
    newest: datetime
    """When the last of them was published."""
    burst: float = 0.0
    """How many came shortly before ``newest``, it among them; the less recent count less."""
    pause: float | None = None
    """Seconds: a quarter of the times between two publications are shorter.  None where that cannot be told."""
    mostly: str | None = None
    """In words, when most of it comes: "mostly Mon-Fri, 8-20 h".  None where no time stands out."""


@dataclass(frozen=True, slots=True)
class Hints:
    """How often a document asks to be looked at."""

    ttl: float | None = None
    """Seconds for which it need not be asked for again (RSS 2.0, ``ttl``)."""
    period: float | None = None
    """Seconds between two updates, as it says (``sy:updatePeriod`` and ``sy:updateFrequency``)."""
    base: datetime | None = None
    """From when on these are counted (``sy:updateBase``); None: from any look."""
    hours: tuple[int, ...] = ()
    """Hours of the day, UTC, in which it need not be asked for (``skipHours``)."""
    weekdays: tuple[int, ...] = ()
    """Days of the week, UTC, Monday is 0, on which it need not be asked for (``skipDays``)."""
