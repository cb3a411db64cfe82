"""The pages brought up to date: each is filled and rendered only when something that it shows has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.errors import PublishError
from aggregator.link.anchor import anchor
from aggregator.model import Anchor, Entry, Scope, Site
from aggregator.ports import Sink, Store


class Pages:
    """Publishes the pages of one configuration, with what browsers need beside them."""

    def __init__(self, settings: Settings, store: Store, sink: Sink, site: Site, health: str) -> None:
        self._settings = settings
        self._store = store
        self._sink = sink
        self._renderer = render.PageRenderer(settings, site)
        self._health = health
        self._articles = {article.id: article for article in settings.articles}
        self._pages = {f"{page.path}.html": page for page in render.pages(settings)}
        self.written: list[str] = []
        self.troubles: list[PublishError] = []
        self.planned = frozenset(name.rpartition(".")[0] for name in (*render.PAGE_FILES, *self._pages))
        """The paths, without extension, of all that is published here."""

    def publish(self, before: Mapping[str, str], *, everything: bool) -> None:
        """Write what changed since ``before``: the fingerprint of each output that was written, by path."""
        for name in (*render.PAGE_FILES, *self._pages):
            path = name.rpartition(".")[0]
            fingerprint = self._fingerprint(name)
            if before.get(path) == fingerprint and self._sink.exists(name) and not everything:
                continue
            try:
                if self._sink.write(name, self._bytes(name)):
                    self.written.append(name)
            except PublishError as error:
                self.troubles.append(error)
            else:
                self._store.mark_published({path: fingerprint})

    def _fingerprint(self, name: str) -> str:
        """Return what changes when the bytes of ``name`` do."""
        page = self._pages.get(name)
        if page is None:
            return self._renderer.fingerprint()
        if page.article is None:
            return f"{self._renderer.fingerprint(self._health)}:{self._store.revision(Scope())}"
        return f"{self._renderer.fingerprint(page.article)}:{self._store.revision(Scope(article=page.article))}"

    def _bytes(self, name: str) -> bytes:
        page = self._pages.get(name)
        if page is None:
            return render.page_file(name)
        if page.article is not None:
            article = self._articles[page.article]
            return self._renderer.article(page, article, *self._found(article, render.shown(page)))
        shown = render.shown(page)
        found = {article.id: self._found(article, shown)[0] for article in self._settings.articles}
        sources = frozenset(source.id for source in self._settings.sources)
        latest = () if found else self._store.entries(Scope(), render.UNLINKED, sources)
        return self._renderer.index(page, found, latest, self._health)

    def _found(self, article: Article, limit: int) -> tuple[Mapping[str, Sequence[Entry]], Mapping[str, Anchor]]:
        """Return the newest entries of each annotation, one more than ``limit``, and where their quotes stand."""
        entries = {
            annotation.id: self._store.entries(Scope(article=article.id, annotation=annotation.id), limit + 1)
            for annotation in article.annotation
        }
        links = (link for found in entries.values() for entry in found for link in entry.links)
        quotes = {link.quote for link in links if link.article == article.id and link.quote} | set(article.takeaways)
        places = {quote: anchor(article.body, quote) for quote in sorted(quotes)} if article.body else {}
        return entries, {quote: place for quote, place in places.items() if place}
