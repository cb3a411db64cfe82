"""What changes the store and what is published: a cycle, a rebuilding, an editor's verdict."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.config.values import Settings
from aggregator.errors import FetchError
from aggregator.model import Verdict
from aggregator.observe import LogObserver
from aggregator.pipeline import cycle
from aggregator.ports import Observer
from aggregator.store.lock import writing
from aggregator.wiring.adapters import alone, replaying, stored
from aggregator.wiring.clocks import SystemClock
from aggregator.wiring.engine import Engine, Report, Stops, cycled
from aggregator.wiring.publishing import owe_hubs, publish_changed, tell_hubs
from aggregator.wiring.upkeep import keep_up

if TYPE_CHECKING:
    from aggregator.pipeline.judging import Judged


def run(
    settings: Settings,
    selection: cycle.Selection,
    *,
    replay: Path | None = None,
    record: Path | None = None,
    publishing: bool = True,
) -> Report:
    """Do one cycle and publish what changed, or leave that to a later run; nobody else looks at sources meanwhile.

    Raises ``LockHeld``, ``StoreError``, and ``FetchError`` for a capture that cannot be read or begun.  What fails
    when the sources have been looked at is in the report.
    """
    report: Report | None = None
    try:
        with ExitStack() as stack:
            observer = stack.enter_context(LogObserver())
            if replay:
                report = _replayed(settings, replay, selection, observer, publishing=publishing)
            else:
                stack.enter_context(alone(settings))
                engine = stack.enter_context(Engine(settings, observer, record=record))
                report = engine.run(selection, observer, publishing=publishing)
    except FetchError as error:  # the capture cannot be given its name
        if report is None:
            raise
        report = replace(report, error=report.error or str(error))
    if not replay:
        tell_hubs(settings)
        keep_up(settings)
    return report


def _replayed(
    settings: Settings, capture: Path, selection: cycle.Selection, observer: Observer, *, publishing: bool
) -> Report:
    with replaying(settings, capture) as (fetcher, clock), alone(settings), stored(settings) as store:
        # In the order of the configuration, so that the same capture always gives the same store.
        one = settings.fetch.model_copy(update={"concurrency": 1})
        settings = settings.model_copy(update={"fetch": one})
        ports = cycle.Ports(fetcher, store, clock, observer)
        return cycled(settings, ports, replace(selection, everything=True), Stops(), publishing=publishing, hubs=False)


def publish(settings: Settings) -> tuple[str, ...]:
    """Render every output from the store, write those that differ, and return their paths.

    Raises ``LockHeld``, ``StoreError`` and ``PublishError``.
    """
    now = SystemClock().now()
    with stored(settings) as store:
        published, error = publish_changed(settings, store, now, everything=True)
        owe_hubs(settings, store, published, now)
    tell_hubs(settings)
    if error:
        raise error
    return published


def judge(settings: Settings, name: str, article: str, verdict: Verdict | None) -> tuple[Judged, tuple[str, ...]]:
    """Keep an editor's verdict on an item and an article, publish what that changes, and return both.

    ``verdict`` None forgets an earlier one.  Raises ``NotFound``, ``LockHeld``, ``StoreError`` and ``PublishError``.
    """
    from aggregator.pipeline.judging import judge as judged  # noqa: PLC0415 - runs need none of it

    now = SystemClock().now()
    with stored(settings) as store:
        result = judged(settings, store, name, article, verdict, now)
        published, error = publish_changed(settings, store, now)
        owe_hubs(settings, store, published, now)
    tell_hubs(settings)
    if error:
        raise error
    return result, published


def forget(settings: Settings) -> None:
    """Remove the store, for a run that starts from nothing.  Raises ``LockHeld`` while another process uses it."""
    with alone(settings), writing(settings.database):
        for suffix in ("", "-wal", "-shm"):
            settings.database.with_name(settings.database.name + suffix).unlink(missing_ok=True)
