"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), known by its ``version``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregator.errors import BadItem, NoItems
from aggregator.model import Document, Enclosure, Markup, RawItem
from aggregator.parse.bounds import gather
from aggregator.parse.json_document import load, text_of
from aggregator.parse.parts import absolute, distinct, files, is_web
from aggregator.parse.recognise import misfit

_VERSION = "jsonfeed.org/version/"


def read(text: str, url: str) -> Document:
    """Read a JSON Feed.  Raises ``NotADocument`` for any other JSON, ``NoItems`` for a feed without items."""
    feed = load(text, "a feed")
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version")):
        raise misfit(text, "a feed")
    found = feed.get("items")
    if not isinstance(found, list) or not found:
        msg = "a JSON Feed without any item"
        raise NoItems(msg)
    items, rejected = gather(found, lambda item: _item(item, feed, url))
    following = text_of(feed.get("next_url"))
    return Document(
        items,
        rejected,
        title=text_of(feed.get("title")),
        home=text_of(feed.get("home_page_url")),
        language=text_of(feed.get("language")),
        next_url=absolute(url, following) if following else None,
    )


def _item(item: object, feed: dict[str, Any], url: str) -> RawItem:
    if not isinstance(item, dict):
        msg = "it is no JSON object"
        raise BadItem(msg)
    guid = text_of(item.get("id"))
    return RawItem(
        guid=guid,
        link=text_of(item.get("url")) or text_of(item.get("external_url")) or (guid if is_web(guid) else None),
        title=_text(item.get("title")),
        summary=_text(item.get("summary")),
        content=_content(item),
        published=text_of(item.get("date_published")),
        updated=text_of(item.get("date_modified")),
        authors=distinct(_authors(item)) or distinct(_authors(feed)),  # "authors" of the feed stand for its items
        categories=distinct(map(text_of, _list(item.get("tags")))),
        enclosures=_enclosures(item),
        language=text_of(item.get("language")) or text_of(feed.get("language")),
        base=url,
    )


def _text(value: object) -> Markup | None:
    text = text_of(value)
    return Markup(text, "text") if text else None


def _content(item: dict[str, Any]) -> Markup | None:
    markup = text_of(item.get("content_html"))
    return Markup(markup, "html") if markup else _text(item.get("content_text"))


def _authors(holder: dict[str, Any]) -> Iterator[str | None]:
    """Names by 1.1, then by 1.0, which knows one author."""
    for author in (*_list(holder.get("authors")), holder.get("author")):
        yield text_of(author.get("name") if isinstance(author, dict) else author)


def _enclosures(item: dict[str, Any]) -> tuple[Enclosure, ...]:
    attachments = (file for file in _list(item.get("attachments")) if isinstance(file, dict))
    return files((file.get("url"), file.get("mime_type"), file.get("size_in_bytes")) for file in attachments)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
