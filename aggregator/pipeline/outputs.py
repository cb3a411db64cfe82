"""What is published, brought up to date: only what changed is read, rendered and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.errors import PublishError
from aggregator.link import Linker
from aggregator.link.anchor import anchor
from aggregator.model import Anchor, Entry, Link, Verdict
from aggregator.pipeline.intake import links_of
from aggregator.pipeline.webpages import Pages
from aggregator.ports import Sink, Store
from aggregator.render import health

STATUS = "status.json"
HEALTH = f"{health.PATH}.atom"


def publish(settings: Settings, store: Store, sink: Sink, now: datetime, *, everything: bool = False) -> list[str]:
    """Bring every output up to date and return the paths written, in the order of their names.

    With ``everything``, what seems unchanged is rendered too: for an output folder that was touched by
    other hands.  Raises ``StoreError``, and ``PublishError`` once all that can be written is written.
    """
    relink(settings, store)
    site = store.site(settings.site.base_url, settings.site.id, now)
    renderer = render.Renderer(settings, site)
    configured = frozenset(source.id for source in settings.sources)
    before = store.published()
    written: list[str] = []
    troubles: list[PublishError] = []
    articles = {article.id: article for article in settings.articles}
    plans = render.feeds(settings) + render.web_annotations(settings)
    for plan in plans:
        paths = {extension: f"{plan.path}.{extension}" for extension in plan.extensions}
        fingerprint = f"{renderer.fingerprint(plan)}:{store.revision(plan.scope)}"
        current = before.get(plan.path) == fingerprint and all(map(sink.exists, paths.values()))
        if current and not everything:
            continue
        entries = store.entries(plan.scope, plan.entries or settings.publish.entries, configured)
        anchors = _anchors(articles[plan.scope.article], entries) if plan.passages and plan.scope.article else None
        files = renderer.render(plan, entries, anchors)
        try:
            written += [paths[extension] for extension, data in files.items() if sink.write(paths[extension], data)]
        except PublishError as error:
            troubles.append(error)
        else:
            store.mark_published({plan.path: fingerprint})
    states = store.states()
    pages = Pages(settings, store, sink, site, render.health_line(settings, states, now))
    pages.publish(before, everything=everything)
    written += pages.written
    troubles += pages.troubles
    try:
        if _health(settings, renderer, before, store, sink, everything=everything):
            written.append(HEALTH)
        _withdraw(before, {*(plan.path for plan in plans), *pages.planned, health.PATH}, store, sink)
        if sink.write(STATUS, render.status(settings, states, now)):
            written.append(STATUS)
    except PublishError as error:
        troubles.append(error)
    if troubles:
        raise troubles[0]
    return sorted(written)


def _health(
    settings: Settings,
    renderer: render.Renderer,
    before: Mapping[str, str],
    store: Store,
    sink: Sink,
    *,
    everything: bool,
) -> bool:
    """Bring the feed of the troubles of what is looked at up to date, and return whether it had to be written."""
    episodes = store.episodes(health.ENTRIES, [source.id for source in settings.sources if source.enabled])
    fingerprint = renderer.health_fingerprint(episodes)
    if before.get(health.PATH) == fingerprint and sink.exists(HEALTH) and not everything:
        return False
    written = sink.write(HEALTH, renderer.health(episodes))
    store.mark_published({health.PATH: fingerprint})
    return written


def relink(settings: Settings, store: Store) -> None:
    """Link the stored items anew to each article that changed, or whose linker did, since it was last linked.

    The links of an article that is no longer configured are forgotten: while it is away nothing is linked to
    it, so when it comes back everything has to be.
    """
    linker = Linker(settings.articles, settings.link.threshold)
    linked = store.linked()
    for article in settings.articles:
        fingerprint = linker.fingerprint(article.id)
        if linked.get(article.id) != fingerprint:
            store.relink(article.id, fingerprint, _links(article, linker, store))
    for gone in sorted(linked.keys() - {article.id for article in settings.articles}):
        if linked[gone]:
            store.relink(gone, "", {})


def _links(article: Article, linker: Linker, store: Store) -> Mapping[int, tuple[Link, ...]]:
    sources = {source for annotation in article.annotation for source in annotation.sources}
    links = {}
    # The linker has the last word on ``since``: a date of day precision may lie before its instant, by its zone.
    since = article.since_instant - timedelta(days=1) if article.since_instant else None
    judged = store.judged(article.id)
    pinned = [id_ for id_, verdict in judged.items() if verdict is Verdict.PIN]
    for id_, came_through, item in store.to_link(sources, since, pinned):
        verdicts = {article.id: judged[id_]} if id_ in judged else {}
        found = tuple(link for link in links_of(linker, item, came_through, verdicts) if link.article == article.id)
        if found:
            links[id_] = found
    return links


def _anchors(article: Article, entries: Sequence[Entry]) -> Mapping[str, Anchor]:
    """Return where the quotes of the entries' links stand in the article; those that stand nowhere are left out."""
    quotes = {link.quote for entry in entries for link in entry.links if link.article == article.id and link.quote}
    found = {quote: anchor(article.body, quote) for quote in sorted(quotes)}
    return {quote: place for quote, place in found.items() if place}


def _withdraw(before: Mapping[str, str], planned: set[str], store: Store, sink: Sink) -> None:
    """Remove the feeds of sources, articles and annotations that are no longer configured."""
    for path in sorted(before.keys() - planned):
        for extension in render.EVERY_EXTENSION:
            sink.remove(f"{path}.{extension}")
        store.mark_published({path: None})
