"""What lives between the cycles of a process, and one cycle of it."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aggregator.config.values import Settings
from aggregator.errors import Stopped
from aggregator.model import Update
from aggregator.pipeline import cycle
from aggregator.pipeline.stopping import NEVER
from aggregator.ports import Observer, Stop
from aggregator.wiring.adapters import live, stored
from aggregator.wiring.clocks import FixedClock, SystemClock
from aggregator.wiring.publishing import owe_hubs, publish_changed, tell_hubs

if TYPE_CHECKING:
    from aggregator.fetch.deadline import Cutoff
    from aggregator.fetch.http import HttpFetcher


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    updates: tuple[Update, ...]
    published: tuple[str, ...]
    error: str | None = None
    """What went wrong when the sources had been looked at already; ``published`` was written all the same."""
    stopped: bool = False
    """Whether it was stopped before everything was done."""


@dataclass(frozen=True, slots=True)
class Stops:
    """When a cycle is to come to an end: first what it fetches, then what it publishes."""

    fetching: Stop = NEVER
    publishing: Stop = NEVER


class Engine:
    """The fetcher with its connections, its TLS context and its knowledge of robots.txt, under one configuration.

    A context.  Does one cycle at a time, in one thread; ``abandon`` is for others.  With ``record``, everything that is
    fetched is kept in that capture.  Entering raises ``FetchError`` for a capture that cannot be begun.
    """

    def __init__(
        self, settings: Settings, observer: Observer, *, record: Path | None = None, stops: Stops | None = None
    ) -> None:
        self.settings = settings
        self._observer = observer
        self._record = record
        self._stops = stops or Stops()
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._abandoned = False

    def __enter__(self) -> Self:
        self._client, self._cutoff = self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def reload(self, settings: Settings) -> None:
        """Go on with another configuration, and with new connections."""
        self.settings = settings
        self._reconnect()

    def run(self, selection: cycle.Selection, observer: Observer, *, publishing: bool = True) -> Report:
        """Do one cycle and publish what changed; nobody else changes the store meanwhile.

        Raises ``LockHeld`` and ``StoreError``.  What fails when the sources have been looked at is in the report.
        """
        # The clock is asked once: all that a cycle does happens at one instant.
        clock = FixedClock(SystemClock().now())
        if self._cutoff.is_cut and not self._abandoned:  # a cycle has failed with requests under way
            self._reconnect()
        with stored(self.settings, self._stops.fetching) as store:
            self._client.begin(() if selection.everything else store.rests(clock.now()))
            try:
                ports = cycle.Ports(self._client, store, clock, observer, self._stops.fetching, self._cutoff.cut)
                return cycled(self.settings, ports, selection, self._stops, publishing=publishing)
            finally:  # which hosts ask to be left alone is remembered however the cycle ends
                store.set_rests(self._client.rests())

    def tell_hubs(self) -> None:
        """Tell the hubs what they have not taken yet."""
        tell_hubs(self.settings, self._stops.fetching, self._cutoff)

    def abandon(self) -> None:
        """End the requests under way, and those that come, for good.  Safe to call from any thread."""
        with self._lock:
            self._abandoned = True
            self._cutoff.cut()

    def _connected(self) -> tuple[HttpFetcher, Cutoff]:
        from aggregator.fetch.deadline import Cutoff  # noqa: PLC0415 - as the fetcher it is for

        cutoff = Cutoff()
        return self._stack.enter_context(live(self.settings, self._observer, self._record, cutoff=cutoff)), cutoff

    def _reconnect(self) -> None:
        self._stack.close()
        with self._lock:
            self._client, self._cutoff = self._connected()
            if self._abandoned:
                self._cutoff.cut()


def cycled(
    settings: Settings,
    ports: cycle.Ports,
    selection: cycle.Selection,
    stops: Stops,
    *,
    publishing: bool,
    hubs: bool = True,
) -> Report:
    """Do one cycle with these ports, and publish what changed; note what the hubs are to be told of it."""
    report = Report(cycle.run(settings, ports, selection), (), stopped=ports.stop.is_set())
    if not publishing:
        return report
    now = ports.clock.now()
    published, error = publish_changed(settings, ports.store, now, stop=stops.publishing)
    ports.observer.published(published)
    if hubs:
        owe_hubs(settings, ports.store, published, now)
    report = replace(report, published=published)
    if isinstance(error, Stopped):
        return replace(report, stopped=True)
    return replace(report, error=str(error) if error else None)
