"""The rules of RSS 2.0 and of the RSS Profile, as the W3C validator reads them.  See ``feedrules``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests import feedrules_values as values
from tests.feedrules_html import html
from tests.feedrules_xml import Node, Rule, attributes, content, link, namespaces, plain, shape

CHANNEL_ONCE = ("title", "link", "description", "language", "copyright", "lastBuildDate", "pubDate", "docs",
                "generator", "image", "ttl", "managingEditor", "webMaster", "fh:archive", "fh:complete")  # fmt: skip
ITEM_ONCE = ("title", "link", "description", "content:encoded", "guid", "pubDate", "source", "enclosure", "author",
             "comments", "dc:rights", "dc:language")  # fmt: skip
SAME = (("author", "dc:creator"), ("pubDate", "dc:date"), ("category", "dc:subject"))
"""What says the same twice: the W3C validator warns (DuplicateItemSemantics)."""


def check(address: str, rss: Node) -> Iterator[str]:
    """Check an RSS document."""
    yield from namespaces(rss)
    if rss.attributes.get("version") != "2.0":
        yield "rss: version is not 2.0"
    yield from shape(rss, ["channel"], [], ["channel"])
    for channel in rss.all("channel"):
        yield from _channel(channel, address)


def _channel(channel: Node, address: str) -> Iterator[str]:
    yield from shape(channel, CHANNEL_ONCE, ("item", "category", "atom:link"), ("title", "link", "description"))
    for node in channel.children:
        yield from _channel_part(node, channel, address)
    if not any(node.attributes.get("rel") == "self" for node in channel.all("atom:link")):
        yield "channel: no atom:link to self"
    names = [child.name for child in channel.children]
    if "item" in names and names.index("item") < len(names) - names.count("item"):
        yield "channel metadata after an item"
    items = channel.all("item")
    for item in items:
        yield from _item(item)
    guids = Counter(node.text for item in items for node in item.all("guid"))
    yield from (f"two items with the guid {guid!r}" for guid, count in guids.items() if count > 1)


def _channel_part(node: Node, channel: Node, address: str) -> Iterator[str]:
    if node.name in {"title", "description", "copyright", "generator", "category"}:
        yield from attributes(node, {"domain": None} if node.name == "category" else {})
        yield from content(node, _character_data(node), plain(node))
    elif node.name in {"link", "docs"}:
        yield from content(node, values.uri)
    elif node.name == "language":
        yield from content(node, values.language)
    elif node.name in {"lastBuildDate", "pubDate"}:
        yield from content(node, values.rfc_822)
    elif node.name == "atom:link":
        yield from link(node, address, "channel", ("application/rss+xml",))
    elif node.name == "image":
        yield from _image(node, channel)


def _image(image: Node, channel: Node) -> Iterator[str]:
    yield from shape(image, ("url", "title", "link", "width", "height", "description"), (), ("url", "title", "link"))
    for name in ("title", "link"):
        if [node.text for node in image.all(name)] != [node.text for node in channel.all(name)]:
            yield from image.findings([f"{name} is not the channel's"])
    for node in image.all("url"):
        if not re.search(r"\.(gif|jpe?g|png)$", node.text, re.IGNORECASE):
            yield from node.findings(["neither gif nor jpg nor png"])


def _item(item: Node) -> Iterator[str]:
    yield from attributes(item, {})
    yield from shape(item, ITEM_ONCE, ("category", "dc:creator", "dc:date", "dc:subject", "atom:link"), ["guid"])
    names = [child.name for child in item.children]
    if "title" not in names and "description" not in names:
        yield from item.findings(["neither title nor description"])
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        yield from item.findings(["no description before content:encoded"])
    yield from item.findings(f"both {one} and {other}" for one, other in SAME if one in names and other in names)
    for node in item.children:
        yield from _part(node)


def _part(node: Node) -> Iterator[str]:
    if node.name in {"title", "category", "source"}:
        rules: dict[str, dict[str, Rule | None]] = {"category": {"domain": None}, "source": {"url": values.uri}}
        yield from attributes(node, rules.get(node.name, {}), ["url"] if node.name == "source" else [])
        yield from content(node, _character_data(node), plain(node))
    elif node.name == "link":
        yield from content(node, values.web_address)
    elif node.name in {"description", "content:encoded"}:
        yield from content(node, html)
    elif node.name == "guid":
        yield from attributes(node, {"isPermaLink": _boolean})
        permanent = node.attributes.get("isPermaLink", "true") == "true"
        yield from content(node, values.web_address if permanent else _unique_enough)
    elif node.name == "pubDate":
        yield from content(node, values.rfc_822)
    elif node.name == "author":
        yield from content(node, _mail)
    elif node.name == "enclosure":
        yield from attributes(
            node,
            {"url": values.web_address, "length": values.length, "type": values.media_type},
            ("url", "length", "type"),
        )
    elif node.name == "atom:link":
        yield from link(node, "", "item", ())
    elif node.name.startswith("dc:"):
        yield from content(node)


def _character_data(node: Node) -> Rule:
    """Return the RSS Profile's rule for & and < in titles and the like."""

    def rule(value: str) -> Iterator[str]:
        if re.search(r"&#[x0-9]|<[/a-zA-Z]", value) and not node.hexed:
            yield "& or < that is not written as a hexadecimal reference"

    return rule


def _boolean(value: str) -> Iterator[str]:
    if value not in {"true", "false"}:
        yield f"neither true nor false: {value!r}"


def _unique_enough(value: str) -> Iterator[str]:
    if re.fullmatch(r"\d{1,8}", value):
        yield f"not sufficiently unique: {value!r}"


def _mail(value: str) -> Iterator[str]:
    if not re.fullmatch(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+ \(.+\)", value):
        yield f"not of the form mail (Name): {value!r}"
