"""Who is told what happens in the daemon's cycles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aggregator.observe import LogObserver
from aggregator.ports import Observer


class Watching:
    """The observers of a daemon: the log, anew for each cycle; whoever counts all its life, belongs here too."""

    @contextmanager
    def cycle(self) -> Iterator[Observer]:
        """Give who is told of one cycle."""
        with LogObserver() as log:
            yield log

    def metrics(self) -> bytes:
        """Return what is measured, in Prometheus' text exposition: no sample yet."""
        return b""
