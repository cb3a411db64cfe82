"""The rules of Atom 1.0 (RFC 4287), as the W3C validator reads them.  See ``feedrules``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests import feedrules_values as values
from tests.feedrules_html import html
from tests.feedrules_xml import Node, Rule, attributes, content, link, namespaces, plain, shape

ATOM = "http://www.w3.org/2005/Atom"
METADATA_ONCE = (
    "id",
    "title",
    "updated",
    "subtitle",
    "rights",
    "generator",
    "icon",
    "logo",
    "fh:archive",
    "fh:complete",
)
METADATA_OFTEN = ("link", "author", "contributor", "category")


def check(address: str, feed: Node) -> Iterator[str]:
    """Check a feed document."""
    if not str(feed.element.tag).startswith(f"{{{ATOM}}}"):
        yield "feed is not in the namespace of Atom"
        return
    yield from namespaces(feed)
    yield from attributes(feed, {})
    yield from shape(feed, METADATA_ONCE, (*METADATA_OFTEN, "entry"), ("id", "title", "updated"))
    yield from _metadata(feed, address)
    if "self" not in _relations(feed):
        yield "feed: no link to self"
    yield from _history(feed)
    names = [child.name for child in feed.children]
    if "entry" in names and names.index("entry") < len(names) - names.count("entry"):
        yield "metadata after an entry"
    entries = feed.all("entry")
    for entry in entries:
        yield from _entry(entry, authored=bool(feed.all("author")))
    if not entries and not feed.all("author"):
        yield "feed: no author"
    ids = Counter(node.text for entry in entries for node in entry.all("id"))
    yield from (f"two entries with the id {id_!r}" for id_, count in ids.items() if count > 1)


def _history(feed: Node) -> Iterator[str]:
    """Check where a document says that it stands among the archives of its feed (RFC 5005, 4)."""
    relations, archives = _relations(feed), feed.all("fh:archive")
    for archive in archives:
        if archive.text.strip() or archive.children or archive.attributes:
            yield from archive.findings(["not empty"])
    if archives and feed.all("fh:complete"):
        yield "feed: archive and complete at once"
    if archives and "current" not in relations:
        yield "archive: no link to the current document"
    if archives and "hub" in relations:
        yield "archive: a hub for what never changes"
    if not archives and "next-archive" in relations:
        yield "feed: an archive after the live document"
    for name in ("self", "current", "prev-archive", "next-archive"):
        links = [node for node in feed.all("link") if node.attributes.get("rel") == name]
        yield from feed.findings(f"two links: {name}" for _ in links[1:])
        for node in links:
            yield from node.findings(values.web_address(node.attributes.get("href", "")))
    addresses = [
        node.attributes.get("href") for node in feed.all("link") if node.attributes.get("rel") in {"self", "current"}
    ]
    if len(addresses) != len(set(addresses)):
        yield "archive: it is its own current document"


def _metadata(parent: Node, address: str) -> Iterator[str]:
    for node in parent.children:
        if node.name in {"title", "subtitle", "rights", "summary"}:
            yield from _construct(node)
        elif node.name == "id":
            yield from attributes(node, {})
            yield from content(node, _unspaced, values.canonical_uri)
        elif node.name in {"updated", "published"}:
            yield from attributes(node, {})
            yield from content(node, values.rfc_3339)
        elif node.name in {"author", "contributor"}:
            yield from _person(node)
        elif node.name == "link":
            yield from link(node, address, parent.name, ("application/atom+xml",))
        elif node.name == "category":
            rules: dict[str, Rule | None] = {"term": None, "scheme": values.uri, "label": plain(node)}
            yield from attributes(node, rules, ["term"])
        elif node.name == "generator":
            yield from attributes(node, {"uri": values.uri, "version": None})
            yield from content(node, plain(node))
        elif node.name in {"icon", "logo"}:
            yield from content(node, values.uri)
    yield from _alternates(parent)


def _alternates(parent: Node) -> Iterator[str]:
    kinds = Counter(
        (node.attributes.get("type", ""), node.attributes.get("hreflang", ""))
        for node in parent.all("link")
        if node.attributes.get("rel", "alternate") == "alternate"
    )
    yield from parent.findings(f"two alternates of type {kind}" for kind, count in kinds.items() if count > 1)


def _entry(entry: Node, *, authored: bool) -> Iterator[str]:
    once = ("id", "title", "updated", "published", "summary", "content", "rights", "source")
    yield from attributes(entry, {})
    yield from shape(entry, once, METADATA_OFTEN, ("id", "title", "updated"))
    yield from _metadata(entry, "")
    for node in entry.all("content"):
        yield from _construct(node)
    sources = entry.all("source")
    if not (authored or entry.all("author") or any(source.all("author") for source in sources)):
        yield from entry.findings(["no author"])
    if not entry.all("content"):
        if not entry.all("summary"):
            yield from entry.findings(["neither summary nor content"])
        if "alternate" not in _relations(entry):
            yield from entry.findings(["neither content nor an alternate link"])
    for source in sources:
        yield from attributes(source, {})
        yield from shape(source, METADATA_ONCE, METADATA_OFTEN, ("id", "title", "updated"))
        if not {"self", "alternate"} <= _relations(source):
            yield from source.findings(["no link to the source's feed, or to its page"])
        yield from _metadata(source, "")


def _construct(node: Node) -> Iterator[str]:
    """Check a text construct, or content given as text (RFC 4287, 3.1 and 4.1.3)."""
    yield from attributes(node, {"type": None})
    kind = node.attributes.get("type", "text")
    rules: dict[str, Iterable[Rule]] = {"text": [plain(node)], "html": [html]}
    if kind not in rules:
        yield from node.findings([f"type {kind!r}"])
    yield from content(node, *rules.get(kind, ()))


def _person(node: Node) -> Iterator[str]:
    yield from attributes(node, {})
    yield from shape(node, ("name", "email", "uri"), (), ["name"])
    for child in node.children:
        if child.name == "name":
            yield from content(child, plain(child), values.no_mail)
        elif child.name == "uri":
            yield from content(child, values.uri)


def _relations(parent: Node) -> set[str]:
    return {node.attributes.get("rel", "alternate") for node in parent.all("link")}


def _unspaced(value: str) -> Iterator[str]:
    if value != value.strip():
        yield "blanks around it"
