"""Subscribers are not flooded: what is old does not look new, whatever changes around it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aggregator.store.sqlite import SqliteStore
from tests.pipeline.newsroom import FEED, Newsroom
from tests.system.project import rss

ITEMS = [
    {"guid": f"https://office.example/?p={number}", "title": "Readout", "link": f"https://office.example/{number}"}
    | {"date": f"Thu, 01 Oct 2026 0{number}:00:00 GMT", "body": f"<p>Call {number}</p>"}
    for number in (3, 2, 1)
]


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*ITEMS)
    newsroom.look()
    return newsroom


def shown(room: Newsroom) -> list[tuple[Any, ...]]:
    """Return what tells a reader whether an entry is new, and which feed it is in."""
    feed = (room.root / "feeds" / "all.atom").read_text().partition("</id>")[0].rpartition(">")[2]
    return [
        (feed, item["id"], item["title"], item["date_published"], item["date_modified"]) for item in room.items("all")
    ]


def test_another_base_url(office: Newsroom) -> None:
    before = shown(office)
    office.site["base_url"] = "https://elsewhere.example/feeds/"
    office.look()
    assert shown(office) == before
    assert json.loads((office.root / "feeds" / "all.json").read_text())["feed_url"].startswith("https://elsewhere")


def test_another_endpoint_of_the_source(office: Newsroom) -> None:
    before = shown(office)
    office.sources[0]["endpoint"] = [{"kind": "feed", "url": "https://office.example/new-feed"}]
    office.web.answers = {"https://office.example/new-feed": rss(*ITEMS)}
    assert office.look()["office"].new == 0
    assert shown(office) == before


def test_a_redesign_that_renames_every_item_and_rewrites_its_markup(office: Newsroom) -> None:
    before = shown(office)
    office.web.answers[FEED] = rss(
        *(
            item | {"guid": f"/preview/{number}", "body": f"<div class='new'>{item['body']}</div>"}
            for number, item in enumerate(ITEMS)
        )
    )
    assert office.look()["office"].new == 0
    assert shown(office) == before


def test_a_rebuilt_database(office: Newsroom) -> None:
    before = shown(office)
    office.store.close()
    (office.root / "aggregator.db").unlink()
    office.store = SqliteStore.open(office.root / "aggregator.db")
    office.look(minutes=60 * 24 * 30)
    assert shown(office) == before
