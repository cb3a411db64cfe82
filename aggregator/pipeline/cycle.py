"""One cycle over the sources that are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.config.values import Settings, Source
from aggregator.errors import StoreError
from aggregator.link import Linker
from aggregator.model import SourceState, Update
from aggregator.pipeline.intake import Intake
from aggregator.pipeline.retrieve import Retrieved, retrieve
from aggregator.plan.update import Failure, Served, failure, skipped, success
from aggregator.ports import Clock, Fetcher, Observer, Store


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world, as the pipeline sees it."""

    fetcher: Fetcher
    store: Store
    clock: Clock
    observer: Observer


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sources a cycle is over."""

    only: frozenset[str] = frozenset()
    """Ids asked for by name, due or not; empty means every source."""
    everything: bool = False
    """Every enabled source, due or not, rests ignored."""


def run(settings: Settings, ports: Ports, selection: Selection) -> tuple[Update, ...]:
    """Look at every source that is due, save what each brought, and return one update a source.

    Sources come in the order of the configuration.  Raises ``StoreError``; nothing else stops a cycle.
    """
    now = ports.clock.now()
    states = ports.store.states()
    due: list[tuple[Source, SourceState]] = []
    updates: dict[str, Update] = {}
    for source in settings.sources:
        if selection.only and source.id not in selection.only:
            continue
        state = states.get(source.id, SourceState(source.id))
        if reason := _not_now(source, state, selection, now):
            updates[source.id] = skipped(source, state, now, reason)
        else:
            due.append((source, state))
    ports.observer.started(len(due))
    intake = Intake(
        ports.store,
        Linker(settings.articles, settings.link.threshold),
        {source.id: source for source in settings.sources},
        now,
    )
    for source, state, retrieved, seconds in _retrieved(due, settings, ports, selection):
        update = replace(_update(source, state, retrieved, settings, intake), seconds=round(seconds, 3))
        updates[source.id] = _saved(source, state, update, settings, ports.store)
        ports.observer.updated(updates[source.id])
    return tuple(updates[source.id] for source in settings.sources if source.id in updates)


def _not_now(source: Source, state: SourceState, selection: Selection, now: datetime) -> str | None:
    """Return why the source is left alone in this cycle; None when it is looked at."""
    if not source.enabled:
        return "disabled"
    if selection.everything or source.id in selection.only or state.next_due is None or state.next_due <= now:
        return None
    return f"not due before {state.next_due:%Y-%m-%dT%H:%M:%SZ}"


def _retrieved(
    due: Sequence[tuple[Source, SourceState]], settings: Settings, ports: Ports, selection: Selection
) -> Iterator[tuple[Source, SourceState, Retrieved, float]]:
    """Yield what each source gave, as it comes in, with the seconds it took.

    Few more requests are under way than there are threads, so that documents do not pile up in memory
    while they are taken in one by one.  With one thread they come in the order of ``due``.
    """

    def look(source: Source, state: SourceState) -> tuple[Retrieved, float]:
        begin = ports.clock.monotonic()
        retrieved = retrieve(source, state, ports.fetcher, ignore_rests=selection.everything)
        return retrieved, ports.clock.monotonic() - begin

    waiting = iter(due)
    running: dict[Future[tuple[Retrieved, float]], tuple[Source, SourceState]] = {}
    pool = ThreadPoolExecutor(settings.fetch.concurrency, thread_name_prefix="retrieve")
    try:
        while True:
            while len(running) < 2 * settings.fetch.concurrency and (following := next(waiting, None)):
                running[pool.submit(look, *following)] = following
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in [future for future in running if future in done]:
                yield (*running.pop(future), *future.result())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _saved(source: Source, state: SourceState, update: Update, settings: Settings, store: Store) -> Update:
    """Save and return ``update``; where its items cannot be saved, the failure that this is.

    Raises ``StoreError`` when not even that can be saved: then the database itself is unusable.
    """
    try:
        store.save(update)
    except StoreError as error:
        unsaved = Failure(update.endpoint or source.home, error.kind, str(error))
        update = replace(failure(source, state, settings.schedule, update.at, (unsaved,)), seconds=update.seconds)
        store.save(update)
    return update


def _update(source: Source, state: SourceState, retrieved: Retrieved, settings: Settings, intake: Intake) -> Update:
    if retrieved.endpoint is None or retrieved.state is None:
        return failure(source, state, settings.schedule, intake.now, retrieved.failures)
    if retrieved.document is None:
        served = Served(retrieved.state, not_modified=retrieved.not_modified)
        return success(source, state, settings.schedule, intake.now, served, retrieved.failures)
    items, rejected = intake.take_in(source, retrieved.endpoint, retrieved.document)
    total = len(retrieved.document.items) + len(retrieved.document.rejected)
    if len(rejected) >= total:
        useless = Failure(retrieved.endpoint.url, "no-items", f"none of {total} items could be used: {rejected[0]}")
        return failure(source, state, settings.schedule, intake.now, (*retrieved.failures, useless))
    served = Served(retrieved.state, items, total, rejected)
    return success(source, state, settings.schedule, intake.now, served, retrieved.failures)
