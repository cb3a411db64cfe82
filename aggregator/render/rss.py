"""RSS 2.0 (rssboard.org/rss-specification and rss-profile), through feedgen."""

from __future__ import annotations

from feedgen.entry import FeedEntry as Generated
from feedgen.feed import FeedGenerator
from lxml import etree

from aggregator import __version__
from aggregator.render import text
from aggregator.render.extension import NAME, ChannelExtension, Element, ElementTree, EntryExtension, styled
from aggregator.render.values import Feed, FeedEntry

MEDIA_TYPE = "application/rss+xml"


class Channel(FeedGenerator):  # type: ignore[misc] # feedgen ships no types
    """feedgen's generator, declaring the namespaces that are used, not all that could be."""

    def _create_rss(self, *, extensions: bool = True) -> tuple[Element, ElementTree]:
        root, document = super()._create_rss(extensions=extensions)
        etree.cleanup_namespaces(root)
        return root, document


def render(feed: Feed) -> bytes:
    """Return the feed as an RSS document in UTF-8."""
    channel = Channel()
    channel.register_extension(NAME, ChannelExtension, EntryExtension, atom=False)
    channel.title(text.title(feed.title))
    channel.description(text.literal(feed.subtitle))
    getattr(channel, NAME).feed = feed
    channel.link(rel="self", type=MEDIA_TYPE, href=f"{feed.address}.rss")
    channel.link(rel="alternate", href=feed.home)  # the last link is the one that feedgen makes the channel's
    channel.lastBuildDate(feed.updated)
    channel.generator(f"{NAME} {__version__}")
    if feed.rights:
        channel.copyright(text.literal(feed.rights))
    channel.language(feed.language)
    for entry in feed.entries:
        _fill(channel.add_entry(order="append"), entry)
    document: bytes = channel.rss_str(pretty=True)
    return styled(text.written(document), feed)


def _fill(generated: Generated, entry: FeedEntry) -> None:
    getattr(generated, NAME).entry = entry
    generated.guid(entry.id, permalink=entry.id == entry.url)
    generated.title(text.title(entry.title))
    if entry.url:
        generated.link(href=entry.url)
    if entry.summary:
        generated.description(text.escaped(entry.summary))
    if entry.content:
        generated.content(entry.content, type=text.escaping(entry.content))
    if entry.bears_on or entry.categories:
        generated.category(
            [{"term": reference.annotation, "scheme": reference.url} for reference in entry.bears_on]
            + [{"term": text.literal(term)} for term in entry.categories]
        )
    for enclosure in entry.enclosures[:1]:
        generated.enclosure(enclosure.url, enclosure.length or 0, enclosure.type or text.UNKNOWN_TYPE)
    generated.source(f"{entry.origin.address}.rss", text.title(entry.origin.title))
