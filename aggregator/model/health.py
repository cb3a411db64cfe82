"""What is learned of a source's health: the shape of what its endpoints give, its cadence, its troubles over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shape:
    """What one document of an endpoint held, counted: how many items, and how many of them have what."""

    at: datetime
    """When it was read."""
    items: int
    dated: int
    """With a date that can be read."""
    titled: int
    titles: int
    """Distinct ones."""
    linked: int
    texts: int
    """With a summary or a body."""
    bodies: int
    mislabelled: str | None = None
    """As ``Document.mislabelled``."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a source publishes, as its newest items tell."""

    newest: datetime
    """The newest publication."""
    heard: datetime
    """When it was last heard of: ``newest`` at first, later the look at which something newer was new."""
    items: int
    """From which this was learned."""
    typical: float
    """Seconds: the median of the times between two publications."""
    longest: float
    """Seconds: the longest of them."""
    daily: bool
    """Whether its dates are days."""
    usually: str | None = None
    """In words: "about 5 a day".  None as long as there are too few items to tell."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A trouble of a source from its beginning to its end."""

    source: str
    kind: str
    since: datetime
    explanation: str
    updated: datetime
    """When it began, ended, or was last explained otherwise."""
    ended: datetime | None = None
