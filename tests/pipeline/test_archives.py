"""Archives (RFC 5005, 4): nothing that a subscriber was ever shown gets out of reach, and nothing written changes."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, example, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from aggregator.model import Scope, Verdict
from aggregator.pipeline.judging import judge
from aggregator.store.sqlite import SqliteStore
from tests.pipeline.newsroom import FEED, Newsroom
from tests.subscriber import newest_forms, walk
from tests.system.project import rss

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
OTHER = "https://other.example/feed"
ARTICLE: dict[str, Any] = {
    "title": "Will Zelenskyy and Putin meet in Geneva?",
    "url": "https://paper.example/summit",
    "takeaways": ["Zelenskyy and Putin may meet in Geneva."],
    "annotation": [{"id": "office", "label": "Office", "sources": ["office", "other"]}],
}
STEPS = ("news", "news", "news", "backfill", "edit", "edit", "reject", "move", "leave", "lose", "more", "fewer")


def statement(number: int, hours: float, *, edition: int = 0, about: str = "fisheries") -> dict[str, str]:
    return {
        "guid": f"g{number}",
        "title": f"Statement {number}.{edition} on {about}",
        "link": f"https://office.example/{number}",
        "date": format_datetime(NOON + timedelta(hours=hours), usegmt=True),
    }


class World:
    """A newsroom of two sources and an article, whose documents and settings change step by step."""

    def __init__(self, root: Path, seed: int) -> None:
        self.room = Newsroom(root)
        self.chance = random.Random(seed)  # noqa: S311 - which step is drawn is no secret
        self.room.published["entries"] = 3
        self.room.source()
        self.room.source("other", OTHER)
        self.room.articles["summit"] = dict(ARTICLE)
        self.items: dict[str, list[dict[str, str]]] = {FEED: [], OTHER: []}
        self.number = 0
        self.archives: dict[str, bytes] = {}
        self.shown: dict[str, set[str]] = {}
        self.rewritten = False

    def step(self, name: str) -> None:
        self.rewritten = False
        getattr(self, f"do_{name}")()
        for url, items in self.items.items():
            if items:
                self.room.web.answers[url] = rss(*items)
        self.room.look()
        self.check()

    def do_news(self) -> None:
        for _ in range(self.chance.randint(1, 5)):
            self.number += 1
            about = self.chance.choice(["fisheries", "how Zelenskyy and Putin meet in Geneva"])
            items = self.items[self.chance.choice([FEED, OTHER])]
            items.insert(0, statement(self.number, self.number, about=about))
            del items[9:]

    def do_backfill(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self.number += 1
            self.items[FEED].append(statement(self.number, -5000 + self.chance.randint(0, 4000)))

    def do_edit(self) -> None:
        items = self.items[self.chance.choice([FEED, OTHER])]
        if items:
            number = self.chance.randrange(len(items))
            items[number] = items[number] | {"title": items[number]["title"] + ", corrected"}

    def do_reject(self) -> None:
        entries = self.room.store.entries(Scope(article="summit"), 100)
        if entries:
            name = self.chance.choice(entries).id
            judge(self.room.settings, self.room.store, name, "summit", Verdict.REJECT, self.room.clock.now())

    def do_move(self) -> None:
        self.room.site["base_url"] = self.chance.choice(["https://feeds.example.org/", "https://new.example/a&b/"])
        self.rewritten = True

    def do_leave(self) -> None:
        """Let the second source leave the configuration, or come back."""
        if len(self.room.sources) > 1:
            del self.room.sources[1]
            self.room.articles["summit"]["annotation"] = [{**ARTICLE["annotation"][0], "sources": ["office"]}]
        else:
            self.room.source("other", OTHER)
            self.room.articles["summit"]["annotation"] = ARTICLE["annotation"]

    def do_lose(self) -> None:
        shutil.rmtree(self.room.root / "feeds", ignore_errors=True)
        self.archives.clear()

    def do_more(self) -> None:
        self.room.published["entries"] = 4

    def do_fewer(self) -> None:
        self.room.published["entries"] = 2

    def check(self) -> None:
        folder, base = self.room.root / "feeds", self.room.site["base_url"]
        configured = [str(table["id"]) for table in self.room.sources]
        scopes = [Scope(), *(Scope(source=id_) for id_ in configured)]
        for scope in (*scopes, Scope(article="summit"), Scope(article="summit", annotation="office")):
            documents = walk(folder, base, scope.feed)
            forms = newest_forms(documents)
            entries = self.room.store.entries(scope, 10_000, configured)
            # Each entry is within reach, in its newest form, and the newest ones come first.
            assert {entry.id: entry.item.title for entry in entries}.items() <= {
                id_: form.title for id_, form in forms.items()
            }.items()
            live = [entry.id for entry in documents[0][1]]
            newest = self.room.published["entries"]
            assert live[:newest] == [entry.id for entry in entries[:newest]]
            assert len(live) <= 2 * newest
            # What was shown once and stands still is within reach, now as then.
            assert (self.shown.get(scope.feed, set()) & {entry.id for entry in entries}) <= forms.keys()
            self.shown.setdefault(scope.feed, set()).update(live)
        self._check_files(folder)

    def _check_files(self, folder: Path) -> None:
        there = {str(path): path.read_bytes() for path in (folder / "archive").rglob("*.atom")}
        for path, data in self.archives.items():
            if path in there and not self.rewritten:
                assert there[path] == data
            elif path in there:
                assert self._entries(there[path]) == self._entries(data)
        for path in there.keys() - self.archives.keys():
            assert there[path].count(b"<entry") <= 4
        self.archives = there  # a feed that was withdrawn and comes back is written anew
        for file in folder.rglob("*"):
            if file.is_file() and file.suffix != ".gz" and file.name != "status.json":
                assert gzip.decompress(file.with_name(f"{file.name}.gz").read_bytes()) == file.read_bytes()

    @staticmethod
    def _entries(data: bytes) -> list[bytes]:
        """Return the lines of a document that hold no address of this site."""
        return [line for line in data.splitlines() if b"feeds.example.org" not in line and b"new.example" not in line]


@bounds(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@example(steps=["news", "news", "backfill", "move", "more", "leave", "more", "lose", "leave"], seed=633)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=14), seed=st.integers(0, 2**32))
def test_whatever_happens_all_stays_within_reach_and_as_it_was_written(steps: list[str], seed: int) -> None:
    with TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
        world = World(Path(folder), seed)
        try:
            for step in ("news", *steps):
                world.step(step)
        finally:
            world.room.store.close()


# --- one by one -------------------------------------------------------------------------------------


@pytest.fixture
def office(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom of one source with seven statements, three of them live."""
    newsroom.published["entries"] = 3
    newsroom.source()
    newsroom.web.answers[FEED] = rss(*(statement(number, number) for number in range(7, 0, -1)))
    newsroom.look()
    return newsroom


def titles(room: Newsroom, feed: str = "all") -> list[list[str]]:
    """Return the numbers of the statements in each document, from the live one back."""
    documents = walk(room.root / "feeds", room.site["base_url"], feed)
    return [[seen.title.split()[1].partition(".")[0] for seen in entries] for _, entries in documents]


def archive(room: Newsroom, number: int = 1, feed: str = "all") -> Path:
    return room.root / "feeds" / "archive" / feed / f"{number}.atom"


def test_the_live_feed_is_the_newest_and_archives_are_filled_from_the_oldest_on(office: Newsroom) -> None:
    assert titles(office) == titles(office, "sources/office") == [["7", "6", "5"], ["6", "5", "4"], ["3", "2", "1"]]


def test_archives_name_no_hub_and_the_live_feed_does_in_both_formats(office: Newsroom) -> None:
    office.published["hubs"] = ["https://hub.example/"]
    office.web.answers[FEED] = rss(*(statement(number, number) for number in range(12, 0, -1)))
    office.look()
    folder = office.root / "feeds"
    assert b"hub.example" not in archive(office, 3).read_bytes()
    for name in ("all.atom", "all.rss"):
        assert b"https://hub.example/" in (folder / name).read_bytes()
        assert b"prev-archive" in (folder / name).read_bytes()
    assert b"prev-archive" not in archive(office, 1).read_bytes()


def test_backfilled_items_push_nothing_out(office: Newsroom) -> None:
    office.web.answers[FEED] = rss(*(statement(number, -number) for number in (21, 22)))
    office.look()
    assert titles(office)[0] == ["7", "6", "5", "21", "22"]
    office.web.answers[FEED] = rss(*(statement(number, -number) for number in range(23, 29)))
    office.look()
    live, *_ = found = titles(office)
    assert live[:3] == ["7", "6", "5"]
    assert {number for document in found for number in document} == {*map(str, range(1, 8)), *map(str, range(21, 29))}
    assert found[-2:] == [["6", "5", "4"], ["3", "2", "1"]]


def test_an_edit_of_an_archived_statement_is_live_and_the_archive_is_as_it_was(office: Newsroom) -> None:
    before = archive(office).read_bytes()
    office.web.answers[FEED] = rss(statement(1, 1, edition=1))
    office.look()
    assert titles(office)[0] == ["7", "6", "5", "1"]
    forms = newest_forms(walk(office.root / "feeds", office.site["base_url"], "all"))
    assert [seen.title for seen in forms.values() if seen.title.startswith("Statement 1.")] == [
        "Statement 1.1 on fisheries"
    ]
    assert archive(office).read_bytes() == before


def test_a_cycle_without_change_writes_nothing_and_looks_at_no_archive(office: Newsroom) -> None:
    archive(office).unlink()
    assert office.publish() == []
    assert not archive(office).exists()


def test_archives_that_other_hands_touched_are_mended_by_publish(office: Newsroom) -> None:
    before = {number: archive(office, number).read_bytes() for number in (1, 2)}
    archive(office, 1).write_bytes(b"scribble")
    archive(office, 2).unlink()
    assert office.publish(everything=True) == ["archive/all/1.atom", "archive/all/2.atom"]
    assert {number: archive(office, number).read_bytes() for number in (1, 2)} == before


def test_a_lost_folder_comes_back_whole(office: Newsroom) -> None:
    before = {path: path.read_bytes() for path in (office.root / "feeds").rglob("*.atom")}
    shutil.rmtree(office.root / "feeds")
    office.look()
    assert {path: path.read_bytes() for path in (office.root / "feeds").rglob("*.atom")} == before


def test_what_a_killed_run_has_settled_the_next_one_writes(office: Newsroom) -> None:
    """Killed between the two: the store says what the archive holds, and its file is not there."""
    office.web.answers[FEED] = rss(*(statement(number, number) for number in range(12, 0, -1)))
    office.store.archive(Scope(), 3, 3)
    office.look()
    assert [len(document) for document in titles(office)] == [3, 3, 3, 3]


def test_a_rebuilt_store_goes_on_from_the_archives_that_are_there(office: Newsroom) -> None:
    before = {number: archive(office, number).read_bytes() for number in (1, 2)}
    office.store.close()
    (office.root / "aggregator.db").unlink()
    office.store = SqliteStore.open(office.root / "aggregator.db")
    office.web.answers[FEED] = rss(*(statement(number, number) for number in (8, 7, 6)))
    office.look()
    assert titles(office) == [["8", "7", "6"], ["6", "5", "4"], ["3", "2", "1"]]
    assert {number: archive(office, number).read_bytes() for number in (1, 2)} == before


def test_a_feed_that_is_withdrawn_takes_its_archives_along_and_brings_them_back(office: Newsroom) -> None:
    office.source("other", OTHER)
    removed = office.sources.pop(0)
    office.look()
    assert not (office.root / "feeds" / "archive" / "sources").exists()
    assert archive(office).exists()
    office.sources.append(removed)
    office.look()
    assert titles(office, "sources/office") == [["7", "6", "5"], ["6", "5", "4"], ["3", "2", "1"]]


def test_a_move_changes_addresses_and_nothing_else(office: Newsroom) -> None:
    before = archive(office, 2).read_bytes()
    office.site["base_url"] = "https://www.example.org/a&b/"
    office.look()
    after = archive(office, 2).read_bytes()
    assert after == before.replace(b"https://feeds.example.org/", b"https://www.example.org/a&amp;b/")
    assert titles(office) == [["7", "6", "5"], ["6", "5", "4"], ["3", "2", "1"]]
