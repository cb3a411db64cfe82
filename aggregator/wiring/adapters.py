"""The adapters that the pipeline works with, made from Settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator import __version__
from aggregator.config.values import Settings
from aggregator.model import Rest
from aggregator.ports import Clock, Fetcher, Observer, Stop
from aggregator.store import lock
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.clocks import FixedClock

if TYPE_CHECKING:
    from aggregator.fetch.deadline import Cutoff
    from aggregator.fetch.http import HttpFetcher


def user_agent(settings: Settings) -> str:
    """Return how the program names itself: with an address where its operator can be found."""
    return settings.fetch.user_agent or f"aggregator/{__version__} (+{settings.site.base_url})"


@contextmanager
def alone(settings: Settings) -> Iterator[lock.Alone]:
    """Be the only one that looks at sources for this store.  Raises ``LockHeld`` at once, and ``StoreError``."""
    with lock.alone(settings.database) as held:
        yield held


@contextmanager
def stored(settings: Settings, stop: Stop | None = None) -> Iterator[SqliteStore]:
    """Give the store, to be changed by nobody else meanwhile.  Raises ``LockHeld`` and ``StoreError``.

    Somebody else who changes it is waited for, for a while, and until ``stop``.
    """
    with lock.writing(settings.database, stop=stop), SqliteStore.open(settings.database) as store:
        yield store


@contextmanager
def live(
    settings: Settings,
    observer: Observer,
    record: Path | None = None,
    rests: Sequence[Rest] = (),
    cutoff: Cutoff | None = None,
) -> Iterator[HttpFetcher]:
    """Give a fetcher that leaves the hosts of ``rests`` alone, and that ``cutoff`` ends."""
    from aggregator.fetch.http import HttpFetcher  # noqa: PLC0415 - requests is not imported where nothing is fetched

    with HttpFetcher(settings.fetch, user_agent(settings), record, rests, cutoff) as fetcher:
        yield fetcher
    if record and not fetcher.recorded:
        observer.warned(f"{record}: nothing was fetched, so no capture was written")


@contextmanager
def replaying(settings: Settings, capture: Path) -> Iterator[tuple[Fetcher, Clock]]:
    """Give a fetcher that answers from ``capture``, and a clock that stands at its newest record."""
    from aggregator.fetch.replay import ReplayFetcher  # noqa: PLC0415 - warcio is imported only where it is used

    fetcher = ReplayFetcher(capture, settings.fetch)
    yield fetcher, FixedClock(fetcher.newest)
