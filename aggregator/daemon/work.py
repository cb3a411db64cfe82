"""What the worker does: a cycle when one is due, maintenance now and then."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aggregator import wiring
from aggregator.daemon.clocks import Halt, Life
from aggregator.daemon.desk import OwnDesk
from aggregator.daemon.watching import Watching
from aggregator.errors import AggregatorError
from aggregator.observe import printable
from aggregator.pipeline.cycle import Selection
from aggregator.wiring.clocks import SystemClock

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds to wait after a cycle that could not be done, the first time and at most: twice as long each time."""

UPKEEP_LASTS = 600.0
"""Seconds that the upkeep may take without a sign of life: of a large database it moves much of the file."""


class Worker:
    """Does one job at a time, in one thread.  Whatever goes wrong is told, and tried again later."""

    def __init__(self, desk: OwnDesk, engine: wiring.Engine, watching: Watching, halt: Halt, life: Life) -> None:
        self._desk = desk
        self._engine = engine
        self._watching = watching
        self._halt = halt
        self._life = life
        self._clock = SystemClock()
        self._owed = True
        """Whether the outputs may be other than they should be, as they may be when the daemon starts."""
        self._reloaded = False
        """Whether no cycle went by the present configuration yet."""
        self._wait = 0.0
        self._not_before = 0.0
        self.idle = threading.Event()
        """Set while nothing is under way."""
        self.idle.set()

    def tick(self) -> None:
        """Do a cycle where a source is due or something is owed to those who read what is published."""
        with self._working("a cycle") as working:
            if not working:
                return
            settings, now = self._desk.settings(), self._clock.now()
            self._desk.note(ticked=now)
            if settings is not self._engine.settings:
                self._engine.reload(settings)
                self._owed = self._reloaded = True
                self._wait = self._not_before = 0.0
            if time.monotonic() >= self._not_before and (self._owed or wiring.due(settings, now)):
                self._cycle()

    def _cycle(self) -> None:
        with self._watching.cycle() as observer:
            # The operator may have mended what fails, and no run can look at it while the daemon holds the lock.
            selection, self._reloaded = Selection(failing=self._reloaded), False
            report = self._engine.run(selection, observer)
        self._owed = report.stopped or report.error is not None
        self._desk.note(last_cycle=self._clock.now())
        if report.error is not None:
            self._failed(report.error)
        else:
            self._done()
        self._engine.tell_hubs()

    def maintain(self) -> None:
        """Do the upkeep of the store, where it is due; what keeps it from being done keeps no cycle from it."""
        with self._working("the upkeep") as working:
            if working:
                self._life.sign(ahead=UPKEEP_LASTS)
                wiring.keep_up(self._desk.settings(), self._halt)

    @contextmanager
    def _working(self, what: str) -> Iterator[bool]:
        """Give whether to begin; keep what the body raises to itself."""
        self.idle.clear()
        try:
            yield not self._halt.is_set()
        except AggregatorError as error:
            self._failed(str(error))
        except Exception as error:  # noqa: BLE001 - what breaks one cycle is told, and must not end the daemon
            self._failed(f"{what} ended unexpectedly ({type(error).__name__}: {error})", error)
        finally:
            self.idle.set()
            self._life.sign()

    def _failed(self, error: str, trace: Exception | None = None) -> None:
        """Tell of it, once, and let some time pass."""
        if error != self._desk.pulse().error:
            log.error("%s", printable(error), exc_info=trace)
        self._desk.note(error=error)
        self._owed = True  # a cycle will show whether it is over
        self._wait = min(max(self._wait * 2, FIRST_WAIT), LONGEST_WAIT)
        self._not_before = time.monotonic() + self._wait

    def _done(self) -> None:
        if self._desk.pulse().error is not None:
            log.warning("what failed before is done")
            self._desk.note(error=None)
        self._wait = self._not_before = 0.0
