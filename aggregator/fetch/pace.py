"""How fast a host is asked: so many requests at a time, and when it says to come back.

Does not remember anything between fetches: due times are the store's.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class PerHost:
    """At most ``limit`` exchanges at a time with each host; others wait in their own thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._hosts: dict[str, tuple[threading.Semaphore, list[None]]] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[float]:
        """Wait for a turn at ``host`` and hold it; the value is the seconds waited."""
        with self._lock:
            semaphore, users = self._hosts.setdefault(host, (threading.Semaphore(self._limit), []))
            users.append(None)
        try:
            started = time.monotonic()
            with semaphore:
                yield time.monotonic() - started
        finally:
            with self._lock:  # a host that nobody asks is forgotten
                users.pop()
                if not users:
                    del self._hosts[host]


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds from ``now`` that a Retry-After field asks for (RFC 9110, 10.2.3).

    A number of seconds or a date; a time that is past is 0, what is neither is None.
    """
    value = (value or "").strip()
    if re.fullmatch(r"-?[0-9]{1,12}", value):
        return max(0.0, float(value))
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:  # the oldest of the three forms names no zone; all of them are in GMT (RFC 9110, 5.6.7)
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())
