"""``/status`` and the metrics: what an operator is told of each source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lxml import html

from aggregator.model import Cadence, Pulse, SourceState, Trouble
from aggregator.model.troubles import KINDS
from aggregator.render.condition import condition
from aggregator.render.status_page import status_page, status_view

if TYPE_CHECKING:
    from aggregator.config.values import Settings

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEN = SourceState(
    "nato",
    next_due=NOW + HOUR,
    last_attempt=NOW,
    last_success=NOW - HOUR,
    last_item=NOW - 25 * HOUR,
    endpoint="https://nato.example/feed?a=1&b=<2>",
    items=25,
    cadence=Cadence(newest=NOW, heard=NOW, items=60, typical=3600, longest=7200, daily=False, usually="about 5 a day"),
)
TIMEOUT = Trouble("timeout", "It took <too> long.", NOW - HOUR)


def text_of(page: bytes) -> str:
    return " ".join(" ".join(map(str, html.fromstring(page.decode()).itertext())).split())


def test_a_source_is_told_of_in_words(settings: Settings) -> None:
    told = text_of(status_page(settings, {"nato": SEEN}, None, NOW))
    assert "Items 25, about 5 a day" in told
    for words in ("1 Oct 2026, 11:00 UTC", "30 Sept 2026, 11:00 UTC", "1 Oct 2026, 13:00 UTC", "As of 1 October 2026"):
        assert words in told, words
    assert "https://nato.example/feed?a=1&b=%3C2%3E" in told
    assert "Troubles" not in told
    assert "ago" not in told.split()


def test_those_that_do_not_answer_come_first_with_what_to_do(settings: Settings) -> None:
    states = {
        "white-house": SourceState("white-house", NOW + HOUR, last_attempt=NOW, trouble=(Trouble("moved", "M.", NOW),)),
        "nato": replace(SEEN, failures=3, trouble=(TIMEOUT, Trouble("odd", "From a newer version.", NOW))),
    }
    view = status_view(settings, states, None, NOW)
    assert [row.id for row in view.troubled] == ["nato", "white-house"]
    told = text_of(status_page(settings, states, None, NOW))
    assert "answers too slowly timeout since 1 October 2026, 11:00 UTC It took <too> long." in told
    assert KINDS["timeout"].suggestion in told


def test_a_source_that_is_stuck_is_among_the_troubles(settings: Settings) -> None:
    states = {"nato": replace(SEEN, next_due=NOW - 9 * HOUR)}
    view = status_view(settings, states, None, NOW)
    assert [(row.id, row.troubles) for row in view.troubled] == [("nato", ())]
    assert view.overdue is not None
    assert view.overdue.words == "1 October 2026, 03:00 UTC"
    assert "Stuck: due since 2026-10-01 at 03:00 UTC" in text_of(status_page(settings, states, None, NOW))


def test_what_stands_in_the_way_of_all_comes_before_the_sources(settings: Settings) -> None:
    heart = Pulse(NOW - 9 * HOUR, ticked=NOW - 9 * HOUR, config="a.toml:1: <x>", error="no space left")
    told = text_of(status_page(settings, None, heart, NOW, "the store is damaged"))
    places = [told.index(words) for words in ("a.toml:1: <x>", "the store is damaged", "no sign of", "The sources")]
    assert places == sorted(places)
    assert "What is known of the sources cannot be read." in told


def test_the_page_asks_for_nothing_and_runs_nothing(settings: Settings) -> None:
    page = status_page(settings, {"nato": SEEN}, None, NOW)
    tree = html.fromstring(page.decode())
    assert tree.xpath("//script | //img | //link[@rel='stylesheet'] | //*[@style] | //form") == []
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert tree.xpath("//link[@rel='canonical']") == []
    assert page == status_page(settings, {"nato": SEEN}, None, NOW)


def test_no_page_for_operators_holds_a_secret(settings: Settings) -> None:
    guarded = "https://user:sesame@nato.example/feed?api_key=sesame"
    trouble = (Trouble("timeout", f"{guarded} took too long", NOW),)
    states = {"nato": replace(SEEN, endpoint=guarded, failures=1, trouble=trouble)}
    heart = Pulse(NOW, config=f"sources.toml:7: {guarded} is no url", error=f"{guarded} takes nothing")
    assert b"sesame" not in status_page(settings, states, heart, NOW)
    assert "sesame" not in str(condition(settings, states, heart, NOW))
    assert "sesame" not in str(condition(settings, None, heart, NOW, f"{guarded} is broken"))
