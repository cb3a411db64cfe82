"""What the server asks of the program it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aggregator.config.values import Settings
from aggregator.model import Pulse, SourceState


class Desk(Protocol):
    """What the pages for operators are made of.  Safe to call from several threads."""

    def settings(self) -> Settings:
        """Return the configuration in force; asked at every request, so it must cost nothing."""

    def states(self) -> Mapping[str, SourceState]:
        """Return what is remembered of each source, by id.  Raises ``StoreError``."""

    def pulse(self) -> Pulse | None:
        """Return how the daemon does; None: there is none in this process."""

    def metrics(self) -> bytes:
        """Return the metrics as Prometheus' text exposition.  Raises ``StoreError``."""
