"""Connections: to allowed addresses only, within the deadline, with a capped header.

What urllib3's connections do not do for us.  Whether a connection is kept, and which, is the pools'
business; what is asked for over it, ``http``'s.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from aggregator.errors import AddressRefused, Unreachable
from aggregator.fetch.deadline import Deadline, TimedSocket, current
from aggregator.fetch.guard import Guard, literal

HEADER_CAP = 65_536
"""Octets of a whole header, status line and interim answers included."""

_INTERIM = range(102, 200)
"""Answers before the answer (RFC 9110, 15.2).  ``http.client`` passes over 100 itself; 101 was never asked for."""


class StaleConnection(Exception):
    """A kept-alive connection turned out to be closed before anything was answered: ask again on another."""


class HeaderTooLarge(http.client.HTTPException):
    """The header of an answer is over ``HEADER_CAP``."""


Address = tuple[socket.AddressFamily, tuple[Any, ...]]


def resolve(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Return the addresses of ``host``, best first (RFC 6724).

    Raises ``Unreachable`` when it has none.  The C library cannot be interrupted, so it is called in a
    thread of its own and left behind when the deadline comes (``TimeoutError``); that thread ends when
    the library gives up.
    """
    if literal(host) is not None:
        return _look_up(host, port)
    found: list[list[Address] | Exception] = []

    def look_up() -> None:
        try:
            found.append(_look_up(host, port))
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits, and raised there
            found.append(error)

        done.set()

    done = threading.Event()
    left = deadline.for_call(done.set)
    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    done.wait(left)
    if not found:
        deadline.remaining()
        msg = f"resolving {host} took too long"
        raise TimeoutError(msg)
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _look_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        later = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        msg = f"{host}: {'the name server does not answer' if later else 'no such host'}"
        raise Unreachable(msg) from error
    return [(family, address) for family, _, _, _, address in found]


def connect(host: str, port: int, guard: Guard | None) -> TimedSocket:
    """Return a socket connected to ``host``; the first of its addresses that answers.

    ``guard`` is asked before connecting and again, with the peer's own address, afterwards; None for the
    operator's proxy.  Raises ``AddressRefused``, ``Unreachable``, ``OSError`` (that of the last address).
    """
    deadline = current()
    check = partial(guard.check, host, port) if guard else _proxy_may_be_anywhere
    addresses = resolve(host, port, deadline)
    trouble: Exception | None = None
    for number, (family, address) in enumerate(addresses):
        # A silent address must not use up the time of those after it.
        seconds = deadline.remaining() / (len(addresses) - number)
        try:
            check(address[0])
            return _connected(family, address, seconds, check)
        except (OSError, AddressRefused) as error:
            trouble = error
    raise trouble or Unreachable(f"{host}: no such host")


def _proxy_may_be_anywhere(_address: str) -> None:
    """Let any address be connected to."""


def _connected(family: int, address: tuple[Any, ...], seconds: float, check: Callable[[str], None]) -> TimedSocket:
    connection = TimedSocket(family, socket.SOCK_STREAM)
    try:
        connection.allow(seconds)
        connection.connect(address)
        check(connection.getpeername()[0])
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


class _CappedLines:
    """The lines of a header, up to ``HEADER_CAP`` octets."""

    def __init__(self, lines: Any) -> None:  # noqa: ANN401 - a buffered reader; http.client gives it no type
        self._lines = lines
        self._left = HEADER_CAP

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._lines.readline(min(limit, self._left + 1) if limit >= 0 else self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise HeaderTooLarge
        return line

    def close(self) -> None:
        self._lines.close()


class _CappedHeader(http.client.HTTPResponse):
    """An answer whose header is capped, and which is never an interim one."""

    fp: Any

    def begin(self) -> None:
        lines = self.fp
        self.fp = _CappedLines(lines)
        try:
            super().begin()
            while self.status in _INTERIM:
                self.headers = self.msg = None  # type: ignore[assignment] # what makes begin() read another header
                super().begin()
            self._refuse_two_lengths()
        finally:
            if self.fp is not None:
                self.fp = lines

    def _refuse_two_lengths(self) -> None:
        """Raise for lengths that contradict each other (RFC 9110, 8.6).

        urllib3 does, too, but only when nothing holds the answer any more that could close its socket.
        """
        fields = self.headers.get_all("Content-Length", [])
        if not self.chunked and len({length.strip() for field in fields for length in field.split(",")}) > 1:
            msg = "two lengths"
            raise http.client.HTTPException(msg)


class GuardedConnection(HTTPConnection):
    """An HTTP connection that asks ``guard``, keeps the deadline and caps the header."""

    guard: ClassVar[Guard]
    response_class = _CappedHeader
    _answered = False

    def _new_conn(self) -> socket.socket:
        self._answered = False
        return connect(self._dns_host.strip("[]"), self.port, None if self.proxy else self.guard)

    @contextmanager
    def _telling_stale(self) -> Iterator[None]:
        try:
            yield
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            if self._answered:
                raise StaleConnection from error
            raise

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - urllib3's own arguments, passed on
        """Send a request; raises ``StaleConnection`` when the server has closed since the last answer."""
        with self._telling_stale():
            super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # urllib3 does so, too
        """Read the header of the answer; raises ``StaleConnection`` as ``request`` does."""
        with self._telling_stale():
            response = super().getresponse()
        self._answered = True
        return response


class GuardedTLSConnection(GuardedConnection, HTTPSConnection):
    """The same over TLS."""


def pool_classes(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3 pools, by scheme, whose connections ask ``guard``."""
    asked = guard

    class Plain(GuardedConnection):
        guard = asked

    class Secure(GuardedTLSConnection):
        guard = asked

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
