"""Serves the published folder over HTTP, for trying out.

Files only, no listings, loopback by default; the standard library's server is enough for one reader.
"""

from __future__ import annotations

import socket
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike, fspath
from pathlib import Path

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


class _Published(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | MEDIA_TYPES
    protocol_version = "HTTP/1.1"

    def list_directory(self, path: object) -> None:
        """Refuse: what is published is named, never listed."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def guess_type(self, path: str | PathLike[str]) -> str:
        """Return the media type, and for feeds one that the client will show: readers do not ask for text/html."""
        if fspath(path).endswith(FEEDS) and "text/html" in self.headers.get("Accept", ""):
            return FOR_BROWSERS
        return super().guess_type(path)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Vary", "Accept")
        self.send_header("Access-Control-Allow-Origin", "*")  # embeds are fetched from other sites; all of it is public
        super().end_headers()


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of ``folder``, bound and not yet serving.  Raises ``OSError`` when it cannot be bound."""
    kind = _Server6 if ":" in host else ThreadingHTTPServer
    return kind((host, port), partial(_Published, directory=str(folder)))
