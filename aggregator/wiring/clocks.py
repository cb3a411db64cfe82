"""What time it is: the machine's, or the instant of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present, to the microsecond."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: a run happens at one instant, a replayed one when its capture was made."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self.instant

    def monotonic(self) -> float:
        """Return seconds that never run backwards: durations are real even in a replay."""
        return time.monotonic()
