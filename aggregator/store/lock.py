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


class Alone:
    """That this process is the only one which looks at sources for a store."""

    def __init__(self, database: Path) -> None:
        """Take the lock.  Raises ``LockHeld`` at once when another process has it, ``StoreError``."""
        self._path = _path(database, "lock")
        self._trouble = f"another run, or a daemon, is at work on {database}"
        self._descriptor = _lock(self._path, 0.0, self._trouble)

    def kept(self) -> bool:
        """Return whether the lock still is what others will ask for: somebody may have removed its file."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False
        except OSError:  # whoever cannot come to it now cannot take it either
            return True

    def renew(self) -> None:
        """Take the lock that others will ask for.  Raises ``LockHeld`` and ``StoreError``."""
        former, self._descriptor = self._descriptor, _lock(self._path, 0.0, self._trouble)
        os.close(former)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


@contextmanager
def alone(database: Path) -> Iterator[Alone]:
    """Be the only one that looks at sources for the store in ``database``.

    Raises ``LockHeld`` at once when another process is, ``StoreError`` when the lock cannot be made.
    """
    held = Alone(database)
    try:
        yield held
    finally:
        held.release()


@contextmanager
def writing(database: Path, patience: float | None = None, stop: Stop | None = None) -> Iterator[None]:
    """Be the only one that changes the store in ``database``.

    Raises ``LockHeld`` when another process does so for longer than ``patience`` seconds (None: ``PATIENCE``), or until
    ``stop``; ``StoreError`` when the lock cannot be made.
    """
    seconds = PATIENCE if patience is None else patience
    descriptor = _lock(_path(database, "writing"), seconds, f"another process is changing {database}", stop)
    try:
        yield
    finally:
        os.close(descriptor)


def _path(database: Path, suffix: str) -> Path:
    return database.with_name(f"{database.name}.{suffix}")


def _lock(path: Path, patience: float, trouble: str, stop: Stop | None = None) -> int:
    """Return the descriptor of the file at ``path``, locked until it is closed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise StoreError(msg) from error
    try:
        taken = _taken(descriptor, patience, stop)
    except BaseException:
        os.close(descriptor)
        raise
    if not taken:
        os.close(descriptor)
        msg = f"{trouble} (it holds {path.name})"
        raise LockHeld(msg)
    return descriptor


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
