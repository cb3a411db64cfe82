"""What each page shows, from the entries that stand on it.  Writes no HTML; looks at no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import urldefrag, urlsplit

from aggregator.config.values import Annotation, Article, Settings
from aggregator.model import Anchor, Entry, Scope, Site
from aggregator.render import text
from aggregator.render.days import day_of, plain_day
from aggregator.render.page_values import (
    LISTED,
    ArticleView,
    IndexView,
    Section,
    SourceView,
    Statement,
    Takeaway,
)
from aggregator.render.resolve import Resolver
from aggregator.render.values import FeedEntry, FeedPlan, Reference

_EXCERPT = 240
"""Characters of a statement's text that a page shows: what it is about; the statement itself is a link away."""


class PageBuilder:
    """Knows the settings, so that pages can be filled from entries alone."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._resolver = Resolver(settings, site)
        self._settings = settings
        self._sources = {source.id: source for source in settings.sources}

    def article(
        self, article: Article, entries: Mapping[str, Sequence[Entry]], anchors: Mapping[str, Anchor], limit: int
    ) -> ArticleView:
        """Return what a page shows of ``article``.

        ``entries``: by annotation, newest first; one more than ``limit`` where there are more.  ``anchors``: where the
        quotes of their links stand in the article's text.
        """
        places = _places(article, anchors)
        sections = tuple(
            self._section(article, annotation, entries.get(annotation.id, ()), places, limit)
            for annotation in article.annotation
        )
        return ArticleView(
            id=article.id,
            title=text.trimmed(article.title),
            url=text.uri(article.url),
            published=plain_day(article.published) if article.published else None,
            summary=text.trimmed(article.summary),
            sections=sections,
            takeaways=_takeaways(article, sections, places),
        )

    def index(
        self, entries: Mapping[str, Mapping[str, Sequence[Entry]]], latest: Sequence[Entry], health: str
    ) -> IndexView:
        """Return what the index shows: ``entries`` by article and annotation, or, without articles, the ``latest``."""
        plan = FeedPlan("all", Scope(), self._settings.site.title, "", self._settings.site.base_url)
        return IndexView(
            articles=tuple(
                self.article(article, entries.get(article.id, {}), {}, LISTED) for article in self._settings.articles
            ),
            sources=tuple(
                SourceView(source.id, text.trimmed(source.title), text.uri(source.home))
                for source in self._settings.sources
                if source.enabled
            ),
            latest=tuple(_statement(entry, None, {}) for entry in self._resolver.build(plan, latest).entries),
            health=health,
        )

    def _section(
        self,
        article: Article,
        annotation: Annotation,
        entries: Sequence[Entry],
        places: Mapping[str, str],
        limit: int,
    ) -> Section:
        plan = FeedPlan("", Scope(article.id, annotation.id), annotation.label, "", article.url)
        resolved = self._resolver.build(plan, entries).entries
        shown = resolved[:limit]
        named = [self._sources[id_] for id_ in annotation.sources if id_ in self._sources]
        return Section(
            id=annotation.id,
            label=text.trimmed(annotation.label),
            scope=text.trimmed(annotation.scope),
            sources=tuple((text.trimmed(source.title), text.uri(source.home)) for source in named),
            statements=tuple(
                _statement(entry, _reference(entry, article.id, annotation.id), places) for entry in shown
            ),
            older=len(resolved) > limit,
            rights=tuple(dict.fromkeys(entry.rights for entry in shown if entry.rights)),
        )


def _places(article: Article, anchors: Mapping[str, Anchor]) -> Mapping[str, str]:
    """Return where a browser finds each quote: the passage where that is known, else the article."""
    return {quote: urldefrag(text.uri(article.url)).url + place.directive for quote, place in anchors.items()}


def _reference(entry: FeedEntry, article: str, annotation: str) -> Reference | None:
    keyed = {(reference.article, reference.annotation): reference for reference in entry.bears_on}
    return keyed.get((article, annotation))


def _statement(entry: FeedEntry, reference: Reference | None, places: Mapping[str, str]) -> Statement:
    link = reference.link if reference else None
    zone = entry.origin.timezone
    published = entry.published or entry.first_seen
    edited = entry.versions > 1 and entry.updated > published
    url = _web(entry.url)
    return Statement(
        key=f"s_{sha256(entry.id.encode()).hexdigest()[:12]}",
        title=entry.title,
        url=url,
        host=(urlsplit(url).hostname or "").removeprefix("www.") if url else None,
        language=entry.language,
        source=entry.origin.title,
        date=day_of(published, zone, entry.precision if entry.published else None),
        dated=entry.precision is not None or published != entry.first_seen,
        edited=day_of(entry.updated, zone) if edited else None,
        excerpt=_excerpt(entry, link.sentence if link else None),
        quote=link.quote if link else None,
        passage=places.get(link.quote, reference.url) if reference and link and link.quote else None,
        takeaway=link.takeaway if link else None,
    )


def _excerpt(entry: FeedEntry, sentence: str | None) -> str | None:
    """Return what the page quotes of a statement: the sentence that the link rests on, else how it begins.

    Nothing that its title says already; and of a source whose texts may be given by their summary only, nothing that
    the summary does not say.
    """
    summary = entry.summary or ""
    told = (sentence, summary) if sentence and (entry.origin.whole or sentence in summary) else (summary,)
    return next((shortened(words) for words in map(text.trimmed, told) if _adds(words, entry.title)), None)


def _adds(words: str, title: str) -> bool:
    """Return whether ``words`` say anything beside what ``title`` says."""
    return _letters(words) not in _letters(title)


def shortened(words: str) -> str:
    """Return a text on one line, cut after a word where it is long."""
    line = " ".join(words.split())
    if len(line) <= _EXCERPT:
        return line
    kept = line[:_EXCERPT].rpartition(" ")[0] or line[:_EXCERPT]
    return kept.rstrip(" ,;:.–—-") + " …"  # noqa: RUF001 - the dashes that sentences are cut at


def _letters(words: str) -> str:
    return re.sub(r"\W+", " ", words).casefold().strip()


def _takeaways(article: Article, sections: Sequence[Section], places: Mapping[str, str]) -> tuple[Takeaway, ...]:
    found: dict[int, list[tuple[Section, Statement]]] = {}
    for section in sections:
        for statement in section.statements:
            if statement.takeaway is not None:
                found.setdefault(statement.takeaway, []).append((section, statement))
    return tuple(
        Takeaway(
            text.trimmed(words),
            places.get(words, text.uri(article.url)),
            tuple(sorted(found.get(at, ()), key=lambda pair: pair[1].date.machine[:10], reverse=True)),
        )
        for at, words in enumerate(article.takeaways)
    )


def _web(url: str | None) -> str | None:
    """Return an address that may be a link: nothing but http(s), whatever the store holds."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
