"""What the pages for operators are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aggregator.config.values import Settings
from aggregator.model import Pulse, SourceState


class Desk(Protocol):
    """What the pages for operators are made of.  Safe to call from several threads."""

    def settings(self) -> Settings:
        """Return the configuration in force."""

    def states(self) -> Mapping[str, SourceState]:
        """Return what is remembered of each source, by id.  Raises ``StoreError``."""

    def pulse(self) -> Pulse | None:
        """Return how the daemon in this process does; None where there is none."""

    def metrics(self) -> bytes:
        """Return what is measured, in Prometheus' text exposition."""
