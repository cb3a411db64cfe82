"""What the daemon counts: over all its cycles, of the sources that are configured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from aggregator.config.values import Settings
from aggregator.daemon.watching import Watching
from aggregator.model import Outcome, Pulse, SourceState, Update

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def settings(root: Path, *sources: str) -> Settings:
    endpoint = {"kind": "feed", "url": "https://office.example/feed"}
    tables = [{"id": one, "title": one, "home": "https://office.example/", "endpoint": [endpoint]} for one in sources]
    site = {"title": "Record", "base_url": "https://feeds.example.org/"}
    return Settings.model_validate({"site": site, "root": root, "sources": tables}, strict=False)


def test_it_counts_over_its_cycles_and_forgets_what_is_taken_out(tmp_path: Path) -> None:
    watching = Watching(settings(tmp_path, "a", "b"), {"b": SourceState("b", failures=2)})
    for _ in range(2):
        with watching.cycle() as observer:
            observer.started(1)
            observer.updated(Update("a", NOON, Outcome.OK, SourceState("a", last_success=NOON)))
            observer.published([])
    shown = watching.metrics(Pulse(NOON, config="broken")).decode().splitlines()
    assert {
        'aggregator_looks_total{outcome="ok"} 2.0',
        "aggregator_cycle_seconds_count 2.0",
        'aggregator_source_failures{source="b"} 2.0',
        'aggregator_broken{what="configuration"} 1.0',
    } <= set(shown)
    watching.configured(settings(tmp_path, "a"))
    assert 'source="b"' not in watching.metrics(Pulse(NOON)).decode()
