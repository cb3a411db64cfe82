"""Drafts of selectors and expressions: what a person sees on a page is what they find."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.clean.dates import parse_date
from aggregator.model import Response
from aggregator.parse.draft.absent import filled_by
from aggregator.parse.draft.dates import form_for
from aggregator.parse.draft.names import LOOKS, MEANS, SAYS, worth
from aggregator.parse.draft.page import page_drafts
from aggregator.parse.draft.rows import json_drafts
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from aggregator.parse.draft.drafted import Drafted

DATA = CHECKOUT / "tests/data/draft"
SHIPPED = CHECKOUT / "tests/data/sources"
URL = "https://harbour.example/news/"
UTC = ZoneInfo("UTC")


def reads(text: str, date_format: str | None = None) -> bool:
    return parse_date(text, UTC, date_format) is not None


def drafts(body: bytes | str, url: str = URL) -> tuple[Drafted, ...]:
    return page_drafts(Response(url, 200, {}, body if isinstance(body, bytes) else body.encode()), reads)


class Listing(NamedTuple):
    name: str
    seen: int
    """Items that a person counts."""
    dated: int
    next: str | None
    """Where the link to the next page leads."""
    summary: bool


LISTINGS = (
    Listing("aem_cards", 8, 8, None, summary=True),
    Listing("css_modules", 8, 8, "/newsroom?page=2", summary=True),
    # The date stands outside of the items, in the term before it or the heading above: no selector reaches it.
    Listing("definition_list", 8, 0, None, summary=False),
    Listing("drupal_views", 8, 8, "?page=1", summary=True),
    Listing("gov_uk_list", 8, 8, "/search/news?page=2", summary=True),
    Listing("joomla_blog", 8, 8, "/en/news?start=8", summary=True),
    Listing("links_below_date_headings", 8, 0, None, summary=False),
    Listing("plain_table", 8, 8, None, summary=False),
    Listing("sharepoint_list", 8, 8, None, summary=False),
    Listing("typo3_news", 8, 8, "/aktuelles/seite-2", summary=True),
    Listing("wordpress_block_theme", 8, 8, "/news/page/2/", summary=False),
    Listing("wordpress_classic_theme", 8, 8, "/page/2/", summary=True),
)
SITES = (
    ("state.3.html", 3, 3, "li.collection-result"),
    ("un.2.html", 3, 3, "div.views-row"),
    ("white-house.2.html", 3, 3, "li.post"),
)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: str(listing.name))
def test_what_a_person_sees_is_found_with_title_link_and_date(listing: Listing) -> None:
    page = (DATA / f"{listing.name}.html").read_text(encoding="utf-8")
    best = drafts(page)[0]
    assert (best.found, best.seen, best.dated) == (listing.seen, listing.seen, listing.dated)
    assert best.titles[0] == "Harbour Office Opens a Second Lighthouse at Veldmark"
    assert best.titles[-1] == "Report: A Year of Quiet Tides"
    assert len(set(best.titles)) == len(set(best.links)) == listing.seen
    assert ("summary" in best.keys) == listing.summary
    assert ("next" in best.keys) == (listing.next is not None)
    if listing.next:
        from bs4 import BeautifulSoup  # noqa: PLC0415 - only here

        css = best.keys["next"].removesuffix("@href")
        assert {link["href"] for link in BeautifulSoup(page, "lxml").select(css)} == {listing.next}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: str(listing.name))
def test_selectors_name_what_an_element_is_and_not_its_place_or_build(listing: Listing) -> None:
    best = drafts((DATA / f"{listing.name}.html").read_bytes())[0]
    for key, selector in best.keys.items():
        if key != "date_format":
            assert not re.search(r"nth|css-|\.[\w-]*\d\d|first|odd|even|alternating|sticky", selector), (key, selector)
            assert len(selector) <= 60, (key, selector)


@pytest.mark.parametrize(("name", "seen", "dated", "item"), SITES)
def test_the_shipped_sites_pages_are_read_as_their_hand_made_selectors_read_them(
    name: str, seen: int, dated: int, item: str
) -> None:
    best = drafts((SHIPPED / name).read_bytes())[0]
    assert (best.found, best.dated, best.keys["item"]) == (seen, dated, item)
    expected = json.loads((SHIPPED / name.replace(".html", ".expected.json")).read_text(encoding="utf-8"))
    plain = [" ".join(title.split()) for title in best.titles]
    assert plain == [item["title"] for item in expected["items"]]


def test_the_white_house_page_of_2025_shows_ten_posts_of_which_one_has_neither_title_nor_link(corpus: Path) -> None:
    best, *others = drafts((corpus / "official/whitehouse/wh_news-listing_2025-01-23.html").read_bytes())
    assert (best.seen, best.found, best.dated, others) == (10, 9, 9, [])
    assert best.titles[0].startswith("Fact Sheet: President Donald J. Trump Takes Action to Enhance")
    assert all(link.startswith("https://www.whitehouse.gov/") and link.count("/") > 4 for link in best.links)


def test_the_list_of_the_court_of_auditors_is_not_in_its_page_and_that_is_said(corpus: Path) -> None:
    body = (corpus / "official/other/eca_all-news-listing_2025-08.html").read_bytes()
    assert drafts(body, "https://www.eca.europa.eu/en/all-news") == ()
    assert filled_by(body.decode()) == "SharePoint web parts"


def test_menus_margins_and_feet_are_no_lists() -> None:
    page = (DATA / "drupal_views.html").read_text(encoding="utf-8")
    without = re.sub(r"<main.*</main>", "<main><p>Nothing here.</p></main>", page, flags=re.DOTALL)
    assert [draft for draft in drafts(without) if draft.dated == 0] == []


def test_two_lists_of_a_page_are_two_drafts_the_dated_one_first() -> None:
    news = "".join(
        f'<li class="news"><a href="/n/{n}">Harbour news, part {n} of 5</a> <time datetime="2026-10-0{n}"></time></li>'
        for n in range(1, 6)
    )
    events = "".join(
        f'<div class="event"><h3><a href="/e/{n}">An event to visit, number {n}</a></h3></div>' for n in "abcde"
    )
    first, second = drafts(f"<html><body><div>{events}</div><ul>{news}</ul></body></html>")
    assert (first.keys["item"], second.keys["item"]) == ("li.news", "div.event")


def test_a_topic_is_not_taken_for_a_missing_title() -> None:
    rows = "".join(
        f'<article class="post"><h2>{"" if n == 2 else f"<a href=/p/{n}>Statement number {n} of the office</a>"}</h2>'
        f'<a href="/topic/{n % 2}" rel="tag">Topic {n % 2}</a></article>'
        for n in range(6)
    )
    best = drafts(f"<main>{rows}</main>")[0]
    assert (best.seen, best.found) == (6, 5)
    assert not [title for title in best.titles if title.startswith("Topic")]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["20.10.2026", "6.10.2026"], "%d.%m.%Y"),
        (["6.10.2026", "5.10.2026"], "%d.%m.%Y"),
        (["02/03/2026", "25/03/2026"], "%d/%m/%Y"),
        (["02/03/2026", "03/25/2026"], "%m/%d/%Y"),
        (["02/03/2026", "04/05/2026"], None),
        (["25/03/26 14:05", "02/03/26 09:00"], "%d/%m/%y %H:%M"),
        (["03/25/2026 2:05 PM", "03/02/2026 9:00 AM"], "%m/%d/%Y %I:%M %p"),
        (["25/03/2026", "soon"], None),
        (["Volume 3"], None),
    ],
)
def test_dates_that_read_two_ways_are_settled_by_their_neighbours(values: list[str], form: str | None) -> None:
    assert form_for(values, reads) == form


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("news-item", MEANS),
        ("wp-block-post-title", MEANS),
        ("ms-vb-title", MEANS),
        ("cmp-list__entry", MEANS),
        ("govuk-link", MEANS),
        ("teaser", MEANS),
        ("harbour", SAYS),
        ("row", LOOKS),
        ("col-md", LOOKS),
        ("is-layout-flex", LOOKS),
        ("css-1x2y3z4", 0),
        ("sc-bdVaJa", 0),
        ("post-721", 0),
        ("views-row-1", 0),
        ("views-row-first", 0),
        ("Card_title__x3K9a", 0),
        ("r5", LOOKS),
        ("md:w-1/2", 0),
        ("category-statements", 0),
    ],
)
def test_names_that_outlast_an_edit_are_told_from_others(name: str, value: int) -> None:
    assert worth(name) == value


def test_json_of_the_sites_is_read_as_their_hand_made_expressions_read_it(corpus: Path) -> None:
    def best(path: Path) -> Drafted:
        return json_drafts(Response(URL, 200, {}, path.read_bytes()), reads)[0]

    nato = best(corpus / "official/nato/nato_transcripts-search-servlet_20261004_first4.json")
    assert (nato.found, nato.seen, nato.dated) == (4, 4, 4)
    assert nato.keys == {
        "items": "pages[]",
        "title": "join(' ', [title, description])",  # titles repeat: "Remarks", "Speech"
        "link": "link",
        "date": "pageDate",
    }
    state = best(SHIPPED / "state.2.json")
    assert (state.found, state.dated) == (3, 3)
    assert state.keys["date"] == "date_gmt && join('', [date_gmt, 'Z'])"
    assert (state.keys["id"], state.keys["body"]) == ("guid.rendered", "content.rendered")
    register = best(SHIPPED / "federal-register.1.json")
    assert (register.keys["items"], register.keys["link"], register.keys["date"]) == (
        "results[]",
        "html_url",
        "publication_date",
    )


def test_odd_keys_are_quoted_and_lists_without_links_passed_over() -> None:
    rows = [
        {"the title": f"Statement {n} on ferries", "Title": f"Statement {n} on ferries", "@url": "x", "web url": "x"}
        for n in "ab"
    ]
    answer = {
        "facets": [{"name": "a"}, {"name": "b"}],
        "data rows": [row | {"url": f"/n/{n}"} for n, row in enumerate(rows)],
    }
    (draft,) = json_drafts(Response(URL, 200, {}, json.dumps(answer).encode()), reads)
    assert draft.keys == {"items": '"data rows"[]', "title": "Title", "link": "url"}


def test_a_long_page_is_drafted_in_seconds() -> None:
    rows = "".join(
        f'<tr class="r{n % 7} line"><td><div><a href="/d/{n}">Document number {n} of the office</a></div></td>'
        f"<td>{n % 28 + 1} May 2026</td></tr>"
        for n in range(900)
    )
    begin = time.process_time()
    best = drafts(f"<main><table>{rows}</table></main>")[0]
    assert (best.found, best.dated) == (900, 900)
    assert time.process_time() - begin < 10


def test_a_hostile_page_costs_no_minutes() -> None:
    nested = "".join(f"<div class='{chr(97 + n % 26)}{chr(97 + n // 26)}x'>" for n in range(400))
    links = "".join(
        f"<li class='{chr(97 + n % 26) * 3}'><a href='/{n}'>A title that is long enough</a></li>" for n in range(2_000)
    )
    begin = time.process_time()
    drafts(f"<html><body>{nested}{links}")
    assert time.process_time() - begin < 60


TAGS = st.sampled_from(
    ["div", "ul", "li", "a href='/x'", "a href='/long/path'", "h2", "time", "p", "td", "tr", "table"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, st.text(max_size=30), st.booleans()), max_size=40), st.integers(1, 4))
def test_nothing_fails_whatever_stands_on_a_page(parts: list[tuple[str, str, bool]], times: int) -> None:
    body = "".join(
        f"<{tag} class='{text}'>{text}" + (f"</{tag.split()[0]}>" if end else "") for tag, text, end in parts
    )
    drafts("<html><body>" + body * times)
