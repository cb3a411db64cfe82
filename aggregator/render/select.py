"""Which feeds there are, and what each is called.  Looks at no entry."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urldefrag

from aggregator.config.values import Annotation, Article, Settings, Source
from aggregator.model import Scope
from aggregator.render.values import ANNOTATIONS, FeedPlan

ARCHIVES = "archive"
"""The folder of all archives."""


def feeds(settings: Settings) -> tuple[FeedPlan, ...]:
    """Return every feed that is published, sources and articles in the order of the configuration.

    A disabled source keeps its feed: who subscribed to it keeps what was published.
    """
    return (
        FeedPlan(Scope().feed, Scope(), settings.site.title, "Every item of every source.", settings.site.base_url),
        *(_source(source, settings.site.title) for source in settings.sources),
        *(plan for article in settings.articles for plan in _article(article)),
    )


def archive_path(plan: FeedPlan, number: int) -> str:
    """Return the path of an archive of a feed, without extension."""
    return f"{ARCHIVES}/{plan.path}/{number}"


def place(article: Article, annotation: Annotation) -> str:
    """Return the URL of an annotation's place in its article."""
    return f"{urldefrag(article.url).url}#{annotation.id}"


def _source(source: Source, site: str) -> FeedPlan:
    scope = Scope(source=source.id)
    return FeedPlan(
        scope.feed,
        scope,
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
    linked = Scope(article=article.id)
    yield FeedPlan(
        linked.feed,
        linked,
        article.title,
        f"What the sources of “{article.title}” publish on its subject.",
        article.url,
    )
    for annotation in article.annotation:
        scope = Scope(article=article.id, annotation=annotation.id)
        yield FeedPlan(
            scope.feed,
            scope,
            f"{annotation.label}: {article.title}",
            annotation.scope or f"What {annotation.label} publishes on the subject of “{article.title}”.",
            place(article, annotation),
        )
