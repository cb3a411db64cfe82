"""What the server asks of a process that runs no cycle: its configuration, and the store as others left it."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.config.values import Settings
from aggregator.model import Pulse, SourceState
from aggregator.wiring.asking import states


class StoreDesk:
    """Looks into the store at each question, and changes nothing.  Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def settings(self) -> Settings:
        """Return the configuration."""
        return self._settings

    def states(self) -> Mapping[str, SourceState]:
        """Return what is remembered of each source, by id.  Raises ``StoreError``."""
        return states(self._settings)

    def pulse(self) -> Pulse | None:
        """Return None: no daemon runs here."""
        return None

    def metrics(self) -> bytes:
        """Return what the store tells of the sources.  Raises ``StoreError``."""
        from aggregator.observe.metrics import stored  # noqa: PLC0415 - only who serves needs prometheus_client

        return stored(self._settings, self.states())
