"""Servers on 127.0.0.1 that the fetcher is let loose on, each in threads of its own."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

import pytest

from aggregator.config.values import FetchSettings
from aggregator.fetch.http import HttpFetcher
from aggregator.model import Rest


@dataclass
class Reply:
    """What a page of a site answers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A site of pages by path, which answers 304 to a matching ETag, and what it was asked."""

    pages: dict[str, Reply]
    scheme: str = "http"
    host: str = "127.0.0.1"
    port: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each of ``asked`` came, in seconds on the monotonic clock."""
    connections: int = 0

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.address}{path}"


class MakeSite(Protocol):
    def __call__(self, pages: dict[str, Reply], tls: ssl.SSLContext | None = None) -> Site: ...


class MakePeer(Protocol):
    def __call__(self, talk: Callable[[socket.socket, threading.Event], None]) -> str: ...


class MakeFetcher(Protocol):
    def __call__(self, *allowed: str, rests: tuple[Rest, ...] = (), **settings: object) -> HttpFetcher: ...


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    site: Site
    tls: ssl.SSLContext | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.open: set[socket.socket] = set()

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        self.site.connections += 1
        with suppress(OSError):  # a client that breaks off is what some tests are about
            if self.tls is not None:
                request = self.tls.wrap_socket(request, server_side=True)
            self.open.add(request)
            with request:
                super().finish_request(request, client_address)

    def hang_up(self) -> None:
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.times.append(time.monotonic())
        site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        reply = site.pages.get(self.path, Reply(404, b"nothing here"))
        etag = reply.headers.get("ETag")
        status = 304 if etag and self.headers.get("If-None-Match") == etag else reply.status
        self.send_response(status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        pass


@pytest.fixture
def site() -> Iterator[MakeSite]:
    """Return a maker of sites."""
    with ExitStack() as stack:

        def make(pages: dict[str, Reply], tls: ssl.SSLContext | None = None) -> Site:
            server = stack.enter_context(_Server())
            server.site = Site(pages, "https" if tls else "http", port=server.server_port)
            server.tls = tls
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.hang_up)
            stack.callback(server.shutdown)
            return server.site

        yield make


@pytest.fixture
def peer() -> Iterator[MakePeer]:
    """Return a maker of servers that say what they like: ``talk(connection, stop)`` for each connection."""
    stop = threading.Event()
    threads: list[threading.Thread] = []
    with ExitStack() as stack:

        def make(talk: Callable[[socket.socket, threading.Event], None]) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def converse(connection: socket.socket) -> None:
                with connection, suppress(OSError):
                    talk(connection, stop)

            def accept() -> None:
                while True:
                    connection, _ = listener.accept()
                    if stop.is_set():
                        connection.close()
                        return
                    threads.append(threading.Thread(target=converse, args=(connection,)))
                    threads[-1].start()

            accepting = threading.Thread(target=accept)
            accepting.start()
            address: tuple[str, int] = listener.getsockname()
            stack.callback(accepting.join)
            stack.callback(lambda: socket.create_connection(address).close())
            return f"127.0.0.1:{address[1]}"

        yield make
        stop.set()
        stack.pop_all().close()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive(), "the client has left a connection open"


@pytest.fixture
def fetcher() -> Iterator[MakeFetcher]:
    """Return a maker of fetchers that may ask the hosts named, with short times unless said otherwise."""
    with ExitStack() as stack:

        def make(*allowed: str, rests: tuple[Rest, ...] = (), **settings: object) -> HttpFetcher:
            made = FetchSettings.model_validate({"timeout": 5, "allow_hosts": allowed, **settings})
            return stack.enter_context(HttpFetcher(made, "tests/1 (+https://example.org/)", rests=rests))

        yield make


@pytest.fixture
def reply() -> type[Reply]:
    """Return the class of what a site's page answers."""
    return Reply
