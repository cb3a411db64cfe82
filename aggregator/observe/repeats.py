"""Warnings that come again and again: said once, and then after growing times, with how often they came meanwhile."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST = 900.0
"""Seconds during which the same warning is not said again."""

LONGEST = 86_400.0
"""Seconds: the time doubles up to this, and a warning that did not come for so long is a new one."""

KEPT = 500
"""Warnings remembered; the one said longest ago is forgotten for a new one."""

ANSWER = {"answer": True}
"""``extra`` of what answers an act of the operator's: it is always said."""


@dataclass(slots=True)
class _Said:
    wait: float
    until: float
    seen: float
    held: int = 0


class Repeats(logging.Filter):
    """Lets a warning or an error pass when it is new, or when the time is over for which it is not said again.

    The record of one that passes again has ``repeated``: how often it was held back.  ``clock`` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, int, str, str], _Said] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether ``record`` is to be written."""
        if record.levelno < logging.WARNING or getattr(record, "answer", False):
            return True
        try:
            defect = repr(record.exc_info[1]) if record.exc_info else ""
            key = (record.name, record.levelno, record.getMessage(), defect)
        except Exception:  # noqa: BLE001 - a library's arguments do not fit its message: the handler says so, nothing fails
            return True
        with self._lock:
            return self._passes(key, record)

    def _passes(self, key: tuple[str, int, str, str], record: logging.LogRecord) -> bool:
        now, said = self._clock(), self._said.pop(key, None)
        if said is None or now - said.seen > LONGEST:
            if len(self._said) >= KEPT:
                del self._said[next(iter(self._said))]
            self._said[key] = _Said(FIRST, now + FIRST, now)
            return True
        said.seen = now
        self._said[key] = said
        if now < said.until:
            said.held += 1
            return False
        record.repeated = said.held
        said.wait = min(2 * said.wait, LONGEST)
        said.until, said.held = now + said.wait, 0
        return True
