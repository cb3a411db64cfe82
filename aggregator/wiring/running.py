"""What changes the store and what is published: a cycle, a rebuilding, an editor's verdict."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator import render
from aggregator.config.values import Settings
from aggregator.errors import FetchError, PublishError, StoreError
from aggregator.model import Update, Verdict
from aggregator.observe import LogObserver, warn
from aggregator.pipeline import cycle, outputs
from aggregator.ports import Fetcher, Store
from aggregator.publish.files import FileSink
from aggregator.store.lock import exclusive
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.adapters import live, replaying, stored, user_agent
from aggregator.wiring.clocks import FixedClock, SystemClock

if TYPE_CHECKING:
    from aggregator.pipeline.judging import Judged

HUBS_WAIT = timedelta(days=1)
"""How long a hub that takes nothing is told again: subscribers that hear nothing ask by themselves."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    updates: tuple[Update, ...]
    published: tuple[str, ...]
    error: str | None = None
    """What went wrong when the sources had been looked at already; ``published`` was written all the same."""


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
                fetcher, clock = stack.enter_context(replaying(settings, replay))
                # In the order of the configuration, so that the same capture always gives the same store.
                one = settings.fetch.model_copy(update={"concurrency": 1})
                settings = settings.model_copy(update={"fetch": one})
                selection = replace(selection, everything=True)
                store = stack.enter_context(stored(settings))
            else:
                # The clock is asked once: all that a run does happens at one instant.
                clock = FixedClock(SystemClock().now())
                store = stack.enter_context(stored(settings))
                rests = () if selection.everything else store.rests(clock.now())
                fetcher = client = stack.enter_context(live(settings, observer, record, rests))
                # Which hosts ask to be left alone is remembered however the run ends.
                stack.callback(lambda: store.set_rests(client.rests()))
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
    with stored(settings) as store:
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


def judge(settings: Settings, name: str, article: str, verdict: Verdict | None) -> tuple[Judged, tuple[str, ...]]:
    """Keep an editor's verdict on an item and an article, publish what that changes, and return both.

    ``verdict`` None forgets an earlier one.  Raises ``NotFound``, ``LockHeld``, ``StoreError`` and ``PublishError``.
    """
    from aggregator.pipeline.judging import judge as judged  # noqa: PLC0415 - runs need none of it

    now = SystemClock().now()
    with stored(settings) as store:
        result = judged(settings, store, name, article, verdict, now)
        published, error = _publish(settings, store, now)
        _owe_hubs(settings, store, published, now)
    _tell_hubs(settings)
    if error:
        raise error
    return result, published


def forget(settings: Settings) -> None:
    """Remove the store, for a run that starts from nothing.  Raises ``LockHeld`` while another run uses it."""
    with exclusive(settings.database):
        for suffix in ("", "-wal", "-shm"):
            settings.database.with_name(settings.database.name + suffix).unlink(missing_ok=True)
