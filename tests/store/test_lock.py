"""Who may be at work on a store, seen with real processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aggregator.errors import LockHeld, StoreError
from aggregator.store.lock import alone, writing

HOLDER = """
import sys
from pathlib import Path
from aggregator.store import lock
with getattr(lock, sys.argv[2])(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(database: Path, lock: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database), lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_second_run_is_refused_until_the_first_one_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "var" / "aggregator.db"
    with holder(database, "alone") as process:
        with pytest.raises(LockHeld, match=r"aggregator\.db"), alone(database):
            pass
        with writing(database):  # an editor's word gets in
            pass
        process.kill()
    with alone(database), pytest.raises(LockHeld), alone(database):
        pass
    with alone(database):
        assert not database.exists()


def test_who_changes_the_store_is_waited_for_as_long_as_patience_lasts(tmp_path: Path) -> None:
    database = tmp_path / "var" / "aggregator.db"
    with holder(database, "writing") as process:
        with pytest.raises(LockHeld, match=r"changing .*aggregator\.db"), writing(database, patience=0.1):
            pass
        done = threading.Timer(0.2, process.kill)
        done.start()
        with alone(database), writing(database):
            pass
        done.join()


def test_who_waits_for_it_can_be_stopped(tmp_path: Path) -> None:
    database = tmp_path / "var" / "aggregator.db"
    stop = threading.Event()
    with holder(database, "writing") as process:
        stopping = threading.Timer(0.2, stop.set)
        stopping.start()
        with pytest.raises(LockHeld), writing(database, patience=3600, stop=stop):
            pass
        stopping.join()
        process.kill()


def test_lock_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way", encoding="utf-8")
    for lock in (alone, writing):
        with pytest.raises(StoreError), lock(tmp_path / "var" / "aggregator.db"):
            pass
