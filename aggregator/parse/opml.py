"""Reads OPML 1.0 and 2.0 (http://opml.org/spec2.opml): the lists by which feed readers exchange subscriptions.

Lists are written by many programs and by hand, so what is most often broken is mended as in feeds.  Whatever stands
before the root element is cut away, and with it every document type: no entity that a list declares is ever known.
"""

from __future__ import annotations

import re

from lxml import etree

from aggregator.errors import NoItems, NotADocument
from aggregator.model import Outline
from aggregator.parse.encoding import decode, scrub
from aggregator.parse.markup import Element
from aggregator.parse.recognise import misfit
from aggregator.parse.syndication import mended, tree_of

DEPTH_CAP = 64
"""Outlines inside one another.  Readers have folders, some have folders in folders."""

OUTLINE_CAP = 10_000
"""Outlines in one list: more is no list of subscriptions."""

_ROOT = re.compile(r"<opml(?=[\s>])", re.IGNORECASE)


def read(body: bytes) -> tuple[Outline, ...]:
    """Return every outline that has no outlines in it, in the order of the list, whether it names a feed or not.

    Folders are passed through: what they are called says nothing about a source.  Raises ``NotADocument`` for what is
    no OPML or goes beyond the caps, ``NoItems`` for a list without an outline.
    """
    text = decode(body)
    start = _ROOT.search(text)
    if start is None:
        raise misfit(text, "an OPML list")
    listed = text[start.start() :]
    root = tree_of(listed, "")
    if root is None:
        root = tree_of(mended(listed), "")
    if root is None:
        msg = "OPML that is not well-formed"
        raise NotADocument(msg)
    found = tuple(_outline(element) for element in _leaves(root))
    if not found:
        msg = "an OPML list without any outline"
        raise NoItems(msg)
    return found


def _leaves(root: Element) -> list[Element]:
    """Return the outlines without outlines inside; a feed that has some (comments, topics) counts as one too."""
    found: list[Element] = []
    pending: list[tuple[Element, int]] = [(root, 0)]
    seen = 0
    while pending:
        element, depth = pending.pop()
        inner = [child for child in element.iterchildren(etree.Element) if _is_outline(child) or depth == 0]
        is_outline = _is_outline(element)
        seen += is_outline
        if depth > DEPTH_CAP or seen > OUTLINE_CAP:
            msg = f"an OPML list of more than {OUTLINE_CAP:,} outlines, or more than {DEPTH_CAP} deep in one another"
            raise NotADocument(msg)
        if is_outline and (not inner or _attributes(element).get("xmlurl")):
            found.append(element)
        pending += [(child, depth + 1) for child in reversed(inner)]
    return found


def _is_outline(element: Element) -> bool:
    return etree.QName(element).localname.lower() == "outline"


def _outline(element: Element) -> Outline:
    given = _attributes(element)
    return Outline(
        title=given.get("title") or given.get("text"),
        url=given.get("xmlurl"),
        home=given.get("htmlurl"),
        language=given.get("language"),
    )


def _attributes(element: Element) -> dict[str, str]:
    """Return what the attributes say, by their names in lower case: programs write xmlUrl, xmlURL and xmlurl."""
    said = ((str(name).lower(), " ".join(scrub(str(value)).split())) for name, value in element.attrib.items())
    return {name: value for name, value in said if value}
