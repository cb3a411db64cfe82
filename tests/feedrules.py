"""The rules that a combined feed must satisfy, checked on bytes: Atom 1.0, RSS 2.0, JSON Feed 1.1.

``check`` knows the W3C validator's errors and warnings that a feed of this program could meet, and what that
validator does not see.  The one warning it lets pass is of entries with the same ``updated``: sources that
give days only leave no choice.  It trusts nothing of the program: it shares no code with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from tests import feedrules_atom, feedrules_json, feedrules_rss
from tests.feedrules_xml import Node

TYPES = {
    "atom": ("application/atom+xml",),
    "rss": ("application/rss+xml",),
    "json": ("application/feed+json", "application/json"),
}


def check(path_or_url: str, data: bytes, media_type: str | None) -> list[str]:
    """Return what is wrong with the feed in ``data``; nothing when it is valid.

    ``path_or_url`` is where it is served: its ``self`` link must be that URL, or end with that path.
    ``media_type`` is what it is served as, with or without charset; None when it is not served.
    """
    return list(_findings(path_or_url, data, media_type))


def _findings(address: str, data: bytes, media_type: str | None) -> Iterator[str]:
    if data.lstrip()[:1] in {b"{", b"["}:
        yield from _served("json", media_type)
        yield from feedrules_json.check(address, data)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        yield f"not well-formed: {error}"
        return
    if b"<!DOCTYPE" in data:
        yield "document type"
    encoding = root.getroottree().docinfo.encoding or "utf-8"
    if encoding.lower() != "utf-8":
        yield f"not UTF-8: {encoding}"
    node = Node(root, data.split(b"\n"))
    if node.name == "feed":
        yield from _served("atom", media_type)
        yield from feedrules_atom.check(address, node)
    elif node.name == "rss":
        yield from _served("rss", media_type)
        yield from feedrules_rss.check(address, node)
    else:
        yield f"neither Atom nor RSS nor JSON Feed: <{root.tag}>"


def _served(kind: str, media_type: str | None) -> Iterator[str]:
    if media_type is None:
        return
    type_, _, parameters = media_type.partition(";")
    if type_.strip().lower() not in TYPES[kind]:
        yield f"served as {type_.strip()!r}, which is not the type of {kind}"
    charset = re.search(r'charset="?([^";\s]+)', parameters, re.IGNORECASE)
    if charset and charset[1].lower() != "utf-8":
        yield f"served with charset {charset[1]!r}"
