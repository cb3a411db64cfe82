"""The deadline of one fetch, and the sockets that keep it.

A timeout in ``socket`` is per call: a peer that sends a byte now and then never runs into it.  Here every
call on a socket is given what is left of the whole fetch, so a slow drip of the header, the body, the
handshake or the trailers ends when the fetch does.  No thread watches; nothing has to be cleaned up.

A program that is to end does not wait for it: a ``Cutoff`` ends every fetch under it, whatever it waits for.

Does not bound work that never touches a socket (decoding is bounded by the byte cap, name resolution in
``connection``).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from aggregator.errors import Stopped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_thread = threading.local()


class Deadline:
    """``seconds`` from now on, for everything one fetch does."""

    __slots__ = ("_end", "_wake", "cut", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.cut = False
        """Whether nobody waits for it any more."""
        self._end = time.monotonic() + seconds
        self._wake: Callable[[], object] | None = None

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Return the seconds left, always more than none.

        Raises ``TimeoutError`` when there are none, ``Stopped`` when nobody waits for it any more.
        """
        self.check()
        left = self._end - time.monotonic()
        if left <= 0:
            msg = f"{self.seconds:g} seconds are over"
            raise TimeoutError(msg)
        return left

    def for_call(self, wake: Callable[[], object]) -> float:
        """Return the seconds left for a call that blocks, and that ``wake``, called by another thread, would end."""
        self._wake = wake  # before the question whether it is cut: either this thread sees that, or it is woken
        return self.remaining()

    def check(self) -> None:
        """Raise ``Stopped`` when nobody waits for it any more."""
        if self.cut:
            msg = "not waited for: the program ends"
            raise Stopped(msg)

    def pause(self, seconds: float) -> None:
        """Wait for so long, whatever time is left; raise ``Stopped`` as soon as nobody waits for it any more."""
        woken = threading.Event()
        self._wake = woken.set
        if not self.cut:
            woken.wait(seconds)
        self.check()

    def cut_off(self) -> None:
        """Make whoever works under it stop, whatever it waits for.  For other threads to call."""
        self.cut = True
        if wake := self._wake:
            wake()

    def extend(self, seconds: float) -> None:
        """Leave out ``seconds`` that were spent waiting for our own turn, which is not the server's doing."""
        self._end += seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make this the deadline of every socket that the calling thread uses meanwhile.

        It belongs to the thread, not to the socket, because a kept-alive connection serves many fetches.
        """
        _thread.deadline = self
        try:
            yield
        finally:
            del _thread.deadline


class Cutoff:
    """Ends all that is fetched under it, at once and for good.  Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: set[Deadline] = set()
        self._cut = False

    @contextmanager
    def over(self, *deadlines: Deadline) -> Iterator[None]:
        """Let these deadlines be cut off meanwhile."""
        with self._lock:
            self._deadlines.update(deadlines)
            cut = self._cut
        try:
            if cut:
                for deadline in deadlines:
                    deadline.cut_off()
            yield
        finally:
            with self._lock:
                self._deadlines.difference_update(deadlines)

    @property
    def is_cut(self) -> bool:
        """Whether nothing can be fetched under it any more."""
        return self._cut

    def cut(self) -> None:
        """End what is under way, and what comes: each raises ``Stopped``."""
        with self._lock:
            self._cut = True
            for deadline in self._deadlines:
                deadline.cut_off()


def current() -> Deadline:
    """Return the deadline that the calling thread works under."""
    deadline: Deadline = _thread.deadline
    return deadline


class TimedSocket(socket.socket):
    """A socket whose every call ends with the deadline of the calling thread (``TimeoutError``, ``Stopped``)."""

    def allow(self, seconds: float | None = None) -> None:
        """Give the next call what is left, or ``seconds`` where that is less; a cut-off ends it."""
        left = current().for_call(partial(_shut, self))
        self.settimeout(left if seconds is None else min(seconds, left))

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive as ``socket.recv`` does, within the time left."""
        self.allow()
        return super().recv(buflen, flags)

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive as ``socket.recv_into`` does, within the time left."""
        self.allow()
        return super().recv_into(buffer, nbytes or 0, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """Send as ``socket.sendall`` does, within the time left."""
        self.allow()
        super().sendall(data, flags)


class TimedTLSSocket(TimedSocket, ssl.SSLSocket):
    """The same over TLS, the handshake included.  Made by ``SSLContext.sslsocket_class``."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of ssl.SSLSocket
        """Shake hands as ``SSLSocket.do_handshake`` does, within the time left."""
        self.allow()
        super().do_handshake(block)


def _shut(connection: socket.socket) -> None:
    """End both directions, so that a thread that waits for the peer goes on."""
    # Not by the method that TLS sockets have: it also takes away what the waiting thread is using.
    with suppress(OSError):  # it is not connected any more
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
