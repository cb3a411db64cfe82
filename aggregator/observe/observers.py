"""Who is told what happens in a cycle: the log with its progress bar, and several at once."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aggregator.model import Update
from aggregator.observe import events
from aggregator.observe.log import log
from aggregator.ports import Observer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class LogObserver:
    """Writes what happens to the log, and shows a progress bar when standard error is a terminal."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds, for the length of a cycle."""
        self._clock = clock
        self._begun = clock()
        self._sums = events.Sums()
        self._warnings: Counter[str] = Counter()
        self._progress = _progress() if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._say_repeated()
        if self._progress:
            self._progress.stop()

    def started(self, sources: int) -> None:
        """Show how many sources there are to look at."""
        self._begun = self._clock()
        self._sums = events.Sums()
        if self._progress:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task("looking at sources", total=sources)

    def updated(self, update: Update) -> None:
        """Write the source's canonical line, and, as warnings, the troubles that begin or end with this look.

        A source that goes on failing is told of once: the mail of a cron job that comes every time is not read.
        """
        self._sums.add(update)
        log.info(events.canonical(update))
        for episode in update.episodes:
            if event := events.told(episode):
                log.warning(event)
        if self._progress and self._task is not None:
            self._progress.advance(self._task)

    def published(self, paths: Sequence[str]) -> None:
        """Write the sum of the cycle, which this ends."""
        self._say_repeated()
        log.info(self._sums.event(len(paths), self._clock() - self._begun))
        self._sums = events.Sums()

    def warned(self, message: str) -> None:
        """Write a warning: at once when it is new in this cycle, else with how often it came at the cycle's end."""
        self._warnings[message] += 1
        if self._warnings[message] == 1:
            log.warning("%s", message)

    def _say_repeated(self) -> None:
        for message, count in self._warnings.items():
            if count > 1:
                log.warning("%s (%d times in this cycle)", message, count)
        self._warnings.clear()


class Observers:
    """Passes on what it is told to several observers, in their order; as a context it enters those that are ones."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for observer in self._observers:
                if isinstance(observer, AbstractContextManager):
                    stack.enter_context(observer)
            self._entered = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.close()

    def started(self, sources: int) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.started(sources)

    def updated(self, update: Update) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.updated(update)

    def published(self, paths: Sequence[str]) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.published(paths)

    def warned(self, message: str) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.warned(message)


def _progress() -> Progress:
    # Rich takes a tenth of a second to import, and a cron job has no terminal.
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - see above

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
