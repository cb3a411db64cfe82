"""Reads sitemaps (https://www.sitemaps.org/protocol.html): lists of addresses, with news or without, and their indexes.

What they say of an item is little: its address, and mostly when it was last changed.  That is no date of publication,
so it arrives as ``updated``.  A title there is in news sitemaps only; elsewhere it is made of the address, and marked.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from aggregator.config.domains import registrable
from aggregator.config.endpoints import SitemapEndpoint
from aggregator.errors import BadItem, NoItems, NotADocument
from aggregator.model import Document, Markup, RawItem, Response
from aggregator.parse.bounds import ITEM_CAP, gather
from aggregator.parse.encoding import decode
from aggregator.parse.markup import Element, text_of
from aggregator.parse.parts import distinct, is_web
from aggregator.parse.patterns import finds, part
from aggregator.parse.recognise import misfit, shorten
from aggregator.parse.slug import title_of
from aggregator.parse.syndication import mended, root_of, tree_of
from aggregator.parse.vocabulary import split

ENTRY_CAP = 50_000
"""Addresses of one sitemap, and sitemaps of one index: what the protocol allows."""

UNPACKED_CAP = 10_000_000
"""Octets of what a ``.gz`` unfolds to, as many as ``fetch.max_bytes`` allows by itself."""

MEMBER_CAP = 200
"""Members of a ``.gz``: what follows is copied for each of them.  The tool that makes most, bgzip, begins one every
65,280 octets, 154 of what may unfold at most."""

_ROOTS = "urlset|sitemapindex"
_NEWS = "google.com/schemas/sitemap-news/0.9"
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class _Entry:
    """One address, and what stands with it."""

    url: str
    lastmod: str | None = None
    element: Element | None = None
    core: str = ""
    """The namespace of the sitemap itself."""


def read(endpoint: SitemapEndpoint, response: Response) -> Document:
    """Read a sitemap's items, the newest first, or the sitemaps of an index, the last changed first.

    Of a sitemap no more than the newest items are taken, as many as of any document.  Sitemaps of another
    organisation's site are refused: an index speaks for its own.  Raises ``NotADocument`` and ``NoItems``.
    """
    text = decode(_unpacked(response.body), response.headers.get("content-type", ""))
    start = root_of(text, _ROOTS)
    if start is None:
        return _items(endpoint, response, _lines(text))
    root = tree_of(text[start:], response.url)
    if root is None:
        root = tree_of(mended(text[start:]), response.url)
    if root is None:
        msg = "a sitemap that is not well-formed"
        raise NotADocument(msg)
    core, kind = split(str(root.tag))
    if kind.rpartition(":")[2] == "sitemapindex":
        return _index(endpoint, response, list(_entries(root, core, "sitemap")))
    return _items(endpoint, response, list(_entries(root, core, "url")))


def _unpacked(body: bytes) -> bytes:
    """Return what a file compressed with gzip holds (RFC 1952); any other body as it is."""
    unfolded, members = b"", 0
    while body.startswith(_GZIP_MAGIC):
        if (members := members + 1) > MEMBER_CAP:
            msg = f"gzip data in more than {MEMBER_CAP} members where a sitemap was expected"
            raise NotADocument(msg)
        decoder = zlib.decompressobj(_GZIP)
        try:
            unfolded += decoder.decompress(body, UNPACKED_CAP + 1 - len(unfolded))
        except zlib.error:
            msg = "gzip data that is damaged where a sitemap was expected"
            raise NotADocument(msg) from None
        if len(unfolded) > UNPACKED_CAP:
            msg = f"a sitemap that unfolds to more than {UNPACKED_CAP:,} bytes"
            raise NotADocument(msg)
        if not decoder.eof:
            msg = "gzip data that breaks off where a sitemap was expected"
            raise NotADocument(msg)
        body = decoder.unused_data
    return unfolded or body


def _entries(root: Element, core: str, name: str) -> Iterator[_Entry]:
    """Yield what the sitemap itself says; images, films and translations beside it have children of their own."""
    for element in islice(root.iterchildren(etree.Element), ENTRY_CAP):
        if split(str(element.tag)) == (core, name):
            said = {local: text_of(child) for child, uri, local in _children(element) if uri == core}
            if url := said.get("loc"):
                yield _Entry(url, said.get("lastmod"), element, core)


def _children(element: Element) -> Iterator[tuple[Element, str, str]]:
    for child in element.iterchildren(etree.Element):
        yield child, *split(str(child.tag))


def _lines(text: str) -> list[_Entry]:
    """Return the addresses of a text file, one a line.  Raises ``NotADocument`` where the first line is none."""
    lines = [line[0].strip() for line in islice(_LINE.finditer(text), ENTRY_CAP)]
    if not lines or not is_web(lines[0]):
        raise misfit(text, "a sitemap")
    return [_Entry(line) for line in lines]


def _index(endpoint: SitemapEndpoint, response: Response, entries: list[_Entry]) -> Document:
    own = _owner(endpoint, response)
    followed = [entry for entry in entries if finds(endpoint.follow, entry.url)]
    foreign = [entry for entry in followed if not own(entry.url)]
    followed = sorted((entry for entry in followed if own(entry.url)), key=lambda entry: -_time(entry.lastmod))
    rejected = tuple(f"sitemap {shorten(entry.url)}: not an address of this site" for entry in foreign)
    if not followed:
        fitting = f" that fits follow '{endpoint.follow}'" if endpoint.follow and entries else ""
        msg = f"an index of {len(entries):,} sitemaps without one{fitting}" + (f"; {rejected[0]}" if rejected else "")
        raise NoItems(msg)
    return Document((), rejected, sitemaps=distinct(entry.url for entry in followed))


def _items(endpoint: SitemapEndpoint, response: Response, entries: list[_Entry]) -> Document:
    found = [_Dated(entry, _published(endpoint, entry)) for entry in entries if finds(endpoint.match, entry.url)]
    if not found:
        fitting = f" that fits match '{endpoint.match}'" if entries else ""
        msg = (
            f"a sitemap of {len(entries):,} addresses without one{fitting}"
            if entries
            else "a sitemap without any address"
        )
        raise NoItems(msg)
    found.sort(key=lambda one: -_time(one.published or one.entry.lastmod))
    items, rejected = gather(found[:ITEM_CAP], lambda one: _item(one, response.url))
    return Document(items, rejected)


@dataclass(frozen=True, slots=True)
class _Dated:
    """An entry, and what it says of when it was published."""

    entry: _Entry
    published: str | None


def _published(endpoint: SitemapEndpoint, entry: _Entry) -> str | None:
    """Return the date of a news sitemap, which has the time, else the one in the address."""
    dated = part(endpoint.date, entry.url) if endpoint.date else None
    return _news(entry).get("publication_date") or dated


def _item(one: _Dated, url: str) -> RawItem:
    entry, news = one.entry, _news(one.entry)
    if not is_web(entry.url):
        msg = f"not an absolute address: {shorten(entry.url)}"
        raise BadItem(msg)
    title, said = news.get("title"), news.get("title") is not None
    title = title or title_of(entry.url)
    if title is None:
        msg = f"no title, and its address has no words for one: {shorten(entry.url)}"
        raise BadItem(msg)
    return RawItem(
        link=entry.url,
        title=Markup(title, "text"),
        published=one.published,
        updated=entry.lastmod,
        categories=distinct(word.strip() for word in (news.get("keywords") or "").split(",")),
        language=news.get("language"),
        derived=() if said else ("title",),
        base=url,
    )


def _news(entry: _Entry) -> dict[str, str]:
    """Return what the news tags say (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
    said: dict[str, str] = {}
    for child, uri, local in _children(entry.element) if entry.element is not None else ():
        if uri.endswith(_NEWS) and local == "news":
            for field in child.iterdescendants(etree.Element):
                if not len(field) and (text := text_of(field)):
                    said.setdefault(split(str(field.tag))[1], text)
    return said


def _time(written: str | None) -> float:
    """Return a W3C date as seconds since the epoch, to sort by; what is none comes after all that is."""
    text = (written or "").strip().replace("/", "-")
    text += {len("2026"): "-01-01", len("2026-10"): "-01"}.get(len(text), "")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return float("-inf")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _owner(endpoint: SitemapEndpoint, response: Response) -> Callable[[str], bool]:
    """Return whether an address is on the sitemap's own site: the protocol says its host, we its registrable domain."""
    domains = {registrable(urlsplit(url).hostname or "") for url in (endpoint.url, response.url)}

    def own(url: str) -> bool:
        try:
            host = urlsplit(url).hostname
        except ValueError:  # such as an unclosed bracket around a host
            return False
        return is_web(url) and host is not None and registrable(host.lower()) in domains

    return own
