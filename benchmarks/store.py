"""What the store costs, and that it costs the same however much history there is.

    python -m benchmarks.store [N ...]      items stored before the cycle is measured; default 2830 100000

Prints CPU seconds (user and system) of this process.

- floor: 24,000 rows with a body of the same length, in 1,000 transactions, into one table with two indexes: what SQLite
  and the disk cost on this machine.  Ratios to it travel between machines, seconds do not.
- cold: 1,000 sources with 24 new items each, one save a source.
- fill: storing the N items, 24 a save.
- seen, 2 new: ``sightings``, ``known`` and ``save`` of 100 documents of 25 items each; none of them new, or 2.
- the last columns: the 100 newest entries of each scope.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from aggregator.model import (
    Change,
    EndpointState,
    Item,
    ItemUpdate,
    Link,
    Moment,
    Outcome,
    Scope,
    Sighting,
    SourceState,
    Update,
)
from aggregator.store.sqlite import SqliteStore

SOURCES, A_DOCUMENT, NEW = 100, 25, 2
BEARING = 26
"""Of 256 items, how many bear on the article: one in ten."""
BODY = "<p>" + "A statement of some length on a matter of some weight. " * 100 + "</p>"
START = datetime(2015, 1, 1, tzinfo=UTC)
SCOPES = {
    "all": Scope(),
    "source": Scope(source="source-7"),
    "article": Scope(article="summit"),
    "annotation": Scope(article="summit", annotation="source-7"),
}


def _item(number: int) -> Item:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return Item(
        title=f"Readout of call {number}",
        guid=f"https://www.agency.example/?p={number}",
        url=f"https://www.agency.example/briefing-room/statements/2025/08/20/readout-of-call-{number}/",
        summary="A readout of the call of the day, in a sentence or two, as feeds give it.",
        content=BODY,
        published=Moment(START + timedelta(minutes=number)),
        categories=("Statements and Releases",),
        likeness=digest[::-1],
        digest=digest,
        substance=digest,
    )


def _new(source: str, item: Item) -> ItemUpdate:
    entry_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{source} {item.guid}").urn
    at = item.published.at if item.published else START
    bears = int(item.digest[:2], 16) < BEARING
    links = (Link("summit", source, 0.7, 0, "The sentence it bears on.", ("call", "readout")),) if bears else ()
    return ItemUpdate(Change.NEW, item, entry_id, at, at, at, sighting=_sighting(item), links=links)


def _sighting(item: Item) -> Sighting:
    return Sighting(item.guid or "", item.digest, "reading-1", item.digest)


def _save(store: SqliteStore, source: str, items: Sequence[ItemUpdate]) -> None:
    url = f"https://www.agency.example/{source}/feed/"
    endpoint = EndpointState(url, f'"{len(items)}"', reading="reading-1")
    state = SourceState(source, endpoint=url, endpoints={url: endpoint})
    store.save(Update(source, START, Outcome.OK, state, url, tuple(items)))


def _cycle(store: SqliteStore, stored: int, new: int) -> None:
    """Look at every source's document once: its newest items, the first ``new`` of which are not stored yet."""
    for number in range(SOURCES):
        source, url = f"source-{number}", f"https://www.agency.example/source-{number}/feed/"
        newest = _numbers(stored, number)[-(A_DOCUMENT - new) :]
        items = [_item(each) for each in newest]
        coming = [_item(10_000_000 + stored + number * new + each) for each in range(new)]
        document = items + coming
        store.sightings(source, url, [item.guid or "" for item in document])
        # Of a document answered anew everything may have to be looked up: the dearest case.
        store.known(source, url, [(item, f"urn:none:{item.guid}") for item in document])
        _save(store, source, [_new(source, item) for item in coming])


def _numbers(stored: int, source: int) -> list[int]:
    return list(range(source, stored, SOURCES))


def _fill(store: SqliteStore, count: int) -> None:
    for source in range(SOURCES):
        numbers = _numbers(count, source)
        for start in range(0, len(numbers), 24):
            _save(store, f"source-{source}", [_new(f"source-{source}", _item(n)) for n in numbers[start : start + 24]])


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _made(stored: int, new: int) -> float:
    """Return what making the benchmark's own values costs, to be taken off."""

    def make() -> None:
        for number in range(SOURCES):
            items = [_item(each) for each in _numbers(stored, number)[-(A_DOCUMENT - new) :]]
            coming = [_new("source", _item(10_000_000 + each)) for each in range(new)]
            [item.guid for item in items], coming

    return _cpu(make)


def _measured(folder: Path, count: int) -> list[str]:
    path = folder / f"{count}.db"
    with SqliteStore.open(path) as store:
        fill = _cpu(lambda: _fill(store, count))
    with SqliteStore.open(path) as store:
        seen = _cpu(lambda: _cycle(store, count, 0)) - _made(count, 0)
        new = _cpu(lambda: _cycle(store, count, NEW)) - _made(count, NEW)
        reads = [_cpu(partial(store.entries, scope, 100)) for scope in SCOPES.values()]
    size = path.stat().st_size / 1e6
    path.unlink()
    seconds = [f"{each:.3f}" for each in (fill, seen, new)]
    return [f"{count:,}", *seconds, *(f"{1000 * each:.2f}" for each in reads), f"{size:,.0f}"]


def _cold(folder: Path) -> float:
    updates = [
        (f"source-{source}", [_new(f"source-{source}", _item(24 * source + number)) for number in range(24)])
        for source in range(1000)
    ]

    def save() -> None:
        for source, items in updates:
            _save(store, source, items)

    with SqliteStore.open(folder / "cold.db") as store:
        return _cpu(save)


def _floor(folder: Path) -> float:
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.executescript(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE item (id INTEGER PRIMARY KEY, guid TEXT, url TEXT, body TEXT);
        CREATE INDEX item_guid ON item (guid); CREATE INDEX item_url ON item (url);
        """
    )

    def save() -> None:
        for source in range(1000):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO item (guid, url, body) VALUES (?, ?, ?)",
                [(f"guid {source} {number}", f"url {source} {number}", BODY) for number in range(24)],
            )
            connection.execute("COMMIT")

    seconds = _cpu(save)
    connection.close()
    return seconds


def main(arguments: Sequence[str]) -> None:
    """Measure for each N on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", metavar="N", nargs="*", type=int, default=[2_830, 100_000])
    parser.add_argument("--folder", help="where to put the databases; default: the system's folder for temporary files")
    options = parser.parse_args(arguments)
    heads = ["items", "fill s", "seen s", "2 new s", *(f"{name} ms" for name in SCOPES), "MB"]
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        print(f"floor {_floor(Path(name)):.2f} s, cold {_cold(Path(name)):.2f} s (24,000 items in 1,000 saves)")
        print("  ".join(f"{head:>13}" for head in heads))
        for count in options.counts:
            print("  ".join(f"{figure:>13}" for figure in _measured(Path(name), count)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
