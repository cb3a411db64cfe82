"""Who may be at work on a store: two locks on files beside the database.

``alone`` is held by who looks at sources: by a run, and by a daemon all its life.  ``writing`` is held by whoever
changes the store, for as long as that takes: so an editor's word gets in while a daemon sleeps.

The kernel gives a lock back however the process ends, so a killed one never leaves a store locked.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import LockHeld, StoreError
from aggregator.ports import Stop

PATIENCE = 30.0
"""Seconds to wait for another process to be done with the store: most cycles are over by then."""

_EVERY = 0.05
"""Seconds between two attempts: ``flock`` itself waits for ever."""


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Be the only one that looks at sources for the store in ``database``.

    Raises ``LockHeld`` at once when another process is, ``StoreError`` when the lock cannot be made.
    """
    with _held(database, "lock", 0.0, f"another run, or a daemon, is at work on {database}"):
        yield


@contextmanager
def writing(database: Path, patience: float | None = None, stop: Stop | None = None) -> Iterator[None]:
    """Be the only one that changes the store in ``database``.

    Raises ``LockHeld`` when another process does so for longer than ``patience`` seconds (None: ``PATIENCE``), or until
    ``stop``; ``StoreError`` when the lock cannot be made.
    """
    seconds = PATIENCE if patience is None else patience
    with _held(database, "writing", seconds, f"another process is changing {database}", stop):
        yield


@contextmanager
def _held(database: Path, suffix: str, patience: float, trouble: str, stop: Stop | None = None) -> Iterator[None]:
    path = database.with_name(f"{database.name}.{suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise StoreError(msg) from error
    try:
        if not _taken(descriptor, patience, stop):
            msg = f"{trouble} (it holds {path.name})"
            raise LockHeld(msg)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int, patience: float, stop: Stop | None) -> bool:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end or (stop and stop.is_set()):
                return False
            time.sleep(_EVERY)
        else:
            return True
