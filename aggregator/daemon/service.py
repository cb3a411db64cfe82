"""The daemon as a process: started, reloaded, ended."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from aggregator import wiring
from aggregator.config.files import Files
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.daemon.clocks import Halt, Jumps, Life
from aggregator.daemon.desk import OwnDesk
from aggregator.daemon.notify import Notifier
from aggregator.daemon.signals import ENDING, RELOADING, Signals
from aggregator.daemon.ticking import Job, Ticking
from aggregator.daemon.watching import Watching
from aggregator.daemon.work import Worker
from aggregator.errors import AggregatorError, ConfigError
from aggregator.fetch.pace import LONGEST_DELAY
from aggregator.model import Pulse
from aggregator.observe import ANSWER
from aggregator.web.server import Server, serving
from aggregator.wiring.clocks import SystemClock

log = logging.getLogger(__name__)

TICK = 5.0
"""Seconds between two questions who is due: a source may be looked at so much later than it is due."""

UPKEEP, UPKEEP_FIRST = 3600.0, 60.0
"""Seconds between two attempts at the upkeep, which is done once a day, and from the start to the first."""

POLL = 1.0
"""Seconds between two looks at the configuration's files and at the clocks."""

FETCHES, OUTPUTS, ALL = 3.5, 6.5, 9.5
"""Seconds from the signal to the end of requests under way, to that of writing outputs, and to that of the process."""

_KEPT = ("store.url", "serve.host", "serve.port")
"""What the process holds on to as long as it lives."""


class Daemon:
    """Looks at sources when they are due, publishes and serves, until it is told to end."""

    def __init__(self, config: Path, say: Callable[[str], None], *, server: bool = True) -> None:
        """``config`` is the ``aggregator.toml``; ``say`` is told where it serves; without ``server`` it does not."""
        self._config = config
        self._say = say
        self._serves = server
        self._files = Files(config)
        self._notifier = Notifier()
        self._life = Life()
        self._fetching, self._publishing = Halt(self._life), Halt(self._life)
        self._jumps = Jumps()
        self._said: set[str] = set()
        self._server: Server | None = None
        self._over: AggregatorError | None = None
        """Why it cannot go on; None: it can."""

    def run(self) -> None:
        """Work until SIGTERM or SIGINT.  For the main thread.

        Raises ``ConfigError``, ``LockHeld`` where a run or another daemon is at work, ``StoreError`` and
        ``ServeError``.  Once it has begun, only where it can serve no more, or where somebody else took its lock.
        """
        with ExitStack() as stack:
            signals = stack.enter_context(Signals())
            self._files.mark()
            settings = load(self._config)
            self._alone = stack.enter_context(wiring.alone(settings))
            states = wiring.prepared(settings)  # a store that cannot be used is told at once
            watching = self._watching = Watching(settings, states)
            desk = self._desk = OwnDesk(settings, Pulse(SystemClock().now()), watching.metrics)
            with watching.cycle() as observer:
                engine = wiring.Engine(settings, observer, stops=wiring.Stops(self._fetching, self._publishing))
                stack.enter_context(engine)
            worker = Worker(desk, engine, watching, self._fetching, self._life)
            self._serve(stack)
            self._ticking = Ticking(_jobs(worker))
            self._ticking.start()
            self._notifier.ready()
            self._attend(signals)
            self._finish(signals, engine, worker)
            if self._over:
                raise self._over

    def _serve(self, stack: ExitStack) -> None:
        if self._serves:
            self._server = stack.enter_context(serving(self._desk))
            self._say(f"serving {self._desk.settings().output} at {self._server.url}")

    # --- while it works -----------------------------------------------------------------------------

    def _attend(self, signals: Signals) -> None:
        """Look after what the machine and its operator do, until a signal to end."""
        poll = min(POLL, (self._notifier.watchdog or 4 * POLL) / 4)
        while (signal := signals.next(poll)) not in ENDING:
            self._hold()
            if self._over:
                return  # who looks after the process starts it anew
            if signal == RELOADING or self._files.changed():
                self._reload(asked=signal == RELOADING)
            if jump := self._jumps.since_last():
                log.warning("the clock jumped by %+.0f seconds", jump)
                self._ticking.restart()
            if self._life.silence() < self._patience():
                self._notifier.alive()
                self._desk.note(alive=SystemClock().now())
            self._notifier.status(self._status())

    def _hold(self) -> None:
        """See to it that the process still serves, and still keeps others from doing its work."""
        if self._server and not self._server.running:
            self._over = self._server.ended
        if not self._alone.kept():
            log.warning("the lock beside the database was removed, and is taken anew: is another program cleaning up?")
            try:
                self._alone.renew()
            except AggregatorError as error:
                self._over = error

    def _patience(self) -> float:
        """Return how many seconds of silence of the worker are ordinary: a page's robots.txt, its turn, the page."""
        return 2 * self._desk.settings().fetch.timeout + 2 * LONGEST_DELAY

    def _status(self) -> str:
        pulse = self._desk.pulse()
        if trouble := pulse.error or (pulse.config and f"an older configuration is in force: {pulse.config}"):
            return trouble
        return f"last cycle {pulse.last_cycle:%Y-%m-%d %H:%M:%S} UTC" if pulse.last_cycle else "first cycle"

    # --- reloading ----------------------------------------------------------------------------------

    def _reload(self, *, asked: bool) -> None:
        """Read the configuration again, and put it in force unless something is wrong with it."""
        self._notifier.reloading()
        self._files.mark()
        before = self._desk.pulse().config
        try:
            settings = load(self._config)
        except ConfigError as error:
            if asked or str(error) != before:
                _tell(error)
            self._desk.note(config=str(error))
        else:
            self._take(settings, asked=asked)
            if before is not None:
                log.warning("the configuration is in order again", extra=ANSWER)
            self._desk.note(config=None)
        self._notifier.ready()

    def _take(self, settings: Settings, *, asked: bool) -> None:
        """Put ``settings`` in force, but for what the process holds on to."""
        now = self._desk.settings()
        for key in _KEPT:
            table, _, name = key.partition(".")
            wanted = getattr(getattr(settings, table), name)
            if wanted != getattr(getattr(now, table), name) and f"{key}={wanted}" not in self._said:
                self._said.add(f"{key}={wanted}")
                log.warning("%s: takes effect when the daemon is started anew", key)
        settings = settings.model_copy(update={"store": now.store, "serve": now.serve})
        if asked or settings != now:
            self._desk.take(settings)
            self._watching.configured(settings)
            self._ticking.hurry("tick")
            log.info("configuration loaded: sources=%d articles=%d", len(settings.sources), len(settings.articles))

    # --- the end ------------------------------------------------------------------------------------

    def _finish(self, signals: Signals, engine: wiring.Engine, worker: Worker) -> None:
        """Let what is in hand be finished, as far as time allows."""
        begun = time.monotonic()
        signals.let_end()
        last = threading.Timer(ALL, _end_at_once)
        last.daemon = True
        last.start()
        self._notifier.stopping()
        log.info("ending")
        self._fetching.set()
        self._ticking.stop()
        if not worker.idle.wait(FETCHES):
            engine.abandon()
        if not worker.idle.wait(max(0.0, begun + OUTPUTS - time.monotonic())):
            self._publishing.set()
        worker.idle.wait()


def _jobs(worker: Worker) -> tuple[Job, ...]:
    """Return what the worker does again and again."""
    return Job("tick", worker.tick, TICK), Job("upkeep", worker.maintain, UPKEEP, first=UPKEEP_FIRST)


def _tell(error: ConfigError) -> None:
    """Write to the log what ``check`` would say."""
    for problem in error.problems:
        log.error("%s", problem, extra=ANSWER)
    log.error("the configuration cannot be used; the one before stays in force", extra=ANSWER)


def _end_at_once() -> None:
    """End the process where it stands, as SIGKILL would: store and files are whole at every instant."""
    log.warning("something took too long to end: it is left as it is, the next start goes on from there")
    logging.shutdown()
    os._exit(0)
