"""The feeds that a page speaks of: those it announces to feed readers, and links that look like feeds.

Guesses only: what an address really answers is known when it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

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
