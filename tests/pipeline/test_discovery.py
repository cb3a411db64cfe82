"""What is found at an address: which feed is chosen, what stands beside it, and how little is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aggregator.errors import BadStatus, Disallowed, FetchError, Unreachable
from aggregator.model import Request, Response
from aggregator.pipeline.discovery import Discovery, discover, endpoints
from tests.conftest import CHECKOUT
from tests.system.project import rss

HOST = "https://harbour.example"
NEWS = f"{HOST}/news/"
LISTING = (CHECKOUT / "tests/data/draft/drupal_views.html").read_text(encoding="utf-8")
TITLES = (
    ("harbour-office-opens-a-second-lighthouse-at-veldmark", "Harbour Office Opens a Second Lighthouse at Veldmark"),
    (
        "readout-of-the-director-s-call-about-winter-roads",
        "Readout of the Director\N{RIGHT SINGLE QUOTATION MARK}s Call About Winter Roads",
    ),
    ("statement-on-the-ferry-to-varnholm", "Statement on the Ferry to Varnholm"),
)


class Site:
    """Answers by address; pages may be forbidden."""

    def __init__(self, *answers: Mapping[str, bytes | str | FetchError]) -> None:
        self.answers = {url: answer for some in answers for url, answer in some.items()}
        self.forbidden = False
        self.asked: list[Request] = []

    def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        if request.robots and self.forbidden:
            message = "harbour.example: robots.txt does not allow /news/ for aggregator"
            raise Disallowed(message)
        answer = self.answers.get(request.url, BadStatus(404, "Not Found"))
        if isinstance(answer, FetchError):
            raise answer
        return Response(request.url, 200, {}, answer.encode() if isinstance(answer, str) else answer)

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.asked]


def feed(*items: tuple[str, str], body: str = "") -> bytes:
    return rss(
        *(
            {
                "guid": link,
                "title": title,
                "link": f"{HOST}/en/news/{link}",
                "body": body,
                "date": f"0{n} Oct 2026 09:00:00 GMT",
            }
            for n, (link, title) in enumerate(items, start=1)
        )
    )


def announcing(*links: str) -> str:
    head = "".join(f'<link rel="alternate" type="application/rss+xml" href="{link}">' for link in links)
    return LISTING.replace("</head>", f"{head}</head>")


def kinds(found: Discovery) -> list[tuple[Any, Any]]:
    return [(table["kind"], table["url"]) for table in endpoints(found)]


OTHER = (("a-note", "A note on anchors"), ("b-note", "A note on buoys"), ("c-note", "A note on chains"))


def test_a_feed_is_taken_as_it_is_and_nothing_else_is_asked() -> None:
    site = Site({NEWS: feed(*TITLES)})
    assert kinds(discover(NEWS, site)) == [("feed", NEWS)]
    assert site.urls == [NEWS]


def test_the_feed_of_the_listed_documents_is_chosen_and_the_list_stands_beside_it() -> None:
    site = Site(
        {NEWS: announcing("/feed/", "/comments/feed/", "/empty", "/one"), f"{HOST}/feed/": feed(*TITLES)},
        {f"{HOST}/empty": feed(), f"{HOST}/one": feed(TITLES[0])},
    )
    found = discover(NEWS, site)
    assert kinds(found) == [("feed", f"{HOST}/feed/"), ("page", NEWS)]
    assert found.alike == 1
    assert {one.url.removeprefix(HOST): one.unfit for one in found.asked} == {
        "/feed/": None,
        "/comments/feed/": "it holds comments",
        "/empty": "a feed <rss> without any item",
        "/one": "it holds a single document",
    }
    assert f"{HOST}/comments/feed/" not in site.urls
    assert len(site.urls) == 4


def test_a_section_has_its_own_feed_where_the_site_announces_that_of_all() -> None:
    site = Site(
        {NEWS: announcing("/feed/"), f"{HOST}/feed/": feed(*OTHER, TITLES[0]), f"{NEWS}feed/": feed(*TITLES)},
    )
    found = discover(NEWS, site)
    assert kinds(found) == [("feed", f"{NEWS}feed/"), ("page", NEWS)]
    assert [other.url for other in found.others] == [f"{HOST}/feed/"]
    assert len(site.urls) == 3


def test_a_feed_of_other_documents_is_no_endpoint_of_the_same_source() -> None:
    site = Site({NEWS: announcing("/blog/feed"), f"{HOST}/blog/feed": feed(*OTHER)})
    found = discover(NEWS, site)
    assert kinds(found) == [("page", NEWS)]
    assert [other.url for other in found.asked if other.unfit is None] == [f"{HOST}/blog/feed"]


def test_on_a_first_page_the_announced_feed_is_chosen_whatever_the_page_shows() -> None:
    site = Site({f"{HOST}/": announcing("/feed"), f"{HOST}/feed": feed(*OTHER)})
    assert kinds(discover(f"{HOST}/", site)) == [("feed", f"{HOST}/feed")]


def test_of_two_feeds_of_the_same_documents_the_one_with_texts_is_chosen() -> None:
    site = Site(
        {NEWS: announcing("/titles", "/texts"), f"{HOST}/titles": feed(*TITLES)},
        {f"{HOST}/texts": feed(*TITLES, body="<p>" + "A long statement. " * 100 + "</p>")},
    )
    assert kinds(discover(NEWS, site))[0] == ("feed", f"{HOST}/texts")


def test_usual_addresses_are_tried_for_the_page_and_then_for_the_site_few_in_all() -> None:
    site = Site({NEWS: LISTING})
    found = discover(NEWS, site)
    assert kinds(found) == [("page", NEWS)]
    assert len(site.urls) <= 20
    assert site.urls.index(f"{NEWS}feed/") < site.urls.index(f"{HOST}/feed/")
    assert f"{HOST}/?feed=rss2" in site.urls
    site = Site({NEWS: LISTING, f"{NEWS}rss.xml": feed(*TITLES)})
    assert kinds(discover(NEWS, site)) == [("feed", f"{NEWS}rss.xml"), ("page", NEWS)]
    assert site.urls[-1] == f"{NEWS}rss.xml"


@pytest.mark.parametrize("status", [401, 403, 503])
def test_where_the_page_turns_programs_away_the_usual_addresses_may_not(status: int) -> None:
    site = Site({NEWS: BadStatus(status), f"{NEWS}feed/": feed(*TITLES)})
    assert kinds(discover(NEWS, site)) == [("feed", f"{NEWS}feed/")]


@pytest.mark.parametrize(
    "answer", [BadStatus(404), Unreachable("no such host"), "<urlset/>", b"%PDF-1.7", feed(), "{}", '[{"a": 1}]']
)
def test_what_is_not_there_or_neither_feed_nor_page_is_asked_once(answer: bytes | str | FetchError) -> None:
    site = Site({NEWS: answer})
    found = discover(NEWS, site)
    assert endpoints(found) == ()
    assert site.urls == [NEWS]


def test_a_host_that_cannot_be_reached_any_more_is_left_alone() -> None:
    site = Site({NEWS: LISTING, f"{NEWS}feed/": Unreachable("the connection was reset")})
    found = discover(NEWS, site)
    assert len(site.urls) == 2
    assert found.notes == ("the connection was reset: no further address was asked",)


def test_robots_are_obeyed_for_pages_and_a_feed_of_that_address_is_found_all_the_same() -> None:
    site = Site({NEWS: feed(*TITLES)})
    site.forbidden = True
    assert kinds(discover(NEWS, site)) == [("feed", NEWS)]
    site = Site({NEWS: announcing("/spoken-of"), f"{HOST}/feed/": feed(*TITLES)})
    site.forbidden = True
    found = discover(NEWS, site)
    assert (found.lists, kinds(found)[0]) == ((), ("feed", f"{HOST}/feed/"))
    assert "as a page it is left alone" in found.notes[0]


def test_json_is_drafted_and_a_page_that_a_script_fills_is_told() -> None:
    rows = '{"pages": [{"title": "Statement on ferries", "link": "/a"}, {"title": "Remarks on lights", "link": "/b"}]}'
    found = discover(NEWS, Site({NEWS: rows}))
    assert endpoints(found) == ({"kind": "json", "url": NEWS, "items": "pages[]", "title": "title", "link": "link"},)
    script = '<!doctype html><html><title>News</title><div id="root"></div><script src="/app.js"></script></html>'
    found = discover(NEWS, Site({NEWS: script}))
    assert endpoints(found) == ()
    assert "filled in by a script that builds the page" in found.notes[0]


def test_the_user_agent_is_that_of_every_request() -> None:
    site = Site({NEWS: LISTING})
    discover(NEWS, site, "Mozilla/5.0")
    assert {request.user_agent for request in site.asked} == {"Mozilla/5.0"}
