"""What can be asked of the store and of the configuration, which changes neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.model import Entry, Planned, Scope, SourceState
from aggregator.plan.due import is_due
from aggregator.render.status import summary
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.clocks import SystemClock

if TYPE_CHECKING:
    from aggregator.link import Match
    from aggregator.pipeline.judging import Finding
    from aggregator.pipeline.scoring import Given


def explain(settings: Settings, name: str) -> tuple[Entry, tuple[Finding, ...]]:
    """Return a stored item and how it stands to every article.  Raises ``NotFound`` and ``StoreError``."""
    from aggregator.pipeline.judging import explain as explained  # noqa: PLC0415 - runs need none of it

    with SqliteStore.to_read(settings.database) as store:
        return explained(settings, store, name)


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
    """Return what is remembered of each source, by id; nothing is written or locked.  Raises ``StoreError``."""
    with SqliteStore.to_read(settings.database) as store:
        return store.states()


def prepared(settings: Settings) -> Mapping[str, SourceState]:
    """Make the store, or bring it to the present schema, and return what is remembered of each source, by id.

    For who is alone with it.  Raises ``StoreError``.
    """
    with SqliteStore.open(settings.database) as store:
        return store.states()


def due(settings: Settings, now: datetime) -> bool:
    """Return whether a cycle would look at any source ``now``; nothing is written or locked.  Raises ``StoreError``."""
    enabled = [source for source in settings.sources if source.enabled]
    with SqliteStore.to_read(settings.database) as store:
        plans = store.plans()
    return any(is_due(source, plans.get(source.id, Planned()), settings.schedule, now) for source in enabled)


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
