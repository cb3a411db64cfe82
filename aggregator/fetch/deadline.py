"""The deadline of one fetch, and the sockets that keep it.

A timeout in ``socket`` is per call: a peer that sends a byte now and then never runs into it.  Here every
call on a socket is given what is left of the whole fetch, so a slow drip of the header, the body, the
handshake or the trailers ends when the fetch does.  No thread watches; nothing has to be cleaned up.

Does not bound work that never touches a socket (decoding is bounded by the byte cap, name resolution in
``connection``).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_thread = threading.local()


class Deadline:
    """``seconds`` from now on, for everything one fetch does."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Return the seconds left, always more than none; raise ``TimeoutError`` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            msg = f"{self.seconds:g} seconds are over"
            raise TimeoutError(msg)
        return left

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


def current() -> Deadline:
    """Return the deadline that the calling thread works under."""
    deadline: Deadline = _thread.deadline
    return deadline


class TimedSocket(socket.socket):
    """A socket whose every call ends with the deadline of the calling thread (``TimeoutError``)."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive as ``socket.recv`` does, within the time left."""
        self.settimeout(current().remaining())
        return super().recv(buflen, flags)

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive as ``socket.recv_into`` does, within the time left."""
        self.settimeout(current().remaining())
        return super().recv_into(buffer, nbytes or 0, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """Send as ``socket.sendall`` does, within the time left."""
        self.settimeout(current().remaining())
        super().sendall(data, flags)


class TimedTLSSocket(TimedSocket, ssl.SSLSocket):
    """The same over TLS, the handshake included.  Made by ``SSLContext.sslsocket_class``."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of ssl.SSLSocket
        """Shake hands as ``SSLSocket.do_handshake`` does, within the time left."""
        self.settimeout(current().remaining())
        super().do_handshake(block)
