"""What looks at the network and keeps nothing: dry runs, and what an address holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.config.values import Settings, Source
from aggregator.observe import LogObserver
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.adapters import live
from aggregator.wiring.clocks import SystemClock

if TYPE_CHECKING:
    from aggregator.pipeline.adding import Proposal, Wishes
    from aggregator.pipeline.article import Original
    from aggregator.pipeline.probe import Probe
    from aggregator.pipeline.trial import Trial


def trial(settings: Settings, source: Source) -> Trial:
    """Do a dry run of ``source``: it is fetched and compared with the store, and nothing is kept or locked.

    Raises ``StoreError``.
    """
    from aggregator.pipeline.trial import look  # noqa: PLC0415 - runs need none of it

    with live(settings, LogObserver()) as fetcher, SqliteStore.to_read(settings.database) as store:
        return look(settings, source, fetcher, store, SystemClock().now())


def probe(settings: Settings, url: str, user_agent: str | None = None) -> Probe:
    """Fetch ``url`` as the configuration has it, and tell what it is; nothing is kept."""
    from aggregator.pipeline.probe import probe as looked_at  # noqa: PLC0415 - runs need none of it

    with live(settings, LogObserver()) as fetcher:
        return looked_at(url, fetcher, user_agent)


def propose(settings: Settings, url: str, wishes: Wishes) -> Proposal:
    """Return what could be added to the sources for ``url``, and what it would bring; nothing is kept or locked.

    Raises ``StoreError``.
    """
    from aggregator.pipeline.adding import propose as proposed  # noqa: PLC0415 - runs need none of it

    with live(settings, LogObserver()) as fetcher, SqliteStore.to_read(settings.database) as store:
        return proposed(settings, url, wishes, fetcher, store, SystemClock().now())


def original(settings: Settings, url: str) -> Original:
    """Fetch an article as the configuration has it.  Raises ``FetchError``."""
    from aggregator.pipeline.article import fetched  # noqa: PLC0415 - runs need none of it

    with live(settings, LogObserver()) as fetcher:
        return fetched(url, fetcher)
