"""What feedgen 1.0 cannot write, or writes wrongly, as a feedgen extension.

feedgen drops ``rel``, ``type`` and ``title`` of the links of Atom entries, gives ``atom:source`` a title and
a bare link only, writes zones as ``+00:00``, takes CDATA for a type of Atom content, knows no type of titles
and rights, and asks the C library for the locale to write a date.  Everything else is left to feedgen;
see ``atom`` and ``rss``.

feedgen writes Atom elements without a namespace and ``xmlns`` as an attribute: so does this, because an
element with the namespace would be serialised with a prefix, of which the W3C validator warns in Atom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Self

from lxml import etree

from aggregator.model import Enclosure
from aggregator.render import text
from aggregator.render.values import Feed, FeedEntry, Origin

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
DC = "http://purl.org/dc/elements/1.1/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HISTORY = "http://purl.org/syndication/history/1.0"
NAME = "aggregator"
"""Under which the extension hangs on feedgen's objects."""

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the types of its trees
ElementTree = etree._ElementTree  # noqa: SLF001 - the same


class Instant(datetime):
    """An instant that feedgen, which asks it for its ISO format, writes as Atom does: in UTC, with a ``Z``."""

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """Return the same instant."""
        return cls.fromtimestamp(moment.timestamp(), UTC)

    def isoformat(self, sep: str = "T", timespec: str = "seconds") -> str:
        """Return RFC 3339."""
        return super().isoformat(sep, timespec).replace("+00:00", "Z")


def styled(document: bytes, feed: Feed) -> bytes:
    """Return a serialised feed that names its style sheet (https://www.w3.org/TR/xml-stylesheet/), for browsers.

    CSS, for browsers are giving up XSLT.  The address is relative: wherever the feed is served from, so is that.
    """
    declaration, rest = document.split(b"\n", 1)
    return b'%s\n<?xml-stylesheet type="text/css" href="%s"?>\n%s' % (declaration, feed.stylesheet.encode(), rest)


class FeedExtension:
    """Completes a feed before feedgen adds its entries."""

    feed: Feed

    def extend_ns(self) -> Mapping[str, str]:
        """Return no namespace: Atom has all that is needed."""
        return {}

    def extend_atom(self, root: Element) -> Element:
        """Give texts their type."""
        _constructs(root, title=self.feed.title, subtitle=self.feed.subtitle, rights=self.feed.rights)
        return root


class ArchiveExtension(FeedExtension):
    """Completes a feed document that is an archive (RFC 5005, 4)."""

    def extend_ns(self) -> Mapping[str, str]:
        """Return prefix and namespace of feed history."""
        return {"fh": HISTORY}

    def extend_atom(self, root: Element) -> Element:
        """Say that it is an archive, and give texts their type."""
        etree.SubElement(root, f"{{{HISTORY}}}archive")
        return super().extend_atom(root)


class ChannelExtension:
    """Completes a channel, and declares what its items use beside RSS; feedgen declares Atom and content."""

    feed: Feed

    def extend_ns(self) -> Mapping[str, str]:
        """Return prefix and namespace of Dublin Core."""
        return {"dc": DC}

    def extend_rss(self, root: Element) -> Element:
        """Name the newest archive, which is Atom, and the hubs (WebSub, 4), beside the link of the feed to itself."""
        (own,) = root.iter(f"{{{ATOM}}}link")
        for hub in reversed(self.feed.hubs):
            own.addnext(etree.Element(f"{{{ATOM}}}link", {"href": hub, "rel": "hub"}))
        for rel, address in history(self.feed):
            own.addnext(etree.Element(f"{{{ATOM}}}link", {"href": address, "rel": rel, "type": ATOM_TYPE}))
        return root


class EntryExtension:
    """Completes an entry after feedgen has written its part."""

    entry: FeedEntry

    def extend_atom(self, element: Element) -> Element:
        """Give texts, content and link their type; add links, the publication date and the entry's source."""
        entry = self.entry
        if entry.language:
            element.set(LANG, entry.language)
        _constructs(element, title=entry.title, summary=entry.summary, rights=entry.rights)
        if (content := element.find("content")) is not None:
            content.set("type", "html")
        if (link := element.find("link")) is not None:
            link.set("rel", "alternate")
        if entry.published:
            _child(element, "published", text.instant(entry.published))
        for attributes in _links(entry, entry.enclosures):
            etree.SubElement(element, "link", attributes)
        element.append(_source(entry))
        return element

    def extend_rss(self, element: Element) -> Element:
        """Add the date, the authors, the rights, and the links that RSS itself has no element for."""
        entry = self.entry
        if entry.published:
            _child(element, "pubDate", format_datetime(entry.published, usegmt=True))
        for name in entry.authors or (entry.origin.title,):
            _child(element, f"{{{DC}}}creator", name)
        if entry.rights:
            _child(element, f"{{{DC}}}rights", entry.rights)
        # The W3C validator takes atom:link in an item (item.py, do_atom_link) with any registered rel (link.py).
        for attributes in _links(entry, entry.enclosures[1:]):
            etree.SubElement(element, f"{{{ATOM}}}link", attributes)
        return element


def history(feed: Feed) -> Iterator[tuple[str, str]]:
    """Yield relation and address of the feed's other documents (RFC 5005, 4)."""
    for rel, address in (
        ("current", feed.history.current),
        ("prev-archive", feed.history.prev),
        ("next-archive", feed.history.next),
    ):
        if address:
            yield rel, address


def _links(entry: FeedEntry, enclosures: tuple[Enclosure, ...]) -> Iterator[dict[str, str]]:
    """Yield the attributes of the links that an entry has beside its own."""
    for reference in entry.bears_on:
        yield {"rel": "related", "href": reference.href, "title": text.literal(reference.title)}
    if entry.via:
        yield {"rel": "via", "href": entry.via}
    for enclosure in enclosures:
        attributes = {"rel": "enclosure", "href": enclosure.url}
        if enclosure.type:
            attributes["type"] = enclosure.type
        if enclosure.length is not None:
            attributes["length"] = str(enclosure.length)
        yield attributes


def _source(entry: FeedEntry) -> Element:
    """Return ``atom:source`` (RFC 4287, 4.2.11): the metadata of the feed that the source has here.

    ``updated`` is the entry's own, not the newest of that feed: an entry is the same bytes in every feed
    and for as long as it does not change itself.
    """
    element = deepcopy(_undated_source(entry.origin))
    _child(element, "updated", text.instant(entry.updated))
    return element


@lru_cache(maxsize=64)
def _undated_source(origin: Origin) -> Element:
    """Return what ``_source`` copies: a third of the time that an entry takes would go into building it anew."""
    element = etree.Element("source")
    _child(element, "id", origin.feed_id)
    _child(element, "title", origin.title)
    etree.SubElement(element, "link", {"rel": "self", "type": ATOM_TYPE, "href": f"{origin.address}.atom"})
    etree.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": origin.home})
    if origin.rights:
        _child(element, "rights", origin.rights)
    _constructs(element, title=origin.title, rights=origin.rights)
    return element


def _constructs(parent: Element, **texts: str | None) -> None:
    """Give those text constructs (RFC 4287, 3.1) that read as markup as HTML."""
    for name, value in texts.items():
        if value and text.reads_as_markup(value) and (element := parent.find(name)) is not None:
            element.set("type", "html")
            element.text = text.escaped(value)


def _child(parent: Element, name: str, value: str) -> None:
    etree.SubElement(parent, name).text = value
