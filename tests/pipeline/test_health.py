"""What several looks at a site tell of its health: through failures, fallbacks and unchanged answers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus, Refusal
from aggregator.model import SourceState
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

SECOND = "https://office.example/second"
PAGE = "https://office.example/news"


def items(count: int = 6, **fields: str) -> list[dict[str, str]]:
    return [
        {
            "guid": f"g{number}",
            "title": f"Statement {number}",
            "link": f"https://office.example/{number}",
            "date": f"{number + 1} Sep 2026 09:00:00 GMT",
        }
        | fields
        for number in range(count)
    ]


def undated(count: int = 6) -> bytes:
    return rss(*({name: value for name, value in one.items() if name != "date"} for one in items(count)))


def kinds(state: SourceState) -> list[str]:
    return [trouble.kind for trouble in state.trouble]


def test_a_changed_shape_is_told_until_it_is_mended_also_while_another_endpoint_serves(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers = {FEED: rss(*items()), SECOND: rss(*items())}
    assert kinds(newsroom.look()["office"].state) == []
    newsroom.web.answers[FEED] = undated()
    first = newsroom.look()["office"]
    assert kinds(first.state) == ["dates-missing"]
    assert newsroom.look()["office"].state.trouble == first.state.trouble, "the same answer again"
    newsroom.web.answers[FEED] = BadStatus(500)
    assert kinds(newsroom.look()["office"].state) == ["fallback"]
    newsroom.web.answers[FEED] = undated()
    assert kinds(newsroom.look()["office"].state) == ["dates-missing"]
    newsroom.web.answers[FEED] = rss(*items(7))
    assert kinds(newsroom.look()["office"].state) == []


def test_another_reading_makes_a_new_beginning(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.web.answers[FEED] = rss(*items())
    newsroom.look()
    newsroom.web.answers[FEED] = undated()
    assert kinds(newsroom.look()["office"].state) == ["dates-missing"]
    source["timezone"] = "Europe/Brussels"
    assert kinds(newsroom.look()["office"].state) == []


def test_a_redesign_is_told_as_one(newsroom: Newsroom) -> None:
    source = newsroom.source()
    source["endpoint"] = [{"kind": "page", "url": PAGE, "item": "li", "title": "a", "link": "a"}]
    newsroom.web.answers[PAGE] = b"<p>No list was ever here.</p>"
    assert kinds(newsroom.look()["office"].state) == ["no-items"]
    newsroom.web.answers[PAGE] = b"<ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul>"
    newsroom.look()
    newsroom.web.answers[PAGE] = b"<div><a href=/1>One</a></div>"
    (trouble,) = newsroom.look()["office"].state.trouble
    assert trouble.kind == "selectors"
    assert trouble.explanation.endswith("; on 2026-10-01 it gave 2 items")
    assert newsroom.titles() == ["One", "Two"]


def test_a_block_in_an_error_is_told_by_its_name(newsroom: Newsroom) -> None:
    newsroom.source()
    refusal = Refusal(FEED, {"server": "AkamaiGHost"}, b"")
    newsroom.web.answers[FEED] = BadStatus(403, "Forbidden", answer=refusal)
    update = newsroom.look()["office"]
    assert kinds(update.state) == ["blocked-akamai"]
    assert update.error == f"{FEED}: HTTP 403 Forbidden: a block of Akamai"
    (source,) = json.loads((newsroom.root / "feeds" / "status.json").read_text())["sources"]
    assert source["state"] == "blocked"


@pytest.mark.parametrize("changing", [False, True], ids=["unchanged answers", "the same items anew"])
def test_a_silence_is_told_and_ends_with_the_next_item(newsroom: Newsroom, *, changing: bool) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*items(30))
    state = newsroom.look()["office"].state
    assert state.cadence
    assert (state.cadence.usually, kinds(state)) == ("about once a day", [])
    begun, update = [], newsroom.look()["office"]
    for day in range(8):
        newsroom.clock.time += timedelta(hours=23)
        if changing:
            newsroom.web.answers[FEED] = rss(*items(30)) + b"<!-- %d -->" % day
        update = newsroom.look()["office"]
        begun += [day for episode in update.episodes if episode.kind == "quiet"]
    assert (kinds(update.state), begun) == (["quiet"], [2]), "30 September and four days, told once"
    late = items(1, guid="new", link="https://office.example/new", title="Late", date="2 Oct 2026 09:00:00 GMT")
    newsroom.web.answers[FEED] = rss(*late, *items(30))
    ended = newsroom.look()["office"]
    assert kinds(ended.state) == []
    assert [(episode.kind, episode.ended) for episode in ended.episodes] == [("quiet", newsroom.clock.time)]


def test_a_fallback_is_one_episode_however_often_the_first_endpoint_is_asked(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    newsroom.web.answers = {FEED: BadStatus(404), SECOND: rss(*items())}
    asked, told = 0, []
    for _ in range(8):
        told.append(len(newsroom.look(minutes=30, everything=False)["office"].episodes))
        asked += FEED in newsroom.web.asked
    assert 1 < asked < 8, "left alone at some, asked at others"
    assert told == [1] + [0] * 7


def test_health_is_published_when_it_changes_and_only_then(newsroom: Newsroom) -> None:
    newsroom.source()
    feed = newsroom.root / "feeds" / "health.atom"
    newsroom.web.answers[FEED] = BadStatus(404)
    newsroom.look()
    written = feed.stat().st_mtime_ns
    assert '<category term="http-status"' in feed.read_text()
    newsroom.look()
    assert feed.stat().st_mtime_ns == written
    newsroom.web.answers[FEED] = rss(*items())
    newsroom.look()
    assert "(over since 2026-10-01)" in feed.read_text()
    feed.unlink()
    newsroom.look()
    assert feed.exists()


def test_what_is_switched_off_has_no_troubles_that_last_for_ever(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.source("other", SECOND)
    newsroom.web.answers[SECOND] = rss(*items())
    newsroom.look()
    feed = newsroom.root / "feeds" / "health.atom"
    assert '<category term="http-status"' in feed.read_text()
    source["enabled"] = False
    newsroom.look()
    assert "<entry>" not in feed.read_text()
    source["enabled"] = True
    newsroom.look()
    assert '<category term="http-status"' in feed.read_text()


def test_what_is_wrong_with_items_of_one_endpoint_is_not_said_of_another(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, SECOND)
    useless = {"title": "Neither link nor date"}
    newsroom.web.answers = {FEED: BadStatus(500), SECOND: rss(*items())}
    assert kinds(newsroom.look()["office"].state) == ["fallback"]
    newsroom.web.answers[FEED] = rss(*items(), useless)
    assert kinds(newsroom.look()["office"].state) == ["bad-items"]
    assert kinds(newsroom.look()["office"].state) == ["bad-items"], "the same answer again"
    newsroom.web.answers[FEED] = BadStatus(500)
    assert kinds(newsroom.look()["office"].state) == ["fallback"], "the same answer as at the first look"


@pytest.mark.parametrize("fields", [{}, {"body": "What was said about the ferry."}], ids=["bare", "with text"])
def test_one_title_for_all_replaces_none_that_is_known(newsroom: Newsroom, fields: dict[str, str]) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*items(6, **fields))
    newsroom.look()
    before = newsroom.items()
    newsroom.web.answers[FEED] = rss(*items(6, **{"title": "News"} | fields))
    update = newsroom.look()["office"]
    assert (update.changed, kinds(update.state)) == (0, ["titles-equal"])
    assert newsroom.items() == before
    newsroom.web.answers[FEED] = rss(*items(7, **fields))
    update = newsroom.look()["office"]
    assert (update.new, update.changed, kinds(update.state)) == (1, 0, [])
    assert newsroom.items()[1:] == before


def test_what_is_gone_is_told_as_gone_at_once(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = BadStatus(410, "Gone")
    first = newsroom.look(everything=False)["office"].state
    assert kinds(first) == ["resting"]
    (trouble,) = newsroom.look(everything=False)["office"].state.trouble
    assert (trouble.kind, trouble.since) == ("resting", first.trouble[0].since)


def test_one_look_that_fails_ends_no_silence_and_no_move(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*items(30))
    newsroom.look()
    newsroom.clock.time += timedelta(days=9)
    before = newsroom.look()["office"].state
    assert kinds(before) == ["quiet"]
    newsroom.web.answers[FEED] = BadStatus(500)
    failed = newsroom.look()["office"]
    assert kinds(failed.state) == ["http-status", "quiet"]
    assert [episode.kind for episode in failed.episodes] == ["http-status"]
    newsroom.web.answers[FEED] = rss(*items(30))
    after = newsroom.look()["office"]
    assert [(one.kind, one.since) for one in after.state.trouble] == [("quiet", before.trouble[0].since)]
    assert [(episode.kind, episode.ended is None) for episode in after.episodes] == [("http-status", False)]
