"""How the daemon does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """What only the running process knows of how it does."""

    started: datetime
    ticked: datetime | None = None
    """When it last asked who is due."""
    alive: datetime | None = None
    """When its work was last found to go on: a cycle may take long where sites ask for time."""
    last_cycle: datetime | None = None
    """When a cycle last ended."""
    error: str | None = None
    """Why the last cycle, or publishing, could not be done; None: it could."""
    config: str | None = None
    """What is wrong with the configuration on disk, so that an older one is in force; None: it is in force."""
