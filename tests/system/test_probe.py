"""``sources probe``: what answers at an address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.system.project import Answer, rss

if TYPE_CHECKING:
    from tests.system.project import Project, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
ITEMS = [
    {
        "guid": f"g{n}",
        "title": f"Statement&nbsp;{n}",
        "link": f"https://office.example/{n}",
        "date": f"Thu, {n:02} Oct 2026 09:00:00 GMT",
        "body": "<p>" + "A long statement. " * 100 + "</p>",
    }
    for n in range(1, 6)
]


def test_a_feed_is_told_with_what_would_come_in(project: Project, site: Site) -> None:
    headers = {"Content-Type": "text/xml", "ETag": '"v1"', "Cache-Control": "max-age=300"}
    odd = {
        "guid": "odd",
        "title": "Odd",
        "link": "https://office.example/odd",
        "date": "02/03/2026",
        "body": "<p>x</p>",
    }
    body = rss(*ITEMS, odd)
    site.answers["/feed"] = Answer(body, headers=headers)
    project.source(allow=site.host)
    done = project.call("sources", "probe", site.url("/feed"), "--json")
    assert (done.status, done.err) == (0, "")
    report = done.json
    assert (report["status"], report["answered_by"], report["content_type"]) == (200, site.url("/feed"), "text/xml")
    assert (report["bytes"], report["kind"], report["form"]) == (len(body), "feed", "RSS 2.0")
    assert report["validators"] == {"etag": '"v1"', "last-modified": None, "cache-control": "max-age=300"}
    feed = report["feed"]
    assert (feed["title"], feed["home"], feed["items"]) == ("Office", "https://office.example/", 6)
    assert (feed["oldest"], feed["newest"]) == ("2026-10-01T09:00:00Z", "2026-10-05T09:00:00Z")
    assert feed["dates"] == [
        {"form": "RFC 5322", "count": 5, "example": "Thu, 01 Oct 2026 09:00:00 GMT"},
        {"form": None, "count": 1, "example": "02/03/2026"},
    ]
    assert (feed["texts"], feed["characters"] > 1000) == ("full", True)
    assert [item["title"] for item in feed["samples"]] == ["Statement 1", "Statement 2", "Statement 3"]
    text = project.run("sources", "probe", site.url("/feed")).out
    for line in (
        "  is            a feed: RSS 2.0\n",
        "  items         6, from 2026-10-01T09:00:00Z to 2026-10-05T09:00:00Z\n",
        "  dates         1 as '02/03/2026' (cannot be read)\n",
        "  texts         full texts, 1,799 characters (median)\n",
        "  2026-10-01T09:00:00Z  Statement 1\n",
    ):
        assert line in text
    assert sorted(path.name for path in project.root.iterdir()) == ["config"]


def test_a_page_is_told_with_the_feeds_it_speaks_of(project: Project, site: Site) -> None:
    head = '<title>News</title><link rel="alternate" type="application/rss+xml" title="All" href="/feed">'
    site.answers["/news"] = Answer(f'<!doctype html>{head}<a href="/en/rss">RSS</a>'.encode(), headers=HTML)
    site.answers["/"] = Answer(b"", 302, {"Location": "/news"})
    site.answers["/old"] = Answer(b"", 301, {"Location": "/news"})
    project.source(allow=site.host)
    report = project.call("sources", "probe", site.url("/"), "--json").json
    assert (report["kind"], report["title"], report["answered_by"]) == ("page", "News", site.url("/news"))
    assert report["feeds"] == [
        {"url": site.url("/feed"), "title": "All", "type": "application/rss+xml", "found": "announced"},
        {"url": site.url("/en/rss"), "title": "RSS", "type": None, "found": "linked"},
    ]
    text = project.call("sources", "probe", site.url("/old")).out
    assert f"  moved         for good, to {site.url('/news')}: configure that address\n" in text
    assert f"  announced     {site.url('/feed')} (application/rss+xml)  'All'\n" in text


def test_json_and_an_error_page_and_an_empty_feed_are_told(project: Project, site: Site) -> None:
    answer = {"pages": [{"title": "A", "link": "/a"}]}
    site.answers["/api"] = Answer(json.dumps(answer).encode(), headers={"Content-Type": "application/json"})
    site.answers["/error"] = Answer(b"<!doctype html><title>Technical Difficulties</title>", headers=HTML)
    site.answers["/empty"] = Answer(rss())
    project.source(allow=site.host)
    done = project.call("sources", "probe", site.url("/api"))
    assert done.status == 0
    assert "  list          pages[]  1 object: title, link\n" in done.out
    done = project.call("sources", "probe", site.url("/error"))
    assert (done.status, "an error page: an HTML page titled 'Technical Difficulties'" in done.out) == (0, True)
    report = project.call("sources", "probe", site.url("/empty"), "--json").json
    assert (report["kind"], report["error"]["kind"], report["feed"]) == ("feed", "no-items", None)


def test_what_does_not_answer_is_named_and_exits_1(project: Project, site: Site) -> None:
    project.source(allow=site.host)
    done = project.call("sources", "probe", site.url("/nowhere"), "--json")
    assert (done.status, done.json["status"], done.json["error"]["kind"]) == (1, 404, "http-status")
    project.source(allow="elsewhere.example")
    done = project.call("sources", "probe", site.url("/nowhere"))
    assert done.status == 1
    assert "address-refused" in done.out
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "office.example/feed", "https://user:secret@x.example/", "https://["]
)
def test_what_is_no_address_exits_2(project: Project, url: str) -> None:
    done = project.call("sources", "probe", url)
    assert done.status == 2
    assert url in done.err
