"""Who is told what happens in the daemon's cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aggregator.config.values import Settings
from aggregator.model import Pulse, SourceState
from aggregator.observe import LogObserver, Observers
from aggregator.observe.metrics import Metrics
from aggregator.ports import Observer


class Watching:
    """The observers of a daemon: the log, anew for each cycle, and the metrics, which count all its life."""

    def __init__(self, settings: Settings, states: Mapping[str, SourceState]) -> None:
        self._metrics = Metrics(settings)
        self._metrics.remember(states)

    @contextmanager
    def cycle(self) -> Iterator[Observer]:
        """Give who is told of one cycle."""
        with Observers(LogObserver(), self._metrics) as observers:
            yield observers

    def configured(self, settings: Settings) -> None:
        """Count for another configuration from now on."""
        self._metrics.configured(settings)

    def metrics(self, pulse: Pulse) -> bytes:
        """Return what is measured, in Prometheus' text exposition."""
        return self._metrics.exposition(pulse)
