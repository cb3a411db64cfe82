"""What is published, brought up to date: only what changed is read, rendered and written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.errors import PublishError
from aggregator.link import Linker
from aggregator.link.anchor import anchors
from aggregator.model import Link, SourceState, Verdict
from aggregator.pipeline.archives import Archives, folder, withdraw
from aggregator.pipeline.intake import links_of
from aggregator.pipeline.stopping import NEVER, check
from aggregator.pipeline.webpages import Pages
from aggregator.ports import Sink, Stop, Store
from aggregator.render import health

STATUS = "status.json"
HEALTH = f"{health.PATH}.atom"


def publish(
    settings: Settings, store: Store, sink: Sink, now: datetime, *, everything: bool = False, stop: Stop = NEVER
) -> list[str]:
    """Bring every output up to date and return the paths written, in the order of their names.

    With ``everything``, what seems unchanged is rendered too: for an output folder that was touched by
    other hands.  After ``stop``, no further output is written: the next publishing goes on there.  Raises
    ``StoreError``, ``Stopped``, and ``PublishError`` once all that can be written is written.
    """
    relink(settings, store, stop)
    site = store.site(settings.site.base_url, settings.site.id, now)
    renderer = render.Renderer(settings, site)
    outputs = _Outputs(settings, store, sink, renderer, store.published(), everything=everything)
    plans = render.feeds(settings) + render.web_annotations(settings)
    states = store.states()
    pages = Pages(settings, store, site, render.health_line(settings, states, now))
    planned = {*(plan.path for plan in plans), *pages.planned, render.SUBSCRIPTIONS, health.PATH}
    steps: list[Callable[[], None]] = [partial(outputs.feed, plan) for plan in plans]
    steps += [partial(outputs.page, pages, name) for name in pages.names]
    steps += [outputs.subscriptions, outputs.health, partial(outputs.withdraw, planned)]
    steps += [partial(outputs.status, states, now)]
    troubles: list[PublishError] = []
    for step in steps:
        check(stop)
        try:
            step()
        except PublishError as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return sorted(outputs.written)


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What is published, one kind of output a method; each raises ``StoreError`` and ``PublishError``."""

    settings: Settings
    store: Store
    sink: Sink
    renderer: render.Renderer
    before: Mapping[str, str]
    """Fingerprints of what is published already."""
    everything: bool
    written: list[str] = field(default_factory=list)

    def feed(self, plan: render.FeedPlan) -> None:
        """Write a list of entries in its formats, and its archives, where anything of it changed."""
        paths = {extension: f"{plan.path}.{extension}" for extension in plan.extensions}
        fingerprint = f"{self.renderer.fingerprint(plan)}:{self.store.revision(plan.scope)}"
        there = all(map(self.sink.exists, paths.values()))
        if there and self.before.get(plan.path) == fingerprint and not self.everything:
            return
        render_it = self._archived if plan.archived else self._annotated
        for extension, data in render_it(plan, verify=self.everything or not there).items():
            self._write(paths[extension], data)
        self.store.mark_published({plan.path: fingerprint})

    def _archived(self, plan: render.FeedPlan, *, verify: bool) -> Mapping[str, bytes]:
        """Return a feed's files, when what they no longer hold lies in its archives."""
        sources, size = frozenset(source.id for source in self.settings.sources), self.settings.publish.entries
        archives = Archives(
            self.renderer, self.store, self._write, self.sink, self.settings.site.base_url, size, sources
        )
        newest = archives.update(plan, self.before.get(folder(plan)), verify=verify)
        return self.renderer.render(plan, self.store.live(plan.scope, size, sources), newest=newest)

    def _annotated(self, plan: render.FeedPlan, *, verify: bool) -> Mapping[str, bytes]:
        """Return an article's Web Annotations."""
        del verify  # everything is in the one file
        (article,) = (one for one in self.settings.articles if one.id == plan.scope.article)
        entries = self.store.entries(plan.scope, plan.entries or self.settings.publish.entries)
        quotes = (link.quote for entry in entries for link in entry.links if link.article == article.id)
        return self.renderer.render(plan, entries, anchors(article.body, filter(None, quotes)))

    def page(self, pages: Pages, name: str) -> None:
        """Write a page, or what browsers need beside the pages, where anything that it shows changed."""
        path, fingerprint = pages.path(name), pages.fingerprint(name)
        if self.everything or self.before.get(path) != fingerprint or not self.sink.exists(name):
            self._write(name, pages.render(name))
            self.store.mark_published({path: fingerprint})

    def subscriptions(self) -> None:
        """Write the list of every feed; it hangs on nothing but the configuration."""
        path, fingerprint = render.SUBSCRIPTIONS, self.renderer.configuration
        if self.everything or self.before.get(path) != fingerprint or not self.sink.exists(path):
            self._write(path, self.renderer.subscriptions())
            self.store.mark_published({path: fingerprint})

    def health(self) -> None:
        """Write the feed of the sources' troubles."""
        looked_at = [source.id for source in self.settings.sources if source.enabled]
        episodes = self.store.episodes(health.ENTRIES, looked_at)
        fingerprint = self.renderer.health_fingerprint(episodes)
        if self.everything or self.before.get(health.PATH) != fingerprint or not self.sink.exists(HEALTH):
            self._write(HEALTH, self.renderer.health(episodes))
            self.store.mark_published({health.PATH: fingerprint})

    def withdraw(self, planned: Collection[str]) -> None:
        """Remove what is published of sources, articles and annotations that are no longer configured."""
        kept = {*planned, *(f"{render.ARCHIVES}/{path}" for path in planned)}
        for path in sorted(self.before.keys() - kept):
            if path.startswith(f"{render.ARCHIVES}/"):
                withdraw(path, self.sink)
            for extension in render.EVERY_EXTENSION:
                self.sink.remove(f"{path}.{extension}")
            self.store.mark_published({path: None})

    def status(self, states: Mapping[str, SourceState], now: datetime) -> None:
        """Write how the sources are doing; it differs after each run, and is not worth two files each time."""
        if self.sink.write(STATUS, render.status(self.settings, states, now), compress=False):
            self.written.append(STATUS)

    def _write(self, path: str, data: bytes) -> None:
        if self.sink.write(path, data):
            self.written.append(path)


def relink(settings: Settings, store: Store, stop: Stop = NEVER) -> None:
    """Link the stored items anew to each article that changed, or whose linker did, since it was last linked.

    The links of an article that is no longer configured are forgotten: while it is away nothing is linked to
    it, so when it comes back everything has to be.  After ``stop``, an article that is not done keeps its links, and is
    done anew: raises ``Stopped``.
    """
    linked = store.linked()
    for article in settings.articles:
        linker = Linker([article], settings.link.threshold)
        fingerprint = linker.fingerprint(article.id)
        if linked.get(article.id) != fingerprint:
            store.relink(article.id, fingerprint, _links(article, linker, store, stop))
    for gone in sorted(linked.keys() - {article.id for article in settings.articles}):
        if linked[gone]:
            store.relink(gone, "", {})


def _links(article: Article, linker: Linker, store: Store, stop: Stop) -> Mapping[int, tuple[Link, ...]]:
    sources = {source for annotation in article.annotation for source in annotation.sources}
    links = {}
    # The linker has the last word on ``since``: a date of day precision may lie before its instant, by its zone.
    since = article.since_instant - timedelta(days=1) if article.since_instant else None
    judged = store.judged(article.id)
    pinned = [id_ for id_, verdict in judged.items() if verdict is Verdict.PIN]
    for id_, came_through, item in store.to_link(sources, since, pinned):
        check(stop)
        verdicts = {article.id: judged[id_]} if id_ in judged else {}
        if found := links_of(linker, item, came_through, verdicts):
            links[id_] = found
    return links
