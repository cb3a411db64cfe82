"""What the worker makes of what cannot be done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from aggregator import wiring
from aggregator.config.load import load
from aggregator.daemon.clocks import Halt, Life
from aggregator.daemon.desk import OwnDesk
from aggregator.daemon.watching import Watching
from aggregator.daemon.work import Worker
from aggregator.model import Pulse
from aggregator.ports import Stop
from aggregator.store import lock
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.clocks import SystemClock
from tests.system.project import Project, Site


@pytest.fixture
def halt() -> Halt:
    return Halt(Life())


@pytest.fixture
def desk(tmp_path: Path) -> OwnDesk:
    settings = load(Project(tmp_path).root / "config" / "aggregator.toml")
    return OwnDesk(settings, Pulse(SystemClock().now()), lambda _: b"")


@pytest.fixture
def worker(desk: OwnDesk, halt: Halt) -> Worker:
    return Worker(desk, cast("wiring.Engine", None), cast("Watching", None), halt, Life())


def test_an_upkeep_that_has_to_wait_for_an_editor_is_no_failed_cycle(
    worker: Worker, desk: OwnDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with lock.writing(desk.settings().database):
        worker.maintain()
    assert (desk.pulse().error, caplog.messages) == (None, [])
    worker.maintain()
    with SqliteStore.to_read(desk.settings().database) as store:
        assert store.upkept() is not None


def test_an_upkeep_that_fails_is_told_and_puts_no_cycle_off(
    worker: Worker, desk: OwnDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.settings().database.parent.mkdir(parents=True, exist_ok=True)
    desk.settings().database.write_bytes(b"no database" * 100)
    worker.maintain()
    assert "is not an SQLite database" in caplog.text
    assert desk.pulse().error is None


def test_who_is_to_end_does_not_wait_for_an_editor(
    worker: Worker, desk: OwnDesk, halt: Halt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 60.0)
    asks, taken = threading.Event(), lock._taken

    def asking(descriptor: int, patience: float, stop: Stop | None) -> bool:
        asks.set()
        return taken(descriptor, patience, stop)

    with lock.writing(desk.settings().database):
        monkeypatch.setattr(lock, "_taken", asking)
        waiting = threading.Thread(target=worker.maintain, daemon=True)
        waiting.start()
        assert asks.wait(20)
        halt.set()
        waiting.join(20)
        assert not waiting.is_alive()


def test_what_is_over_is_told_to_be_over_though_no_source_is_due(desk: OwnDesk, halt: Halt) -> None:
    settings = desk.settings().model_copy(update={"sources": ()})
    desk.take(settings)
    watching = Watching(settings, wiring.prepared(settings))
    with watching.cycle() as observer, wiring.Engine(settings, observer) as engine:
        worker = Worker(desk, engine, watching, halt, Life())
        worker.tick()
        whole = settings.database.read_bytes()
        settings.database.write_bytes(b"no database" * 100)
        worker.tick()
        assert "is not an SQLite database" in str(desk.pulse().error)
        settings.database.write_bytes(whole)
        worker._not_before = 0.0  # the wait is over
        worker.tick()
    assert desk.pulse().error is None


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def test_a_reload_asks_sources_that_fail_at_once_and_no_others(tmp_path: Path, halt: Halt, site: Site) -> None:
    project = Project(tmp_path)
    site.feed("/sound", {"guid": "g1", "title": "Talks"})
    project.source(("sound", [site.url("/sound")]), ("broken", [site.url("/old")]), allow=site.host)
    settings = load(project.root / "config" / "aggregator.toml")
    desk = OwnDesk(settings, Pulse(SystemClock().now()), lambda _: b"")
    watching = Watching(settings, wiring.prepared(settings))

    def asked() -> list[str]:
        paths = [path for path, _ in site.requests]
        site.requests.clear()
        return sorted(paths)

    with watching.cycle() as observer, wiring.Engine(settings, observer) as engine:
        worker = Worker(desk, engine, watching, halt, Life())
        worker.tick()
        assert asked() == ["/old", "/sound"]
        desk.take(settings.model_copy())
        worker.tick()
        assert asked() == ["/old"]
        worker._owed = True
        worker.tick()
        assert asked() == [], "it waits again"
