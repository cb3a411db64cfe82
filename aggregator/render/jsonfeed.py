"""JSON Feed 1.1 (jsonfeed.org/version/1.1).  What is not known is left out: no key has the value null."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aggregator.model import Enclosure
from aggregator.render import text
from aggregator.render.values import Feed, FeedEntry, Reference

VERSION = "https://jsonfeed.org/version/1.1"


def render(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed in UTF-8, on one line."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.address}.json",
        "description": feed.subtitle,
        "authors": [{"name": feed.author}],
        **_given(language=feed.language, hubs=[{"type": "WebSub", "url": hub} for hub in feed.hubs]),
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(entry: FeedEntry) -> dict[str, object]:
    body = {"content_html": entry.content} if entry.content else {"content_text": entry.summary}
    tags = dict.fromkeys((*(reference.annotation for reference in entry.bears_on), *entry.categories))
    return {
        "id": entry.id,
        **_given(url=entry.url),
        "title": entry.title,
        **_given(summary=entry.summary),
        **body,
        **_given(date_published=text.instant(entry.published) if entry.published else None),
        "date_modified": text.instant(entry.updated),
        "authors": list(_authors(entry)),
        **_given(
            tags=list(tags),
            language=entry.language,
            attachments=[_attachment(enclosure) for enclosure in entry.enclosures],
        ),
        "_aggregator": {
            "source": entry.origin.source,
            "endpoint": entry.endpoint,
            "links": [*map(_membership, entry.belongs), *map(_subject, entry.bears_on)],
            "first_seen": text.instant(entry.first_seen),
            "versions": entry.versions,
            "sha256": entry.digest,
        },
    }


def _authors(entry: FeedEntry) -> Iterator[dict[str, str]]:
    """Yield the item's authors and, as the one who published it, its source."""
    for name in entry.authors:
        if name != entry.origin.title:
            yield {"name": name}
    yield {"name": entry.origin.title, "url": entry.origin.home}


def _membership(reference: Reference) -> dict[str, object]:
    return {"kind": "source", "article": reference.article, "annotation": reference.annotation}


def _subject(reference: Reference) -> dict[str, object]:
    link = reference.link
    if link is None:
        return {}
    return {
        "kind": "subject",
        "article": reference.article,
        "annotation": reference.annotation,
        "score": link.score,
        **_given(takeaway=link.takeaway, quote=link.quote),
        "reasons": list(link.reasons),
    }


def _attachment(enclosure: Enclosure) -> dict[str, object]:
    return {
        "url": enclosure.url,
        "mime_type": enclosure.type or text.UNKNOWN_TYPE,
        **_given(size_in_bytes=enclosure.length),
    }


def _given(**values: object) -> dict[str, object]:
    """Return those of ``values`` that are known; an empty list says nothing either."""
    return {key: value for key, value in values.items() if value is not None and value != []}
