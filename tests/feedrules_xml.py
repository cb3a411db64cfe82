"""An XML element with its namespace folded into its name, and where it is written.  See ``feedrules``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from tests import feedrules_values as values
from tests.feedrules_html import html

PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""The namespaces that feeds of this program may use; the W3C validator warns of unknown ones."""

Rule = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Node:
    """An element; in Atom its own namespace is nameless, in others each has its prefix."""

    element: etree._Element
    lines: list[bytes]

    @property
    def name(self) -> str:
        """The local name, with the usual prefix unless it is of the document's own namespace."""
        own = etree.QName(self.element.getroottree().getroot()).namespace
        return prefixed(self.element.tag, own)

    @property
    def text(self) -> str:
        """All the text."""
        return self.element.text or ""

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return int(str(self.element.sourceline))

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by prefixed name."""
        return {prefixed(name, None): str(value) for name, value in self.element.attrib.items()}

    @property
    def children(self) -> list[Node]:
        """The elements inside."""
        return [Node(child, self.lines) for child in self.element.iterchildren(etree.Element)]

    def all(self, name: str) -> list[Node]:
        """Return the children of that name."""
        return [child for child in self.children if child.name == name]

    @property
    def hexed(self) -> bool:
        """Whether a hexadecimal reference stands on the lines where the element is written."""
        return any(b"&#x" in line for line in self.lines[self.line - 1 : self.line + self.text.count("\n")])

    def findings(self, problems: Iterable[str]) -> Iterator[str]:
        """Yield ``problems`` with where they are."""
        for problem in problems:
            yield f"line {self.line}, {self.name}: {problem}"


def prefixed(tag: str | bytes | object, own: str | None) -> str:
    """Return a tag's local name, with the usual prefix for namespaces other than ``own``."""
    qname = etree.QName(str(tag))
    if qname.namespace in {None, own}:
        return qname.localname
    return f"{PREFIXES.get(qname.namespace or '', '?')}:{qname.localname}"


def namespaces(root: Node) -> Iterator[str]:
    """Check that all namespaces are known, used, and not declared a second time under a prefix."""
    nodes = list(root.element.iter(etree.Element))
    declared = {uri for node in nodes for uri in node.nsmap.values()}
    names = [str(name) for node in nodes for name in (node.tag, *node.attrib)]
    used = {etree.QName(name).namespace for name in names}
    for uri in sorted(declared - PREFIXES.keys()):
        yield f"unknown namespace: {uri}"
    for uri in sorted(declared - used):
        yield f"namespace declared and not used: {uri}"
    for prefix, uri in root.element.nsmap.items():
        if prefix and uri == etree.QName(root.element).namespace:
            yield f"xmlns:{prefix} for the document's own namespace"
        if prefix and PREFIXES.get(uri, prefix) != prefix:
            yield f"unusual prefix: {prefix} for {uri}"


def shape(node: Node, once: Iterable[str], often: Iterable[str], required: Iterable[str]) -> Iterator[str]:
    """Check which children there are, and how often."""
    names = [child.name for child in node.children]
    once, often = set(once), set(often)
    yield from node.findings(f"unknown element: {name}" for name in names if name not in once | often)
    yield from node.findings(f"twice: {name}" for name in once if names.count(name) > 1)
    yield from node.findings(f"missing: {name}" for name in required if name not in names)


def attributes(node: Node, rules: dict[str, Rule | None], required: Iterable[str] = ()) -> Iterator[str]:
    """Check the attributes: which there are, and each by its rule."""
    present = node.attributes
    for name, value in present.items():
        yield from node.findings(values.characters(value))
        if name == "xml:lang":
            yield from node.findings(values.language(value))
        elif name not in rules:
            yield from node.findings([f"unknown attribute: {name}"])
        elif rule := rules[name]:
            yield from node.findings(rule(value))
    yield from node.findings(f"missing attribute: {name}" for name in required if not present.get(name))


def content(node: Node, *rules: Rule) -> Iterator[str]:
    """Check an element of text: no elements in it, not empty, and by ``rules``."""
    yield from node.findings(f"element in text: {child.name}" for child in node.children)
    yield from node.findings(values.characters(node.text))
    if not node.text.strip():
        yield from node.findings(["empty"])
        return
    for rule in rules:
        yield from node.findings(rule(node.text))


def plain(node: Node) -> Rule:
    """Return the rule of plain text for where ``node`` is written."""
    return lambda value: values.plain(value, hexed=node.hexed)


def link(node: Node, address: str, parent: str, self_types: Iterable[str]) -> Iterator[str]:
    """Check an Atom link, in Atom or in RSS (W3C validator, link.py)."""
    rules: dict[str, Rule | None] = {
        "href": values.uri,
        "rel": relation,
        "type": values.media_type,
        "title": plain(node),
        "length": values.length,
        "hreflang": values.language,
    }
    yield from attributes(node, rules, ["href"])
    if node.text.strip() or node.children:
        yield from node.findings(["link is not empty"])
    given = node.attributes
    if given.get("title") == "":
        yield from node.findings(["empty title"])
    if given.get("rel") in HISTORY and parent in {"entry", "item"}:
        yield from node.findings([f"{given['rel']} in an entry"])
    if given.get("rel") == "self" and parent in {"feed", "channel"}:
        yield from node.findings(served_at(given.get("href", ""), address))
        if "type" in given and given["type"] not in self_types:
            yield from node.findings([f"self of type {given['type']!r}"])


HISTORY = frozenset(("current", "first", "last", "next", "next-archive", "prev-archive", "previous"))
RELATIONS = HISTORY | {
    "alternate", "describedby", "edit", "edit-media", "enclosure", "hub", "license", "payment", "related", "replies",
    "search", "self", "service", "up", "via",
}  # fmt: skip
"""W3C validator, link.py, validRelations: it warns of others, IANA's newer ones among them."""


def relation(value: str) -> Iterator[str]:
    """Check a link relation: a known one or an absolute URI."""
    if value not in RELATIONS and list(values.uri(value)):
        yield f"unknown link relation: {value!r}"


def served_at(href: str, address: str) -> Iterator[str]:
    """Check that ``self`` is absolute and the URL, or ends with the path, that the feed is served at."""
    if list(values.web_address(href)):
        yield f"self is not absolute: {href!r}"
    elif href != address if "://" in address else not href.endswith("/" + address.lstrip("/")):
        yield f"self is {href!r}, served at {address!r}"


def markup(value: str) -> Iterator[str]:
    """Check HTML."""
    return html(value)
