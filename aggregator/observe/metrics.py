"""Numbers for Prometheus: what is fetched, read, taken in, saved and published, and how each source does.

Counts since the process began.  Labels are words of tables and ids of the configuration, never what a site says, so
that there are as many series as the configuration makes, however sites behave.  Knows nothing of HTTP.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from aggregator import __version__
from aggregator.config.values import Settings
from aggregator.errors import AggregatorError, FetchError
from aggregator.model import Change, Outcome, Pulse, SourceState, Update

FETCHES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds, upper bounds: official sites answer in 0.1 to 3, and ``fetch.timeout`` is 30 by default."""

STAGES = (0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0)
"""Seconds, upper bounds, of what is done here: an unchanged source takes a few thousandths, a cold start seconds."""

OTHER = "other"
"""For a word that is in no table."""


def _kinds(error: type[AggregatorError]) -> Iterator[str]:
    yield error.kind
    for child in error.__subclasses__():
        yield from _kinds(child)


OUTCOMES = frozenset(
    {"ok", "not-modified", "internal", *(f"http-{first}xx" for first in range(1, 6)), *_kinds(FetchError)}
) - {FetchError.kind}
"""Of requests: see ``aggregator.model.Asked``."""


class Metrics:
    """Takes note of what it is told as an observer, and gives it as Prometheus reads it.  Safe from several threads.

    Each instance counts for itself.  ``clock`` gives seconds, for the length of a cycle and of publishing.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Count for the sources and articles of ``settings``; ``configured`` changes them."""
        self._registry = CollectorRegistry()
        self._lock = threading.Lock()  # a source that is taken out must not come back with a look that had begun
        self._clock = clock
        self._begun: float | None = None
        self._last = 0.0
        self._stages()
        self._of_sources = _OfSources(self._registry)
        ProcessCollector(registry=self._registry)
        self._gauge("info", "1, and the version that runs.", "version").labels(__version__).set(1)
        self._sources: frozenset[str] = frozenset()
        self._articles: frozenset[str] = frozenset()
        self._database = settings.database
        self.configured(settings)

    def _stages(self) -> None:
        self._requests = self._counter("fetch_requests", "Documents asked for, by what came of it.", "outcome")
        self._bytes = self._counter("fetch_bytes", "Bytes of bodies taken, decompressed.")
        self._fetch = self._histogram(
            "fetch_seconds", "Seconds for a document, redirects and waiting included.", FETCHES
        )
        self._parse = self._histogram("parse_seconds", "Seconds of a look for reading documents.", STAGES)
        self._shown = self._counter("items_shown", "Items in documents that had changed.")
        self._rejected = self._counter("items_rejected", "Items that could not be used.")
        self._intake = self._histogram("intake_seconds", "Seconds of a look to clean, compare and link items.", STAGES)
        self._items = self._counter("items", "Items taken in, by what each came to.", "change")
        self._links = self._counter("links", "Links made to an article by looks.", "article")
        self._save = self._histogram("save_seconds", "Seconds of a look to save it.", STAGES)
        self._size = self._gauge("store_bytes", "Size of the database, its write-ahead log included.")
        self._files = self._counter("published_files", "Files written because their content changed.")
        self._publish = self._histogram("publish_seconds", "Seconds to publish what changed.", STAGES)
        self._looks = self._counter("looks", "Looks at sources, by outcome.", "outcome")
        self._cycles = self._histogram("cycle_seconds", "Seconds of a cycle, publishing included.", STAGES)
        self._tick = self._gauge("tick_last_timestamp_seconds", "When a daemon last asked who is due.")
        self._cycle = self._gauge("cycle_last_timestamp_seconds", "When a cycle last ended.")
        self._warnings = self._counter("warnings", "What was wrong and did not stop a cycle.")
        self._troubled = self._gauge(
            "broken", "1 where the last cycle or the configuration on disk is of no use.", "what"
        )
        for outcome in sorted(OUTCOMES):
            self._requests.labels(outcome)
        for change in Change:
            self._items.labels(change.value)
        for look in (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.ERROR):
            self._looks.labels(look.value)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, namespace="aggregator", registry=self._registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return _gauge(self._registry, name, told, *labels)

    def _histogram(self, name: str, told: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, told, namespace="aggregator", registry=self._registry, buckets=buckets)

    def configured(self, settings: Settings) -> None:
        """Count for the sources and articles of ``settings`` from now on; what is of others is forgotten."""
        sources = _watched(settings)
        articles = frozenset(article.id for article in settings.articles)
        with self._lock:
            for source in self._sources - sources:
                self._of_sources.forget(source)
            for article in self._articles - articles:
                self._links.remove_by_labels({"article": article})
            for article in articles:
                self._links.labels(article)
            self._sources, self._articles, self._database = sources, articles, settings.database

    def remember(self, states: Mapping[str, SourceState]) -> None:
        """Take what the store knows of the sources, by id: at the start, nothing has been looked at yet."""
        with self._lock:
            for state in states.values():
                self._state(state, state.items)

    def started(self, sources: int) -> None:
        """Take note of when a cycle begins."""
        del sources
        self._begun = self._last = self._clock()

    def updated(self, update: Update) -> None:
        """Take note of a look, stage by stage."""
        effort = update.effort
        for asked in effort.asked:
            self._requests.labels(asked.outcome if asked.outcome in OUTCOMES else OTHER).inc()
            self._fetch.observe(asked.seconds)
        self._bytes.inc(effort.bytes)
        self._parse.observe(effort.parse)
        self._intake.observe(effort.intake)
        self._save.observe(effort.save)
        self._shown.inc(effort.shown)
        self._rejected.inc(len(update.rejected))
        self._looks.labels(update.outcome.value).inc()
        for item in update.items:
            self._items.labels(item.change.value).inc()
        with self._lock:
            for link in (link for item in update.items for link in item.links or ()):
                if link.article in self._articles:
                    self._links.labels(link.article).inc()
            self._state(update.state, update.state.items + update.count(Change.NEW, Change.JOINED))
        self._last = self._clock()

    def published(self, paths: Sequence[str]) -> None:
        """Take note of what was written; that took the time since the last look, and is the end of its cycle."""
        self._files.inc(len(paths))
        if self._begun is not None:
            now = self._clock()
            self._publish.observe(now - self._last)
            self._cycles.observe(now - self._begun)
            self._cycle.set_to_current_time()
        self._begun = None

    def warned(self, message: str) -> None:
        """Count a warning."""
        del message
        self._warnings.inc()

    def exposition(self, pulse: Pulse | None = None) -> bytes:
        """Return all of it in Prometheus' text format 0.0.4, UTF-8; ``pulse``: of the daemon, where there is one."""
        self._size.set(_size(self._database))
        if pulse is not None:
            if pulse.ticked:
                self._tick.set(pulse.ticked.timestamp())
            self._troubled.labels("cycle").set(pulse.error is not None)
            self._troubled.labels("configuration").set(pulse.config is not None)
        return generate_latest(_WithoutCreated(self._registry))

    def _state(self, state: SourceState, items: int) -> None:
        if state.id in self._sources:
            self._of_sources.note(state, items)


def stored(settings: Settings, states: Mapping[str, SourceState]) -> bytes:
    """Return what the store tells of the sources, as ``Metrics`` has it: for a process that runs no cycle itself."""
    registry = CollectorRegistry()
    sources = _OfSources(registry)
    for source in sorted(_watched(settings) & states.keys()):
        sources.note(states[source], states[source].items)
    return generate_latest(registry)


class _OfSources:
    """What is known of each source; its id is the only label."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._success = _gauge(registry, "source_last_success_timestamp_seconds", "When it last served.", "source")
        self._item = _gauge(registry, "source_last_item_timestamp_seconds", "When an item was last new.", "source")
        self._failures = _gauge(registry, "source_failures", "Looks in a row that failed.", "source")
        self._due = _gauge(registry, "source_next_due_timestamp_seconds", "When it is looked at again.", "source")
        self._kept = _gauge(registry, "source_items", "Items stored.", "source")
        self._trouble = _gauge(registry, "source_troubles", "Troubles that it has now.", "source")

    def note(self, state: SourceState, items: int) -> None:
        times = ((self._success, state.last_success), (self._item, state.last_item), (self._due, state.next_due))
        for gauge, moment in times:
            if isinstance(moment, datetime):
                gauge.labels(state.id).set(moment.timestamp())
        self._failures.labels(state.id).set(state.failures)
        self._kept.labels(state.id).set(items)
        self._trouble.labels(state.id).set(len(state.trouble))

    def forget(self, source: str) -> None:
        for gauge in (self._success, self._item, self._failures, self._due, self._kept, self._trouble):
            gauge.remove_by_labels({"source": source})


def _gauge(registry: CollectorRegistry, name: str, told: str, *labels: str) -> Gauge:
    return Gauge(name, told, labels, namespace="aggregator", registry=registry)


def _watched(settings: Settings) -> frozenset[str]:
    return frozenset(source.id for source in settings.sources if source.enabled)


class _WithoutCreated(Collector):
    """Leaves out when each counter was made (``_created``): twice the series, and the process' start says the same."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """Yield the families of the registry."""
        for family in self._registry.collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


def _size(database: Path) -> int:
    """Return the bytes of the database and of the log beside it; what is not there yet has none."""
    size = 0
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            size += path.stat().st_size
        except FileNotFoundError:
            continue
    return size
