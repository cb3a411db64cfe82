"""The composition root: from Settings to the adapters that the pipeline works with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator import __version__, render
from aggregator.config.values import Article, Settings, Source
from aggregator.errors import FetchError, PublishError, StoreError
from aggregator.model import Entry, Rest, Scope, SourceState, Update, Verdict
from aggregator.observe import LogObserver, warn
from aggregator.pipeline import cycle, outputs
from aggregator.ports import Clock, Fetcher, Observer, Store
from aggregator.publish.files import FileSink
from aggregator.render.status import summary
from aggregator.store.lock import exclusive
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from aggregator.fetch.http import HttpFetcher
    from aggregator.link import Match
    from aggregator.pipeline.adding import Proposal, Wishes
    from aggregator.pipeline.article import Original
    from aggregator.pipeline.judging import Finding, Judged
    from aggregator.pipeline.probe import Probe
    from aggregator.pipeline.scoring import Given
    from aggregator.pipeline.trial import Trial


HUBS_WAIT = timedelta(days=1)
"""How long a hub that takes nothing is told again: subscribers that hear nothing ask by themselves."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present, to the microsecond."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: a run happens at one instant, a replayed one when its capture was made."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self.instant

    def monotonic(self) -> float:
        """Return seconds that never run backwards: durations are real even in a replay."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    updates: tuple[Update, ...]
    published: tuple[str, ...]
    error: str | None = None
    """What went wrong when the sources had been looked at already; ``published`` was written all the same."""


def user_agent(settings: Settings) -> str:
    """Return how the program names itself: with an address where its operator can be found."""
    return settings.fetch.user_agent or f"aggregator/{__version__} (+{settings.site.base_url})"


def run(
    settings: Settings,
    selection: cycle.Selection,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    publishing: bool = True,
) -> Report:
    """Do one cycle and publish what changed, or leave that to a later run; all that holds the store's lock.

    Raises ``LockHeld``, ``StoreError``, and ``FetchError`` for a capture that cannot be read or begun.  What fails
    when the sources have been looked at is in the report.
    """
    report: Report | None = None
    try:
        with ExitStack() as stack:
            observer = stack.enter_context(LogObserver())
            fetcher: Fetcher
            if replay:
                fetcher, clock = stack.enter_context(_replaying(settings, replay))
                # In the order of the configuration, so that the same capture always gives the same store.
                one = settings.fetch.model_copy(update={"concurrency": 1})
                settings = settings.model_copy(update={"fetch": one})
                selection = replace(selection, everything=True)
                store = stack.enter_context(_store(settings))
            else:
                # The clock is asked once: all that a run does happens at one instant.
                clock = FixedClock(SystemClock().now())
                store = stack.enter_context(_store(settings))
                rests = () if selection.everything else store.rests(clock.now())
                fetcher = live = stack.enter_context(_live(settings, observer, record, rests))
                # Which hosts ask to be left alone is remembered however the run ends.
                stack.callback(lambda: store.set_rests(live.rests()))
            updates = cycle.run(settings, cycle.Ports(fetcher, store, clock, observer), selection)
            report = Report(updates, ())
            if publishing:
                published, error = _publish(settings, store, clock.now())
                observer.published(published)
                if not replay:
                    _owe_hubs(settings, store, published, clock.now())
                report = Report(updates, published, str(error) if error else None)
    except FetchError as error:  # the capture cannot be given its name
        if report is None:
            raise
        report = replace(report, error=report.error or str(error))
    if not replay:
        _tell_hubs(settings)
    return report


def publish(settings: Settings) -> tuple[str, ...]:
    """Render every output from the store, write those that differ, and return their paths.

    Raises ``LockHeld``, ``StoreError`` and ``PublishError``.
    """
    now = SystemClock().now()
    with _store(settings) as store:
        published, error = _publish(settings, store, now, everything=True)
        _owe_hubs(settings, store, published, now)
    _tell_hubs(settings)
    if error:
        raise error
    return published


def _publish(
    settings: Settings, store: Store, now: datetime, *, everything: bool = False
) -> tuple[tuple[str, ...], PublishError | None]:
    """Bring the outputs up to date; return those that were written, and what put an end to it."""
    sink = FileSink(settings.output)
    try:
        outputs.publish(settings, store, sink, now, everything=everything)
    except PublishError as error:
        return tuple(sorted(sink.written)), error
    return tuple(sorted(sink.written)), None


def _owe_hubs(settings: Settings, store: Store, published: Sequence[str], now: datetime) -> None:
    """Note which hubs have to be told of what was written: of live feeds, for nothing else has subscribers."""
    feeds = {f"{plan.path}.{extension}" for plan in render.feeds(settings) for extension in plan.extensions}
    changed = [path for path in published if path in feeds]
    if (changed and settings.publish.hubs) or store.owed():
        store.owe(settings.publish.hubs, changed, now, now - HUBS_WAIT)


def _tell_hubs(settings: Settings) -> None:
    """Tell the hubs what they have not taken yet; the store's lock is not held meanwhile, for hubs take their time.

    What a hub does not take, it is told of again after the next run, for a day.
    """
    if not settings.publish.hubs:
        return
    try:
        with SqliteStore.open(settings.database) as store:
            for hub, paths in store.owed().items():
                from aggregator.fetch import websub  # noqa: PLC0415 - most runs have nothing to tell

                topics = [settings.site.base_url + path for path in paths]
                failures = websub.ping([hub], topics, settings.fetch, user_agent(settings))
                for failure in failures:
                    warn(failure)
                if not failures:
                    store.told(hub, paths)
    except StoreError as error:  # all that the run was for is done
        warn(str(error))


@contextmanager
def _store(settings: Settings) -> Iterator[SqliteStore]:
    with exclusive(settings.database), SqliteStore.open(settings.database) as store:
        yield store


@contextmanager
def _live(
    settings: Settings, observer: Observer, record: Path | None = None, rests: Sequence[Rest] = ()
) -> Iterator[HttpFetcher]:
    """Give a fetcher that leaves the hosts of ``rests`` alone."""
    from aggregator.fetch.http import HttpFetcher  # noqa: PLC0415 - requests is not imported where nothing is fetched

    with HttpFetcher(settings.fetch, user_agent(settings), record, rests) as fetcher:
        yield fetcher
    if record and not fetcher.recorded:
        observer.warned(f"{record}: nothing was fetched, so no capture was written")


@contextmanager
def _replaying(settings: Settings, capture: Path) -> Iterator[tuple[Fetcher, Clock]]:
    from aggregator.fetch.replay import ReplayFetcher  # noqa: PLC0415 - warcio is imported only where it is used

    fetcher = ReplayFetcher(capture, settings.fetch)
    yield fetcher, FixedClock(fetcher.newest)


def judge(settings: Settings, name: str, article: str, verdict: Verdict | None) -> tuple[Judged, tuple[str, ...]]:
    """Keep an editor's verdict on an item and an article, publish what that changes, and return both.

    ``verdict`` None forgets an earlier one.  Raises ``NotFound``, ``LockHeld``, ``StoreError`` and ``PublishError``.
    """
    from aggregator.pipeline.judging import judge as judged  # noqa: PLC0415 - runs need none of it

    now = SystemClock().now()
    with _store(settings) as store:
        result = judged(settings, store, name, article, verdict, now)
        published, error = _publish(settings, store, now)
        _owe_hubs(settings, store, published, now)
    _tell_hubs(settings)
    if error:
        raise error
    return result, published


def explain(settings: Settings, name: str) -> tuple[Entry, tuple[Finding, ...]]:
    """Return a stored item and how it stands to every article.  Raises ``NotFound`` and ``StoreError``."""
    from aggregator.pipeline.judging import explain as explained  # noqa: PLC0415 - runs need none of it

    with SqliteStore.to_read(settings.database) as store:
        return explained(settings, store, name)


def trial(settings: Settings, source: Source) -> Trial:
    """Do a dry run of ``source``: it is fetched and compared with the store, and nothing is kept or locked.

    Raises ``StoreError``.
    """
    from aggregator.pipeline.trial import look  # noqa: PLC0415 - runs need none of it

    with _live(settings, LogObserver()) as fetcher, SqliteStore.to_read(settings.database) as store:
        return look(settings, source, fetcher, store, SystemClock().now())


def probe(settings: Settings, url: str, user_agent: str | None = None) -> Probe:
    """Fetch ``url`` as the configuration has it, and tell what it is; nothing is kept."""
    from aggregator.pipeline.probe import probe as looked_at  # noqa: PLC0415 - runs need none of it

    with _live(settings, LogObserver()) as fetcher:
        return looked_at(url, fetcher, user_agent)


def propose(settings: Settings, url: str, wishes: Wishes) -> Proposal:
    """Return what could be added to the sources for ``url``, and what it would bring; nothing is kept or locked.

    Raises ``StoreError``.
    """
    from aggregator.pipeline.adding import propose as proposed  # noqa: PLC0415 - runs need none of it

    with _live(settings, LogObserver()) as fetcher, SqliteStore.to_read(settings.database) as store:
        return proposed(settings, url, wishes, fetcher, store, SystemClock().now())


def original(settings: Settings, url: str) -> Original:
    """Fetch an article as the configuration has it.  Raises ``FetchError``."""
    from aggregator.pipeline.article import fetched  # noqa: PLC0415 - runs need none of it

    with _live(settings, LogObserver()) as fetcher:
        return fetched(url, fetcher)


def scores(settings: Settings, article: Article, given: Iterable[Given] | None) -> Iterator[tuple[str, Match]]:
    """Yield id and score of each item that is given, else of each stored one; without a store there is none.

    Raises ``StoreError``.
    """
    from aggregator.pipeline import scoring  # noqa: PLC0415 - runs need none of it

    if given is not None:
        yield from scoring.scores(article, given)
        return
    with SqliteStore.to_read(settings.database) as store:
        yield from scoring.scores(article, scoring.stored(store))


def status(settings: Settings) -> Mapping[str, Any]:
    """Return the content of ``status.json`` as of now."""
    return summary(settings, states(settings), SystemClock().now())


def states(settings: Settings) -> Mapping[str, SourceState]:
    """Return what is remembered of each source, by id; a store that is not there yet knows no source."""
    if not settings.database.exists():
        return {}
    with SqliteStore.open(settings.database) as store:
        return store.states()


def linked(settings: Settings) -> Mapping[str, int]:
    """Return how many items of each source bear on an article, by source id."""
    counts: Counter[str] = Counter()
    with SqliteStore.open(settings.database) as store:
        for article in settings.articles:
            entries = store.entries(Scope(article=article.id), settings.publish.entries)
            counts.update(entry.source for entry in entries)
    return counts


def feed_paths(settings: Settings) -> tuple[str, ...]:
    """Return the path of every feed below the output folder, without its extension."""
    return tuple(plan.path for plan in render.feeds(settings))


def page_paths(settings: Settings) -> tuple[str, ...]:
    """Return the path of every page that is to be looked at by itself, without its extension."""
    return tuple(page.path for page in render.pages(settings) if not page.fragment)


def forget(settings: Settings) -> None:
    """Remove the store, for a run that starts from nothing.  Raises ``LockHeld`` while another run uses it."""
    with exclusive(settings.database):
        for suffix in ("", "-wal", "-shm"):
            settings.database.with_name(settings.database.name + suffix).unlink(missing_ok=True)
