"""What the daemon's threads share: the configuration in force, and how the daemon does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aggregator import wiring
from aggregator.config.values import Settings
from aggregator.model import Pulse, SourceState


class OwnDesk:
    """The desk (``aggregator.web.desk``) of a daemon.  Safe to use from several threads."""

    def __init__(self, settings: Settings, pulse: Pulse, metrics: Callable[[Pulse], bytes]) -> None:
        self._lock = threading.Lock()
        self._settings = settings
        self._pulse = pulse
        self._metrics = metrics

    def settings(self) -> Settings:
        """Return the configuration in force."""
        return self._settings

    def states(self) -> Mapping[str, SourceState]:
        """Return what is remembered of each source, by id.  Raises ``StoreError``."""
        return wiring.states(self._settings)

    def pulse(self) -> Pulse:
        """Return how the daemon does."""
        return self._pulse

    def metrics(self) -> bytes:
        """Return what is measured, in Prometheus' text exposition."""
        return self._metrics(self._pulse)

    def take(self, settings: Settings) -> None:
        """Put another configuration in force."""
        self._settings = settings

    def note(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Pulse, which checks none of them either
        """Take note of how the daemon does: fields of ``Pulse``."""
        with self._lock:
            self._pulse = replace(self._pulse, **changes)
