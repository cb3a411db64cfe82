"""Sitemaps as endpoints: what comes in, how little a change of theirs means, and how they stand in for a feed."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus
from aggregator.model import Outcome
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

MAP = "https://office.example/sitemap.xml"
NAMESPACE = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)
CALL = "https://office.example/2026/09/call-with-riga"
VISIT = "https://office.example/2026/08/visit-to-oslo"


def urlset(*urls: str, lastmod: str = "2026-09-30T10:00:00Z", news: str = "") -> bytes:
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{lastmod}</lastmod>{news}</url>" for url in urls)
    return f'<?xml version="1.0"?><urlset {NAMESPACE}>{rows}</urlset>'.encode()


def index(**lastmods: str) -> bytes:
    rows = "".join(
        f"<sitemap><loc>https://office.example/{name}.xml</loc><lastmod>{lastmod}</lastmod></sitemap>"
        for name, lastmod in lastmods.items()
    )
    return f"<sitemapindex {NAMESPACE}>{rows}</sitemapindex>".encode()


def test_a_sitemap_needs_kind_and_url_only_and_is_asked_conditionally(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    newsroom.web.answers[MAP] = urlset(CALL, VISIT)
    update = newsroom.look()["office"]
    assert (update.outcome, update.new, update.rejected) == (Outcome.OK, 2, ())
    (first, _) = newsroom.items()
    assert (first["title"], first["url"]) == ("Call with riga", CALL)
    assert first["date_published"] == "2026-09-30T10:00:00Z"
    assert newsroom.look()["office"].items == ()
    assert update.state.endpoints[MAP].body


def test_a_change_of_lastmod_alone_is_no_edit_and_moves_nothing(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    newsroom.web.answers[MAP] = urlset(CALL)
    newsroom.look()
    before = newsroom.items()
    for day in ("2026-10-01", "2026-10-01T11:00:00Z", "soon"):
        newsroom.web.answers[MAP] = urlset(CALL, lastmod=day)
        update = newsroom.look()["office"]
        assert (update.new, update.changed) == (0, 0)
    assert newsroom.items() == before


def test_a_title_made_of_an_address_never_stands_for_a_known_one(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "feed", "url": FEED}, {"kind": "sitemap", "url": MAP}])
    statement = {"guid": "g1", "title": "Call", "link": CALL, "date": "30 Sep 2026 09:00:00 GMT"}
    newsroom.web.answers |= {FEED: rss(statement), MAP: urlset(CALL, VISIT)}
    newsroom.look()
    before = newsroom.items()
    newsroom.web.answers[FEED] = BadStatus(404)
    update = newsroom.look()["office"]
    assert (update.endpoint, update.new, update.changed) == (MAP, 1, 0)
    assert [item for item in newsroom.items() if item["url"] == CALL] == before


def test_a_title_made_of_an_address_gives_way_to_the_real_one_and_that_is_no_edit(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "feed", "url": FEED}, {"kind": "sitemap", "url": MAP}])
    newsroom.web.answers |= {FEED: BadStatus(404), MAP: urlset(CALL, VISIT)}
    newsroom.look()
    made = {item["url"]: item for item in newsroom.items()}
    rows = [(CALL, "Call"), (VISIT, "Visit to Oslo & Statement")]
    newsroom.web.answers[FEED] = rss(*({"guid": url[-4:], "title": title, "link": url} for url, title in rows))
    update = newsroom.look()["office"]
    assert (update.endpoint, update.new, update.changed) == (FEED, 0, 0)
    for item in newsroom.items():
        assert item["title"] == dict(rows)[item["url"]]
        assert item["_aggregator"]["versions"] == 1
        assert [item[key] for key in ("id", "date_published")] == [
            made[item["url"]][key] for key in ("id", "date_published")
        ]
    newsroom.web.answers[FEED] = BadStatus(404)
    newsroom.web.answers[MAP] = urlset(CALL, VISIT, lastmod="2026-10-01")
    after = newsroom.items()
    assert newsroom.look()["office"].changed == 0
    assert newsroom.items() == after


def test_a_news_sitemap_that_begins_to_say_titles_edits_nothing(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    newsroom.web.answers[MAP] = urlset(CALL)
    newsroom.look()
    before = newsroom.items()[0]
    newsroom.web.answers[MAP] = urlset(CALL, news="<news:news><news:title>A Call</news:title></news:news>")
    newsroom.look()
    (item,) = newsroom.items()
    assert (item["title"], item.get("date_modified")) == ("A Call", before.get("date_modified"))


def test_an_index_leads_to_the_sitemaps_that_changed_last(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP, "pages": 2}])
    newsroom.web.answers |= {
        MAP: index(old="2024-01-01", broken="2026-10-01", new="2026-09-30", pages="2025-01-01"),
        "https://office.example/new.xml": gzip.compress(urlset(CALL)),
        "https://office.example/pages.xml": urlset(VISIT),
        "https://office.example/old.xml": urlset("https://office.example/2023/old-statement-of-ours"),
    }
    update = newsroom.look()["office"]
    assert newsroom.web.asked == [MAP, "https://office.example/broken.xml", "https://office.example/new.xml"]
    assert (update.new, update.rejected) == (1, ("https://office.example/broken.xml: HTTP 404",))
    assert update.state.endpoints[MAP].body is None
    update = newsroom.look(backfill=2)["office"]
    assert (update.new, len(newsroom.web.asked)) == (2, 5)
    assert sorted(newsroom.titles()) == ["Call with riga", "Old statement of ours", "Visit to oslo"]


def test_an_index_none_of_whose_sitemaps_serves_gives_way_to_the_next_endpoint(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}, {"kind": "feed", "url": FEED}])
    newsroom.web.answers |= {
        MAP: index(one="2026-01-01", two="2026-01-02"),
        FEED: rss({"guid": "g", "title": "Call", "link": CALL}),
    }
    update = newsroom.look()["office"]
    assert (update.endpoint, update.new) == (FEED, 1)
    assert [trouble.kind for trouble in update.state.trouble] == ["fallback"]
    assert (
        f"{MAP}: an index that leads to no sitemap: https://office.example/two.xml: HTTP 404"
        in update.state.trouble[0].explanation
    )


def test_an_index_in_an_index_is_read_and_one_in_itself_is_no_trap(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    inner = "https://office.example/inner.xml"
    newsroom.web.answers |= {
        MAP: index(inner="2026-01-01"),
        inner: index(sitemap="2026-01-02", inner="2026-01-02", leaf="2026-01-01"),
        "https://office.example/leaf.xml": urlset(CALL),
    }
    assert newsroom.look()["office"].new == 1
    assert len(newsroom.web.asked) == 3
    newsroom.web.answers[inner] = index(sitemap="2026-01-02")
    error = newsroom.look()["office"].error
    assert error == f"{MAP}: an index of sitemaps that leads to no sitemap; on 2026-10-01 it gave 1 item"


def test_indexes_without_end_are_left(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    names = ["sitemap", *(f"i{number}" for number in range(100))]
    for name, following in pairwise(names):
        newsroom.web.answers[f"https://office.example/{name}.xml"] = index(**{following: "2026-01-01"})
    assert newsroom.look()["office"].outcome is Outcome.ERROR
    assert len(newsroom.web.asked) < 15


def test_full_texts_bring_the_titles_that_a_sitemap_lacks(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}], fulltext=True, body="main")
    newsroom.web.answers |= {MAP: urlset(CALL), CALL: b"<h1>A Call with Riga</h1><main><p>They spoke.</p></main>"}
    newsroom.look()
    (item,) = newsroom.items()
    assert (item["title"], item["content_html"]) == ("A Call with Riga", "<p>They spoke.</p>")


def test_the_day_in_an_address_dates_the_item_and_the_time_of_a_news_tag_comes_before_it(newsroom: Newsroom) -> None:
    dated = {"kind": "sitemap", "url": MAP, "date": r"/(\d{4}-\d{1,2}-\d{1,2})/", "date_format": "%Y-%d-%m"}
    newsroom.source(endpoint=[dated], timezone="Europe/Brussels")
    address = "https://office.example/2026-02-09/call-with-riga"
    newsroom.web.answers[MAP] = urlset(address)
    newsroom.look()
    assert newsroom.items()[0]["date_published"] == "2026-09-01T22:00:00Z"
    tag = "<news:news><news:publication_date>2026-09-02T08:30:00+02:00</news:publication_date></news:news>"
    newsroom.web.answers[MAP] = urlset(address, news=tag)
    newsroom.look()
    assert newsroom.items()[0]["date_published"] == "2026-09-02T06:30:00Z"


@pytest.mark.parametrize("status", [404, 410])
def test_an_index_whose_only_sitemap_is_not_there_names_it_and_does_not_rest(newsroom: Newsroom, status: int) -> None:
    newsroom.source(endpoint=[{"kind": "sitemap", "url": MAP}])
    newsroom.web.answers |= {MAP: index(first="2026-09-30"), "https://office.example/first.xml": BadStatus(status)}
    update = newsroom.look()["office"]
    assert update.error is not None
    assert f"https://office.example/first.xml: HTTP {status}" in update.error
    assert [trouble.kind for trouble in update.state.trouble] == ["no-items"]
    assert not update.state.endpoints[MAP].rests
