"""The pages for operators: always of now, and honest when the store cannot be read."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.model import Pulse, SourceState
from aggregator.render.condition import Condition
from aggregator.web import serving
from aggregator.web.app import App
from tests.conftest import CHECKOUT
from tests.web.served import Table, client

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
LOOKED_AT = {
    "un": SourceState("un", next_due=NOW + timedelta(hours=1), last_attempt=NOW, last_success=NOW, items=3),
}
PAGES = ("/health", "/health/live", "/health/ready", "/metrics", "/status")


def test_a_program_that_is_well(tmp_path: Path) -> None:
    desk = Table(tmp_path, sources=("un", "-state"), known=LOOKED_AT, heart=Pulse(NOW, ticked=NOW, last_cycle=NOW))
    with serving(desk) as server, client(server) as http:
        for page in PAGES:
            reply = http.ask(page)
            assert (reply.status, reply["cache-control"]) == (200, "no-store"), page
            assert "access-control-allow-origin" not in reply.headers
            assert "etag" not in reply.headers
        told = json.loads(http.ask("/health").body)
        assert told | {"last_cycle": ""} == {
            "live": True,
            "ready": True,
            "last_cycle": "",
            "lag_seconds": 0,
            "stuck": [],
            "config": None,
            "error": None,
        }
        assert json.loads(http.ask("/health/live").body) == {"live": True}
        assert json.loads(http.ask("/health/ready?probe").body) == {"ready": True}
        assert http.ask("/metrics").body == b"sources 1\n"
        assert http.ask("/metrics")["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert b"Office &lt;un&gt;" in http.ask("/status").body
        for target in ("/health/", "/health/other", "/status/", "/metrics/x"):
            assert http.ask(target).status == 404


def test_one_that_does_not_tick_any_more_is_dead_and_one_that_has_not_looked_is_not_ready(tmp_path: Path) -> None:
    desk = Table(tmp_path, sources=("un",), known=LOOKED_AT, heart=Pulse(NOW - timedelta(hours=9)))
    with serving(desk) as server, client(server) as http:
        assert [http.ask(page).status for page in PAGES] == [503, 503, 200, 200, 200]
        desk.heart, desk.known = Pulse(NOW), {}
        assert [http.ask(page).status for page in PAGES] == [503, 200, 503, 200, 200]
        assert json.loads(http.ask("/health/ready").body) == {"ready": False}
        desk.heart = None
        assert http.ask("/health/live").status == 200


def test_a_store_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    desk = Table(tmp_path, sources=("un",), broken="var/aggregator.db: the disk <fails>")
    with serving(desk) as server, client(server) as http:
        assert [http.ask(page).status for page in PAGES] == [503, 200, 503, 503, 200]
        assert json.loads(http.ask("/health").body)["error"] == desk.broken
        assert http.ask("/metrics").body == b"var/aggregator.db: the disk <fails>\n"
        assert b"the disk &lt;fails&gt;" in http.ask("/status").body
        desk.broken = None
        desk.known = LOOKED_AT
        assert [http.ask(page).status for page in PAGES] == [200] * 5


def test_what_is_wrong_with_the_configuration_is_told(tmp_path: Path) -> None:
    problem = "config/sources.toml:7: source.endpoint: unknown key <x>"
    heart = Pulse(NOW, ticked=NOW, config=problem, error="feeds cannot be written")
    desk = Table(tmp_path, sources=("un",), known=LOOKED_AT, heart=heart)
    with serving(desk) as server, client(server) as http:
        told = json.loads(http.ask("/health").body)
        assert (told["config"], told["error"]) == (problem, "feeds cannot be written")
        page = http.ask("/status").body.decode()
        assert "unknown key &lt;x&gt;" in page
        assert "feeds cannot be written" in page
        assert page.index("unknown key") < page.index("Last cycle")


def test_every_page_for_operators_is_documented(tmp_path: Path) -> None:
    section = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Serving")[2]
    table = re.findall(r"^\| `/([a-z/]+)` \|", section.partition("\n## ")[0], re.MULTILINE)
    assert set(table) == set(App(Table(tmp_path))._pages)
    keys = re.findall(r"^\| `([a-z_]+)` \|", section.partition("\n## ")[0], re.MULTILINE)
    assert set(keys) == set(Condition.__annotations__)
