"""The commands for trying out: ``demo`` and ``serve``."""

from __future__ import annotations

import gzip
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from aggregator.web.server import server
from tests import annotationrules
from tests.feedrules import check

if TYPE_CHECKING:
    from tests.system.project import Project


def test_the_demo_brings_items_of_all_four_sources_and_repeats_itself_exactly(project: Project) -> None:
    first = project.run("demo")
    assert (first.status, first.err) == (0, "")
    for title in ("The White House", "U.S. Department of State", "United Nations", "NATO"):
        assert title in first.out
    for source in ("white-house", "state", "un", "nato"):
        assert len(project.feed(f"demo/sources/{source}")["items"]) >= 9
        assert len(project.feed(f"demo/articles/summit/{source}")["items"]) >= 2
    files = project.files()
    second = project.run("demo")
    assert (second.out, project.files()) == (first.out, files)


def test_all_that_the_demo_publishes_is_valid_and_has_its_compressed_copy(project: Project) -> None:
    project.run("demo")
    found = project.files()
    copies = {name: found.pop(name)[0] for name in list(found) if name.endswith(".gz")}
    files = {name.removeprefix("feeds/"): data for name, (data, _) in found.items()}
    del files["demo/status.json"]
    assert {name: gzip.decompress(copies[f"feeds/{name}.gz"]) for name in files} == files
    assert len(copies) == len(files)
    kinds = Counter(name.rpartition(".")[2] for name in files)
    assert kinds == {"atom": 11, "rss": 10, "json": 10, "html": 3, "jsonld": 1, "opml": 1, "css": 1, "js": 1}
    for name, data in files.items():
        if name.endswith((".atom", ".rss", ".json")):
            assert check(f"http://127.0.0.1:8080/{name}", data, None) == [], name
    assert annotationrules.check(files["demo/articles/summit/annotations.jsonld"]) == []
    outlines = etree.fromstring(files["demo/sources.opml"]).iter("outline")
    listed = [str(outline.get("xmlUrl")) for outline in outlines if outline.get("xmlUrl")]
    assert len(listed) == kinds["rss"]
    assert {address.removeprefix("http://127.0.0.1:8080/") for address in listed} < files.keys()


@contextmanager
def serving(project: Project) -> Iterator[str]:
    """Give the address of ``aggregator serve`` in this project."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "aggregator", "serve", "--port", "0"],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split(" at ")[1].split(" ")[0]
        finally:
            process.terminate()


def test_serve_gives_feeds_under_their_media_types_and_nothing_else(project: Project) -> None:
    project.run("publish")
    with serving(project) as address:
        for name, media_type in (
            ("all.atom", "application/atom+xml; charset=utf-8"),
            ("all.rss", "application/rss+xml; charset=utf-8"),
            ("all.json", "application/json; charset=utf-8"),
        ):
            with urllib.request.urlopen(address + name) as answer:
                assert answer.headers["Content-Type"] == media_type
                assert answer.read() == (project.root / "feeds" / name).read_bytes()
        for path in ("sources/", "../config/aggregator.toml", "%2e%2e/config/aggregator.toml", "nothing"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + path)


TAKES = ("gzip", "deflate, GZIP;q=0.5, br", "x-gzip ; q=1.0", "gzip;q=0.001")
REFUSES = ("", "identity", "gzip;q=0", "gzip; q=0.000, br", "deflate", "gzippy", "notgzip", "gzip;q=x")


def ask(connection: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer, answer.read()


def test_who_takes_gzip_gets_the_compressed_copy_under_the_type_of_the_file(project: Project) -> None:
    project.run("publish")
    feeds = project.root / "feeds"
    with serving(project) as address:
        connection = HTTPConnection(address.split("/")[2])
        with closing(connection):
            for path, media_type in (
                ("/all.atom", "application/atom+xml; charset=utf-8"),
                ("/", "text/html; charset=utf-8"),
                ("/sources.opml", "text/x-opml; charset=utf-8"),
                ("/feed.css", "text/css; charset=utf-8"),
            ):
                name = path.strip("/") or "index.html"
                plain, packed = (feeds / name).read_bytes(), (feeds / f"{name}.gz").read_bytes()
                for encodings, coding, data in (
                    *((one, "gzip", packed) for one in TAKES),
                    *((one, None, plain) for one in REFUSES),
                ):
                    answer, body = ask(connection, path, Accept_Encoding=encodings)
                    assert (answer.status, answer.headers["Content-Encoding"]) == (200, coding), (path, encodings)
                    assert body == data
                    assert answer.headers["Content-Type"] == media_type
                    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
            # The connection stays open: what was sent compressed says nothing of the next answer.
            answer, _ = ask(connection, "/nothing", Accept_Encoding="gzip")
            assert (answer.status, answer.headers["Content-Encoding"]) == (404, None)
            answer, _ = ask(connection, "/all.atom", Accept_Encoding="gzip")
            seen = answer.headers["Last-Modified"]
            answer, body = ask(connection, "/all.atom", Accept_Encoding="gzip", If_Modified_Since=seen)
            assert (answer.status, answer.headers["Content-Encoding"], body) == (304, None, b"")
            answer, _ = ask(connection, "/all.atom", Accept="text/html", Accept_Encoding="gzip")
            assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
            answer, body = ask(connection, "/all.atom.gz")
            assert (answer.headers["Content-Type"], answer.headers["Content-Encoding"]) == ("application/gzip", None)
            assert body == (feeds / "all.atom.gz").read_bytes()
            answer, _ = ask(connection, "/status.json", Accept_Encoding="gzip")
            assert (answer.status, answer.headers["Content-Encoding"]) == (200, None)
            # A copy of what was there before is none of what is there now.
            (feeds / "all.rss").write_bytes(b"mended by hand")
            _, body = ask(connection, "/all.rss", Accept_Encoding="gzip")
            assert body == b"mended by hand"


def test_a_port_that_is_taken_is_named(project: Project) -> None:
    with serving(project) as address:
        port = address.rstrip("/").rpartition(":")[2]
        done = project.run("serve", "--port", port)
    assert done.status == 1
    assert port in done.err


def test_serve_listens_on_ipv6_too() -> None:
    with server(Path(), "::1", 0) as httpd:
        assert httpd.server_address[0] == "::1"
