"""One client: uvicorn's HTTP/1.1 on h11, with an end to how long it may keep a connection to itself.

uvicorn waits without end for the rest of a header and for a client that reads nothing.  Each of these holds an open
file of the process, in which the daemon fetches as well.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from aggregator.web.limits import Limits

_LOOKS = 4
"""At a client, in the shortest time that it may take."""


class Connection(H11Protocol):
    """Speaks with one client."""

    def __init__(self, *args: Any, limits: Limits, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own signature
        """Take what uvicorn gives a connection, and ``limits``."""
        super().__init__(*args, **named)
        self._limits = limits
        self._begun: float | None = None
        """When a request was begun, or the connection made, that is not there as a whole yet."""
        self._stuck: tuple[int, float] = (0, 0.0)
        """How much the client had still to take, and since when it is as much."""
        self._watching: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take note of a new client."""
        super().connection_made(transport)
        self._begun = self.loop.time()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        if self._watching:
            self._watching.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        if self._begun is None and not self._answering:
            self._begun = self.loop.time()
        super().data_received(data)
        if self._answering:
            self._begun = None

    def on_response_complete(self) -> None:
        """Turn to the next request, of which a part may be there."""
        super().on_response_complete()
        self._begun = self.loop.time() if not self._answering and self.conn.trailing_data[0] else None

    @property
    def _answering(self) -> bool:
        # There is none before the first request, whatever its type says.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _watch(self) -> None:
        """End the connection if it has taken too long, else look again."""
        now = self.loop.time()
        left = self.transport.get_write_buffer_size()
        if left == 0 or left != self._stuck[0]:
            self._stuck = (left, now)
        slow = self._begun is not None and now - self._begun > self._limits.head
        if slow or now - self._stuck[1] > self._limits.send:
            self.transport.abort()
            return
        self._watching = self.loop.call_later(min(self._limits.head, self._limits.send) / _LOOKS, self._watch)
