"""The commands for trying out: ``demo`` and ``serve``."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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


def test_what_the_demo_publishes_is_valid(project: Project) -> None:
    project.run("demo")
    files = {name: data for name, (data, _) in project.files().items() if not name.endswith("status.json")}
    annotations = {name: files.pop(name) for name in list(files) if name.endswith(".jsonld")}
    assert (len(files), len(annotations)) == (31, 1)
    for name, data in annotations.items():
        assert annotationrules.check(data) == [], name
    for name, data in files.items():
        assert check(f"http://127.0.0.1:8080/{name.removeprefix('feeds/')}", data, None) == [], name


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
        for path in ("", "sources/", "../config/aggregator.toml", "%2e%2e/config/aggregator.toml", "nothing"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + path)


def test_a_port_that_is_taken_is_named(project: Project) -> None:
    with serving(project) as address:
        port = address.rstrip("/").rpartition(":")[2]
        done = project.run("serve", "--port", port)
    assert done.status == 1
    assert port in done.err


def test_serve_listens_on_ipv6_too() -> None:
    with server(Path(), "::1", 0) as httpd:
        assert httpd.server_address[0] == "::1"
