"""One raw item to the item we stand behind: every field cleaned by the module for its kind.

Decides what an item's summary and content are made of.  Does not compare it with what is known, and
does not look at the clock: a date in the future is ``plan``'s to judge.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import TypeVar

from aggregator.clean import html, identity, text, urls
from aggregator.clean.dates import parse_date
from aggregator.clean.digests import with_digests
from aggregator.config.endpoints import Endpoint, FeedEndpoint, SitemapEndpoint
from aggregator.config.values import Source
from aggregator.errors import BadItem
from aggregator.model import Enclosure, Item, Moment, RawItem

CLEANER_VERSION = 1
"""Grows whenever the same raw item comes out otherwise: what is stored is then cleaned anew."""

LONGEST_GUID = 4_000
"""Characters.  A longer one is a body in the wrong place."""

LONGEST_STANDIN = 100
"""Characters of the text that stands for the title where a source gives none."""

_WHICH = frozenset({"next", "page_param", "pages", "follow", "match"})
"""The keys of an endpoint that say which documents and items are read, not how."""

T = TypeVar("T")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


def clean(raw: RawItem, source: Source, endpoint: Endpoint) -> Item:
    """Return ``raw`` cleaned as ``source`` and ``endpoint`` declare, digests included.

    Raises ``BadItem`` for an item that says nothing (neither title nor text), that nothing identifies (no
    guid, no link, not both title and date), or that cannot be cleaned.
    """
    url = urls.canonical(urls.absolute(raw.link, raw.base))
    if isinstance(endpoint, SitemapEndpoint) and not (url and identity.stands_on(source, url)):
        msg = f"not an address of this site, which alone its sitemap speaks for: {_named(raw)}"
        raise BadItem(msg)
    title, authors = text.title(raw.title), _distinct(map(text.name, raw.authors), key=str.casefold)
    content, body, summary, excerpt = _texts(raw, url, source, {title, *authors})
    said, language = title, _language(raw.language)
    title = title or text.shorten(text.normal(body or summary or ""), LONGEST_STANDIN)
    if not title:
        msg = f"neither title nor text: {_named(raw)}"
        raise BadItem(msg)
    item = Item(
        title=title,
        guid=_guid(raw.guid),
        url=url,
        summary=summary,
        content=content,
        published=_date(raw.published, source, endpoint),
        authors=authors,
        categories=_distinct(map(text.name, raw.categories), key=str.casefold),
        enclosures=_enclosures(raw),
        language=language or _language(source.language),
    )
    filled = {
        "title": not said or "title" in raw.derived,
        "summary": excerpt,
        "language": item.language and not language,
    }
    item = dataclasses.replace(item, derived=tuple(sorted(field for field, derived in filled.items() if derived)))
    item = with_digests(item, source, body if content else summary or "")
    if not (item.guid or item.url or item.likeness):
        msg = f"nothing to identify it by: {_named(raw)}"
        raise BadItem(msg)
    return item


def stand_in_date(raw: RawItem, source: Source) -> Moment | None:
    """Return when the source last touched the item (Atom's ``updated``), to date one that is new and has no date.

    It is no part of the item: each touch would look like an edit of the date of publication.
    """
    return parse_date(raw.updated, source.zone)


def is_dated(raw: RawItem, source: Source, endpoint: Endpoint) -> bool:
    """Tell whether the item has a date that can be read, be it the one of its last change."""
    return bool(_date(raw.published, source, endpoint) or _date(raw.updated, source, endpoint))


def keys(raw: RawItem) -> tuple[str | None, str | None]:
    """Return guid and canonical URL as ``clean`` would, for an item that is not cleaned this time."""
    return _guid(raw.guid), urls.canonical(urls.absolute(raw.link, raw.base))


def reading(source: Source, endpoint: Endpoint) -> str:
    """Return a fingerprint (16 hex digits) of all that decides how this endpoint's items are read and cleaned.

    The endpoint's address is no part of it, nor is where further pages are: neither changes how an item is read.
    """
    declared = {
        "cleaner": CLEANER_VERSION,
        "timezone": source.timezone,
        "language": source.language,
        "remove": source.remove,
        "body": source.body,
        "endpoint": endpoint.model_dump(mode="json", exclude={"url", *_WHICH}, exclude_defaults=True),
    }
    return sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()[:16]


def _texts(
    raw: RawItem, url: str | None, source: Source, told: AbstractSet[str]
) -> tuple[str | None, str, str | None, bool]:
    """Return content, its plain text, the summary, and whether that is ours: the source gave none.

    The summary does not begin with what is ``told`` elsewhere.

    A body that came as the summary, as RSS without ``content:encoded`` has it, is the content too.
    """
    whole = raw.content if raw.content and raw.content.value.strip() else None
    brief = raw.summary if raw.summary and raw.summary.value.strip() else None
    same = whole and brief and whole.value == brief.value
    short = html.plain(brief, source.remove) if brief and not same else ""
    if whole is None and brief and (html.is_markup(brief) or len(short) > text.LONGEST_SUMMARY):
        whole = brief
    content = html.body(whole, raw.base, url, source.remove) if whole else ""
    body = html.text_of_body(content) if content else ""
    lines = (short or body[: 4 * text.LONGEST_SUMMARY]).split("\n")
    while len(lines) > 1 and lines[0] in told:
        del lines[0]
    summary = text.shorten(" ".join(lines), text.LONGEST_SUMMARY)
    return content or None, body, summary or None, bool(summary and not short and not same)


def _date(value: str | None, source: Source, endpoint: Endpoint) -> Moment | None:
    declared = None if isinstance(endpoint, FeedEndpoint) else endpoint.date_format
    moment = parse_date(value, source.zone, declared)
    if moment is None and declared and isinstance(endpoint, SitemapEndpoint):
        return parse_date(value, source.zone)  # what is declared is of addresses: news tags have a form of their own
    return moment


def _guid(value: str | None) -> str | None:
    return text.legal(value).strip()[:LONGEST_GUID] or None if value else None


def _language(value: str | None) -> str | None:
    """Return a language tag in the case RFC 5646, 2.1.1 recommends ("en-GB"); None for what is none."""
    tag = (value or "").strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return None
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == len("GB") else part for part in rest)])


def _enclosures(raw: RawItem) -> tuple[Enclosure, ...]:
    files = (
        Enclosure(url, _media_type(file.type), file.length if file.length and file.length > 0 else None)
        for file in raw.enclosures
        if (url := urls.absolute(file.url, raw.base))
    )
    return _distinct(files, key=lambda file: file.url)


def _media_type(value: str | None) -> str | None:
    kind = (value or "").partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else None


def _distinct(values: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    """Return the values in their order, without blank ones and without those whose key has been there."""
    first: dict[str, T] = {}
    for value in values:
        first.setdefault(key(value), value)
    first.pop("", None)
    return tuple(first.values())


def _named(raw: RawItem) -> str:
    return (raw.handle or (raw.title.value if raw.title else "") or "an item without any name")[:200]
