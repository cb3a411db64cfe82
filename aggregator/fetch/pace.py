"""How fast a host is asked: so many requests at a time, so far apart, and not before it says to come back.

Remembers as long as the process lives; what outlasts it is the store's.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.errors import HostRests
from aggregator.model import Rest
from aggregator.plan.schedule import LONGEST_REST

LONGEST_DELAY = 60.0
"""Seconds: a longer Crawl-delay is kept to this, or one site could hold up the cycle for everybody."""


class PerHost:
    """At most ``limit`` exchanges at a time with each host; others wait in their own thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._hosts: dict[str, tuple[threading.Semaphore, list[None]]] = {}
        self._begun: dict[str, float] = {}

    @contextmanager
    def turn(
        self, host: str, apart: float = 0.0, *, counts: bool = True, pause: Callable[[float], object] = time.sleep
    ) -> Iterator[float]:
        """Wait for a turn at ``host`` and hold it; the value is the seconds waited.

        It begins at least ``apart`` seconds after the last one that ``counts`` began.  Who waits for that, by
        ``pause``, takes nobody's turn meanwhile; what ``pause`` raises ends the waiting.
        """
        with self._lock:
            semaphore, users = self._hosts.setdefault(host, (threading.Semaphore(self._limit), []))
            users.append(None)
        try:
            started = time.monotonic()
            semaphore.acquire()
            while (early := self._begin(host, apart, counts=counts)) > 0:
                semaphore.release()
                pause(early)
                semaphore.acquire()
            try:
                yield time.monotonic() - started
            finally:
                semaphore.release()
        finally:
            with self._lock:  # a host that nobody asks is forgotten
                users.pop()
                if not users:
                    del self._hosts[host]

    def forget(self) -> None:
        """Forget which hosts were asked so long ago that nobody has to wait for it."""
        with self._lock:
            long_ago = time.monotonic() - LONGEST_DELAY
            self._begun = {host: begun for host, begun in self._begun.items() if begun > long_ago}

    def _begin(self, host: str, apart: float, *, counts: bool) -> float:
        """Return how many seconds too early this is; when it is not, let it count."""
        with self._lock:
            now = time.monotonic()
            early = self._begun[host] + apart - now if apart and host in self._begun else 0.0
            if early <= 0 and counts:
                self._begun[host] = now
            return early


def _now() -> datetime:
    return datetime.now(UTC)


class Rests:
    """Which hosts asked to be left alone, and until when.  Safe to use from several threads.

    A rest is over when the clock says so, or when as much time has gone by: a clock that is put back prolongs none.
    """

    def __init__(
        self,
        remembered: Iterable[Rest] = (),
        now: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._lock = threading.Lock()
        self._hosts: dict[str, tuple[Rest, float]] = {}
        """With the monotonic time at which it is over at the latest."""
        # One that lies further ahead was remembered by a clock that went wrong.
        longest = now() + timedelta(seconds=LONGEST_REST)
        for rest in remembered:
            self.add(Rest(rest.host, min(rest.until, longest), rest.status))

    def add(self, rest: Rest) -> None:
        """Take note of what a host asks for; the longest that it asked for counts."""
        with self._lock:
            self._hosts = {host: known for host, known in self._hosts.items() if self._left(*known) > 0}
            known = self._hosts.get(rest.host)
            if known is None or known[0].until < rest.until:
                self._hosts[rest.host] = (rest, self._monotonic() + (rest.until - self._now()).total_seconds())

    def check(self, host: str) -> None:
        """Raise ``HostRests`` while ``host`` is to be left alone."""
        with self._lock:
            known = self._hosts.get(host)
        if known and (left := self._left(*known)) > 0:
            raise HostRests(host, known[0].status, known[0].until, left)

    def current(self) -> tuple[Rest, ...]:
        """Return what is not over yet."""
        with self._lock:
            return tuple(known[0] for known in self._hosts.values() if self._left(*known) > 0)

    def _left(self, rest: Rest, end: float) -> float:
        return min((rest.until - self._now()).total_seconds(), end - self._monotonic())


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds from ``now`` that a Retry-After field asks for (RFC 9110, 10.2.3).

    A number of seconds or a date; a time that is past is 0, what is neither is None.
    """
    value = (value or "").strip()
    if re.fullmatch(r"-?[0-9]{1,12}", value):
        return max(0.0, float(value))
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:  # the oldest of the three forms names no zone; all of them are in GMT (RFC 9110, 5.6.7)
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())
