"""One cycle over the sources that are due."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from urllib.parse import urlsplit

from aggregator.config.values import ScheduleSettings, Settings, Source
from aggregator.errors import Stopped, StoreError
from aggregator.link import Linker
from aggregator.model import SourceState, Update
from aggregator.pipeline.intake import Intake
from aggregator.pipeline.look import Job, Look, step
from aggregator.pipeline.retrieve import Manner
from aggregator.pipeline.stopping import NEVER
from aggregator.plan.due import is_due
from aggregator.plan.update import Failure, failure, skipped
from aggregator.ports import Clock, Fetcher, Observer, Stop, Store


def _nothing() -> None:
    """Let the requests under way come to their own ends."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world, as the pipeline sees it."""

    fetcher: Fetcher
    store: Store
    clock: Clock
    observer: Observer
    stop: Stop = NEVER
    """Set when the cycle is to come to an end: what was fetched already is taken in, nothing more is asked for."""
    abandon: Callable[[], None] = _nothing
    """Ends the requests under way, for a cycle that ends by an exception."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sources a cycle is over."""

    only: frozenset[str] = frozenset()
    """Ids asked for by name, due or not; empty means every source."""
    everything: bool = False
    """Every enabled source, due or not, rests ignored."""
    backfill: int = 0
    """Further pages of each list to read this once."""
    failing: bool = False
    """Beside those that are due, those whose last look failed: what kept them from serving may be mended."""


def run(settings: Settings, ports: Ports, selection: Selection) -> tuple[Update, ...]:
    """Look at every source that is due, save what each brought, and return one update a source.

    A source that could not be looked at to the end before ``ports.stop`` has none: it stays as it was, and due.
    Sources come in the order of the configuration.  Raises ``StoreError``; nothing else stops a cycle.
    """
    now = ports.clock.now()
    states = ports.store.states()
    due: list[Look] = []
    updates: dict[str, Update] = {}
    for source in settings.sources:
        if selection.only and source.id not in selection.only:
            continue
        state = states.get(source.id, SourceState(source.id))
        if reason := _not_now(source, state, selection, settings.schedule, now):
            updates[source.id] = skipped(source, state, now, reason)
        else:
            due.append(Look(source, state))
    ports.observer.started(len(due))
    intake = Intake(
        ports.store,
        Linker(settings.articles, settings.link.threshold),
        {source.id: source for source in settings.sources},
        now,
    )
    jobs = _Jobs(due if settings.fetch.concurrency == 1 else _interleaved(due))
    manner = Manner(now, selection.backfill, ignore_rests=selection.everything)
    with closing(_looked(jobs, settings, ports, manner)) as looked:
        for look in looked:
            outcome = step(look, intake, settings.schedule, ports.clock)
            if isinstance(outcome, Job):
                jobs.go_on(outcome)
                continue
            updates[look.source.id] = _saved(look, outcome, settings, ports)
            ports.observer.updated(updates[look.source.id])
    return tuple(updates[source.id] for source in settings.sources if source.id in updates)


def _not_now(
    source: Source, state: SourceState, selection: Selection, schedule: ScheduleSettings, now: datetime
) -> str | None:
    """Return why the source is left alone in this cycle; None when it is looked at."""
    if not source.enabled:
        return "disabled"
    if selection.everything or source.id in selection.only or (selection.failing and state.failures):
        return None
    if state.next_due is None or is_due(source, state.planned, schedule, now):
        return None
    return f"not due before {state.next_due:%Y-%m-%dT%H:%M:%SZ}"


class _Jobs:
    """What is still to be asked for: first what a look needs to go on, then the sources whose turn it is."""

    def __init__(self, due: Iterable[Look]) -> None:
        self._due = iter(due)
        self._begun: deque[Job] = deque()

    def go_on(self, job: Job) -> None:
        """Take in the next step of a look that has begun."""
        self._begun.append(job)

    def next(self) -> Job | None:
        """Return the next job; None when there is none for now."""
        if self._begun:
            return self._begun.popleft()
        look = next(self._due, None)
        return Job(look) if look else None


def _looked(jobs: _Jobs, settings: Settings, ports: Ports, manner: Manner) -> Generator[Look, None, None]:
    """Yield each look as its requests are done.

    Few more jobs are under way than there are threads, so that documents do not pile up in memory while they are
    taken in one by one.  With one thread there is one job at a time, and the order is that of ``jobs``.
    """
    workers = settings.fetch.concurrency
    most = workers if workers == 1 or manner.backfill else 2 * workers  # a backfilled list is as large as fifty pages
    running: set[Future[Look]] = set()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="look")
    try:
        while True:
            while len(running) < most and not ports.stop.is_set() and (job := jobs.next()):
                running.add(pool.submit(job.done, ports.fetcher, ports.clock, manner, ports.stop))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            while done:
                if look := _result(done.pop()):
                    yield look
    except BaseException:  # a signal's, the caller's: nobody will take in what is under way
        ports.abandon()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Look]) -> Look | None:
    """Return the look gone on; None where it was stopped."""
    try:
        return future.result()
    except Stopped:
        return None


def _saved(look: Look, update: Update, settings: Settings, ports: Ports) -> Update:
    """Save and return ``update``; where its items cannot be saved, the failure that this is.

    Raises ``StoreError`` when not even that can be saved: then the database itself is unusable.
    """
    begin = ports.clock.monotonic()
    try:
        ports.store.save(update)
    except StoreError as error:
        unsaved = Failure(update.endpoint or look.source.home, error.kind, str(error))
        failed = failure(look.source, look.state, settings.schedule, update.at, (unsaved,))
        update = replace(failed, seconds=update.seconds, effort=update.effort)
        ports.store.save(update)
    return replace(update, effort=replace(update.effort, save=ports.clock.monotonic() - begin))


def _interleaved(due: Sequence[Look]) -> list[Look]:
    """Return the looks in turns, one of each host: a slow host with many must not hold up the others."""
    by_host: dict[str, list[Look]] = {}
    for look in due:
        by_host.setdefault(urlsplit(look.source.endpoint[0].url).netloc, []).append(look)
    return [look for turn in zip_longest(*by_host.values()) for look in turn if look is not None]
