"""The upkeep of the store, once a day: what may be let go of is, and the file is kept small.

What is let go of, and what never is: docs/decisions/0018-retention.md.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from aggregator import render
from aggregator.config.values import Settings
from aggregator.errors import LockHeld, StoreError
from aggregator.model import Ages, Maintained
from aggregator.observe import Event, warn
from aggregator.ports import Stop, Store
from aggregator.render import health
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.adapters import stored
from aggregator.wiring.clocks import SystemClock

EVERY = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=60)
"""After a longer one nothing is let go of that day: it may be the clock that is ahead, and what is gone is gone."""

STEP = 500
"""Versions considered in one transaction: some milliseconds, for which a reader or an editor's command has to wait."""
STEPS = 40
"""Steps a day at most, so that a day's upkeep is a matter of seconds; the next day goes on where it ended."""

log = logging.getLogger("aggregator")


def maintain(settings: Settings, now: datetime, stop: Stop | None = None) -> Maintained:
    """Do the upkeep, unless it was done within a day.

    Raises ``LockHeld`` where somebody else changes the store for long, or until ``stop``, and ``StoreError``; what was
    done until then stands.
    """
    with SqliteStore.to_read(settings.database) as store:  # after most runs there is nothing to do
        if not _is_due(store.upkept(), now):
            return Maintained(done=False)
    with stored(settings, stop) as store:
        return upkeep(settings, store, now)


def keep_up(settings: Settings, stop: Stop | None = None) -> None:
    """Do the upkeep when nothing else is to be done: what cannot be done now is done another time."""
    try:
        maintain(settings, SystemClock().now(), stop)
    except LockHeld:
        log.debug("upkeep: another process changes the store; it is done another time")
    except StoreError as error:
        warn(str(error))


def _is_due(before: datetime | None, now: datetime) -> bool:
    return before is None or not before <= now < before + EVERY


def upkeep(settings: Settings, store: Store, now: datetime) -> Maintained:
    """Do the upkeep in ``store``, unless it was done within a day.  Raises ``StoreError``."""
    before = store.upkept()
    if not _is_due(before, now):
        return Maintained(done=False)
    items = versions = troubles = 0
    if before is not None and before < now <= before + LONGEST_PAUSE:
        items, versions = _texts(settings, store, now)
        if settings.retention.troubles:
            sources = [source.id for source in settings.sources if source.enabled]
            troubles = store.let_go_of_troubles(now - settings.retention.troubles, health.ENTRIES, sources)
    size, free = store.tidy()
    store.mark_upkept(now)
    counts = {"items": items, "versions": versions, "troubles": troubles, "bytes": size, "free": free}
    log.info(Event("upkeep", counts))
    return Maintained(True, items, versions, troubles, size, free)  # noqa: FBT003 - done, as its first field says


def _texts(settings: Settings, store: Store, now: datetime) -> tuple[int, int]:
    """Let go of texts that are old enough; return of how many items and of how many older versions."""
    keep = settings.retention
    if not (keep.texts or keep.versions):
        return 0, 0
    ages = Ages(now - keep.texts if keep.texts else None, now - keep.versions if keep.versions else None)
    shown = max(settings.publish.entries, render.UNLINKED)
    items = versions = 0
    for _ in range(STEPS):
        swept = store.let_go(ages, shown, STEP)
        items, versions = items + swept.items, versions + swept.versions
        if swept.finished:
            break
    return items, versions
