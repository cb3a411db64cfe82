"""Subscription lists in OPML 2.0 (http://opml.org/spec2.opml): of the configured sources, and of all feeds here."""

from __future__ import annotations

from lxml import etree

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import Settings, Source
from aggregator.render import text
from aggregator.render.languages import known_language
from aggregator.render.select import feeds

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the types of its trees


def opml(settings: Settings) -> bytes:
    """Return the list of all configured sources, in their order; the same configuration gives the same bytes.

    It carries no date: nothing in it depends on when it was written.
    """
    root, body = _list(settings.site.title)
    for source in settings.sources:
        _subscription(body, source.title, _feed(source, settings), source.home, source.language)
    return _written(root)


def published(settings: Settings) -> bytes:
    """Return the list of every feed that is published: of everything, then by source, then by article, in folders.

    The same configuration gives the same bytes.
    """
    root, body = _list(settings.site.title)
    articles = {article.id: article.title for article in settings.articles}
    folders: dict[str | None, Element] = {None: body}
    for plan in feeds(settings):
        folder = articles[plan.scope.article] if plan.scope.article else "Sources" if plan.scope.source else None
        key = plan.scope.article or folder
        if key not in folders:
            name = text.trimmed(folder or "")
            folders[key] = etree.SubElement(body, "outline", {"text": name, "title": name})
        address = f"{text.uri(settings.site.base_url)}{plan.path}.atom"
        _subscription(folders[key], plan.title, address, text.uri(plan.home), known_language(plan.language))
    return _written(root)


def _list(title: str) -> tuple[Element, Element]:
    """Return a list without outlines, and the element that these go into."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = text.legal(title)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    return root, etree.SubElement(root, "body")


def _subscription(parent: Element, title: str, url: str, home: str, language: str | None) -> None:
    """Add a feed; the type says that it is one, not of which format (spec2.opml, "Subscription lists")."""
    name = text.legal(title)
    outline = etree.SubElement(parent, "outline", {"text": name, "title": name, "type": "rss"})
    outline.set("xmlUrl", text.legal(url))
    outline.set("htmlUrl", text.legal(home))
    if language:
        outline.set("language", language)


def _written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _feed(source: Source, settings: Settings) -> str:
    """Return the source's own feed; of a source that has none, the feed that is given back to it here."""
    own = next((endpoint.url for endpoint in source.endpoint if isinstance(endpoint, FeedEndpoint)), None)
    return own or f"{settings.site.base_url}sources/{source.id}.atom"
