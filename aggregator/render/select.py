"""Which feeds there are, and what each is called.  Looks at no entry."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urldefrag

from aggregator.config.values import Annotation, Article, Settings, Source
from aggregator.model import Scope
from aggregator.render.values import ANNOTATIONS, FeedPlan


def feeds(settings: Settings) -> tuple[FeedPlan, ...]:
    """Return every feed that is published, sources and articles in the order of the configuration.

    A disabled source keeps its feed: who subscribed to it keeps what was published.
    """
    return (
        FeedPlan("all", Scope(), settings.site.title, "Every item of every source.", settings.site.base_url),
        *(_source(source, settings.site.title) for source in settings.sources),
        *(plan for article in settings.articles for plan in _article(article)),
    )


def place(article: Article, annotation: Annotation) -> str:
    """Return the URL of an annotation's place in its article."""
    return f"{urldefrag(article.url).url}#{annotation.id}"


def _source(source: Source, site: str) -> FeedPlan:
    return FeedPlan(
        f"sources/{source.id}",
        Scope(source=source.id),
        source.title,
        f"What {source.title} publishes, as {site} takes it in.",
        source.home,
        source.language,
        source.rights,
    )


MOST_ANNOTATIONS = 10_000
"""Links of one article that are published as Web Annotations: all, for years."""


def web_annotations(settings: Settings) -> tuple[FeedPlan, ...]:
    """Return every collection of Web Annotations that is published: one an article."""
    return tuple(
        FeedPlan(
            f"articles/{article.id}/annotations",
            Scope(article=article.id),
            article.title,
            f"Official statements linked to passages of “{article.title}”.",
            article.url,
            extensions=ANNOTATIONS,
            entries=MOST_ANNOTATIONS,
            passages=sha256(article.body.encode()).hexdigest(),
        )
        for article in settings.articles
    )


def _article(article: Article) -> Iterator[FeedPlan]:
    yield FeedPlan(
        f"articles/{article.id}/linked",
        Scope(article=article.id),
        article.title,
        f"What the sources of “{article.title}” publish on its subject.",
        article.url,
    )
    for annotation in article.annotation:
        yield FeedPlan(
            f"articles/{article.id}/{annotation.id}",
            Scope(article=article.id, annotation=annotation.id),
            f"{annotation.label}: {article.title}",
            annotation.scope or f"What {annotation.label} publishes on the subject of “{article.title}”.",
            place(article, annotation),
        )
