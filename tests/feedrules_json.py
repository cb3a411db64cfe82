"""The rules of JSON Feed 1.1 (jsonfeed.org/version/1.1).  See ``feedrules``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests import feedrules_values as values
from tests.feedrules_html import html
from tests.feedrules_xml import served_at

Kind = type[object] | tuple[type[object], ...]

TEXT, LIST, NUMBER = str, list, (int, float)
FEED: dict[str, Kind] = {
    "version": TEXT, "title": TEXT, "home_page_url": TEXT, "feed_url": TEXT, "description": TEXT, "user_comment": TEXT,
    "next_url": TEXT, "icon": TEXT, "favicon": TEXT, "authors": LIST, "language": TEXT, "expired": bool, "hubs": LIST,
    "items": LIST,
}  # fmt: skip
ITEM: dict[str, Kind] = {
    "id": TEXT, "url": TEXT, "external_url": TEXT, "title": TEXT, "content_html": TEXT, "content_text": TEXT,
    "summary": TEXT, "image": TEXT, "banner_image": TEXT, "date_published": TEXT, "date_modified": TEXT,
    "authors": LIST, "tags": LIST, "language": TEXT, "attachments": LIST,
}  # fmt: skip
AUTHOR: dict[str, Kind] = {"name": TEXT, "url": TEXT, "avatar": TEXT}
ATTACHMENT: dict[str, Kind] = {
    "url": TEXT,
    "mime_type": TEXT,
    "title": TEXT,
    "size_in_bytes": NUMBER,
    "duration_in_seconds": NUMBER,
}
ADDRESSES = ("home_page_url", "feed_url", "next_url", "icon", "favicon", "url", "external_url", "image", "banner_image",
             "avatar")  # fmt: skip


def check(address: str, data: bytes) -> Iterator[str]:
    """Check a JSON Feed."""
    try:
        feed = json.loads(data.decode())
    except ValueError as error:
        yield f"not JSON in UTF-8: {error}"
        return
    if not isinstance(feed, dict):
        yield "not a JSON object"
        return
    yield from _nulls("feed", feed)
    yield from _object("feed", feed, FEED, ("version", "title", "items"))
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"feed: version {feed.get('version')!r}"
    yield from served_at(str(feed.get("feed_url", "")), address)
    items = list(_objects(feed.get("items")))
    for item in items:
        yield from _item(item)
    ids = Counter(str(item.get("id")) for item in items)
    yield from (f"two items with the id {id_!r}" for id_, count in ids.items() if count > 1)


def _item(item: dict[str, object]) -> Iterator[str]:
    where = f"item {item.get('id')!r}"
    yield from _object(where, item, ITEM, ["id"])
    if not (item.get("content_html") or item.get("content_text")):
        yield f"{where}: neither content_html nor content_text"
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from (f"{where}: {problem}" for problem in values.rfc_3339(str(item[name])))
    yield from (f"{where}: {problem}" for problem in html(str(item.get("content_html", ""))))
    tags = item.get("tags", [])
    if isinstance(tags, list) and (
        not all(isinstance(tag, str) and tag for tag in tags) or len(tags) != len(set(tags))
    ):
        yield f"{where}: tags must be different texts"
    for attachment in _objects(item.get("attachments")):
        yield from _object(f"{where}, attachment", attachment, ATTACHMENT, ("url", "mime_type"))
        yield from (f"{where}: {problem}" for problem in values.media_type(str(attachment.get("mime_type", ""))))


def _object(where: str, value: dict[str, object], keys: Mapping[str, Kind], required: Sequence[str]) -> Iterator[str]:
    for key, held in value.items():
        yield from (f"{where}: {key}: {problem}" for problem in _value(key, held, keys))
    yield from (f"{where}: no {key}" for key in required if key not in value)
    for author in _objects(value.get("authors")):
        yield from _object(f"{where}, author", author, AUTHOR, ())
        if not author:
            yield f"{where}: an author without anything"


def _objects(held: object) -> Iterator[dict[str, object]]:
    """Yield the objects of a list; what is none of them, ``_value`` tells of."""
    yield from (one for one in (held if isinstance(held, list) else []) if isinstance(one, dict))


def _value(key: str, held: object, keys: Mapping[str, Kind]) -> Iterator[str]:
    if key.startswith("_"):
        if not isinstance(held, dict):
            yield "an extension that is no object"
    elif key not in keys:
        yield "unknown key"
    elif not isinstance(held, keys[key]):
        yield f"of type {type(held).__name__}"
    elif key in {"items", "authors", "attachments"} and list(_objects(held)) != held:
        yield "something in it that is no object"
    elif isinstance(held, str):
        if not held:
            yield "empty"
        yield from values.characters(held)
        if key in ADDRESSES:
            yield from values.web_address(held)
        if key == "language":
            yield from values.language(held)


def _nulls(where: str, value: object) -> Iterator[str]:
    """Look for null wherever it hides, in extensions too."""
    if value is None:
        yield f"null at {where}"
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _nulls(f"{where}.{key}", held)
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from _nulls(f"{where}[{index}]", held)
