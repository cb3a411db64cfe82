"""Reads what a ``feed`` endpoint answers: RSS, RDF, Atom, JSON Feed, told apart by content.

Three steps, the next only where the one before fails: an XML parser; the same after mending what is most often broken;
feedparser, which reads anything with tags in it.  Whatever stands before the root element is cut away first, and with
it every document type: no entity that a document declares is ever known, let alone expanded.
"""

from __future__ import annotations

import re
from functools import cache
from html import entities, escape

from lxml import etree

from aggregator.model import Document, Response
from aggregator.parse.encoding import decode, scrub
from aggregator.parse.feed_tree import FeedTree
from aggregator.parse.markup import Element
from aggregator.parse.recognise import misfit

_PROLOG_CAP = 100_000
"""Characters before the root element: a few hundred in real feeds, some thousand where a server prints warnings."""

_ROOTS = "rss|rdf|feed|channel"
_DOCTYPE = re.compile(
    r"(?P<page>\s+html\b)?(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL
)
_ROOT_NAME = re.compile(r"<([\w.:-]+)")

_C1 = re.compile(r"&#(?:(1[2-5]\d)|[xX]([89][0-9a-fA-F]));")
_AMPERSAND = re.compile(r"&(?:#([xX]?[0-9a-fA-F]{1,8});|(\w{2,32};))?")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


def read(response: Response) -> Document:
    """Read a feed of any format.  Raises ``NotADocument`` and ``NoItems``."""
    text = decode(response.body, response.headers.get("content-type", ""))
    if text[:100].lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        from aggregator.parse import jsonfeed  # noqa: PLC0415 - feeds in JSON are few

        return jsonfeed.read(text, response.url)
    start = root_of(text)
    if start is None:
        raise misfit(text, "a feed")
    feed = _C1.sub(_windows_1252, text[start:])
    tree = tree_of(feed, response.url)
    if tree is None:
        tree = tree_of(mended(feed), response.url)
    if tree is not None:
        return FeedTree(tree, response.url).document()
    from aggregator.parse import loose  # noqa: PLC0415 - feedparser is for documents that are no XML

    return loose.read(scrub(feed), response.url)


@cache
def _landmark(roots: str) -> re.Pattern[str]:
    return re.compile(
        r"(?P<comment><!--)|(?P<doctype><!doctype)|(?P<page><html[\s>])"
        rf"|(?P<root><(?:[\w.-]+:)?(?:{roots})(?=[\s>/]))",
        re.IGNORECASE,
    )


def root_of(text: str, roots: str = _ROOTS) -> int | None:
    """Return where the root element begins, by ``_PROLOG_CAP``; None where it does not, or in an HTML page.

    ``roots``: what it may be called, a feed's by itself, with ``|`` between.
    """
    position = 0
    while match := _landmark(roots).search(text, position, _PROLOG_CAP):
        if match["root"]:
            return match.start()
        position = match.end()
        if match["page"]:
            return None
        if match["comment"]:
            position = text.find("-->", position, _PROLOG_CAP) + 3
            if position < match.end():
                return None
        else:
            declaration = _DOCTYPE.match(text, position, _PROLOG_CAP)
            if declaration is None or declaration["page"]:  # one that does not close has no end to go on from
                return None
            position = declaration.end()
    return None


def tree_of(text: str, url: str) -> Element | None:
    """Return the root element; None when ``text`` is not well-formed.  Undeclared prefixes are let pass."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,  # for the prefixes alone: every other complaint is one too many, see below
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser, base_url=url)
    except etree.XMLSyntaxError:
        return None
    allowed = {etree.ErrorDomains.NAMESPACE}
    errors = parser.error_log.filter_from_errors()
    return None if any(error.domain not in allowed for error in errors) else root


def mended(text: str) -> str:
    """Mend what keeps most broken feeds from being XML: control characters, HTML's entities, bare ``&``, a tail."""
    text = scrub(text)
    name = _ROOT_NAME.match(text)
    end = text.rfind(f"</{name[1]}>") if name else -1
    if name and end > 0:
        text = text[: end + len(name[1]) + 3]
    outside, *sections = text.split(_CDATA)
    parts = [_AMPERSAND.sub(_reference, outside)]
    for section in sections:
        inside, mark, outside = section.partition(_CDATA_END)
        parts += (_CDATA, inside, mark, _AMPERSAND.sub(_reference, outside))
    return "".join(parts)


def _reference(match: re.Match[str]) -> str:
    number, name = match[1], match[2]
    if number:
        try:
            code = int(number[1:], 16) if number[0] in "xX" else int(number)
            return match[0] if scrub(chr(code)) else ""
        except (ValueError, OverflowError):  # no number, or beyond Unicode
            return "&amp;" + match[0][1:]
    if name in _XML_ENTITIES:
        return match[0]
    character = entities.html5.get(name) if name else None
    return escape(character) if character else "&amp;" + match[0][1:]


def _windows_1252(match: re.Match[str]) -> str:
    """Read references to C1 control characters as HTML does (13.2.5.80): their authors meant windows-1252."""
    code = int(match[1]) if match[1] else int(match[2], 16)
    if not 0x80 <= code <= 0x9F:  # noqa: PLR2004 - the C1 block
        return match[0]
    return bytes([code]).decode("cp1252", "replace")
