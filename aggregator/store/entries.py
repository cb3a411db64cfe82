"""Stored items as a feed shows them, newest first.

A fixed handful of queries for any number of entries, each along an index: costs depend on ``limit`` only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence

from aggregator.model import Entry, Item, Link, Scope
from aggregator.store import archives, looking, rows


def entries(database: sqlite3.Connection, scope: Scope, limit: int, among: Collection[str] | None) -> tuple[Entry, ...]:
    """Return the ``limit`` newest entries of ``scope``, with all of their sources and subject links."""
    return _entries(database, _newest(database, scope, limit, among))


def live(database: sqlite3.Connection, scope: Scope, limit: int, among: Collection[str] | None) -> tuple[Entry, ...]:
    """Return the ``limit`` newest entries of ``scope``, and behind them those that no archive holds as they are."""
    newest = _newest(database, scope, limit, among)
    waiting = archives.oldest_first(archives.unarchived(database, scope, among))[::-1]
    shown = set(newest)
    return _entries(database, newest + [item for item in waiting if item not in shown])


def archived(database: sqlite3.Connection, scope: Scope, number: int) -> tuple[Entry, ...]:
    """Return the entries that an archive of ``scope`` holds as they are, newest first."""
    return _entries(database, archives.members(database, scope, number))


def find(database: sqlite3.Connection, name: str) -> tuple[tuple[int, Entry], ...]:
    """Return the items of this published id; where there is none, of this URL; else of this guid."""
    for query in (
        "SELECT id FROM item WHERE entry_id = ?",
        "SELECT id FROM item WHERE url = ? ORDER BY id",
        # The key of guids begins with the source: one look-up for each.
        "SELECT DISTINCT item FROM source JOIN guid ON guid.source = source.id AND guid = ? ORDER BY item",
    ):
        if order := [item for (item,) in database.execute(query, (name,))]:
            return tuple(zip(order, _entries(database, order), strict=True))
    return ()


def _entries(database: sqlite3.Connection, order: Sequence[int]) -> tuple[Entry, ...]:
    items = rows.numbers(order)
    sources = looking.origins(database, items)
    links = _links(database, items)
    found = {
        item: Entry(
            id=entry_id,
            source=owner,
            sources=tuple(sources[item]),
            endpoint=endpoint,
            item=rows.read_item(tuple(version)),
            first_seen=rows.read_instant(first_seen),
            published=rows.read_instant(published),
            updated=rows.read_instant(updated),
            versions=versions,
            links=tuple(links.get(item, ())),
        )
        for item, entry_id, owner, endpoint, first_seen, published, updated, versions, *version in database.execute(
            """
            SELECT
              item.id, entry_id, item.source, address.url, first_seen, item.published, updated, versions,
              digest, title, guid, version.url, summary, content, version.published, precision,
              authors, categories, enclosures, language, derived, version.likeness, substance
            FROM item JOIN version ON version.id = item.head JOIN address ON address.id = item.address
            WHERE item.id IN (SELECT value FROM json_each(?))
            """,
            (items,),
        )
    }
    return tuple(found[item] for item in order)


def every(database: sqlite3.Connection) -> Iterator[tuple[str, Item]]:
    """Yield published id and current version of every item, as they came.  Rows are read as they are asked for."""
    for entry_id, *version in database.execute(
        """
        SELECT
          entry_id,
          digest, title, guid, version.url, summary, content, version.published, precision,
          authors, categories, enclosures, language, derived, version.likeness, substance
        FROM item JOIN version ON version.id = item.head
        ORDER BY item.id
        """
    ):
        yield entry_id, rows.read_item(tuple(version))


def _links(database: sqlite3.Connection, items: str) -> dict[int, list[Link]]:
    links: dict[int, list[Link]] = {}
    for item, *link in database.execute(
        """
        SELECT item, article, annotation, score, takeaway, quote, reasons, sentence
        FROM link WHERE item IN (SELECT value FROM json_each(?))
        ORDER BY item, article, annotation
        """,
        (items,),
    ):
        links.setdefault(item, []).append(rows.read_link(tuple(link)))
    return links


def _newest(database: sqlite3.Connection, scope: Scope, limit: int, among: Collection[str] | None) -> list[int]:
    """Find the items, in the order of the feed."""
    if scope.article is not None and scope.annotation is not None:
        found = database.execute(
            """
            SELECT item FROM link WHERE article = ? AND annotation = ?
            ORDER BY published DESC, first_seen DESC, item LIMIT ?
            """,
            (scope.article, scope.annotation, limit),
        )
    elif scope.article is not None:
        # An item has a link for every annotation that it comes under: they lie side by side, and count once.
        found = database.execute(
            """
            SELECT item FROM link WHERE article = ?
            GROUP BY published, first_seen, item ORDER BY published DESC, first_seen DESC, item LIMIT ?
            """,
            (scope.article, limit),
        )
    elif scope.source is not None:
        found = database.execute(
            "SELECT item FROM origin WHERE source = ? ORDER BY published DESC, first_seen DESC, item LIMIT ?",
            (scope.source, limit),
        )
    else:
        found = database.execute(
            """
            SELECT id FROM item
            WHERE ? OR EXISTS (
              SELECT 1 FROM origin WHERE origin.item = item.id AND source IN (SELECT value FROM json_each(?))
            )
            ORDER BY published DESC, first_seen DESC, id LIMIT ?
            """,
            (among is None, rows.names(sorted(among or ())), limit),
        )
    return [item for (item,) in found]


def revision(database: sqlite3.Connection, scope: Scope) -> int:
    """Return the revision at which the entries of ``scope`` last changed; 0 where there never were any."""
    if scope.article is not None:
        row = database.execute("SELECT revision FROM article WHERE id = ?", (scope.article,)).fetchone()
    elif scope.source is not None:
        row = database.execute("SELECT revision FROM source WHERE id = ?", (scope.source,)).fetchone()
    else:
        row = database.execute("SELECT revision FROM site").fetchone()
    return 0 if row is None else int(row[0])
