"""A folder as the program publishes it, and a server of it for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.publish.files import FileSink
from aggregator.web import Server
from tests.web.served import Client, client, served

ATOM = b"<feed>" + b"An entry. " * 2_000 + b"</feed>"
FILES = {
    "all.atom": ATOM,
    "all.rss": ATOM.replace(b"feed>", b"rss>"),
    "all.json": b'{"items": []}',
    "index.html": b"<!DOCTYPE html><title>Index</title>" + b"x" * 300,
    "embed.js": b"(function () {})();",
    "feed.css": b"feed { display: block }",
    "sources.opml": b"<opml/>",
    "archive/all/1.atom": ATOM[:1_000],
    "articles/summit/index.html": b"<!DOCTYPE html><title>Summit</title>",
    "articles/summit/embed.html": b"<section>Summit</section>",
    "articles/summit/annotations.jsonld": b"{}",
    "articles/archive/linked.atom": b"<feed>An article may be called archive.</feed>",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder; beside it lies what must not be served."""
    root = tmp_path_factory.mktemp("project")
    sink = FileSink(root / "feeds")
    for path, data in FILES.items():
        sink.write(path, data)
    sink.write("status.json", b"{}", compress=False)
    (root / "secret.txt").write_text("secret")
    return root / "feeds"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with served(folder) as running:
        yield running


@pytest.fixture
def http(server: Server) -> Iterator[Client]:
    with client(server) as one:
        yield one
