"""One cycle over the sources that are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from urllib.parse import urlsplit

from aggregator.config.values import Settings, Source
from aggregator.errors import NoItems, StoreError
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
        update = replace(_update(source, state, retrieved, settings, intake, ports.fetcher), seconds=round(seconds, 3))
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

    waiting = iter(due if settings.fetch.concurrency == 1 else _interleaved(due))
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


def _update(
    source: Source, state: SourceState, retrieved: Retrieved, settings: Settings, intake: Intake, fetcher: Fetcher
) -> Update:
    """Return what ``retrieved`` means; where nothing of it can be used, what the next endpoint gives instead."""
    while retrieved.endpoint and retrieved.state:
        if retrieved.document is None:
            served = Served(retrieved.state, not_modified=retrieved.not_modified)
            return success(source, state, settings.schedule, intake.now, served, retrieved.failures)
        try:
            items, rejected = intake.take_in(source, retrieved.endpoint, retrieved.document)
            served = Served(retrieved.state, items, len(retrieved.document.items), rejected)
            return success(source, state, settings.schedule, intake.now, served, retrieved.failures)
        except StoreError:
            raise
        except NoItems as error:
            useless = Failure(retrieved.endpoint.url, error.kind, str(error))
        except Exception as error:  # noqa: BLE001 - what breaks our own code costs this source, not the run
            useless = Failure(
                retrieved.endpoint.url, "internal", f"cannot be taken in ({type(error).__name__}: {error})"
            )
        retrieved = retrieve(source, state, fetcher, tried=(*retrieved.failures, useless))
    return failure(source, state, settings.schedule, intake.now, retrieved.failures)


def _interleaved(due: Sequence[tuple[Source, SourceState]]) -> list[tuple[Source, SourceState]]:
    """Return the sources in turns, one of each host: a slow host with many must not hold up the others."""
    by_host: dict[str, list[tuple[Source, SourceState]]] = {}
    for pair in due:
        by_host.setdefault(urlsplit(pair[0].endpoint[0].url).netloc, []).append(pair)
    rounds = zip_longest(*by_host.values())
    return [pair for turn in rounds for pair in turn if pair is not None]
