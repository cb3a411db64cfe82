"""What is published, brought up to date: only what changed is read, rendered and written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.link import Linker
from aggregator.model import Entry, Link, Scope
from aggregator.pipeline.intake import links_of
from aggregator.ports import Sink, Store

STATUS = "status.json"


def publish(settings: Settings, store: Store, sink: Sink, now: datetime, *, everything: bool = False) -> list[str]:
    """Bring every output up to date and return the paths written, in the order of their names.

    With ``everything``, what seems unchanged is rendered too: for an output folder that was touched by
    other hands.  Raises ``PublishError`` and ``StoreError``; what was written until then stands, and the
    next call goes on from there.
    """
    relink(settings, store)
    site = store.site(settings.site.base_url, settings.site.id, now)
    renderer = render.Renderer(settings, site)
    before = store.published()
    written: list[str] = []
    for plan in render.feeds(settings):
        paths = {extension: f"{plan.path}.{extension}" for extension in render.EXTENSIONS}
        fingerprint = f"{renderer.fingerprint(plan)}:{store.revision(plan.scope)}"
        current = before.get(plan.path) == fingerprint and all(map(sink.exists, paths.values()))
        if current and not everything:
            continue
        files = renderer.render(plan, _newest(settings, store, plan.scope))
        written += [paths[extension] for extension, data in files.items() if sink.write(paths[extension], data)]
        store.mark_published({plan.path: fingerprint})
    _withdraw(before, {plan.path for plan in render.feeds(settings)}, store, sink)
    if sink.write(STATUS, render.status(settings, store.states(), now)):
        written.append(STATUS)
    return sorted(written)


def _newest(settings: Settings, store: Store, scope: Scope) -> list[Entry]:
    """Return the newest entries of sources that are still configured: the others must not take their places."""
    configured, wanted = {source.id for source in settings.sources}, settings.publish.entries
    limit = wanted
    while True:
        entries = store.entries(scope, limit)
        shown = [entry for entry in entries if not configured.isdisjoint(entry.sources)]
        if len(shown) >= wanted or len(entries) < limit:
            return shown[:wanted]
        limit *= 4


def relink(settings: Settings, store: Store) -> None:
    """Link the stored items anew to each article that changed, or whose linker did, since it was last linked."""
    linker = Linker(settings.articles, settings.link.threshold)
    for article in settings.articles:
        fingerprint = linker.fingerprint(article.id)
        if store.linked_as(article.id) != fingerprint:
            store.relink(article.id, fingerprint, _links(article, linker, store))


def _links(article: Article, linker: Linker, store: Store) -> Mapping[int, tuple[Link, ...]]:
    sources = {source for annotation in article.annotation for source in annotation.sources}
    links = {}
    # The linker has the last word on ``since``: a date of day precision may lie before its instant, by its zone.
    since = article.since_instant - timedelta(days=1) if article.since_instant else None
    for id_, came_through, item in store.to_link(sources, since):
        found = tuple(link for link in links_of(linker, item, came_through) if link.article == article.id)
        if found:
            links[id_] = found
    return links


def _withdraw(before: Mapping[str, str], planned: set[str], store: Store, sink: Sink) -> None:
    """Remove the feeds of sources, articles and annotations that are no longer configured."""
    for path in sorted(before.keys() - planned):
        for extension in render.EXTENSIONS:
            sink.remove(f"{path}.{extension}")
        store.mark_published({path: None})
