"""An article's links as Web Annotations (https://www.w3.org/TR/annotation-model/): one annotation a link.

Each says: this version of an official statement (body) is linked to this passage of the article (target).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from aggregator.model import Anchor
from aggregator.render import text
from aggregator.render.values import Feed, FeedEntry, Reference

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

Json = dict[str, object]


def render(feed: Feed, article: str, anchors: Mapping[str, Anchor]) -> bytes:
    """Return the links of ``feed``'s entries to ``article`` as an AnnotationCollection with one page (4.3.4, 5.1).

    ``anchors``: where the links' quotes stand in the article's text, by quote.  A link whose quote has none, or that
    has no quote, targets the article as a whole.
    """
    legal = {text.legal(quote): place for quote, place in anchors.items()}  # as the links' quotes are by now
    items = [
        _annotation(feed, entry, reference, legal)
        for entry in feed.entries
        for reference in entry.bears_on
        if reference.article == article
    ]
    address = f"{feed.address}.jsonld"
    collection = {
        "@context": CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": feed.subtitle,
        "creator": {"type": "Organization", "name": feed.author},
        "modified": max([text.instant(feed.updated), *map(_modified, feed.entries)]),
        "total": len(items),
    }
    if items:
        collection["first"] = {"id": f"{address}#page-1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    return json.dumps(collection, ensure_ascii=False, indent=1).encode() + b"\n"


def _annotation(feed: Feed, entry: FeedEntry, reference: Reference, anchors: Mapping[str, Anchor]) -> Json:
    named = uuid5(UUID(feed.id), f"{reference.annotation}\n{entry.id}")
    return {
        "id": f"urn:uuid:{named}",
        "type": "Annotation",
        "label": f"{reference.label}: {entry.title}",
        "motivation": "linking",
        "created": text.instant(entry.first_seen),
        "modified": _modified(entry),
        "body": dict(_body(entry, reference)),
        "target": _target(reference, anchors),
    }


def _modified(entry: FeedEntry) -> str:
    """Return when an annotation changed: as its statement did, and never before it was made (3.3.1)."""
    return text.instant(max(entry.first_seen, entry.updated))


def _body(entry: FeedEntry, reference: Reference) -> Iterator[tuple[str, object]]:
    """Yield the statement in the version that was linked (4.3.2, TimeState), with the sentence that bears on it."""
    yield "type", "SpecificResource"
    yield "source", entry.url or entry.id
    yield "state", {"type": "TimeState", "sourceDate": text.instant(entry.updated)}
    if reference.link and reference.link.sentence:
        yield "selector", {"type": "TextQuoteSelector", "exact": reference.link.sentence}
    if entry.rights:
        yield "rights", entry.rights


def _target(reference: Reference, anchors: Mapping[str, Anchor]) -> Json:
    quote = reference.link.quote if reference.link else None
    anchor = anchors.get(quote) if quote else None
    if anchor is None:
        return {"type": "SpecificResource", "source": reference.url}
    quoted = {"type": "TextQuoteSelector", "exact": text.legal(anchor.exact)}
    around = {"prefix": text.legal(anchor.prefix), "suffix": text.legal(anchor.suffix)}
    return {
        "type": "SpecificResource",
        "id": reference.url + anchor.directive,
        "source": reference.url,
        "selector": [
            quoted | {key: value for key, value in around.items() if value},
            {"type": "TextPositionSelector", "start": anchor.start, "end": anchor.end},
        ],
    }
