"""Serves the published folder over HTTP, for trying out.

Files only, no listings, loopback by default; the standard library's server is enough for one reader.
"""

from __future__ import annotations

import socket
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MEDIA_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",  # RFC 4287, 7
    ".rss": "application/rss+xml; charset=utf-8",  # RSS Advisory Board, RSS 2.0 MIME type
    ".json": "application/json; charset=utf-8",  # RFC 8259; feed readers ask for application/feed+json as well
    ".html": "text/html; charset=utf-8",
}


class _Published(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | MEDIA_TYPES
    protocol_version = "HTTP/1.1"

    def list_directory(self, path: object) -> None:
        """Refuse: what is published is named, never listed."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of ``folder``, bound and not yet serving.  Raises ``OSError`` when it cannot be bound."""
    kind = _Server6 if ":" in host else ThreadingHTTPServer
    return kind((host, port), partial(_Published, directory=str(folder)))
