"""The configured sources as an OPML 2.0 subscription list (http://opml.org/spec2.opml), for other feed readers."""

from __future__ import annotations

from lxml import etree

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import Settings, Source
from aggregator.render import text


def opml(settings: Settings) -> bytes:
    """Return the list of all configured sources, in their order; the same configuration gives the same bytes.

    It carries no date: nothing in it depends on when it was written.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = text.legal(settings.site.title)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for source in settings.sources:
        title = text.legal(source.title)
        outline = etree.SubElement(body, "outline", {"text": title, "title": title, "type": "rss"})
        outline.set("xmlUrl", text.legal(_feed(source, settings)))
        outline.set("htmlUrl", text.legal(source.home))
        if source.language:
            outline.set("language", source.language)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _feed(source: Source, settings: Settings) -> str:
    """Return the source's own feed; of a source that has none, the feed that is given back to it here."""
    own = next((endpoint.url for endpoint in source.endpoint if isinstance(endpoint, FeedEndpoint)), None)
    return own or f"{settings.site.base_url}sources/{source.id}.atom"
