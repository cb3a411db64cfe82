"""The feeds that a page speaks of: those it announces to feed readers, and links that look like feeds.

Guesses only: what an address really answers is known when it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree

from aggregator.parse.encoding import scrub
from aggregator.parse.markup import Element
from aggregator.parse.parts import absolute

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
"""Of ``link rel=alternate`` (https://www.rssboard.org/rss-autodiscovery, https://www.jsonfeed.org/version/1.1/)."""

MOST = 50
"""Links named of one page."""

_LOOKS = re.compile(
    r"/(?:feeds?|rss|atom)(?:[/?#]|$)|\.(?:rss|atom|rdf)(?:[?#]|$)|(?:rss|feed|atom)[^/?#]*\.(?:xml|aspx|ashx|php|json)(?:[?#]|$)"
    r"|[?&](?:feed|format|type)=(?:rss|atom|rss2|feed)\b",
    re.IGNORECASE,
)
"""Addresses of feeds as WordPress, Drupal, TYPO3, SharePoint and their like make them."""
_SAYS = re.compile(r"\b(?:rss|atom)\b(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page speaks of."""

    url: str
    title: str | None
    found: Literal["announced", "linked"]
    type: str | None = None


def feeds_of(text: str, url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that the page ``text`` at ``url`` announces, then links that look like feeds, each URL once."""
    root = _tree(text)
    if root is None:
        return ()
    base = next((absolute(url, href) for element in root.iter("base") if (href := element.get("href"))), None) or url
    found: dict[str, FeedLink] = {}
    for link in root.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in FEED_TYPES:
            _add(found, base, link, FeedLink("", _line(link.get("title")), "announced", kind))
    for anchor in root.iter("a"):
        label = _line("".join(map(str, anchor.itertext()))) or _line(anchor.get("title"))
        if _LOOKS.search(anchor.get("href") or "") or _SAYS.search(label or ""):
            _add(found, base, anchor, FeedLink("", label, "linked"))
    return tuple(found.values())[:MOST]


def title_of(text: str) -> str | None:
    """Return the title of a page; None where it has none."""
    root = _tree(text)
    return None if root is None else next((_line(element.text) for element in root.iter("title")), None)


def _add(found: dict[str, FeedLink], base: str, element: Element, link: FeedLink) -> None:
    href = absolute(base, (element.get("href") or "").strip()) if element.get("href") else None
    if href:
        found.setdefault(href, FeedLink(href, link.title, link.found, link.type))


def _line(value: str | None) -> str | None:
    return " ".join((value or "").split()) or None


def _tree(text: str) -> Element | None:
    """Return the page as libxml2 reads it; elements more than 256 deep are left out (its own limit)."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, no_network=True)
    try:
        return etree.fromstring(scrub(text).encode() or b"<html/>", parser)
    except etree.XMLSyntaxError:
        return None


@dataclass(frozen=True, slots=True)
class Site:
    """What a page says of the site that it belongs to."""

    name: str | None
    language: str | None
    """As declared (BCP 47, where the page keeps to it)."""


_NAMES = frozenset({"og:site_name", "application-name"})
"""Of ``meta``: https://ogp.me/#optional and https://html.spec.whatwg.org/multipage/semantics.html#standard-metadata-names"""

_HERE = ("feed/", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json")
"""Where WordPress and its like, Drupal, static site generators and JSON Feed's own hint put the feed of a page."""
_ROOT = (*_HERE, "?feed=rss2")
"""The last is WordPress without readable addresses (https://wordpress.org/documentation/article/wordpress-feeds/)."""
_COMMENTS = re.compile(
    r"/comments?/(?:feed|rss|atom|default)|[?&]feed=comments|comments?[-_.](?:rss|feed|atom)", re.IGNORECASE
)
_ON_COMMENTS = re.compile(r"^\s*(?:comments? (?:on|for|to|feed)\b|.*\bcomments feed\s*$)", re.IGNORECASE)


def site_of(text: str) -> Site:
    """Return what the page ``text`` says of its site."""
    root = _tree(text)
    if root is None:
        return Site(None, None)
    metas = ((meta.get("property") or meta.get("name") or "", _line(meta.get("content"))) for meta in root.iter("meta"))
    name = next((content for key, content in metas if key.lower() in _NAMES and content), None)
    language = next((element.get("lang") for element in root.iter("html")), None)
    return Site(name, _line(language))


def guesses(url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses at which sites commonly have feeds: of the page at ``url``, and of its whole site."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder, _, last = parts.path.rpartition("/")
    path = parts.path if not last or "." in last else parts.path + "/"
    here = f"{root.rstrip('/')}{folder + '/' if '.' in last else path or '/'}"
    of_page = tuple(here + name for name in _HERE)
    return of_page, tuple(address for name in _ROOT if (address := root + name) not in of_page)


def of_comments(url: str, title: str | None) -> bool:
    """Return whether a feed holds what readers wrote beneath the documents, and not the documents."""
    return bool(_COMMENTS.search(url) or _ON_COMMENTS.match(title or ""))
