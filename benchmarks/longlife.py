"""What a process that lives for long costs, day by day: a month of cycles, driven by a clock that is a value.

    python -m benchmarks.longlife [--days 30] [--sources 20] [--seed 1] [--texts DAYS]

The real pipeline, store, rendering and files, in a temporary folder; only the web is made up.  It answers from the
simulated clock: offices publish by day more than by night and on weekends, edit, answer 304, fail for a while, ask to
be left alone, move to another endpoint.  Each minute somebody asks who is due, as the daemon does, and each day the
upkeep is done; with ``--texts`` it lets go of texts that are so many days old.

A line a day: looks, cycles, new and edited items, milliseconds a cycle (CPU time, publishing included), resident
memory, objects of Python's, open files, threads, and the sizes of database and output.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from aggregator.config.values import RetentionSettings, Settings
from aggregator.errors import BadStatus, FetchError, Unreachable
from aggregator.model import Change, Outcome, Planned, Request, Response, Update
from aggregator.pipeline import cycle, outputs
from aggregator.plan.due import is_due
from aggregator.publish.files import FileSink
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.upkeep import upkeep

START = datetime(2026, 1, 5, tzinfo=UTC)
SHOWN = 15
"""Items in a feed's window."""
TICK = timedelta(minutes=1)
NIGHT = range(7)
SATURDAY = 5
SENTENCES = (
    "The delegations met for the {n}th day in Geneva and agreed on a text about harbours.",
    "Customs of weighing grain number {n} are to be looked into, said the office.",
    "A statement on the ferry of line {n} will follow after the talks with Ukraine and Russia.",
    "Nobody objected to paragraph {n}; the minister thanked everybody.",
)


@dataclass
class Office:
    """A site that publishes: statements and their editions, in two feeds."""

    number: int
    chance: random.Random
    a_day: float
    statements: list[tuple[int, datetime, int]] = field(default_factory=list)
    """Number, publication, edition; the newest first."""
    count: int = 0
    trouble: FetchError | None = None
    until: datetime = START
    moved: bool = False

    @property
    def urls(self) -> tuple[str, str]:
        """The addresses of the feed and of the one that it moves to and back from."""
        return f"https://office-{self.number}.example/feed", f"https://office-{self.number}.example/new/feed"

    def go_on(self, now: datetime) -> None:
        """Live for a minute."""
        rate = self.a_day * (0.3 if now.hour in NIGHT else 1.3) * (0.3 if now.weekday() >= SATURDAY else 1.2) / 1440
        if self.chance.random() < rate:
            self.count += 1
            self.statements = [(self.count, now, 0), *self.statements[: SHOWN - 1]]
        if self.statements and self.chance.random() < rate / 20:
            place = self.chance.randrange(len(self.statements))
            number, published, edition = self.statements[place]
            self.statements[place] = (number, published, edition + 1)
        if now >= self.until:
            self._fall_into_trouble(now)

    def _fall_into_trouble(self, now: datetime) -> None:
        self.trouble = None
        if self.chance.random() < 1 / 1440:
            url = self.urls[0]
            self.trouble = self.chance.choice(
                [Unreachable(f"{url}: no such host"), BadStatus(500), BadStatus(403), BadStatus(429, retry_after=900.0)]
            )
            self.until = now + timedelta(minutes=self.chance.randrange(20, 600))
        if self.chance.random() < 1 / (5 * 1440):
            self.moved = not self.moved

    def answer(self, request: Request) -> Response:
        """Answer as a site does.  Raises ``FetchError``."""
        if self.trouble and self.chance.random() < 0.9:  # noqa: PLR2004 - most of the time
            raise self.trouble
        if request.url != self.urls[self.moved]:
            raise BadStatus(404)
        body = self.document()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.etag == tag:
            return Response(request.url, 304, {"etag": tag}, b"")
        return Response(request.url, 200, {"content-type": "application/rss+xml", "etag": tag}, body)

    def document(self) -> bytes:
        """Return the feed as it is now."""
        items = "".join(self._item(*statement) for statement in self.statements)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>Office {self.number}</title><link>https://office-{self.number}.example/</link>"
            f"<description>News</description>{items}</channel></rss>"
        ).encode()

    def _item(self, number: int, published: datetime, edition: int) -> str:
        link = f"https://office-{self.number}.example/{'new/' if self.moved else ''}{number}"
        text = " ".join(SENTENCES[(number + each) % 4].format(n=number * 7 + each + edition) for each in range(30))
        return (
            f"<item><title>Statement {number} of office {self.number} on grain</title><link>{link}</link>"
            f'<guid isPermaLink="false">office-{self.number}-{number}</guid>'
            f"<pubDate>{format_datetime(published)}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )


class World:
    """Offices, a clock, and a project that watches them.  Fetcher, clock and observer of its own cycles."""

    def __init__(
        self, root: Path, sources: int = 20, seed: int = 1, texts: timedelta | None = None, entries: int = 50
    ) -> None:
        self.time = START
        chance = random.Random(seed)  # noqa: S311 - no secret
        self.offices = [
            Office(number, random.Random(chance.random()), chance.choice([0.3, 1, 2, 4, 8]))  # noqa: S311 - the same
            for number in range(sources)
        ]
        self.by_host = {f"office-{office.number}.example": office for office in self.offices}
        self.settings = _settings(root, self.offices, texts, entries)
        self.cycles = self.looks = self.new = self.edited = 0
        self.spent = 0.0
        """Seconds of CPU time in cycles, publishing and upkeep included."""
        self.seen: list[Update] = []
        """Of the last cycle."""
        for _ in range(3 * 24 * 60):  # what they published before anybody looked
            self._minute()

    def now(self) -> datetime:
        """Return the simulated instant."""
        return self.time

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def fetch(self, request: Request) -> Response:
        """Answer for the office that is asked."""
        return self.by_host[request.url.split("/")[2]].answer(request)

    def started(self, sources: int) -> None:
        """Take note of nothing."""

    def updated(self, update: Update) -> None:
        """Count."""
        self.looks += update.outcome is not Outcome.SKIPPED
        self.new += update.new
        self.edited += update.count(Change.EDITED)

    def published(self, paths: Sequence[str]) -> None:
        """Take note of nothing."""

    def warned(self, message: str) -> None:
        """Take note of nothing."""

    def tick(self) -> bool:
        """Let a minute go by; do a cycle where a source is due, and return whether one was."""
        self._minute()
        with SqliteStore.open(self.settings.database) as store:
            plans, schedule = store.plans(), self.settings.schedule
            if not any(is_due(one, plans.get(one.id, Planned()), schedule, self.time) for one in self.settings.sources):
                return False
            begin = time.process_time()
            self.seen = list(cycle.run(self.settings, cycle.Ports(self, store, self, self), cycle.Selection()))
            outputs.publish(self.settings, store, FileSink(self.settings.output), self.time)
            upkeep(self.settings, store, self.time)
        self.cycles += 1
        self.spent += time.process_time() - begin
        return True

    def days(self, count: int) -> Iterator[int]:
        """Live for so many days, a yield after each."""
        for day in range(1, count + 1):
            for _ in range(24 * 60):
                self.tick()
            yield day

    def _minute(self) -> None:
        self.time += TICK
        for office in self.offices:
            office.go_on(self.time)


def _settings(root: Path, offices: Sequence[Office], texts: timedelta | None, entries: int) -> Settings:
    sources = [
        {
            "id": f"office-{office.number}",
            "title": f"Office {office.number}",
            "home": f"https://office-{office.number}.example/",
            "endpoint": [{"kind": "feed", "url": url} for url in office.urls],
        }
        for office in offices
    ]
    article = {
        "id": "talks",
        "title": "Will the talks in Geneva on Ukraine and Russia come to anything?",
        "url": "https://paper.example/talks",
        "takeaways": ["Ukraine and Russia talk in Geneva.", "The ferry follows after the talks."],
        "annotation": [{"id": "first", "label": "The first office", "sources": ["office-0", "office-1"]}],
    }
    return Settings.model_validate(
        {
            "site": {"title": "Long life", "base_url": "https://feeds.example.org/"},
            "root": root,
            "publish": {"entries": entries},
            "fetch": {"concurrency": 4},
            "retention": RetentionSettings().model_copy(update={"texts": texts}),
            "sources": sources,
            "articles": [article],
        },
        strict=False,
    )


def files() -> int:
    """Return how many files this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not walked


def resident() -> float:
    """Return the resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _line(*cells: object) -> None:
    print("  ".join(f"{cell:>9.1f}" if isinstance(cell, float) else f"{cell!s:>9}" for cell in cells), flush=True)


def main(arguments: Sequence[str]) -> None:
    """Print a line a day."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=int, metavar="DAYS")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="aggregator-longlife-") as name:
        texts = timedelta(days=options.texts) if options.texts else None
        world = World(Path(name), options.sources, options.seed, texts)
        _line(
            "day",
            "cycles",
            "looks",
            "new",
            "edited",
            "ms/cycle",
            "MiB",
            "objects",
            "files",
            "threads",
            "db MB",
            "out MB",
        )
        before = (0, 0, 0, 0, 0.0)
        for day in world.days(options.days):
            counts = (world.cycles, world.looks, world.new, world.edited, world.spent)
            cycles, looks, new, edited, spent = (now - then for now, then in zip(counts, before, strict=True))
            gc.collect()
            objects = len(gc.get_objects())
            database, output = _size(world.settings.database.parent), _size(world.settings.output)
            people = (resident(), objects, files(), threading.active_count())
            _line(day, cycles, looks, new, edited, 1000 * spent / max(cycles, 1), *people, database, output)
            before = counts


if __name__ == "__main__":
    main(sys.argv[1:])
