"""Every item of the real captures of official feeds, cleaned: nothing lost, nothing left over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from aggregator.clean import clean, text_of
from aggregator.clean.identity import entry_id
from aggregator.config.values import Source
from aggregator.model import Item, Markup, RawItem

LEFTOVER = re.compile(r"appeared first on|\[(?:…|&#8230;)\]|&(?:amp|nbsp|quot|#\d+);|</?[a-z]+[ >]|\{\{|function\s*\(")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\ufffc\u00a0]")

OWN = {
    "whitehouse": ("https://www.whitehouse.gov/", [".wp-block-whitehouse-topper"]),
    "state": ("https://www.state.gov/", [".wp-block-default-hero-container"]),
    "un": ("https://news.un.org/", []),
}


def _raw(entry: feedparser.FeedParserDict, base: str) -> RawItem:
    def markup(detail: feedparser.FeedParserDict | None) -> Markup | None:
        return Markup(detail["value"]) if detail and detail["value"] else None

    return RawItem(
        guid=entry.get("id"),
        link=entry.get("link"),
        title=markup(entry.get("title_detail")),
        summary=markup(entry.get("summary_detail")),
        content=markup(next(iter(entry.get("content", [])), None)),
        published=entry.get("published"),
        authors=tuple(author["name"] for author in entry.get("authors", []) if author.get("name")),
        base=base,
    )


@pytest.fixture(params=sorted(OWN))
def items(
    request: pytest.FixtureRequest, corpus: Path, make_source: Callable[..., Source]
) -> list[tuple[Source, Item]]:
    home, remove = OWN[request.param]
    feed = {"kind": "feed", "url": f"{home}feed/"}
    source = make_source(home=home, remove=remove, timezone="America/New_York", endpoint=[feed])
    files = [path for path in (corpus / "official" / request.param).glob("*.xml") if "scraped" not in path.name]
    documents = [
        feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False) for path in sorted(files)
    ]
    found = [
        (source, clean(_raw(entry, home), source, source.endpoint[0])) for feed in documents for entry in feed.entries
    ]
    assert len(found) >= 30
    return found


def test_every_item_is_dated_named_and_identified(items: list[tuple[Source, Item]]) -> None:
    for source, item in items:
        assert item.published is not None
        assert 2021 <= item.published.at.year <= 2026
        assert item.url is not None
        assert item.likeness is not None
        assert entry_id(source, item) == item.guid


def test_titles_and_summaries_are_plain(items: list[tuple[Source, Item]]) -> None:
    for _, item in items:
        for value in (item.title, item.summary or "", *item.authors):
            assert not LEFTOVER.search(value)
            assert not UNSEEN.search(value)
            assert value == value.strip()
        assert item.summary
        assert len(item.summary) <= 500


def test_bodies_hold_the_statement_and_nothing_else(items: list[tuple[Source, Item]]) -> None:
    for _, item in items:
        said = text_of(item)
        assert not LEFTOVER.search(said)
        assert "wp-block" not in (item.content or "")
        assert item.title not in said.splitlines()[:1]
        assert all(
            address.startswith(("http", "mailto:", "tel:"))
            for address in re.findall(r'(?:href|src)="([^"]*)"', item.content or "")
        )
