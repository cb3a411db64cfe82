"""A project folder, an official site on loopback, and the program run as its users run it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from click.testing import CliRunner

from aggregator.cli import commands


@dataclass
class Answer:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/rss+xml"})


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that leaves: what commands say in this process is compared word for word."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # what it is given is passed on


class Site:
    """An official site on loopback: paths answer as told, requests are kept."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        """What was posted: path and fields."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = site.answers.get(self.path, Answer(b"nothing here", 404, {"Content-Type": "text/plain"}))
                etag = answer.headers.get("ETag")
                fresh = etag is not None and self.headers.get("If-None-Match") == etag
                body = b"" if fresh else answer.body
                self.send_response(304 if fresh else answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                site.forms.append((self.path, parse_qs(form)))
                self.send_response(site.answers.get(self.path, Answer(status=204)).status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def feed(self, path: str, *items: dict[str, str], etag: str | None = None) -> None:
        """Let ``path`` answer an RSS feed of these items (guid, title, link, date, body; all optional)."""
        headers = {"Content-Type": "application/rss+xml"} | ({"ETag": etag} if etag else {})
        self.answers[path] = Answer(rss(*items), headers=headers)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def rss(*items: dict[str, str]) -> bytes:
    """Return an RSS document of these items."""
    names = {"guid": "guid", "title": "title", "link": "link", "date": "pubDate", "body": "description"}
    rows = "".join(
        "<item>"
        + "".join(f"<{names[key]}><![CDATA[{value}]]></{names[key]}>" for key, value in item.items())
        + "</item>"
        for item in items
    )
    head = "<title>Office</title><link>https://office.example/</link><description>News</description>"
    return f'<rss version="2.0"><channel>{head}{rows}</channel></rss>'.encode()


@dataclass
class Done:
    """A run of the program that has ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is what it is
        return json.loads(self.out)


class Project:
    """A working directory with a configuration."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "config" / "articles").mkdir(parents=True)
        self.write("aggregator.toml", '[site]\ntitle = "Test record"\nbase_url = "https://feeds.example.org/"\n')
        self.write("sources.toml", "")

    def write(self, name: str, text: str) -> None:
        (self.root / "config" / name).write_text(text, encoding="utf-8")

    def source(self, *sources: tuple[str, list[str]], allow: str = "", extra: str = "") -> None:
        """Configure sources by id and feed URLs, ``allow``ing one host on loopback."""
        self.write(
            "aggregator.toml",
            '[site]\ntitle = "Test record"\nbase_url = "https://feeds.example.org/"\n'
            f'[fetch]\ntimeout = 5\nallow_hosts = ["{allow}"]\n',
        )
        text = ""
        for id_, urls in sources:
            text += f'[[source]]\nid = "{id_}"\ntitle = "Office {id_}"\nhome = "https://office.example/"\n{extra}\n'
            text += "".join(f'[[source.endpoint]]\nkind = "feed"\nurl = "{url}"\n' for url in urls)
        self.write("sources.toml", text)

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Done:
        """Run the program here and wait for its end."""
        done = subprocess.run(
            [sys.executable, "-m", "aggregator", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONWARNINGS": "error", "AGGREGATOR_LOG": "human", **(env or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def call(self, *arguments: str) -> Done:
        """Run the command in this process: many cases at the cost of none of its starts."""
        root = logging.getLogger()
        before, root.handlers = root.handlers, []  # the command's own handlers take their place, and go with it
        try:
            with contextlib.chdir(self.root):
                done = CliRunner().invoke(commands, arguments, prog_name="aggregator", catch_exceptions=False)
        finally:
            root.handlers = before
        return Done(done.exit_code, done.stdout, done.stderr)

    def feed(self, name: str = "all") -> Any:  # noqa: ANN401 - JSON is what it is
        """Return a published JSON Feed."""
        return json.loads((self.root / "feeds" / f"{name}.json").read_text(encoding="utf-8"))

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return every published file with its bytes and the time it was written, in nanoseconds."""
        return {
            str(path.relative_to(self.root)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted((self.root / "feeds").rglob("*"))
            if path.is_file()
        }
