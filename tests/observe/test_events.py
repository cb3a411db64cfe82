"""What is said of a look: all of it in one event, and what was said before only in short."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.errors import BadStatus, Unreachable
from aggregator.model import Asked, Effort, Episode, Outcome, SourceState, Update
from aggregator.observe import canonical, told
from tests.conftest import CHECKOUT
from tests.pipeline.newsroom import FEED, Clock, Newsroom
from tests.system.project import rss

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOSTILE = 'said "\x1b[2J\u202e\x9b\r\nsource=other\x00'


class Ticking(Clock):
    """A clock of which every question takes a second."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def monotonic(self) -> float:
        self.seconds += 1.0
        return self.seconds


def test_a_line_is_printable() -> None:
    update = Update("office", NOON, Outcome.ERROR, SourceState("office"), error=HOSTILE)
    line = str(canonical(update))
    assert line.isprintable()
    assert r"\x1b[2J\u202e" in line
    assert line.startswith("source=office outcome=error ")


def test_a_look_is_told_whole(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.clock = Ticking()
    newsroom.source()
    newsroom.web.answers[FEED] = body = rss(
        {"guid": "1", "title": "One"}, {"guid": "2"}, {"guid": "3", "title": "Three"}
    )
    fields = canonical(newsroom.look()["office"]).plain
    newsroom.store.close()
    assert fields.pop("next_due") > "2026-10-01T13:00:00Z"  # type: ignore[operator] # an instant, as text
    assert fields == {
        "source": "office",
        "outcome": "ok",
        "endpoint": FEED,
        "status": 200,
        "requests": 1,
        "bytes": len(body),
        "shown": 2,
        "new": 2,
        "changed": 0,
        "rejected": 1,
        # Of each stage its own part, on a clock that goes on by a second whenever it is asked.
        "seconds": 5.0,
        "fetch": 1.0,
        "parse": 2.0,
        "intake": 1.0,
        "save": 1.0,
        "trouble": ["bad-items"],
    }


def test_every_request_of_a_look_is_counted_whichever_step_made_it(tmp_path: Path) -> None:
    newsroom, other = Newsroom(tmp_path), "https://office.example/other"
    newsroom.source("office", FEED, other, fulltext=True, body="main")
    useless = rss({"title": ""})  # the next endpoint is asked
    pages = {f"https://office.example/{n}": f"<main><p>Statement {n}.</p></main>".encode() for n in range(3)}
    news = rss(*({"title": "Office", "link": page} for page in (*pages, f"{other}/lost")))
    newsroom.web.answers |= {FEED: useless, other: news, **pages}
    update = newsroom.look()["office"]
    newsroom.store.close()
    assert [asked.outcome for asked in update.effort.asked] == ["ok", "ok", "ok", "ok", "ok", "http-4xx"]
    assert update.effort.bytes == sum(map(len, (useless, news, *pages.values())))
    assert (update.endpoint, update.effort.shown, update.effort.status) == (other, 4, 404)


def test_a_failure_that_lasts_is_told_in_short(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.source()
    newsroom.web.answers[FEED] = BadStatus(500, "Oops")
    events = [canonical(newsroom.look()["office"]).plain for _ in range(7)]
    newsroom.web.answers[FEED] = Unreachable("office.example: connection refused")
    other = canonical(newsroom.look()["office"]).plain
    newsroom.store.close()
    assert ["error" in event for event in events] == [True] + [False] * 6
    assert [event["failures"] for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert {event["since"] for event in events} == {"2026-10-01T13:00:00Z"}
    assert {event["status"] for event in events} == {500}
    assert (other["error"], other["failures"]) == (f"{FEED}: office.example: connection refused", 8)
    assert "status" not in other


def test_every_field_is_documented_and_no_other() -> None:
    text = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.partition("| field of `look` | is |")[2].partition("\n\n")[0]
    names = re.findall("`([a-z_]+)`", " ".join(row.split("|")[1] for row in table.strip().splitlines()[1:]))
    assert sorted(names) == sorted(canonical(Update("office", NOON, Outcome.OK, SourceState("office"))).fields)


def test_what_was_asked_is_counted() -> None:
    asked = (Asked("http-4xx", 0.25, status=404), Asked("timeout", 5.0), Asked("ok", 0.5, 1000, 200))
    update = Update("office", NOON, Outcome.OK, SourceState("office"), effort=Effort(asked, parse=0.1))
    fields = canonical(update).plain
    assert {key: fields[key] for key in ("requests", "bytes", "fetch", "status")} == {
        "requests": 3,
        "bytes": 1000,
        "fetch": 5.75,
        "status": 200,
    }


def test_a_trouble_is_told_when_it_begins_and_when_it_ends() -> None:
    began = Episode("office", "timeout", NOON, 'too "slow"', NOON)
    otherwise = Episode("office", "timeout", NOON, "still slow", NOON + timedelta(hours=1))
    ended = Episode("office", "timeout", NOON, "still slow", NOON + timedelta(days=1), NOON + timedelta(days=1))
    assert str(told(began)).startswith(
        r'source=office trouble=timeout began=2026-01-01T12:00:00Z explanation="too \"slow\"" suggestion='
    )
    assert told(otherwise) is None
    assert str(told(ended)) == "source=office trouble=timeout ended=2026-01-02T12:00:00Z since=2026-01-01T12:00:00Z"
