"""``fulltext``: the link of each new item is followed once, and its text taken from there."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.cli.show_trial import trial_object, trial_text
from aggregator.errors import BadStatus, HostRests
from aggregator.model import Update
from aggregator.pipeline.follow import LASTS, PATIENCE, TRIES
from aggregator.pipeline.trial import look
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

HEAD = "<html><head><title>Office</title></head><body><nav>Menu</nav>"


def url(number: int) -> str:
    return f"https://office.example/{number}"


def listed(*numbers: int, **fields: str) -> bytes:
    items = [
        {"guid": f"g{n}", "title": f"Statement {n}", "link": url(n), "date": f"Thu, 01 Oct 2026 09:{n:02}:00 GMT"}
        | fields
        for n in numbers
    ]
    return rss(*items)


def page(text: str) -> bytes:
    return f"{HEAD}<main><article><p>{text}</p> <a href='more'>More</a></article></main></body></html>".encode()


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    newsroom.source("office", fulltext=True, body="article", fulltext_pages=3)
    for number in range(1, 9):
        newsroom.web.answers[url(number)] = page(f"Text of number {number}.")
    return newsroom


def shown(office: Newsroom) -> dict[str, str]:
    return {item["title"]: item.get("content_html", "") for item in office.items()}


def changes(update: Update) -> tuple[int, int]:
    return update.new, update.changed


def test_the_text_of_a_new_item_is_taken_from_its_page(office: Newsroom) -> None:
    office.web.answers[FEED] = listed(1, body="A paragraph.")
    assert changes(office.look()["office"]) == (1, 0)
    assert office.web.asked == [FEED, url(1)]
    (item,) = office.items()
    assert item["content_html"] == '<p>Text of number 1.</p> <a href="https://office.example/more">More</a>'
    assert item["url"] == url(1)


def test_a_trial_says_of_how_many_items_the_page_was_asked_for(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1, 2), url(2): BadStatus(404)}
    tried = []
    for _ in range(2):
        trial = look(office.settings, office.settings.sources[0], office.web, office.store, office.clock.now())
        lines = trial_text(trial).splitlines()
        tried.append(" ".join(next(line for line in lines if line.startswith("full text")).split()))
        assert trial_object(trial)["fields"]["full text"]["asked"] == (2 if len(tried) == 1 else 0)
        office.web.answers[url(2)] = page("Text of number 2.")
        office.look()
    first, second = tried
    assert first.startswith("full text 1, 2 pages asked for article <p>Text of number 1.</p>")
    assert second == "full text 0, 0 pages asked for article no page was asked for: every item is known"


def test_a_page_is_asked_for_once(office: Newsroom) -> None:
    office.web.answers[FEED] = listed(1)
    office.look()
    before = office.items()
    office.web.answers[FEED] = listed(1) + b"\n"
    assert changes(office.look()["office"]) == (0, 0)
    assert office.web.asked == [FEED]
    assert office.items() == before


def test_pages_that_take_too_long_are_left_for_the_next_look(office: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    office.web.answers[FEED] = listed(1, 2, 3, 4)
    seconds = count(step=LASTS / 2)
    monkeypatch.setattr(office.clock, "monotonic", lambda: next(seconds) if office.web.asked else 0.0)
    office.look()
    first = len(office.web.asked)
    assert FEED in office.web.asked
    assert 1 < first < 5
    monkeypatch.undo()
    office.web.asked.clear()
    office.look()
    assert len(office.web.asked) == 1 + 5 - first


def test_what_is_over_the_cap_is_read_at_the_next_looks_and_is_no_edit(office: Newsroom) -> None:
    office.web.answers[FEED] = listed(*range(1, 9))
    assert changes(office.look()["office"]) == (8, 0)
    assert len(office.web.asked) == 1 + 3
    dates = {item["title"]: (item["date_published"], item["date_modified"]) for item in office.items()}
    for read in (6, 8):
        assert changes(office.look()["office"]) == (0, 0)  # the list itself has not changed
        assert sum("Text of" in text for text in shown(office).values()) == read
    office.look()
    assert office.web.asked == [FEED]
    assert {item["title"]: (item["date_published"], item["date_modified"]) for item in office.items()} == dates
    assert {item["_aggregator"]["versions"] for item in office.items()} == {1}


def test_a_page_that_fails_costs_its_own_text_only_and_is_tried_again(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1, 2), url(1): BadStatus(403)}
    update = office.look()["office"]
    assert changes(update) == (2, 0)
    (trouble,) = update.state.trouble
    assert trouble.kind == "fulltext"
    assert trouble.explanation == f"{url(1)}: HTTP 403"
    office.web.answers[url(1)] = page("At last.")
    update = office.look()["office"]
    assert office.web.asked == [FEED, url(1)]
    assert (changes(update), update.state.trouble) == ((0, 0), ())
    assert "At last." in shown(office)["Statement 1"]


def test_a_page_that_keeps_failing_is_given_up(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1), url(1): page("").replace(b"article", b"section")}
    asked = 0
    update = office.look()["office"]
    for _ in range(TRIES + 3):
        asked += office.web.asked.count(url(1))
        update = office.look()["office"]
        assert changes(update) == (0, 0)
    assert asked == TRIES
    assert [trouble.kind for trouble in update.state.trouble] == ["fulltext"]  # as long as the list stays as it is
    office.web.answers[FEED] = listed(1, title="Statement 1, corrected")
    office.web.answers[url(1)] = page("Now there.")
    update = office.look()["office"]
    assert "Now there." in shown(office)["Statement 1, corrected"]
    assert update.state.trouble == ()


def test_new_items_come_before_those_whose_page_failed(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1, 2, 3)} | {url(n): BadStatus(404) for n in (1, 2, 3)}
    office.look()
    office.web.answers[FEED] = listed(4, 5, 1, 2, 3)
    office.look()
    assert office.web.asked[:3] == [FEED, url(4), url(5)]


def test_a_site_that_is_down_is_not_asked_for_every_page(office: Newsroom) -> None:
    office.sources[0]["fulltext_pages"] = 8
    office.web.answers |= {FEED: listed(*range(1, 9))} | {url(n): BadStatus(500) for n in range(1, 9)}
    office.look()
    assert len(office.web.asked) == 1 + PATIENCE
    office.web.answers[url(1)] = HostRests("office.example", 503, office.clock.time, 60.0, "Unavailable")
    office.web.answers[FEED] = listed(1)
    office.look()
    assert office.web.asked == [FEED, url(1)]


def test_a_notice_in_the_place_of_every_page_is_no_text(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1, 2, 3), url(1): page("Please wait."), url(3): page("Please wait.")}
    update = office.look()["office"]
    assert ["Please wait" in text for text in shown(office).values()] == [False, False, False]
    assert "has the same text as another item's page" in update.state.trouble[0].explanation
    assert "Text of number 2." in shown(office)["Statement 2"]


def test_an_edit_of_the_list_is_an_edit(office: Newsroom) -> None:
    office.web.answers[FEED] = listed(1)
    office.look()
    office.web.answers[FEED] = listed(1, title="Statement 1, corrected")
    assert changes(office.look()["office"]) == (0, 1)


def test_an_edit_while_the_page_cannot_be_had_keeps_the_text(office: Newsroom) -> None:
    office.web.answers[FEED] = listed(1)
    office.look()
    office.web.answers |= {FEED: listed(1, title="Statement 1, corrected"), url(1): BadStatus(503)}
    office.look()
    assert "Text of number 1." in shown(office)["Statement 1, corrected"]


def test_setting_it_later_completes_what_the_list_still_shows(office: Newsroom) -> None:
    table: dict[str, Any] = office.sources[0]
    follow = {key: table.pop(key) for key in ("fulltext", "body", "fulltext_pages")}
    office.web.answers[FEED] = listed(1)
    office.look()
    assert office.web.asked == [FEED]
    table |= follow
    assert changes(office.look()["office"]) == (0, 0)
    assert "Text of number 1." in shown(office)["Statement 1"]


def test_several_matches_are_all_taken_and_matches_inside_them_once(office: Newsroom) -> None:
    office.sources[0]["body"] = ".text"
    first, last = "<div class=text><p>One.</p><div class=text>Two.</div></div>", "<div class=text><p>Three.</p></div>"
    office.web.answers |= {FEED: listed(1), url(1): f"{HEAD}{first}<aside>Ad</aside>{last}".encode()}
    office.look()
    text = shown(office)["Statement 1"]
    assert [text.count(word) for word in ("One.", "Two.", "Three.", "Ad")] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    "told",
    [
        "<meta property='article:published_time' content='2026-09-30T08:00:00+02:00'>",
        """<script type='application/ld+json'>{"@graph": [{"@type": "WebSite", "datePublished": "1999-01-01"},
        {"@type": "NewsArticle", "datePublished": "2026-09-30T08:00:00+02:00"}]}</script>""",
    ],
    ids=["meta", "JSON-LD"],
)
def test_the_page_dates_what_the_list_does_not(office: Newsroom, told: str) -> None:
    office.web.answers[FEED] = rss({"guid": "g1", "title": "Statement 1", "link": url(1)})
    office.web.answers[url(1)] = (HEAD.replace("<title>", told + "<title>") + "<article>Text</article>").encode()
    office.look()
    assert office.items()[0]["date_published"] == "2026-09-30T06:00:00Z"


def test_a_text_that_is_not_republished_stays_in_the_store(office: Newsroom) -> None:
    office.sources[0]["content"] = "summary"
    office.web.answers[FEED] = listed(1, body="A paragraph.")
    office.look()
    (item,) = office.items()
    assert "content_html" not in item
    assert "Text of" not in str(item)


def test_pages_that_fail_are_no_less_in_trouble_while_new_ones_come_first(office: Newsroom) -> None:
    office.web.answers |= {FEED: listed(1)} | {url(1): BadStatus(404)}
    since = office.look()["office"].state.trouble[0].since
    office.web.answers[FEED] = listed(2, 3, 4, 1)
    update = office.look()["office"]
    assert url(1) not in office.web.asked
    assert [(one.kind, one.since) for one in update.state.trouble] == [("fulltext", since)]
    office.web.answers[url(1)] = page("At last.")
    assert office.look()["office"].state.trouble == ()
