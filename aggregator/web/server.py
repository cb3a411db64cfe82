"""Serves the published folder over HTTP, for trying out.

Files only, no listings, loopback by default; the standard library's server is enough for one reader.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike, fspath
from pathlib import Path
from threading import Thread

from aggregator.web.desk import Desk

MEDIA_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",  # RFC 4287, 7
    ".rss": "application/rss+xml; charset=utf-8",  # RSS Advisory Board, RSS 2.0 MIME type
    ".json": "application/json; charset=utf-8",  # RFC 8259; feed readers ask for application/feed+json as well
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".opml": "text/x-opml; charset=utf-8",  # http://opml.org/spec2.opml, "What is the MIME type"
}
FEEDS = (".atom", ".rss")
FOR_BROWSERS = "application/xml; charset=utf-8"
"""Chromium shows a feed under its own media type as bare source, whatever style sheet it names."""
COPY = ".gz"
"""What the name of a compressed copy ends with."""

_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?:1|0\.[0-9]*[1-9])[0-9.]*\s*)?(?:,|$)", re.IGNORECASE)
"""RFC 9110, 12.5.3.  ``*`` is not taken for gzip: who means it says so, and the file itself is always right."""


class _Published(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | MEDIA_TYPES
    protocol_version = "HTTP/1.1"
    _copied = False
    """Whether it is a compressed copy that is sent."""

    def list_directory(self, path: object) -> None:
        """Refuse: what is published is named, never listed."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer; one that says that something is not there, or unchanged, is of no copy."""
        self._copied = self._copied and code == HTTPStatus.OK
        super().send_response(code, message)

    def translate_path(self, path: str) -> str:
        """Return the file that is meant: its compressed copy where the client takes that, and there is one of now."""
        found = super().translate_path(path)
        if found.endswith("/"):
            found = os.path.join(found, "index.html")  # noqa: PTH118 - a string is what the base class goes on with
        self._copied = bool(_GZIP.search(self.headers.get("Accept-Encoding", ""))) and _current(found + COPY, found)
        return found + COPY if self._copied else found

    def guess_type(self, path: str | PathLike[str]) -> str:
        """Return the media type, and for feeds one that the client will show: readers do not ask for text/html."""
        name = fspath(path)
        if self._copied:
            name = name.removesuffix(COPY)
        if name.endswith(FEEDS) and "text/html" in self.headers.get("Accept", ""):
            return FOR_BROWSERS
        return super().guess_type(name)

    def end_headers(self) -> None:
        if self._copied:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Vary", "Accept, Accept-Encoding")
        self.send_header("Access-Control-Allow-Origin", "*")  # embeds are fetched from other sites; all of it is public
        super().end_headers()


def _current(copy: str, original: str) -> bool:
    """Return whether ``copy`` is there and as old as the file it is of: only then is it a copy of what is there now."""
    try:
        return Path(copy).stat().st_mtime_ns == Path(original).stat().st_mtime_ns
    except (OSError, ValueError):
        return False


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of ``folder``, bound and not yet serving.  Raises ``OSError`` when it cannot be bound."""
    kind = _Server6 if ":" in host else ThreadingHTTPServer
    return kind((host, port), partial(_Published, directory=str(folder)))


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    port: int


@contextmanager
def serving(desk: Desk) -> Iterator[Server]:
    """Serve the published files in a thread of its own meanwhile.  Raises ``OSError`` when it cannot be bound."""
    settings = desk.settings()
    httpd = server(settings.output, settings.serve.host, settings.serve.port)
    httpd.daemon_threads = True
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.1}, name="server", daemon=True)
    thread.start()
    try:
        yield Server(httpd.server_address[1])
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
