"""The server: a thread of its own beside whatever else the process does; no signal is its business.

Files come out of memory in that thread, which waits for nobody.  What may take its time (a file that is read for the
first time, a page made from the store) is done by a few workers.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread

from aggregator.web.app import App
from aggregator.web.connection import Application, Connection, House
from aggregator.web.desk import Desk
from aggregator.web.limits import Limits

__all__ = ["Server", "serving"]

_WORKERS = 4
_BACKLOG = 512
_SWEEP = 0.5
"""Seconds between two looks at who has taken too long, or a quarter of the shortest limit."""
_STOPS = 2.0
"""Seconds until the server is left alone, whatever it is still doing."""


class Server:
    """Serves from a thread of its own, from ``start`` until ``stop``."""

    def __init__(self, application: Application, listening: socket.socket, limits: Limits) -> None:
        self._application = application
        self._listening = listening
        self.host: str = listening.getsockname()[0]
        self.port: int = listening.getsockname()[1]
        self._limits = limits
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = Event()
        self._thread = Thread(target=self._run, name="web", daemon=True)

    @property
    def url(self) -> str:
        """Return the address of its first page."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def running(self) -> bool:
        """Return whether it serves."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """End serving; answers under way are finished if that takes no longer than ``Limits.grace``."""
        if self.running:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_STOPS)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        loop = self._loop
        workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="web")
        house = House(self._application, self._limits, workers)
        server = await loop.create_server(lambda: Connection(house), sock=self._listening, backlog=_BACKLOG)
        self._ready.set()
        sweeping = asyncio.create_task(self._sweep(house))
        await self._stopping.wait()
        server.close()
        for connection in list(house.connections):
            connection.leave()
        if house.connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(house.emptied.wait(), self._limits.grace)
        for connection in list(house.connections):
            connection.abandon()
        sweeping.cancel()
        workers.shutdown(wait=False, cancel_futures=True)

    async def _sweep(self, house: House) -> None:
        limits = self._limits
        pause = min(_SWEEP, min(limits.head, limits.idle, limits.send, limits.linger) / 4)
        while True:
            await asyncio.sleep(pause)
            house.sweep()


@contextmanager
def serving(desk: Desk, limits: Limits | None = None) -> Iterator[Server]:
    """Serve what ``desk`` has, at ``serve.host`` and ``serve.port`` of its settings, until the context is left.

    Listens when this is entered, and has stopped, within two seconds, when it is left.  Raises ``OSError`` where it
    cannot listen there.
    """
    wanted = desk.settings().serve
    with _listening(wanted.host, wanted.port) as listening:
        server = Server(App(desk), listening, _bounded(limits or Limits()))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound; a name is taken for the first of its addresses."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


def _bounded(limits: Limits) -> Limits:
    """Leave a third of what the process may open to the rest of it: a connection may need a file beside its socket."""
    may_open = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if may_open == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=max(1, min(limits.connections, may_open // 3)))
