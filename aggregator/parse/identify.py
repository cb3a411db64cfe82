"""What a document is, for an operator who looks at an address for the first time.

Reads what the body says, not what its content type claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import Literal

from aggregator.errors import ParseError
from aggregator.model import Response
from aggregator.parse.blocks import recognised
from aggregator.parse.discover import FeedLink, feeds_of, title_of
from aggregator.parse.encoding import decode
from aggregator.parse.json_document import load
from aggregator.parse.recognise import describe, is_markup, is_page
from aggregator.parse.syndication import root_of

Kind = Literal["feed", "json", "page", "error-page", "other"]

_VERSION = re.compile(r"\bversion\s*=\s*[\"']\s*([\d.]+)")
_FORMATS = (
    ("http://www.w3.org/2005/Atom", "Atom 1.0"),
    ("http://purl.org/atom/ns#", "Atom 0.3"),
    ("http://purl.org/rss/1.0/", "RSS 1.0 (RDF)"),
    ("http://my.netscape.com/rdf/simple/0.9/", "RSS 0.90 (RDF)"),
)
"""Namespaces of a root element ``feed`` or ``RDF`` that name a format."""

_NESTED = 3
"""Objects inside one another in which a JSON answer's lists are looked for: real ones lie one or two deep."""
_KEYS = 12
"""Keys of a list's objects that are named."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of objects in a JSON answer: what an endpoint's ``items`` may be."""

    path: str
    """A JMESPath expression."""
    count: int
    keys: tuple[str, ...]
    """Of its first object."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document is."""

    kind: Kind
    form: str
    """In words: ``RSS 2.0``, ``an HTML page titled 'News'``."""
    title: str | None = None
    """Of a page."""
    feeds: tuple[FeedLink, ...] = ()
    """Feeds that a page announces or links to."""
    rows: tuple[Rows, ...] = ()


def identify(response: Response) -> Identity:
    """Return what the body of ``response`` is.  Never fails: what nothing recognises is ``other``."""
    text = decode(response.body, response.headers.get("content-type", ""))
    if text[:100].lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return _json(text)
    start = root_of(text)
    if start is not None:
        return Identity("feed", _feed_format(text[start : start + 4_000]))
    if not is_markup(text) or not is_page(text):
        return Identity("other", describe(text))
    block = recognised(200, response.headers, response.body, asked=response.url, url=response.url)
    form = f"{describe(text)}: {block.seen.partition(' (')[0]}" if block else describe(text)
    return Identity("error-page" if block else "page", form, title_of(text), feeds_of(text, response.url))


def _feed_format(start: str) -> str:
    opening = start.partition(">")[0]
    name = re.split(r"[\s/>]", opening[1:], maxsplit=1)[0].rpartition(":")[2].lower()
    version = _VERSION.search(opening)
    if name in {"rss", "channel"}:  # a namespace here is of an extension: nearly every RSS declares Atom's
        return f"RSS {version[1]}" if version else "RSS of no version"
    named = next((form for namespace, form in _FORMATS if namespace in opening), None)
    if named is None:
        family = "Atom" if name == "feed" else "RSS (RDF)"
        named = f"{family} {version[1]}" if version else f"{family} of no version"
    return named


def _json(text: str) -> Identity:
    try:
        value = load(text, "JSON")
    except ParseError as error:
        return Identity("other", str(error))
    version = str(value.get("version")) if isinstance(value, dict) else ""
    if "jsonfeed.org/version/" in version:
        return Identity("feed", f"JSON Feed {version.rpartition('/')[2]}")
    return Identity("json", describe(text), rows=tuple(starmap(_rows, rows_of(value))))


def rows_of(value: object, path: str = "", depth: int = _NESTED) -> Iterator[tuple[str, list[object]]]:
    """Yield the lists of objects in a JSON ``value``, each with the JMESPath expression that finds it."""
    if isinstance(value, list):
        if any(row and isinstance(row, dict) for row in value):
            yield f"{path}[]", value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            name = key if re.fullmatch(r"[A-Za-z_]\w*", key, re.ASCII) else f'"{key}"'
            yield from rows_of(inner, f"{path}.{name}" if path else name, depth - 1)


def _rows(path: str, rows: list[object]) -> Rows:
    first = next(row for row in rows if row and isinstance(row, dict))
    return Rows(path, len(rows), tuple(first)[:_KEYS])
