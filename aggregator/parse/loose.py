"""Reads feeds that are not XML, with feedparser: wrong nesting, missing end tags, a document that breaks off.

feedparser mends, and it guesses: one date stands for the other, content is copied to the summary, ``dc:date`` becomes
``updated``.  Every value here is taken past those guesses (``dict.get``), and what was only guessed is left out.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import unescape

import feedparser

from aggregator.errors import BadItem, NoItems, NotADocument
from aggregator.model import Document, Enclosure, Markup, RawItem
from aggregator.parse.bounds import ITEM_CAP, gather
from aggregator.parse.hints import hints_of
from aggregator.parse.parts import absolute, distinct, files, is_web, person
from aggregator.parse.recognise import shorten

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_OPEN = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAG_CAP = 100_000
"""Start and end tags of the items that are read.  feedparser takes some 50 microseconds for each; the largest real
feeds have some thousands."""
_ATOM = re.compile(r"<(?:[\w.-]+:)?feed[\s>]", re.IGNORECASE)


class _Body:
    """Hands over the document: bytes alone feedparser would first try as the name of a file."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()

    def read(self) -> bytes:
        return self._data


def read(text: str, url: str) -> Document:
    """Read a feed that is not well-formed.  Raises ``NotADocument`` and ``NoItems``."""
    starts = [match.start() for match in _OPEN.finditer(text)]
    whole = len(starts) <= ITEM_CAP
    if not whole:  # before feedparser reads them: it takes its time, and keeps all that it has read
        text = text[: starts[ITEM_CAP]]
    if (tags := text.count("<")) > _TAG_CAP:
        msg = f"a feed that is not well-formed, with {tags:,} tags, more than {_TAG_CAP:,}"
        raise NotADocument(msg)
    result = _parsed(text)
    entries, feed = dict.get(result, "entries") or [], dict.get(result, "feed") or {}
    if not entries:
        msg = "a feed that is not well-formed, without any item"
        raise NoItems(msg)
    atom = bool(_ATOM.match(text))
    cut = entries[-1] if whole and _breaks_off(text, starts) else None
    items, rejected = gather(entries, lambda entry: _item(entry, feed, url, atom=atom, cut=entry is cut), len(starts))
    following = next((href for link in _links(feed, "next") if (href := _value(link, "href"))), None)
    return Document(
        items,
        rejected,
        title=_value(feed, "title"),
        home=_link(feed),
        language=_value(feed, "language"),
        next_url=absolute(url, following) if following else None,
        generator=_value(feed, "generator"),
        hints=hints_of(  # of skipHours and skipDays feedparser keeps the last child only
            ttl=_value(feed, "ttl"),
            period=_value(feed, "sy_updateperiod"),
            frequency=_value(feed, "sy_updatefrequency"),
            base=_value(feed, "sy_updatebase"),
        ),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        result = feedparser.parse(
            _Body(text), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # on broken markup feedparser lets through whatever its parts raise
        msg = f"a feed that nothing can read ({type(error).__name__}: {shorten(str(error))})"
        raise NotADocument(msg) from error
    return result  # type: ignore[no-any-return]  # feedparser has no types


_parsed("<rss/>")
"""feedparser fills a table of namespaces when it first parses, unguarded: here, before any thread can."""


def _breaks_off(text: str, starts: list[int]) -> bool:
    """Tell whether the last item is open at the end: what is there of it would be taken for all of it."""
    return bool(starts) and not _CLOSE.search(text, starts[-1])


def _item(entry: dict[str, Any], feed: dict[str, Any], url: str, *, atom: bool, cut: bool) -> RawItem:
    if cut:
        msg = "the document breaks off within it"
        raise BadItem(msg)
    published, updated = (_value(entry, name) for name in ("published", "updated"))
    if not atom:  # feedparser files dc:date under "updated"; RSS itself has no date of change
        published, updated = published or updated, None
    content = next((part for part in dict.get(entry, "content") or () if _value(part, "value")), None) or {}
    summary = dict.get(entry, "summary_detail") or {}  # without it, "summary" is a copy of the content
    authors = dict.get(entry, "authors") or (dict.get(feed, "authors") if atom else None) or ()
    return RawItem(
        guid=_plain(entry, "id"),
        link=_link(entry) if _links(entry, "alternate") or not atom else None,
        title=_markup(dict.get(entry, "title_detail") or {}, atom=atom),
        summary=_markup(summary, atom=atom),
        content=_markup(content, atom=atom),
        published=published or _value(entry, "created"),
        updated=updated,
        authors=distinct(person(_plain(author, "name") or _plain(author, "email")) for author in authors),
        categories=distinct(_plain(tag, "label") or _plain(tag, "term") for tag in dict.get(entry, "tags") or ()),
        enclosures=_enclosures(entry),
        language=_value(content, "language") or _value(summary, "language") or _value(feed, "language"),
        base=absolute(url, _value(content, "base") or _value(summary, "base") or "") or url,
    )


def _value(holder: dict[str, Any], name: str) -> str | None:
    """Return a text without blanks at its ends, past feedparser's substitutions; None when there is none."""
    value = dict.get(holder, name)
    return (value.strip(" \t\r\n") or None) if isinstance(value, str) else None


def _plain(holder: dict[str, Any], name: str) -> str | None:
    """Return a text that is no markup: feedparser leaves these with the references of XML unresolved."""
    value = _value(holder, name)
    return unescape(value, {"&quot;": '"', "&apos;": "'"}) if value else None


def _markup(detail: dict[str, Any], *, atom: bool) -> Markup | None:
    value, declared = _value(detail, "value"), _value(detail, "type") or ""
    if value is None:
        return None
    if declared == "application/xhtml+xml":
        return Markup(value, "html")
    return Markup(value, ("html" if declared == "text/html" else "text") if atom else "unknown")


def _link(holder: dict[str, Any]) -> str | None:
    """Return the document's own address, then ``link``, which may come from a guid that is a permalink."""
    original = _value(holder, "feedburner_origlink")
    if is_web(original):
        return original
    alternates = (_value(link, "href") for link in _links(holder, "alternate"))
    return _value(holder, "link") or next((href for href in alternates if href), None)


def _links(holder: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    return [link for link in dict.get(holder, "links") or () if _value(link, "rel") == rel]


def _enclosures(entry: dict[str, Any]) -> tuple[Enclosure, ...]:
    linked = [(link, "href", "length") for link in _links(entry, "enclosure")]
    media = [(part, "url", "filesize") for part in dict.get(entry, "media_content") or () if _value(part, "type")]
    return files((_value(part, url), _value(part, "type"), _value(part, size)) for part, url, size in linked + media)
