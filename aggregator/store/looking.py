"""What is known of a document's items, before and after they are cleaned.

Key look-ups only: costs depend on the document, not on what is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from aggregator.model import Item, Known, Sighting, StoredItem
from aggregator.store import rows

_KEYS = 64
"""Texts looked up by one statement."""

K = TypeVar("K")
V = TypeVar("V")


def sightings(
    database: sqlite3.Connection, source: str, endpoint: str, handles: Sequence[str]
) -> dict[str, tuple[Sighting, ...]]:
    """Return the sightings under each of ``handles``, oldest first; handles never seen are left out."""
    return _in_order(
        _by_keys(
            database,
            """
            SELECT sighting.id, handle, handle, raw, reading, digest
            FROM address CROSS JOIN sighting ON sighting.address = address.id
            WHERE source = ? AND url = ? AND handle IN (:keys)
            """,
            (source, endpoint),
            handles,
        )
    )


def _sightings_of(
    database: sqlite3.Connection, source: str, endpoint: str, items: str
) -> dict[int, tuple[Sighting, ...]]:
    return _in_order(
        database.execute(
            """
            SELECT sighting.id, item, handle, raw, reading, digest
            FROM address CROSS JOIN sighting ON sighting.address = address.id
            WHERE source = ? AND url = ? AND item IN (SELECT value FROM json_each(?))
            """,
            (source, endpoint, items),
        )
    )


def _in_order(found: Iterable[rows.Row]) -> dict[Any, tuple[Sighting, ...]]:
    """Group sightings by the second column, oldest first; sorted here, for they come along another index."""
    shown = _grouped((key, Sighting(*columns)) for _, key, *columns in sorted(found, key=itemgetter(0)))
    return {key: tuple(sightings) for key, sightings in shown.items()}


def known(database: sqlite3.Connection, source: str, endpoint: str, items: Sequence[tuple[Item, str]]) -> Known:
    """Return what is stored under the guids, URLs, likenesses and would-be entry ids of ``items``."""
    in_source = (source,)
    guids = (item.guid for item, _ in items)
    named = "SELECT guid, item FROM guid WHERE source = ? AND guid IN (:keys)"
    by_guid: dict[str, int] = dict(_by_keys(database, named, in_source, guids))
    entry_ids = (entry_id for _, entry_id in items)
    by_entry: dict[str, int] = dict(
        _by_keys(database, "SELECT entry_id, id FROM item WHERE entry_id IN (:keys)", (), entry_ids)
    )
    urls = (item.url for item, _ in items)
    by_url: dict[str, list[int]] = _grouped(
        _by_keys(database, "SELECT url, id FROM item WHERE url IN (:keys)", (), urls)
    )
    likenesses = (item.likeness for item, _ in items)
    alike = "SELECT likeness, item FROM origin WHERE source = ? AND likeness IN (:keys)"
    by_likeness: dict[str, list[int]] = _grouped(_by_keys(database, alike, in_source, likenesses))
    ids = set(by_guid.values()).union(by_entry.values(), *by_url.values(), *by_likeness.values())
    stored = _stored(database, source, endpoint, ids)
    return Known(
        by_guid={guid: stored[item] for guid, item in by_guid.items()},
        by_entry={entry_id: stored[item] for entry_id, item in by_entry.items()},
        by_url={url: tuple(stored[item] for item in sorted(found)) for url, found in by_url.items()},
        by_likeness={digest: tuple(stored[item] for item in sorted(found)) for digest, found in by_likeness.items()},
    )


def _stored(database: sqlite3.Connection, source: str, endpoint: str, ids: Iterable[int]) -> dict[int, StoredItem]:
    items = rows.numbers(ids)
    sources = origins(database, items)
    guids = _grouped(
        database.execute(
            "SELECT item, guid FROM guid WHERE item IN (SELECT value FROM json_each(?)) AND source = ?", (items, source)
        )
    )
    digests = _grouped(
        database.execute("SELECT item, digest FROM version WHERE item IN (SELECT value FROM json_each(?))", (items,))
    )
    shown = _sightings_of(database, source, endpoint, items)
    return {
        item: StoredItem(
            id=item,
            entry_id=entry_id,
            source=owner,
            sources=frozenset(sources[item]),
            guids=frozenset(guids.get(item, ())),
            head=rows.read_item(tuple(version)),
            first_seen=rows.read_instant(first_seen),
            published=rows.read_instant(published),
            updated=rows.read_instant(updated),
            versions=versions,
            digests=frozenset(digests[item]),
            sightings=shown.get(item, ()),
            dropped=rows.read_names(dropped),
        )
        for item, entry_id, owner, first_seen, published, updated, versions, dropped, *version in database.execute(
            """
            SELECT
              item.id, entry_id, source, first_seen, item.published, updated, versions, dropped,
              digest, title, guid, version.url, summary, content, version.published, precision,
              authors, categories, enclosures, language, derived, version.likeness, substance
            FROM item JOIN version ON version.id = item.head
            WHERE item.id IN (SELECT value FROM json_each(?))
            """,
            (items,),
        )
    }


def origins(database: sqlite3.Connection, items: str) -> dict[int, list[str]]:
    """Return the sources of each item, sorted.  ``items`` as ``rows.numbers`` writes them."""
    return _grouped(
        database.execute(
            "SELECT item, source FROM origin WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, source",
            (items,),
        )
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _by_keys(
    database: sqlite3.Connection, query: str, parameters: tuple[str, ...], keys: Iterable[str | None]
) -> Iterator[rows.Row]:
    """Run ``query`` with its parameters and, at ``:keys``, with ever so many of ``keys``.

    json_each would do for any number, but SQLite's ends a text at a NUL, and a source may write one.
    """
    distinct = sorted({key for key in keys if key is not None})
    marks = query.replace(":keys", ", ".join("?" * _KEYS))
    for start in range(0, len(distinct), _KEYS):
        batch = distinct[start : start + _KEYS]
        # Filled up with NULL, which equals nothing, so that one prepared statement serves every batch.
        yield from database.execute(marks, (*parameters, *batch, *[None] * (_KEYS - len(batch))))
