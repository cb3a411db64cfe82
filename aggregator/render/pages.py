"""Which pages there are, and their bytes; the same entries always give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from aggregator.config.values import Article, Settings
from aggregator.model import Anchor, Entry, Site
from aggregator.render import text
from aggregator.render.page_values import EMBEDDED, LISTED, STATEMENTS, Page
from aggregator.render.page_view import PageBuilder
from aggregator.render.renderer import shared


def pages(settings: Settings) -> tuple[Page, ...]:
    """Return every page that is published, the index first."""
    return (
        Page("index", "index.html"),
        *(
            Page(f"articles/{article.id}/{name}", template, article.id)
            for article in settings.articles
            for name, template in (("index", "article.html"), ("embed", "embed.html"))
        ),
    )


def shown(page: Page) -> int:
    """Return how many statements of an annotation ``page`` shows."""
    return {"article.html": STATEMENTS, "embed.html": EMBEDDED}.get(page.template, LISTED)


def page_file(name: str) -> bytes:
    """Return the bytes of one of ``PAGE_FILES``."""
    from aggregator.render import html  # noqa: PLC0415 - Jinja2 takes 0.04 s to import, and most runs change no page

    return html.source(name).encode()


class PageRenderer:
    """Renders the pages of one configuration.  Writes nothing, and knows no time."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._builder = PageBuilder(settings, site)
        self._site = text.trimmed(settings.site.title)
        self._base = text.uri(settings.site.base_url)
        self._settings = settings
        self._shared = _shared(settings, site)

    def fingerprint(self, *beside: str) -> str:
        """Return the SHA-256 (hex) of everything that decides the bytes of a page, its entries excepted."""
        return sha256("\n".join((self._shared, *beside)).encode()).hexdigest()

    def article(
        self, page: Page, article: Article, entries: Mapping[str, Sequence[Entry]], anchors: Mapping[str, Anchor]
    ) -> bytes:
        """Return the bytes of a page about ``article``.

        ``entries``: of each annotation, newest first, one more than ``shown`` says where there are more.
        ``anchors``: where quotes of the article stand in its text.
        """
        from aggregator.render import html  # noqa: PLC0415 - as in page_file

        view = self._builder.article(article, entries, anchors, shown(page))
        return html.render(page, view, self._site, self._base)

    def index(
        self, page: Page, entries: Mapping[str, Mapping[str, Sequence[Entry]]], latest: Sequence[Entry], health: str
    ) -> bytes:
        """Return the bytes of the index.

        ``entries``: by article and annotation.  ``latest``: of all, where there is no article.  ``health``: a sentence.
        """
        from aggregator.render import html  # noqa: PLC0415 - as in page_file

        view = self._builder.index(entries, latest, health)
        return html.render(page, view, self._site, self._base)


def _shared(settings: Settings, site: Site) -> str:
    """Return all that any page may show beside entries: settings change rarely, a page left stale is never found."""
    decides = (
        shared(settings, site),
        [(source.id, source.timezone, source.enabled) for source in settings.sources],
        [article.model_dump_json() for article in settings.articles],
    )
    return sha256(repr(decides).encode()).hexdigest()
