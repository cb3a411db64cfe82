"""One client: requests in, answers out, one after the other; and how long it may take for that.

No thread waits for a client, and no client waits for another: what takes its time is done elsewhere, what a client does
not read is not read from the file either.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from http import HTTPStatus
from typing import Protocol, cast

from aggregator.observe import warn
from aggregator.web.head import Refused, parse
from aggregator.web.limits import Limits
from aggregator.web.message import Answer, Request, Work, lines
from aggregator.web.preconditions import http_date
from aggregator.web.refusals import refusal

_REASONS = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Application(Protocol):
    """What answers requests."""

    def __call__(self, request: Request) -> Answer | Work:
        """Return the answer, or what makes it and may take its time.  Never raises."""


class House:
    """What the connections of a server share."""

    def __init__(self, application: Application, limits: Limits, workers: Executor) -> None:
        self.application = application
        self.limits = limits
        self.workers = workers
        self.loop = asyncio.get_running_loop()
        self.connections: dict[Connection, None] = {}
        """In the order in which they came."""
        self.emptied = asyncio.Event()
        """Set when the last one has gone."""
        self._date = (-1, b"")

    def date(self) -> bytes:
        """Return the line that says when an answer was made."""
        now = int(time.time())
        if self._date[0] != now:
            self._date = now, lines([("Date", http_date(now))])
        return self._date[1]

    def sweep(self) -> None:
        """End the connections that have taken too long."""
        now = self.loop.time()
        for connection in [one for one in self.connections if one.deadline < now]:
            connection.abandon()

    def admit(self, connection: Connection) -> None:
        """Take in one more; where there are too many, the one that has been silent for longest goes.

        Where all are being answered, it is the one that has read nothing for longest: no crowd of slow clients can
        keep others out.
        """
        if len(self.connections) >= self.limits.connections:
            waiting = [one for one in self.connections if not one.answering]
            least = min(waiting, key=lambda one: (not one.silent, one.since), default=connection)
            least.abandon()
        self.connections[connection] = None
        self.emptied.clear()

    def forget(self, connection: Connection) -> None:
        """Take note that one has gone."""
        self.connections.pop(connection, None)
        if not self.connections:
            self.emptied.set()


class Connection(asyncio.Protocol):
    """Speaks HTTP/1.1 (RFC 9112) with one client."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._limits = house.limits
        self._transport = cast("asyncio.Transport", None)
        self._received = bytearray()
        self._seen = 0
        """How far into ``_received`` there is no end of a head."""
        self._began = False
        """Whether a request has begun to come in, whose deadline does not move any more."""
        self.answering = False
        """Whether an answer is being made for it."""
        self._full = False
        """Whether the network takes no more at present."""
        self._answer: Answer | None = None
        self._sent = 0
        self._last = False
        """Whether nothing more is read from this client but to be thrown away."""
        self._ended = False
        """Whether the client will send nothing more."""
        self._leaving = False
        """Whether the server stops, and waits for nobody."""
        self.deadline = 0.0
        self.since = 0.0
        """When anything last came of it, or was taken by it."""

    @property
    def silent(self) -> bool:
        """Whether nothing is under way for this client."""
        return not self.answering and self._answer is None

    # --- what the network says ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of a new client."""
        self._transport = cast("asyncio.Transport", transport)
        # Without a buffer of its own it says at once whether the network has taken all.
        self._transport.set_write_buffer_limits(high=0)
        self.since = self._house.loop.time()
        self.deadline = self.since + self._limits.head
        self._house.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        del exc
        self._house.forget(self)
        self._drop()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        if self._last:
            return
        self.since = self._house.loop.time()
        if not self._began and self.silent:
            self._began = True
            self.deadline = self.since + self._limits.head
        self._received += data
        if self.silent:
            self._next()
        elif len(self._received) > self._limits.header:
            self._transport.pause_reading()  # it asks on before it has read the answer

    def eof_received(self) -> bool:
        """Note that the client has said all; what it has asked for it still gets."""
        self._ended = True
        if self.silent and self._received and not self._last:
            self._house.loop.call_soon(self._next)
            return True
        return not self.silent

    def pause_writing(self) -> None:
        """Hold on: the network takes no more."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on: the network has taken all that it was given."""
        self._full = False
        self.since = self._house.loop.time()
        self._pump()

    # --- one request after the other ----------------------------------------------------------------

    def _next(self) -> None:
        """Answer the first request of what has come in, if it is whole."""
        if not self.silent or self._last:
            return
        while self._received[:2] == b"\r\n":  # RFC 9112, 2.2
            del self._received[:2]
        end = self._received.find(b"\r\n\r\n", max(0, self._seen - 3))
        if (end if end >= 0 else len(self._received)) > self._limits.header:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif end >= 0:
            head = bytes(self._received[:end])
            del self._received[: end + 4]
            self._seen, self._began = 0, False
            try:
                request = parse(head, self._limits.fields)
            except Refused as refused:
                self._refuse(refused.status)
            else:
                self._ask(request)
        elif self._ended:
            self._transport.close()
        else:
            self._seen = len(self._received)

    def _ask(self, request: Request) -> None:
        try:
            result = self._house.application(request)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are served
            result = _failed(request, error)
        if isinstance(result, Answer):
            self._begin(request, result)
            return
        self.answering = True
        self.deadline = float("inf")  # it is not the client that takes its time
        future = self._house.loop.run_in_executor(self._house.workers, result)
        future.add_done_callback(lambda done: self._worked(request, done))

    def _worked(self, request: Request, done: asyncio.Future[Answer]) -> None:
        self.answering = False
        if done.cancelled():
            self._transport.abort()
            return
        error = done.exception()
        answer = _failed(request, error) if error else done.result()
        if self._transport.is_closing():
            answer.body.close()
        else:
            self._begin(request, answer)

    def _refuse(self, status: HTTPStatus) -> None:
        self._begin(Request("GET", "/", {}, keeps=False), refusal(status))

    def _begin(self, request: Request, answer: Answer) -> None:
        """Send the head of an answer and the beginning of its body."""
        sends = request.method != "HEAD" and answer.status not in _BODILESS
        head = _REASONS[answer.status] + self._house.date() + answer.fields
        if answer.status not in _BODILESS:
            head += b"Content-Length: %d\r\n" % answer.length
        if not request.keeps or self._last:
            head += b"Connection: close\r\n"
            self._last = True
        self._answer, self._sent = answer, 0 if sends else answer.length
        limits = self._limits
        self.deadline = self._house.loop.time() + limits.send + (answer.length if sends else 0) / limits.rate
        self._pump(head + b"\r\n")

    def _pump(self, head: bytes = b"") -> None:
        """Hand over what comes next: a head together with the first of its body, which saves a packet."""
        answer = self._answer
        if answer is None:
            return
        size = min(answer.length - self._sent, self._limits.piece)
        piece = answer.body.piece(answer.offset + self._sent, size) if size else b""
        if len(piece) < size:  # the file was cut short: what was announced cannot be kept
            self.abandon()
            return
        self._sent += size
        if head or piece:
            self._transport.write(b"".join((head, piece)) if head else piece)
        if self._full:
            return
        if self._sent < answer.length:
            self._house.loop.call_soon(self._pump)  # others first
        else:
            self._drop()
            self._done()

    def _done(self) -> None:
        """Turn to the next request, when an answer has been taken."""
        loop = self._house.loop
        if self._last or (self._ended and not self._received):
            self._finish()
            return
        self._began = bool(self._received)
        self.deadline = loop.time() + (self._limits.head if self._began else self._limits.idle)
        if self._began:
            self._transport.resume_reading()
            loop.call_soon(self._next)

    def _finish(self) -> None:
        """Say that nothing more comes.  What the client still sends is taken, else it would not come to read that."""
        if self._ended or self._leaving or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._last = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self.deadline = self._house.loop.time() + self._limits.linger

    def _drop(self) -> None:
        if self._answer is not None:
            self._answer.body.close()
            self._answer = None

    # --- the end ------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Close the connection if nothing is under way; else close it behind the answer."""
        self._last = self._leaving = True
        if self.silent:
            self._transport.close()

    def abandon(self) -> None:
        """End the connection where it stands."""
        self._house.forget(self)
        self._drop()
        self._transport.abort()


def _failed(request: Request, error: BaseException) -> Answer:
    warn(f"{request.target} could not be served: {error!r}")
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
