"""A process that is killed while it saves: the store holds all of a save, or nothing of it."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.model import Scope
from aggregator.store.sqlite import SqliteStore

ITEMS = 200
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator.model import Change, Item, ItemUpdate, Link, Outcome, Sighting, SourceState, Update
from aggregator.store.sqlite import SqliteStore

at, feed = datetime(2025, 8, 20, tzinfo=UTC), "https://nato.example/feed"
store = SqliteStore.open(Path(sys.argv[1]))
state = store.states().get("nato", SourceState("nato"))
for turn in range(state.failures + 1, 1_000_000):
    items = []
    for number in range(int(sys.argv[2])):
        name = f"{turn}-{number}"
        item = Item(title=name, guid=name, url=feed + name, content="x" * 8000, digest=name, likeness=name)
        links = (Link("summit", "nato", 0.7),)
        sighting = Sighting(name, name, "r", name)
        items.append(ItemUpdate(Change.NEW, item, name, at, at, at, sighting=sighting, links=links))
    store.save(Update("nato", at, Outcome.OK, SourceState("nato", failures=turn), feed, tuple(items)))
    print(turn, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aggregator.db"


def killed(path: Path, bytes_more: int) -> int:
    """Run the writer, kill it some way into its second save, and return the last save it reported."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(ITEMS)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        reported = [process.stdout.readline()]
        wal = path.with_name(path.name + "-wal")
        mark, deadline = wal.stat().st_size, time.monotonic() + 20
        # A save is larger than SQLite's cache, so the journal grows while it is written: that is the time to kill.
        while wal.stat().st_size < mark + bytes_more and process.poll() is None and time.monotonic() < deadline:
            pass
        process.kill()
        reported += process.stdout.read().splitlines()
    assert process.returncode == -signal.SIGKILL
    return int(reported[-1])


def test_killed_while_saving_leaves_the_old_or_the_new_state(path: Path) -> None:
    chance = random.Random(20250820)  # noqa: S311 - where to kill, not what to keep secret
    for _ in range(6):
        reported = killed(path, bytes_more=chance.randrange(1, 1_500_000))
        with SqliteStore.open(path) as store:
            state = store.states()["nato"]
            kept = state.failures
            assert kept in {reported, reported + 1}
            assert state.items == kept * ITEMS
            assert store.revision(Scope()) == store.revision(Scope(article="summit")) == kept
            assert len(store.entries(Scope(), 10**6)) == kept * ITEMS
            assert len(store.entries(Scope(article="summit"), 10**6)) == kept * ITEMS
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
