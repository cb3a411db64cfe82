"""A request as it was read, and an answer as it will be sent; no more of HTTP than this server speaks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields as they are sent: name, in lower case, and value."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request (RFC 9110, 9)."""

    method: str
    target: str
    """As it was sent, percent-encoded."""
    headers: Mapping[str, str]
    """By name in lower case; a header that came several times is one list."""


class Body(Protocol):
    """The bytes of an answer.  Used from one thread."""

    @property
    def size(self) -> int:
        """Return how many there are."""

    def piece(self, offset: int, size: int) -> bytes | memoryview:
        """Return so many from ``offset`` on; fewer where they are gone."""

    def close(self) -> None:
        """Give back what holds them."""


class Kept:
    """A body in memory."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self._data)

    def piece(self, offset: int, size: int) -> bytes | memoryview:
        """Return a part; nothing is copied."""
        if offset == 0 and size == len(self._data):
            return self._data
        return memoryview(self._data)[offset : offset + size]

    def close(self) -> None:
        """Do nothing."""


class Opened:
    """A body in an open file, which it closes.  Another file may take its name meanwhile."""

    __slots__ = ("_descriptor", "_size")

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size

    @property
    def size(self) -> int:
        """Return the size of the file when it was opened."""
        return self._size

    def piece(self, offset: int, size: int) -> bytes | memoryview:
        """Read a part; fewer bytes where the file was cut short since."""
        return os.pread(self._descriptor, size, offset)

    def close(self) -> None:
        """Close the file, once."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


EMPTY = Kept(b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer (RFC 9110, 15)."""

    status: int
    fields: Fields
    """The header without Date, Connection and Content-Length."""
    body: Body = EMPTY
    offset: int = 0
    """Where the part of the body begins that is sent."""
    length: int = 0
    """How long that part is."""


Work = Callable[[], Answer]
"""What makes an answer and may take its time: not to be called where others wait."""


def encoded(fields: Iterable[tuple[str, str]]) -> Fields:
    """Return header fields as they are sent.  Values are ours, never what a client said."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields)
