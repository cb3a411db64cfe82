"""What several looks at a site come to: the stages together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus, Unreachable
from aggregator.model import Outcome
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

SECOND = "https://office.example/second"
ITEM = {"guid": "g1", "title": "Statement", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
OTHER = {"guid": "g2", "title": "Other", "link": "https://office.example/2", "date": "Thu, 01 Oct 2026 08:00:00 GMT"}


@pytest.mark.parametrize("guid", ["g1", ""], ids=["by guid", "by link"])
def test_an_item_that_a_list_shows_twice_is_never_edited_by_its_twin(newsroom: Newsroom, guid: str) -> None:
    newsroom.source()
    first = ITEM | {"body": "<p>One</p>"}
    if not guid:
        del first["guid"]
    twin = first | {"title": "Featured: Statement", "body": "<p>Two</p>"}
    newsroom.web.answers[FEED] = rss(first, twin)
    newsroom.look()
    newsroom.web.answers[FEED] = rss(first, twin) + b"\n"
    assert newsroom.look()["office"].changed == 0
    assert newsroom.titles() == ["Statement"]


def test_an_edit_made_while_the_first_endpoint_is_down_is_published(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers[FEED] = rss(ITEM | {"title": "Troops deployed"})
    newsroom.look()
    newsroom.web.answers[FEED] = BadStatus(404)
    newsroom.web.answers[SECOND] = rss(ITEM | {"title": "CORRECTED: no deployment of troops"})
    newsroom.look()
    assert newsroom.titles() == ["CORRECTED: no deployment of troops"]


def test_an_endpoint_whose_items_are_all_of_no_use_gives_way_to_the_next(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers[FEED] = rss({"title": "Access denied"})
    newsroom.web.answers[SECOND] = rss(ITEM)
    update = newsroom.look()["office"]
    assert (update.outcome, update.endpoint) == (Outcome.OK, SECOND)
    assert [trouble.kind for trouble in update.state.trouble] == ["fallback"]


def test_a_setting_that_is_taken_back_leaves_no_trace(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.web.answers[FEED] = rss(ITEM | {"body": "<p>one</p><div class='x'>two</div><p>three</p>"})
    newsroom.look()
    before = newsroom.items()
    source["remove"] = [".x"]
    newsroom.look()
    assert "two" not in newsroom.items()[0]["content_html"]
    del source["remove"]
    newsroom.look()
    assert newsroom.items() == before


def test_a_renamed_source_goes_on_with_its_items(newsroom: Newsroom) -> None:
    source = newsroom.source("office")
    newsroom.web.answers[FEED] = rss(ITEM | {"title": "Wrong title"})
    newsroom.look()
    source["id"] = "bureau"
    newsroom.web.answers[FEED] = rss(ITEM | {"title": "Right title"})
    newsroom.look()
    assert [(item["title"], item["_aggregator"]["source"]) for item in newsroom.items()] == [("Right title", "bureau")]


def test_an_article_that_was_away_is_linked_to_what_came_meanwhile(newsroom: Newsroom) -> None:
    newsroom.source()
    article = {
        "title": "Putin and Zelenskyy may meet in Ukraine",
        "url": "https://paper.example/summit",
        "takeaways": ["A meeting of Putin and Zelenskyy about Ukraine is being prepared."],
        "annotation": [{"id": "office", "label": "Office", "sources": ["office"]}],
    }

    def statement(number: int) -> dict[str, str]:
        title = f"Statement {number} on the meeting of Putin and Zelenskyy about Ukraine"
        return ITEM | {"guid": f"g{number}", "link": f"https://office.example/{number}", "title": title}

    newsroom.articles["summit"] = article
    newsroom.web.answers[FEED] = rss(statement(1))
    newsroom.look()
    del newsroom.articles["summit"]
    newsroom.web.answers[FEED] = rss(statement(1), statement(2))
    newsroom.look()
    newsroom.articles["summit"] = article
    newsroom.web.answers[FEED] = rss(statement(1), statement(2), statement(3))
    newsroom.look()
    assert len(newsroom.titles("articles/summit/linked")) == 3


def test_a_page_that_failed_once_is_read_at_the_next_look(newsroom: Newsroom) -> None:
    page, second = "https://office.example/news", "https://office.example/news/2"
    source = newsroom.source()
    source["endpoint"] = [
        {"kind": "page", "url": page, "item": "li", "title": "a", "link": "a", "next": ".next", "pages": 2}
    ]
    newsroom.web.answers[page] = b"<ul><li><a href='/1'>One</a></li></ul><a class=next href='/news/2'>more</a>"
    newsroom.web.answers[second] = Unreachable("office.example: connection reset")
    update = newsroom.look()["office"]
    assert [trouble.kind for trouble in update.state.trouble] == ["bad-items"]
    newsroom.web.answers[second] = b"<ul><li><a href='/2'>Two</a></li></ul>"
    update = newsroom.look()["office"]
    assert update.state.trouble == ()
    assert sorted(newsroom.titles()) == ["One", "Two"]


def test_what_could_not_be_used_stays_a_trouble_while_nothing_changes(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = rss(ITEM, {"title": "Neither link nor date"})
    first = newsroom.look()["office"].state.trouble
    assert [trouble.kind for trouble in first] == ["bad-items"]
    assert newsroom.look()["office"].state.trouble == first


def test_what_breaks_our_own_code_costs_that_source_only(newsroom: Newsroom) -> None:
    newsroom.source("broken", "https://office.example/broken")
    newsroom.source("office")

    def broken() -> bytes:
        msg = "a defect"
        raise ZeroDivisionError(msg)

    newsroom.web.answers["https://office.example/broken"] = broken
    newsroom.web.answers[FEED] = rss(ITEM)
    updates = newsroom.look()
    assert [updates[id_].outcome for id_ in ("broken", "office")] == [Outcome.ERROR, Outcome.OK]
    assert [trouble.kind for trouble in updates["broken"].state.trouble] == ["internal"]
    assert newsroom.titles() == ["Statement"]


def test_a_redesign_that_shows_a_new_name_before_the_old_one_never_stops_a_source(newsroom: Newsroom) -> None:
    newsroom.source()
    a, b = ("https://office.example/?p=1", "https://office.example/?p=2")
    newsroom.web.answers[FEED] = rss(ITEM | {"guid": a})
    newsroom.look()
    newsroom.web.answers[FEED] = rss(ITEM | {"guid": b})
    newsroom.look()
    newsroom.web.answers[FEED] = rss(ITEM | {"guid": b, "title": "Edited"}, ITEM | {"guid": a}, OTHER)
    update = newsroom.look()["office"]
    assert (update.outcome, "Other" in newsroom.titles()) == (Outcome.OK, True)


def test_every_source_has_a_turn_whatever_its_host(newsroom: Newsroom) -> None:
    for number in range(40):
        newsroom.source(f"slow-{number}", f"https://slow.example/{number}")
    newsroom.source("office")
    newsroom.web.answers[FEED] = rss(ITEM)
    newsroom.look()
    assert newsroom.web.asked.index(FEED) < 20
