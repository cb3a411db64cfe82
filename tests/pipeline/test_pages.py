"""Lists of several pages: read at each look as declared, walked further by a backfill, and where they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.errors import BadStatus, Disallowed, HostRests, Unreachable
from aggregator.model import Outcome
from aggregator.pipeline import pages
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

LIST = "https://office.example/news"
API = "https://office.example/api?q=a%20b&page=1&n=2"


def item(number: int, **changes: str) -> dict[str, str]:
    """Return a statement; the greater its number, the older it is."""
    date = f"{28 - number:02} Sep 2026 09:00:00 GMT"
    return {
        "guid": f"g{number}",
        "title": f"Statement {number}",
        "link": f"https://office.example/{number}",
        "date": date,
    } | changes


def feed(*numbers: int, following: str | None = None, generator: str = "") -> bytes:
    link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{following}"/>' if following else ""
    made = f"<generator>{generator}</generator>" if generator else ""
    return rss(*map(item, numbers)).replace(b"<description>News", f"{link}{made}<description>News".encode(), 1)


def html(*numbers: int, following: str | None = None, dated: bool = True) -> bytes:
    rows = "".join(
        f"<li><a href='/{number}'>Statement {number}</a>"
        + (f"<time>{28 - number} September 2026</time>" if dated else "")
        + "</li>"
        for number in numbers
    )
    return f"<ul>{rows}</ul>{f'<a rel=next href={following}>older</a>' if following else ''}".encode()


def answer(*numbers: int, following: str | None = None) -> bytes:
    rows = [{"t": f"Statement {number}", "u": f"/{number}", "d": f"2026-09-{28 - number:02}"} for number in numbers]
    return json.dumps({"rows": rows, "next": following}).encode()


PAGE = {"kind": "page", "url": LIST, "item": "li", "title": "a", "link": "a", "date": "time"}
JSON = {"kind": "json", "url": API, "items": "rows", "title": "t", "link": "u", "date": "d"}


def numbers(newsroom: Newsroom) -> list[int]:
    """Return the numbers of the published statements, in the order of the feed."""
    return [int(title.removeprefix("Statement ")) for title in newsroom.titles()]


WAYS: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {
    "feed by rel=next": (
        {"kind": "feed", "url": FEED},
        {FEED: feed(1, 2, following="/feed/2"), f"{FEED}/2": feed(3, following="/feed/3"), f"{FEED}/3": feed(4)},
    ),
    "feed by a parameter": (
        {"kind": "feed", "url": FEED, "page_param": "paged"},
        {FEED: feed(1, 2), f"{FEED}?paged=2": feed(3), f"{FEED}?paged=3": feed(4)},
    ),
    "feed of WordPress": (
        {"kind": "feed", "url": FEED},
        {
            FEED: feed(1, 2, generator="https://wordpress.org/?v=7.0"),
            f"{FEED}?paged=2": feed(3),
            f"{FEED}?paged=3": feed(4),
        },
    ),
    "page by rel=next": (
        PAGE,
        {LIST: html(1, 2, following="?p=1"), f"{LIST}?p=1": html(3, following="?p=2"), f"{LIST}?p=2": html(4)},
    ),
    "page by a selector": (
        PAGE | {"next": {"select": "a", "pick": "last", "match": "^[^#]+"}},
        {LIST: html(1, 2, following="/news/2#top"), f"{LIST}/2": html(3, following="/news/3"), f"{LIST}/3": html(4)},
    ),
    "page counted from 0": (
        PAGE | {"url": f"{LIST}?page=0", "page_param": "page"},
        {f"{LIST}?page=0": html(1, 2), f"{LIST}?page=1": html(3), f"{LIST}?page=2": html(4)},
    ),
    "json by its next": (
        JSON | {"next": "next"},
        {API: answer(1, 2, following="/api?c=b"), "https://office.example/api?c=b": answer(3, following="?c=c"),
         "https://office.example/api?c=c": answer(4)},
    ),
    "json by a parameter": (
        JSON | {"page_param": "page"},
        {API: answer(1, 2), API.replace("page=1", "page=2"): answer(3), API.replace("page=1", "page=3"): answer(4)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_backfill_walks_every_kind_of_list_and_brings_nothing_twice(newsroom: Newsroom, way: str) -> None:
    endpoint, answers = WAYS[way]
    newsroom.source(endpoint=[endpoint])
    newsroom.web.answers.update(answers)
    assert newsroom.look()["office"].new == 2
    assert newsroom.web.asked == list(answers)[:1]
    before = newsroom.items()
    assert newsroom.look(backfill=1)["office"].new == 1
    assert newsroom.web.asked == list(answers)[:2]
    update = newsroom.look(backfill=9)["office"]
    assert (update.outcome, update.new, update.changed, update.rejected) == (Outcome.OK, 1, 0, ())
    again = newsroom.look(backfill=9)["office"]
    assert (again.new, again.changed, again.items) == (0, 0, ())
    assert numbers(newsroom) == [1, 2, 3, 4]
    assert newsroom.items()[:2] == before


ENDS: dict[str, tuple[dict[str, Any], bytes, int, str]] = {
    "all": (PAGE | {"page_param": "page"}, html(9), 1, "that was all that was asked for"),
    "no way": (PAGE, b"", 0, "page 1 names no next page: set next or page_param, where there is one"),
    "no way of a feed": (
        {"kind": "feed", "url": LIST},
        b"",
        0,
        "page 1 names no next page: set page_param, where there is one",
    ),
    "the last": (PAGE | {"next": "a[rel]@href"}, html(9), 1, "page 2 names no next page"),
    "a circle": (
        PAGE | {"next": "a[rel]@href"},
        html(9, following="/news"),
        1,
        f"the next page would be {LIST}, which was read before",
    ),
    "page 1 again": (PAGE | {"page_param": "page"}, b"", 0, f"{LIST}?page=2 is a page that was read before"),
    "its items again": (
        PAGE | {"page_param": "page"},
        html(2, 1),
        0,
        f"{LIST}?page=2 shows nothing that was not there before",
    ),
    "not there": (PAGE | {"page_param": "page"}, b"<p>No results", 0, f"{LIST}?page=2: no element matches"),
    "a sitemap": ({"kind": "sitemap", "url": LIST}, b"", 0, "it is one sitemap, and no index of several"),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_backfill_says_how_far_it_went_and_why_no_further(newsroom: Newsroom, case: str) -> None:
    endpoint, second, pages_read, end = ENDS[case]
    newsroom.source(endpoint=[endpoint])
    following = "?page=2" if case in {"the last", "a circle"} else None
    sitemap = (
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{LIST}/a-talk</loc></url></urlset>"
    )
    firsts = {"feed": feed(1, 2), "page": html(1, 2, following=following), "sitemap": sitemap.encode()}
    first = firsts[endpoint["kind"]]
    newsroom.web.answers |= {LIST: first, f"{LIST}?page=2": second or first}
    walk = newsroom.look(backfill=1 if case == "all" else 3)["office"].walk
    assert walk is not None
    assert (walk.pages, walk.end[: len(end)]) == (pages_read, end)
    assert newsroom.look()["office"].walk is None


@pytest.mark.parametrize("way", [way for way in WAYS if way != "page by rel=next"])
def test_pages_are_read_at_every_look_where_so_many_are_declared(newsroom: Newsroom, way: str) -> None:
    endpoint, answers = WAYS[way]
    newsroom.source(endpoint=[endpoint | {"pages": 2}])
    newsroom.web.answers.update(answers)
    for new in (3, 0):
        assert newsroom.look()["office"].new == new
        assert newsroom.web.asked == list(answers)[:2]
    assert newsroom.look(backfill=1)["office"].new == 1


def page_two(newsroom: Newsroom, second: Any) -> list[str]:  # noqa: ANN401 - a body or an error
    """Backfill a list whose second page is ``second``; return what was said of it."""
    newsroom.source(endpoint=[PAGE | {"page_param": "page"}])
    newsroom.web.answers |= {LIST: html(1, 2), f"{LIST}?page=2": second, f"{LIST}?page=3": html(4)}
    update = newsroom.look(backfill=5)["office"]
    assert (update.outcome, update.new, numbers(newsroom)) == (Outcome.OK, 2, [1, 2])
    assert newsroom.web.asked == [LIST, f"{LIST}?page=2"]
    return list(update.rejected)


@pytest.mark.parametrize(
    "end",
    [BadStatus(400), BadStatus(404), BadStatus(410), b"<p>No results", html(1, 2), html(2, 1), html(2) + b" "],
    ids=["400", "404", "410", "an empty page", "the first page again", "its items again", "one of them again"],
)
def test_the_list_ends_without_a_word(newsroom: Newsroom, end: bytes) -> None:
    assert page_two(newsroom, end) == []


@pytest.mark.parametrize(
    "failure",
    [BadStatus(500), BadStatus(403), Unreachable("office.example: reset"), Disallowed("robots.txt does not allow it")],
    ids=["500", "403", "unreachable", "robots"],
)
def test_a_page_that_fails_ends_the_walk_with_a_sentence_and_what_came_stands(
    newsroom: Newsroom, failure: Exception
) -> None:
    assert page_two(newsroom, failure) == [f"{LIST}?page=2: {failure}"]


def test_a_host_that_wants_to_be_left_alone_ends_the_walk(newsroom: Newsroom) -> None:
    (said,) = page_two(newsroom, HostRests("office.example", 429, newsroom.clock.time, 60.0, "Too Many Requests"))
    assert "asks to be left alone" in said


def test_a_list_that_goes_in_a_circle_ends(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "feed", "url": FEED}])
    newsroom.web.answers |= {FEED: feed(1, following="/b"), "https://office.example/b": feed(2, following="/feed")}
    assert newsroom.look(backfill=50)["office"].new == 2
    assert newsroom.web.asked == [FEED, "https://office.example/b"]


def test_what_moves_on_to_the_next_page_meanwhile_is_one_item(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[PAGE | {"page_param": "page"}])
    newsroom.web.answers |= {LIST: html(1, 2), f"{LIST}?page=2": html(2, 3), f"{LIST}?page=3": html(3, 4)}
    assert newsroom.look(backfill=5)["office"].new == 4
    assert numbers(newsroom) == [1, 2, 3, 4]


def test_old_items_without_a_date_are_left_out_and_counted(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[PAGE | {"page_param": "page"}])
    newsroom.web.answers |= {
        LIST: html(1) + html(2, dated=False),
        f"{LIST}?page=2": html(2, 3, 4, dated=False),
        f"{LIST}?page=3": html(5, dated=False).replace(b"</a>", b"</a><time>some day</time>") + html(6),
    }
    update = newsroom.look(backfill=2)["office"]
    assert update.new == 3
    assert update.rejected == (
        "3 items of the further pages were not taken in: without a date, what is old would look new",
    )
    assert set(numbers(newsroom)) == {1, 2, 6}
    newsroom.web.answers[f"{LIST}?page=4"] = BadStatus(500)
    (trouble,) = newsroom.look(backfill=5)["office"].state.trouble
    assert trouble.explanation.startswith("3 items of the further pages were not taken in: without a date")
    assert "(and 1 more)" in trouble.explanation
    newsroom.web.answers[LIST] = html(3, dated=False)
    assert newsroom.look()["office"].new == 1


def test_a_backfill_reads_what_has_not_changed_and_is_no_news(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[{"kind": "feed", "url": FEED, "page_param": "paged"}])
    newsroom.web.answers |= {FEED: feed(1), f"{FEED}?paged=2": feed(2, 3)}
    first = newsroom.look()["office"].state
    update = newsroom.look(backfill=3)["office"]
    assert update.new == 2
    assert update.state.last_item == first.last_item
    assert update.state.rhythm
    assert first.rhythm
    assert update.state.rhythm.newest == first.rhythm.newest
    assert update.state.rhythm.items == 3
    assert newsroom.look()["office"].items == ()
    assert newsroom.web.asked == [FEED]


def test_the_endpoint_that_serves_is_walked_and_no_other(newsroom: Newsroom) -> None:
    newsroom.source(endpoint=[JSON | {"page_param": "page"}, PAGE | {"page_param": "page"}])
    newsroom.web.answers |= {LIST: html(1), f"{LIST}?page=2": html(2), API.replace("page=1", "page=2"): answer(9)}
    assert newsroom.look(backfill=2)["office"].endpoint == LIST
    assert newsroom.web.asked == [API, LIST, f"{LIST}?page=2", f"{LIST}?page=3"]


def test_what_is_kept_of_one_list_is_bounded(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "KEPT_CAP", 30)
    newsroom.source(endpoint=[PAGE | {"page_param": "page"}])
    newsroom.web.answers |= {LIST: html(1, 2), f"{LIST}?page=2": html(3), f"{LIST}?page=3": html(4)}
    update = newsroom.look(backfill=5)["office"]
    assert (update.new, len(newsroom.web.asked)) == (3, 2)
    assert update.rejected == (f"{LIST}?page=3: not read: what came before it is more than is kept of a list",)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/feed/", "https://a.example/feed/?page=3"),
        ("https://a.example/?a=1&b=%20x", "https://a.example/?a=1&b=%20x&page=3"),
        ("https://a.example/?page=0&a=", "https://a.example/?page=2&a="),
        ("https://a.example/?a=&page=1&tags=", "https://a.example/?a=&page=3&tags="),
        ("https://a.example/?p%61ge=7", "https://a.example/?p%61ge=9"),
        ("https://a.example/?page=", "https://a.example/?page=3"),
        ("https://a.example/?page=one", "https://a.example/?page=one&page=3"),
        ("https://a.example/jcr:content/x.json?c[]=1#top", "https://a.example/jcr:content/x.json?c[]=1&page=3#top"),
    ],
)
def test_the_number_in_an_address_is_counted_up_and_the_rest_stays(url: str, expected: str) -> None:
    assert pages.numbered(url, "page", 2) == expected
