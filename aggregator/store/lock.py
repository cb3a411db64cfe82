"""One writer at a time: a lock on a file beside the database, held for as long as the process lives.

The kernel gives the lock back however the process ends, so a killed run never leaves a store locked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import LockHeld, StoreError


@contextmanager
def exclusive(database: Path) -> Iterator[None]:
    """Hold the lock of the store in ``database``.

    Raises ``LockHeld`` at once when another process holds it, ``StoreError`` when it cannot be made.
    """
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise StoreError(msg) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"another run is at work on {database} (it holds {path.name})"
            raise LockHeld(msg) from error
        yield
    finally:
        os.close(descriptor)
