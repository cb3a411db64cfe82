"""``status.json``: one word and the times for each source."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.config.values import Settings
from aggregator.model import Cadence, EndpointState, SourceState, Trouble
from aggregator.model.troubles import KINDS
from aggregator.render.status import status, summary

NOW = datetime(2025, 8, 19, 12, 0, 0, 5, tzinfo=UTC)
NATO = "https://nato.example/content/nato/jcr:content/search.json?page=1&languages=en"
SEEN = SourceState(
    "nato",
    next_due=datetime(2025, 8, 19, 13, tzinfo=UTC),
    last_attempt=NOW,
    last_success=datetime(2025, 8, 19, 11, tzinfo=UTC),
    last_item=datetime(2025, 8, 18, 9, tzinfo=UTC),
    endpoint=NATO,
    items=25,
)
RESTS = EndpointState(NATO, rests=True)


def test_a_source_that_is_well(settings: Settings) -> None:
    assert json.loads(status(settings, {"nato": SEEN}, NOW)) == {
        "generated": "2025-08-19T12:00:00Z",
        "sources": [
            never("white-house"),
            {
                "id": "nato",
                "state": "ok",
                "endpoint": NATO,
                "last_success": "2025-08-19T11:00:00Z",
                "last_item": "2025-08-18T09:00:00Z",
                "items": 25,
                "cadence": None,
                "rhythm": None,
                "next_due": "2025-08-19T13:00:00Z",
                "trouble": [],
            },
            never("un"),
        ],
    }


def never(source: str) -> dict[str, object]:
    return {
        "id": source,
        "state": "new",
        "endpoint": None,
        "last_success": None,
        "last_item": None,
        "items": 0,
        "cadence": None,
        "rhythm": None,
        "next_due": None,
        "trouble": [],
    }


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (SEEN, "ok"),
        (replace(SEEN, last_attempt=None), "new"),
        (replace(SEEN, failures=1), "failing"),
        (replace(SEEN, endpoints={NATO: RESTS}), "resting"),
        (replace(SEEN, endpoints={NATO: RESTS}, failures=3), "resting"),
        (replace(SEEN, endpoints={"https://nato.example/former": RESTS}), "ok"),
        (replace(SEEN, trouble=(Trouble("resting", "One of two rests.", NOW),), failures=1), "failing"),
        (replace(SEEN, trouble=(Trouble("host-rests", "Until then.", NOW),) * 2, failures=1), "resting"),
        (replace(SEEN, trouble=tuple(Trouble(k, "x", NOW) for k in ("resting", "host-rests")), failures=1), "resting"),
        (replace(SEEN, trouble=tuple(Trouble(k, "x", NOW) for k in ("timeout", "host-rests")), failures=1), "failing"),
        (replace(SEEN, trouble=(Trouble("moved", "There.", NOW),)), "ok"),
        (replace(SEEN, trouble=tuple(Trouble(k, "x", NOW) for k in ("quiet", "fallback"))), "quiet"),
        (replace(SEEN, trouble=(Trouble("blocked-akamai", "x", NOW),)), "ok"),
        (replace(SEEN, trouble=(Trouble("blocked-akamai", "x", NOW),), failures=1), "blocked"),
        (replace(SEEN, trouble=tuple(Trouble(k, "x", NOW) for k in ("timeout", "login")), failures=1), "blocked"),
        (replace(SEEN, trouble=(Trouble("from a newer version", "x", NOW),), failures=1), "failing"),
    ],
)
def test_one_word(settings: Settings, state: SourceState, word: str) -> None:
    assert word_for(settings, state) == word


def test_disabled_comes_first(settings: Settings) -> None:
    sources = tuple(source.model_copy(update={"enabled": False}) for source in settings.sources)
    disabled = settings.model_copy(update={"sources": sources})
    for state in (SEEN, replace(SEEN, last_attempt=None), replace(SEEN, failures=1, endpoints={NATO: RESTS})):
        assert word_for(disabled, state) == "disabled"
    (entry,) = [source for source in json.loads(status(disabled, {"nato": SEEN}, NOW))["sources"] if source["items"]]
    assert entry["next_due"] is None


def word_for(settings: Settings, state: SourceState) -> str:
    document = json.loads(status(settings, {"nato": state}, NOW))
    (word,) = (source["state"] for source in document["sources"] if source["id"] == "nato")
    return str(word)


def test_trouble_is_told_in_order(settings: Settings) -> None:
    trouble = (
        Trouble("timeout", "It took “too long”.", datetime(2025, 8, 1, tzinfo=UTC)),
        Trouble("selectors", "Nothing in it.", NOW),
    )
    document = json.loads(status(settings, {"nato": replace(SEEN, trouble=trouble)}, NOW))
    assert document["sources"][1]["trouble"] == [
        {
            "kind": "timeout",
            "explanation": "It took “too long”.",
            "suggestion": KINDS["timeout"].suggestion,
            "since": "2025-08-01T00:00:00Z",
        },
        {
            "kind": "selectors",
            "explanation": "Nothing in it.",
            "suggestion": KINDS["selectors"].suggestion.replace("{source}", "nato"),
            "since": "2025-08-19T12:00:00Z",
        },
    ]


def test_how_often_a_source_publishes_is_told(settings: Settings) -> None:
    known = Cadence(newest=NOW, heard=NOW, items=60, typical=3600, longest=7200, daily=False, usually="about 5 a day")
    document = json.loads(status(settings, {"nato": replace(SEEN, cadence=known)}, NOW))
    assert document["sources"][1]["cadence"] == "about 5 a day"


def test_a_source_that_is_gone_from_the_configuration_is_not_told_of(settings: Settings) -> None:
    assert b'"gone"' not in status(settings, {"gone": replace(SEEN, id="gone")}, NOW)


def test_the_bytes_end_in_a_line_and_say_what_the_summary_says(settings: Settings) -> None:
    data = status(settings, {"nato": SEEN}, NOW)
    assert data.endswith(b"}\n")
    assert json.loads(data) == summary(settings, {"nato": SEEN}, NOW)
