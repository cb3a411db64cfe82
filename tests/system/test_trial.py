"""The commands for trying out: ``demo`` and ``serve``."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from tests import annotationrules
from tests.feedrules import check

if TYPE_CHECKING:
    from tests.system.project import Project, Site


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


@dataclass
class Serving:
    """``aggregator serve`` at work."""

    process: subprocess.Popen[str]
    address: str

    @property
    def place(self) -> tuple[str, int]:
        host, _, port = self.address.split("/")[2].rpartition(":")
        return host, int(port)


@contextmanager
def serving(project: Project, code: str = "") -> Iterator[Serving]:
    """Give ``aggregator serve`` in this project, after ``code``."""
    start = ["-c", f"{code}\nfrom aggregator.__main__ import main\nmain()"] if code else ["-m", "aggregator"]
    process = subprocess.Popen(
        [sys.executable, "-u", *start, "serve", "--port", "0"],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield Serving(process, process.stdout.readline().split(" at ")[1].split(" ")[0])
        finally:
            process.terminate()


def test_serve_gives_what_is_published_and_how_the_sources_do(project: Project, site: Site) -> None:
    site.feed("/feed", {"guid": "one", "title": "A statement", "link": "https://office.example/1"})
    project.source(("office", [site.url("/feed")]), allow=site.host)
    with serving(project) as server:
        address = server.address  # before anything was looked at
        assert status_of(f"{address}health") == 503
        assert project.run("run").status == 0
        for name in ("all.atom", "all.rss", "all.json"):
            with urllib.request.urlopen(address + name) as answer:
                assert answer.read() == (project.root / "feeds" / name).read_bytes()
        with urllib.request.urlopen(f"{address}health") as answer:
            told = json.load(answer)
            assert (told["live"], told["ready"], told["stuck"]) == (True, True, [])
            assert told["last_cycle"]
        with urllib.request.urlopen(f"{address}metrics") as answer:
            assert b'aggregator_source_items{source="office"} 1.0\n' in answer.read()
        with urllib.request.urlopen(f"{address}status") as answer:
            assert b"<h1>How the sources are doing</h1>" in answer.read()
        for path in ("sources/", "../config/aggregator.toml", "%2e%2e/config/aggregator.toml", "nothing"):
            assert status_of(address + path) == 404
        taken = project.run("serve", "--port", str(server.place[1]))
        assert taken.status == 1
        assert f"cannot listen on 127.0.0.1:{server.place[1]}" in taken.err


def status_of(address: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    refused.value.close()
    return int(refused.value.code)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_at_once_whatever_its_clients_do(project: Project, number: signal.Signals) -> None:
    project.run("publish")
    with serving(project) as server, closing(HTTPConnection(*server.place)) as idle:
        idle.request("GET", "/all.atom")
        assert idle.getresponse().read()
        with socket.create_connection(server.place) as half:
            half.sendall(b"GET / HTTP/1.1\r\n")
            server.process.send_signal(number)
            assert server.process.wait(20) == 0


INTERRUPTED = """
import os, signal, threading
import click
wait, say = threading.Condition.wait, click.echo
def interrupted(self, timeout=None):
    os.kill(os.getpid(), signal.SIGTERM)
    return wait(self, timeout)
def said(*words, **how):
    say(*words, **how)
    threading.Condition.wait = interrupted
click.echo = said
"""


def test_serve_ends_also_when_told_so_as_it_begins_to_wait(project: Project) -> None:
    with serving(project, INTERRUPTED) as server:
        server.process.send_signal(signal.SIGTERM)
        try:
            assert server.process.wait(20) == 0
        finally:
            server.process.kill()
