"""The server: uvicorn in a thread of its own, beside whatever else the process does; no signal is its business.

Files come out of memory in that thread, which waits for nobody.  What may take its time (a file that is read for the
first time, a page made from the store) is done by a few workers.
"""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Thread

import uvicorn

from aggregator.config.values import ServeSettings
from aggregator.errors import ServeError
from aggregator.web.app import App
from aggregator.web.asgi import Asgi
from aggregator.web.connection import Connection
from aggregator.web.desk import Desk
from aggregator.web.limits import Limits

__all__ = ["Server", "serving"]

_WORKERS = 4
_BACKLOG = 512
_STOPS = 2.0
"""Seconds until the server is left alone, whatever it is still doing."""


class Server(uvicorn.Server):
    """Serves from a thread of its own, from ``begin`` until ``stop``."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        super().__init__(config)
        self._listening = listening
        self.host: str = listening.getsockname()[0]
        self.port: int = listening.getsockname()[1]
        self._ready = Event()
        self._thread = Thread(target=self._work, name="web", daemon=True)

    @property
    def url(self) -> str:
        """Return the address of its first page."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def running(self) -> bool:
        """Return whether it serves."""
        return self._thread.is_alive()

    @property
    def ended(self) -> ServeError:
        """Return the error that it serves no more, though nobody has stopped it."""
        return ServeError("the web server has ended unexpectedly")

    def begin(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._ready.wait()
        if not self.started:
            msg = "the web server could not be started"
            raise ServeError(msg)

    def stop(self) -> None:
        """End serving; answers under way are finished if that takes no longer than ``Limits.grace``."""
        self.should_exit = True
        self._thread.join(_STOPS)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Do what uvicorn does, and say that it is done."""
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Do what uvicorn does, and end the connections of clients that do not take what is left for them."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # so that they come to hear of it

    def _work(self) -> None:
        try:
            asyncio.run(self.serve([self._listening]))
        finally:
            self._ready.set()


@contextmanager
def serving(desk: Desk, limits: Limits | None = None) -> Iterator[Server]:
    """Serve what ``desk`` has, at ``serve.host`` and ``serve.port`` of its settings, until the context is left.

    Listens when this is entered, and has stopped, within two seconds, when it is left.  Raises ``ServeError`` where
    it cannot.
    """
    with _listening(desk.settings().serve) as listening:
        workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="web")
        limits = _bounded(limits or Limits())
        server = Server(_config(Asgi(App(desk), workers, limits.piece), limits), listening)
        server.begin()
        try:
            yield server
        finally:
            server.stop()
            workers.shutdown(wait=False, cancel_futures=True)


def _config(application: Asgi, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="asyncio",
        http=partial(Connection, limits=limits),  # type: ignore[arg-type]  # called as the class would be
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",  # what clients do wrong is no news
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=limits.connections,
        backlog=_BACKLOG,
        timeout_keep_alive=limits.idle,
        timeout_graceful_shutdown=limits.grace,
        h11_max_incomplete_event_size=limits.header,
    )


def _listening(wanted: ServeSettings) -> socket.socket:
    """Return a socket that is bound; a name is taken for the first of its addresses."""
    try:
        found = socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or error
        msg = f"cannot listen on {wanted.host}:{wanted.port}: {reason}"
        raise ServeError(msg) from error


def _bounded(limits: Limits) -> Limits:
    """Leave a third of what the process may open to the rest of it: a connection may need a file beside its socket."""
    may_open = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if may_open == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=max(1, min(limits.connections, may_open // 3)))
