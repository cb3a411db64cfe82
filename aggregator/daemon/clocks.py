"""The machine's clock as it misbehaves, and whether work goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

JUMP = 2.0
"""Seconds by which the clock may be off between two looks: a busy machine puts that much between reading two clocks."""


class Jumps:
    """Notices that the wall clock was set, or that the machine slept: the two clocks no longer go together."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def since_last(self) -> float | None:
        """Return by how many seconds the wall clock jumped since this was last asked; None: it did not."""
        apart = self._wall() - self._steady()
        jump, self._apart = apart - self._apart, apart
        return jump if abs(jump) > JUMP else None


class Life:
    """When the work gave its last sign of life.  Safe to use from several threads."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._sign = steady()

    def sign(self, ahead: float = 0.0) -> None:
        """Give a sign of life; ``ahead``: the next one may be late by so many seconds."""
        self._sign = self._steady() + ahead

    def silence(self) -> float:
        """Return for how many seconds there was none."""
        return self._steady() - self._sign


class Halt:
    """Set once, when something is to come to its end.  Whoever asks for it is alive."""

    def __init__(self, life: Life) -> None:
        self._event = threading.Event()
        self._life = life

    def is_set(self) -> bool:
        """Return whether nothing new is to be begun."""
        self._life.sign()
        return self._event.is_set()

    def set(self) -> None:
        """Let nothing new be begun."""
        self._event.set()
