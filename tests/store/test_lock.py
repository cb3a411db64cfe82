"""One run at a time on a store, seen with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.errors import LockHeld, StoreError
from aggregator.store.lock import alone

HOLDER = """
import sys
from pathlib import Path
from aggregator.store.lock import alone, writing
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_run_is_refused_until_the_first_one_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "var" / "aggregator.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LockHeld, match=r"aggregator\.db"), alone(database):
            pass
        process.kill()
    with alone(database), pytest.raises(LockHeld), alone(database):
        pass
    with alone(database):
        assert not database.exists()


def test_lock_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError), alone(tmp_path / "var" / "aggregator.db"):
        pass
