"""What the pages are filled with, and what tells whether anything that they show has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator import render
from aggregator.config.values import Article, Settings
from aggregator.link.anchor import anchors
from aggregator.model import Anchor, Entry, Scope, Site
from aggregator.ports import Store


class Pages:
    """The pages of one configuration, with what browsers need beside them; each by the name of its file."""

    def __init__(self, settings: Settings, store: Store, site: Site, health: str) -> None:
        self._settings = settings
        self._store = store
        self._renderer = render.PageRenderer(settings, site)
        self._health = health
        self._articles = {article.id: article for article in settings.articles}
        self._pages = {f"{page.path}.html": page for page in render.pages(settings)}
        self.names = (*render.PAGE_FILES, *self._pages)

    @property
    def planned(self) -> frozenset[str]:
        """The paths, without extension, of all that is published here."""
        return frozenset(map(self.path, self.names))

    @staticmethod
    def path(name: str) -> str:
        """Return under which path, without extension, it is remembered that ``name`` was published."""
        return name.rpartition(".")[0]

    def fingerprint(self, name: str) -> str:
        """Return what changes when the bytes of ``name`` do."""
        page = self._pages.get(name)
        if page is None:
            return self._renderer.fingerprint()
        if page.article is None:
            return f"{self._renderer.fingerprint(self._health)}:{self._store.revision(Scope())}"
        return f"{self._renderer.fingerprint(page.article)}:{self._store.revision(Scope(article=page.article))}"

    def render(self, name: str) -> bytes:
        """Return the bytes of ``name``.  Raises ``StoreError``."""
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
        return entries, anchors(article.body, quotes)
