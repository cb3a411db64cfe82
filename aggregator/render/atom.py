"""Atom (RFC 4287), through feedgen."""

from __future__ import annotations

from feedgen.entry import FeedEntry as Generated
from feedgen.feed import FeedGenerator

from aggregator import __version__
from aggregator.render import text
from aggregator.render.extension import (
    ATOM_TYPE,
    NAME,
    ArchiveExtension,
    EntryExtension,
    FeedExtension,
    Instant,
    history,
    styled,
)
from aggregator.render.values import Feed, FeedEntry


def render(feed: Feed) -> bytes:
    """Return the feed as an Atom document in UTF-8."""
    generator = FeedGenerator()
    extension = ArchiveExtension if feed.history.current else FeedExtension
    generator.register_extension(NAME, extension, EntryExtension, rss=False)
    getattr(generator, NAME).feed = feed
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.updated(Instant.of(feed.updated))
    generator.author(name=text.literal(feed.author))
    generator.link(rel="self", type=ATOM_TYPE, href=f"{feed.address}.atom")
    generator.link(rel="alternate", type="text/html", href=feed.home)
    for rel, address in history(feed):
        generator.link(rel=rel, type=ATOM_TYPE, href=address)
    for hub in feed.hubs:
        generator.link(rel="hub", href=hub)
    generator.generator(NAME, version=__version__)
    generator.rights(feed.rights)
    generator.language(feed.language)
    for entry in feed.entries:
        _fill(generator.add_entry(order="append"), entry)
    document: bytes = generator.atom_str(pretty=True)
    return styled(text.written(document), feed)


def _fill(generated: Generated, entry: FeedEntry) -> None:
    getattr(generated, NAME).entry = entry
    generated.id(entry.id)
    generated.title(entry.title)
    generated.updated(Instant.of(entry.updated))
    generated.author([{"name": text.literal(name)} for name in entry.authors or (entry.origin.title,)])
    generated.rights(entry.rights)
    if entry.url:
        generated.link(href=entry.url)
    if entry.bears_on or entry.categories:
        generated.category(
            [
                {"term": reference.annotation, "scheme": reference.url, "label": text.literal(reference.label)}
                for reference in entry.bears_on
            ]
            + [{"term": term} for term in entry.categories]
        )
    # Without an alternate link there must be content (RFC 4287, 4.1.2): then the summary is it.
    content = entry.content or (None if entry.url else text.escaped(entry.summary or ""))
    if content:
        generated.content(content, type=text.escaping(content))
    if entry.summary and (entry.content or entry.url):
        generated.summary(entry.summary)
