"""The upkeep, and the question who is due, as the programs around the store ask for them."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import wiring
from aggregator.config.values import Settings
from aggregator.daemon.desk import OwnDesk
from aggregator.errors import LockHeld
from aggregator.model import Maintained, Outcome, Pulse, SourceState, Update
from aggregator.store import lock
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.upkeep import keep_up

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    endpoint = {"kind": "feed", "url": "https://office.example/feed"}
    source = {"title": "Office", "home": "https://office.example/", "endpoint": [endpoint]}
    sources = [source | {"id": "on"}, source | {"id": "off", "enabled": False}]
    site = {"title": "Record", "base_url": "https://feeds.example.org/"}
    return Settings.model_validate({"site": site, "root": tmp_path, "sources": sources}, strict=False)


def test_it_is_done_once_a_day_and_told_in_one_line(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    with SqliteStore.open(settings.database):
        pass
    done = [wiring.maintain(settings, NOON + part * DAY) for part in (0, 0.5, 1)]
    assert [one.done for one in done] == [True, False, True]
    assert done[0].size == settings.database.stat().st_size
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert lines[0].startswith("upkeep items=0 versions=0 troubles=0 bytes=")


def test_troubles_long_over_go_where_that_is_wished(settings: Settings) -> None:
    with SqliteStore.open(settings.database) as store:
        store.save(Update("on", NOON, Outcome.OK, SourceState("on")))
    kept = settings.retention.model_copy(update={"troubles": 30 * DAY})
    settings = settings.model_copy(update={"retention": kept})
    assert wiring.maintain(settings, NOON).done
    assert wiring.maintain(settings, NOON + 40 * DAY) == Maintained(
        done=True, size=settings.database.stat().st_size, free=0
    )


def test_the_log_beside_the_database_is_written_back(settings: Settings) -> None:
    with SqliteStore.open(settings.database) as store:
        for number in range(50):
            store.save(Update("on", NOON, Outcome.OK, SourceState(f"s{number}")))
        log = settings.database.with_name(settings.database.name + "-wal")
        assert log.stat().st_size > 0
        wiring.maintain(settings, NOON)
        assert log.stat().st_size < 10_000, "but for the note that this was done"


def test_while_another_is_at_work_it_waits_for_another_day(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with lock.writing(settings.database):
        with pytest.raises(LockHeld):
            wiring.maintain(settings, NOON)
        keep_up(settings)
    assert caplog.records == []
    assert wiring.maintain(settings, NOON).done


def test_a_run_does_not_fail_for_it(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.database.parent.mkdir(parents=True)
    settings.database.write_bytes(b"no database" * 100)
    keep_up(settings)
    (record,) = caplog.records
    assert "is not a" in record.getMessage() or "not an SQLite database" in record.getMessage()


def test_who_asks_how_the_sources_do_changes_nothing(settings: Settings) -> None:
    with SqliteStore.open(settings.database) as store:
        store.save(Update("on", NOON, Outcome.OK, SourceState("on")))
    with closing(sqlite3.connect(settings.database)) as database:
        database.execute("ALTER TABLE source DROP COLUMN rhythm")  # a schema of which a daemon may still be at work
        database.execute("ALTER TABLE endpoint DROP COLUMN asks")
        database.execute("ALTER TABLE version DROP COLUMN dropped")
        database.executescript("DROP INDEX version_texts; DROP TABLE upkeep; PRAGMA user_version = 6")
    desk = OwnDesk(settings, Pulse(NOON), lambda _: b"")
    assert [*wiring.states(settings)] == [*desk.states()] == ["on"]
    with closing(sqlite3.connect(settings.database)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (6,)


def test_who_is_due(settings: Settings) -> None:
    assert wiring.due(settings, NOON), "nobody was ever looked at"
    with SqliteStore.open(settings.database) as store:
        state = SourceState("on", next_due=NOON + timedelta(hours=1), last_attempt=NOON)
        store.save(Update("on", NOON, Outcome.OK, state))
    asked = [wiring.due(settings, NOON + timedelta(minutes=minutes)) for minutes in (0, 59, 60, 600, -60)]
    assert asked == [False, False, True, True, True]
    alone = settings.model_copy(update={"sources": settings.sources[1:]})
    assert not wiring.due(alone, NOON), "what is switched off is never due"
