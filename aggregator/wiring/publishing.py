"""What every change of the store is followed by: the outputs brought up to date, and the hubs told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator import render
from aggregator.config.values import Settings
from aggregator.errors import PublishError, Stopped, StoreError
from aggregator.observe import warn
from aggregator.pipeline import outputs
from aggregator.pipeline.stopping import NEVER
from aggregator.ports import Stop, Store
from aggregator.publish.files import FileSink
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.adapters import user_agent

if TYPE_CHECKING:
    from aggregator.fetch.deadline import Cutoff

HUBS_WAIT = timedelta(days=1)
"""How long a hub that takes nothing is told again: subscribers that hear nothing ask by themselves."""


def publish_changed(
    settings: Settings, store: Store, now: datetime, *, everything: bool = False, stop: Stop = NEVER
) -> tuple[tuple[str, ...], PublishError | Stopped | None]:
    """Bring the outputs up to date; return those that were written, and what put an end to it."""
    sink = FileSink(settings.output)
    try:
        outputs.publish(settings, store, sink, now, everything=everything, stop=stop)
    except (PublishError, Stopped) as error:
        return tuple(sorted(sink.written)), error
    return tuple(sorted(sink.written)), None


def owe_hubs(settings: Settings, store: Store, published: Sequence[str], now: datetime) -> None:
    """Note which hubs have to be told of what was written: of live feeds, for nothing else has subscribers."""
    feeds = {f"{plan.path}.{extension}" for plan in render.feeds(settings) for extension in plan.extensions}
    changed = [path for path in published if path in feeds]
    if (changed and settings.publish.hubs) or store.owed():
        store.owe(settings.publish.hubs, changed, now, now - HUBS_WAIT)


def tell_hubs(settings: Settings, stop: Stop = NEVER, cutoff: Cutoff | None = None) -> None:
    """Tell the hubs what they have not taken yet; no lock of the store is held meanwhile, for hubs take their time.

    What a hub does not take, or could not be told before ``stop`` or ``cutoff``, it is told of again after the next
    run, for a day.
    """
    if not settings.publish.hubs:
        return
    try:
        with SqliteStore.open(settings.database) as store:
            for hub, paths in store.owed().items():
                if stop.is_set():
                    return
                from aggregator.fetch import websub  # noqa: PLC0415 - most runs have nothing to tell

                topics = [settings.site.base_url + path for path in paths]
                failures = websub.ping([hub], topics, settings.fetch, user_agent(settings), cutoff)
                for failure in failures:
                    warn(failure)
                if not failures:
                    store.told(hub, paths)
    except StoreError as error:  # all that the run was for is done
        warn(str(error))
    except Stopped:
        return
