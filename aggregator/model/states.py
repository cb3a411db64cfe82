"""What is remembered of sources, endpoints and the site between two cycles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from aggregator.model.health import Cadence, Shape
from aggregator.model.rhythm import Hints, Rhythm


@dataclass(frozen=True, slots=True)
class Setback:
    """Why an endpoint did not serve when it was last asked, and until when it need not be asked again.

    As long as another endpoint serves, that is; when none does, all are asked.
    """

    kind: str
    explanation: str
    count: int
    """Failures in a row, 1 or more."""
    until: datetime


@dataclass(frozen=True, slots=True)
class EndpointState:
    """What is remembered of one endpoint between two looks at it."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    """SHA-256 (hex) of the last body that was taken in."""
    reading: str = ""
    """Fingerprint of how that body was read and cleaned: another reading makes the validators void."""
    rests: bool = False
    """It answered 410 Gone: not asked again until its configuration changes."""
    moved_to: str | None = None
    """Where permanent redirects led when it last answered; None when it answered in its own place."""
    moves: int = 0
    """How many looks in a row have led there."""
    setback: Setback | None = None
    """None as long as it serves."""
    usual: Shape | None = None
    """What it gave when nothing was wrong with it last; None: it has given nothing in this reading."""
    last: Shape | None = None
    """What it gave last."""
    hints: Hints | None = None
    """How often the document that it gave last asks to be looked at; None: it does not say."""
    fresh: float | None = None
    """Seconds for which its last answer was fresh, as the headers have it (RFC 9111, 4.2); None: they do not say."""


@dataclass(frozen=True, slots=True)
class Planned:
    """When a source is to be looked at."""

    next_due: datetime | None = None
    """As the last look planned it; None: at once."""
    last_attempt: datetime | None = None
    """When that was; None: there was none."""
    failures: int = 0
    """Consecutive."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of one source between two cycles."""

    id: str
    next_due: datetime | None = None
    interval: float | None = None
    """Seconds: the spacing of looks as of the last one."""
    failures: int = 0
    """Consecutive."""
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_item: datetime | None = None
    """When an item was last new."""
    endpoint: str | None = None
    """The URL that served last."""
    trouble: tuple[Trouble, ...] = ()
    items: int = 0
    cadence: Cadence | None = None
    """None: it has no items, or nothing was learned of them yet."""
    rhythm: Rhythm | None = None
    """None: as with ``cadence``."""
    endpoints: Mapping[str, EndpointState] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def planned(self) -> Planned:
        """When the source is to be looked at."""
        return Planned(self.next_due, self.last_attempt, self.failures)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about a source that an operator should know: a stable word, a sentence, since when."""

    kind: str
    explanation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """What the store remembers of the site, so that ids outlive addresses."""

    id: str
    """urn:uuid"""
    created: datetime
