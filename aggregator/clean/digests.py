"""Digests: whether two looks at an item show the same.

Each is a SHA-256 over fields written so that no two different items are written alike.  Nothing here
reads or cleans anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from hashlib import sha256

from aggregator.clean import html, text
from aggregator.config.values import Source
from aggregator.model import Item, Markup, Moment, Precision, RawItem


def raw_digest(raw: RawItem) -> str:
    """Return the SHA-256 (hex) of everything the source said of one item, before cleaning."""
    markups = (raw.title, raw.summary, raw.content)
    return _sha256(
        (
            *(raw.guid, raw.link, raw.published, raw.updated, raw.language, raw.base),
            *(part for markup in markups for part in _markup(markup)),
            *_list(raw.authors),
            *_list(raw.categories),
            *(part for file in raw.enclosures for part in (file.url, file.type, _number(file.length))),
        ),
    )


def text_of(item: Item) -> str:
    """Return the plain text of an item: of its content, without that its summary; "" where it has neither.

    A line for each block.  Struck words are left out: they are no longer said.
    """
    return html.text_of_body(item.content) if item.content else item.summary or ""


def with_digests(item: Item, source: Source, body: str | None = None) -> Item:
    """Return ``item`` with likeness, digest and substance computed anew, as after two looks were put together.

    ``body`` is the item's text, where the caller has it already.  Days are those of the source's time zone.
    """
    return dataclasses.replace(
        item,
        likeness=_likeness(item, source),
        digest=_digest(item),
        substance=_substance(item, source, text_of(item) if body is None else body),
    )


def _likeness(item: Item, source: Source) -> str | None:
    title = text.characters_that_count(item.title)
    return _sha256((title, _day(item.published, source))) if title and item.published else None


def _digest(item: Item) -> str:
    published = item.published
    return _sha256(
        (
            *(item.title, item.url, item.summary, item.content, item.language),
            *((published.at.isoformat(), published.precision.value) if published else (None, None)),
            *_list(item.authors),
            *_list(item.categories),
            *(part for file in item.enclosures for part in (file.url, file.type, _number(file.length))),
        ),
    )


def _substance(item: Item, source: Source, body: str) -> str:
    published = item.published
    when = None
    if published:
        day = published.precision is Precision.DAY
        when = _day(published, source) if day else published.at.isoformat(timespec="seconds")
    # Words that are struck, or struck no longer, or gone altogether: each is an edit.
    said = (item.title, body, html.struck_text(item.content or ""))
    return _sha256((*map(text.characters_that_count, said), when))


def _day(moment: Moment, source: Source) -> str:
    return moment.at.astimezone(source.zone).date().isoformat()


def _markup(markup: Markup | None) -> tuple[str | None, str | None]:
    return (markup.kind, markup.value) if markup else (None, None)


def _list(values: tuple[str, ...]) -> tuple[str, ...]:
    return (str(len(values)), *values)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _sha256(parts: Iterable[str | None]) -> str:
    """Return the digest of ``parts``, each preceded by its length (netstrings), so that they cannot run together."""
    written = "".join("-," if part is None else f"{len(part)}:{part}," for part in parts)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
