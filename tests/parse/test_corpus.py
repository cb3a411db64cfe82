"""Real captures: every entry of every feed is taken in, and the listings read as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest

from aggregator.errors import NoItems
from aggregator.model import Document, RawItem, Response
from aggregator.parse import loose, syndication
from aggregator.parse.encoding import decode

Read = Callable[..., Document]

JSON_FEEDS = {"en.wikipedia.org_0fc620cf.feed.json": 11, "inessential.com_8d69f7e0.feed.json": 20}
"""feedparser reads no JSON: their entries were counted by hand."""

WHITE_HOUSE = {
    "kind": "page",
    "url": "https://www.whitehouse.gov/news/",
    "item": "li.wp-block-post",
    "title": "h2.wp-block-post-title a",
    "link": "h2.wp-block-post-title a@href",
    "date": ".wp-block-post-date time@datetime",
    "next": "a.wp-block-query-pagination-next@href",
}
NATO = {
    "kind": "json",
    "url": "https://www.nato.int/search.json",
    "items": "pages[]",
    "link": "link",
    "title": "join(' ', [title, description])",
    "date": "pageDate",
}


def feeds(corpus: Path) -> Iterator[Path]:
    found = [*corpus.glob("feeds/**/*.xml"), *corpus.glob("feeds/**/*.json"), *corpus.glob("official/**/*.xml")]
    assert len(found) > 130
    yield from sorted(found)


@cache
def entries(path: Path) -> list[Any]:
    """Another reader's view, with its sanitising and resolving off: they take seconds and find no entries."""
    return list(feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False).entries)


def test_every_entry_is_taken_in(corpus: Path, read: Read) -> None:
    wrong = []
    for path in feeds(corpus):
        expected = JSON_FEEDS.get(path.name) or len(entries(path))
        document = read(path.read_bytes())
        if (len(document.items), document.rejected) != (expected, ()):
            wrong.append(f"{path.name}: {expected} entries, {len(document.items)} items, {document.rejected}")
    assert not wrong


def test_titles_and_dates_are_those_that_feedparser_finds(corpus: Path, read: Read) -> None:
    """Another reader as the judge, in what it does not guess: no-break spaces it strips, mojibake it repairs."""
    wrong = []
    for path in feeds(corpus):
        if path.name in JSON_FEEDS:
            continue
        for theirs, ours in zip(entries(path), read(path.read_bytes()).items, strict=True):
            title = (dict.get(theirs, "title") or "").strip()
            if title != (ours.title.value.strip() if ours.title else "") and "Ã" not in str(ours.title):
                wrong.append(f"{path.name}: title {title!r} {ours.title}")
            claims = {dict.get(theirs, "published"), dict.get(theirs, "updated"), dict.get(theirs, "created")}
            if not {ours.published, ours.updated} <= claims | {None} or (claims != {None} and not any_date(ours)):
                wrong.append(f"{path.name}: dates {claims} {ours.published} {ours.updated}")
    assert not wrong


def any_date(item: RawItem) -> bool:
    return bool(item.published or item.updated)


def test_the_reader_of_broken_feeds_agrees_with_the_exact_one(corpus: Path) -> None:
    """A feed that is well-formed on one day and broken on the next must not look like a feed of other items."""
    wrong = []
    for path in feeds(corpus):
        if path.suffix == ".json" or path.stat().st_size > 60_000:
            continue
        response = Response("https://source.example/feed", 200, {}, path.read_bytes())
        exact = syndication.read(response).items
        text = decode(response.body)
        broken = loose.read(text[syndication.root_of(text) :].replace("<channel>", "<channel><oops>", 1), response.url)
        wrong += [
            f"{path.name}: {field}: {getattr(ours, field)} {getattr(theirs, field)}"
            for ours, theirs in zip(exact, broken.items, strict=True)
            for field in ("guid", "link", "published", "authors", "language")
            if getattr(ours, field) != getattr(theirs, field)
        ]
    assert not wrong


def test_white_house_listing(corpus: Path, read: Read) -> None:
    page = (corpus / "official/whitehouse/wh_news-listing_2025-01-23.html").read_bytes()
    document = read(page, **WHITE_HOUSE)
    # ten posts; the seventh was put up without a title, and so without a link
    assert len(document.items) == 9
    assert document.rejected == ("item 7: link selector 'h2.wp-block-post-title a@href' finds nothing",)
    assert all(item.link and item.link.startswith("https://www.whitehouse.gov/") for item in document.items)
    assert all(item.published and item.published.startswith("2025-01-2") for item in document.items)
    assert len({item.title for item in document.items}) == 9
    assert document.next_url == "https://www.whitehouse.gov/news/page/2/"


def test_court_of_auditors_listing_holds_nothing_without_its_script(corpus: Path, read: Read) -> None:
    """Its list is filled in by a script: whatever the selector, no item, and a sentence that names the page."""
    page = (corpus / "official/other/eca_all-news-listing_2025-08.html").read_bytes()
    for selector in ("article li", ".webpart--notablestyle article", ".news-item"):
        sentence = f"no element matches item selector '{selector}' in an HTML page titled 'News | European Court of Aud"
        with pytest.raises(NoItems, match=re.escape(sentence)):
            read(page, kind="page", item=selector, title="a", link="a@href")


def test_nato_listing(corpus: Path, read: Read) -> None:
    answer = (corpus / "official/nato/nato_transcripts-search-servlet_20261004_first4.json").read_bytes()
    document = read(answer, **NATO)
    assert [item.published for item in document.items] == [
        "01 October 2026",
        "01 October 2026",
        "30 September 2026",
        "29 September 2026",
    ]
    assert all(item.link and item.link.startswith("/en/news-and-events/") for item in document.items)
    assert all(item.title and len(item.title.value) > 50 for item in document.items)
