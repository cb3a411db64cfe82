"""Real feed readers subscribe over loopback: they see what was published, and nothing new where nothing is.

What is compared is each reader's own store: ids, titles, dates, counts.
"""

from __future__ import annotations

import html
import os
import shutil
import sqlite3
import subprocess
from calendar import timegm
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import urlopen

import feedparser
import pytest
from reader import make_reader

from tests.web.served import served

if TYPE_CHECKING:
    from tests.system.project import Project, Site

ITEMS = (
    {"guid": "g1", "title": "Readout & response: 5&6, R&D <b>bold</b>", "date": "Thu, 01 Oct 2026 09:00:00 GMT"},
    {"guid": "g2", "title": "Déclaration — «Київ» 🕊", "date": "Thu, 01 Oct 2026 10:30:00 GMT", "body": "<p>Text</p>"},
    {"guid": "g3", "title": "Readout", "date": "Fri, 02 Oct 2026 09:00:00 GMT", "body": "<p>One</p><ul><li>Two</ul>"},
    {"guid": "g4", "title": "Readout", "date": "Fri, 02 Oct 2026 09:00:00 GMT", "body": "a < b"},
)
FORMATS = ("atom", "rss", "json")


class Shown(NamedTuple):
    id: str
    title: str
    published: int
    """Seconds since 1970."""


class Subscription:
    """A published feed on loopback, and what its readers should see."""

    def __init__(self, project: Project, address: str) -> None:
        self.project = project
        self.address = address

    def url(self, kind: str) -> str:
        return f"{self.address}/all.{kind}"

    @property
    def expected(self) -> list[Shown]:
        return sorted(
            Shown(item["id"], item["title"], seconds(item["date_published"])) for item in self.project.feed()["items"]
        )

    def poll(self) -> None:
        """Let the program look again; the sites have nothing new to say."""
        assert self.project.run("run", "--all").status == 0


def seconds(date: str) -> int:
    return int(datetime.fromisoformat(date).timestamp())


@pytest.fixture
def subscription(project: Project, site: Site) -> Iterator[Subscription]:
    site.feed("/feed", *(item | {"link": f"https://office.example/{item['guid']}"} for item in ITEMS))
    project.source(("office", [site.url("/feed")]), allow=site.host)
    assert project.run("run").status == 0
    with served(project.root / "feeds") as server:
        yield Subscription(project, server.url.rstrip("/"))


def installed(*programs: str) -> None:
    """Skip the test where one of these is missing; in CI, fail it."""
    if missing := [program for program in programs if shutil.which(program) is None]:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def run(folder: Path, *command: str) -> None:
    """Run a reader whose home is ``folder``."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_newsboat(subscription: Subscription, tmp_path: Path, kind: str) -> None:
    installed("newsboat")
    home = tmp_path / "reader"
    home.mkdir()
    (home / "urls").write_text(subscription.url(kind) + "\n")
    (home / "config").write_text("reload-only-visible-feeds no\n")
    newsboat = ("newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload")

    def stored(*, unread: bool) -> list[Shown]:
        with closing(sqlite3.connect(home / "cache.db")) as cache:
            rows = cache.execute("SELECT guid, title, pubDate FROM rss_item WHERE unread = ?", (unread,))
            return sorted(Shown(*row) for row in rows)

    run(home, *newsboat)
    assert stored(unread=True) == subscription.expected
    with closing(sqlite3.connect(home / "cache.db")) as cache, cache:
        cache.execute("UPDATE rss_item SET unread = 0")
    subscription.poll()
    run(home, *newsboat)
    assert (stored(unread=True), stored(unread=False)) == ([], subscription.expected)


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_sfeed(subscription: Subscription, tmp_path: Path, kind: str) -> None:
    installed("sfeed", "sfeed_update", "curl")
    home = tmp_path / "reader"
    home.mkdir()
    (home / "sfeedrc").write_text(
        f'sfeedpath="{home}/feeds"\nfeeds() {{\n\tfeed "office" "{subscription.url(kind)}"\n}}\n'
    )

    def stored() -> list[Shown]:
        # sfeed(5): time, title, link, content, its type, id, author, enclosure, categories
        rows = [line.split("\t") for line in (home / "feeds" / "office").read_text().splitlines()]
        # Of Atom's titles in HTML it takes the text and leaves the references in it: & is shown as &amp;.
        return sorted(Shown(row[5], html.unescape(row[1]), int(row[0])) for row in rows)

    run(home, "sfeed_update", "sfeedrc")
    assert stored() == subscription.expected
    subscription.poll()
    run(home, "sfeed_update", "sfeedrc")
    assert stored() == subscription.expected


@pytest.mark.parametrize("kind", FORMATS)
def test_reader(subscription: Subscription, kind: str) -> None:
    with closing(make_reader(":memory:")) as library:
        library.add_feed(subscription.url(kind))

        def stored() -> list[Shown]:
            return sorted(
                # It keeps titles without their type: of Atom's in HTML, the references stay.
                Shown(entry.id, html.unescape(entry.title or ""), int(entry.published.timestamp()))
                for entry in library.get_entries()
                if entry.published
            )

        library.update_feeds()
        assert stored() == subscription.expected
        for entry in library.get_entries():
            library.mark_entry_as_read(entry)
        subscription.poll()
        assert library.update_feed(subscription.url(kind)) is None  # not changed
        assert list(library.get_entries(read=False)) == []
        assert stored() == subscription.expected


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feedparser(subscription: Subscription, kind: str) -> None:
    def parsed(transferred: bytes) -> list[Shown]:
        document = feedparser.parse(transferred)
        assert not document.bozo
        return sorted(Shown(entry.id, _text(entry), _moment(entry)) for entry in document.entries)

    with urlopen(subscription.url(kind)) as answer:
        changed = answer.headers["Last-Modified"]
        assert parsed(answer.read()) == subscription.expected
    subscription.poll()
    again = feedparser.parse(subscription.url(kind), modified=changed)
    assert (again.status, again.entries) == (304, [])


def _text(entry: feedparser.FeedParserDict) -> str:
    """Return the title as a reader shows it that minds what type the feed gives it."""
    return html.unescape(entry.title) if entry.title_detail.type == "text/html" else str(entry.title)


def _moment(entry: feedparser.FeedParserDict) -> int:
    return timegm(entry.published_parsed)
