"""The text inside an XML element, with what the format says of its kind."""

from __future__ import annotations

import base64
import binascii
import re
from html import escape
from typing import Literal

from lxml import etree

from aggregator.model import Markup
from aggregator.parse.vocabulary import ATOM, name_of, split

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements

BLANKS = " \t\r\n"
_HTML_TYPES = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})


def text_of(element: Element) -> str | None:
    """Return the text of ``element`` and all in it, without blanks at its ends; None when nothing is left."""
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    return (text and text.strip(BLANKS)) or None


def markup_of(element: Element, *, atom: bool) -> Markup | None:
    """Return what ``element`` holds; None when it holds nothing that can be shown.

    ``atom``: the document is an Atom feed, whose texts declare their type (RFC 4287, 3.1 and 4.1.3; Atom 0.3 with
    ``mode``).  Elsewhere the kind is unknown, unless tags stand in the text unescaped: then it can only be HTML.
    """
    if not (atom or split(str(element.tag))[0] in ATOM):
        return _markup(_inner(element), "html") if len(element) else _markup(element.text, "unknown")
    declared = (element.get("type") or "text").strip().lower()
    if element.get("mode") == "base64":
        return _markup(_base64(element.text), "html" if declared in _HTML_TYPES else "text")
    if declared in _HTML_TYPES:
        return _markup(_inner(element) if len(element) else element.text, "html")
    if declared == "text" or declared.startswith("text/"):
        return _markup(text_of(element), "text")
    return None


def _markup(value: str | None, kind: Literal["text", "html", "unknown"]) -> Markup | None:
    value = value and value.strip(BLANKS)
    return Markup(value, kind) if value else None


def _inner(element: Element) -> str:
    """Return the children as HTML without namespaces; a ``div`` around them all is Atom's wrapping, not content."""
    if len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        only = element[0]
        element = only if name_of(str(only.tag)).removeprefix("xhtml:") == "div" else element
    parts = [escape(element.text or "", quote=False)]
    apart = etree.Element("div")  # away from the feed, whose namespaces would be written out again
    for child in list(element):
        apart.append(child)
        for node in child.iter(etree.Element):
            node.tag = str(node.tag).rpartition("}")[2].rpartition(":")[2]
        etree.cleanup_namespaces(child)
        parts.append(etree.tostring(child, encoding="unicode", method="html"))
    return "".join(parts)


def _base64(text: str | None) -> str | None:
    try:
        return base64.b64decode(re.sub(r"\s", "", text or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
