"""What one cycle brought to one source, written down: the store's side of ``Update``.

Runs within the caller's transaction.  Decides nothing: what each item came to is said by its ``Change``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from aggregator.errors import StoreError
from aggregator.model import Change, Item, ItemUpdate, Sighting, Update
from aggregator.store import health, linking, rows, states

_NEW_VERSION = frozenset({Change.EDITED, Change.REVISED, Change.REREAD})


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one source: what all of its items have in common."""

    database: sqlite3.Connection
    source: str
    address: int
    at: str
    shown: linking.Shown = field(default_factory=linking.Shown)


def save(database: sqlite3.Connection, update: Update) -> None:
    """Write the source's state and its items.

    Raises ``StoreError`` when an item does not fit what is stored: an entry id taken, an unknown item.
    """
    states.remember(database, update.state)
    health.remember(database, update.episodes)
    if not update.items:
        return
    if update.endpoint is None:
        msg = f"an update of {update.source} has items, and no endpoint that they came through"
        raise StoreError(msg)
    address = states.address(database, update.source, update.endpoint)
    look = _Look(database, update.source, address, rows.instant(update.at))
    new = [change for change in update.items if change.change is Change.NEW]
    joined = len(new)
    if new:
        _add(look, new)
    for change in update.items:
        if change.change is not Change.NEW:
            joined += _take(look, change)
    database.execute("UPDATE source SET items = items + ? WHERE id = ?", (joined, update.source))
    linking.revise(database, look.shown)


# --- new items --------------------------------------------------------------------------------------


def _add(look: _Look, changes: Sequence[ItemUpdate]) -> None:
    """Write new items, table by table: one statement for many rows is what makes a cold start cheap."""
    database = look.database
    (first,) = database.execute("SELECT coalesce(max(id), 0) + 1 FROM item").fetchone()
    (head,) = database.execute("SELECT coalesce(max(id), 0) + 1 FROM version").fetchone()
    new = list(enumerate(changes, first))
    database.executemany(
        """
        INSERT INTO version (
          digest, title, guid, url, summary, content, published, precision,
          authors, categories, enclosures, language, derived, likeness, substance, item, seen, id
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        ((*rows.item_columns(change.item), item, look.at, head + item - first) for item, change in new),
    )
    with _named(look, dict(new)):
        database.executemany(
            """
            INSERT INTO item (id, head, entry_id, first_seen, published, updated, url, source, versions, address)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
            """,
            ((item, head + item - first, *_item_columns(change), look.source, look.address) for item, change in new),
        )
    database.executemany(
        "INSERT INTO origin (item, source, published, first_seen, likeness) VALUES (?, ?, ?, ?, ?)",
        ((item, look.source, *_origin_columns(change)) for item, change in new),
    )
    _name(look, [(change.item.guid, item) for item, change in new])
    _sight(look, [(change.sighting, item) for item, change in new])
    look.shown.sources.add(look.source)
    look.shown.new.update(item for item, _ in new)
    for item, change in new:
        if change.links:
            linking.add(database, item, change.links, look.shown)


def _origin_columns(change: ItemUpdate) -> rows.Row:
    return rows.instant(change.published), rows.instant(change.first_seen), change.item.likeness


def _item_columns(change: ItemUpdate) -> rows.Row:
    return (
        change.entry_id,
        rows.instant(change.first_seen),
        rows.instant(change.published),
        rows.instant(change.updated),
        change.item.url,
    )


@contextmanager
def _named(look: _Look, new: Mapping[int, ItemUpdate]) -> Iterator[None]:
    """Name the entry id that was taken already, when one was."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        for item, change in new.items():
            owner = look.database.execute("SELECT id FROM item WHERE entry_id = ?", (change.entry_id,)).fetchone()
            if owner not in {None, (item,)}:
                msg = f"entry id {change.entry_id} of a new item of {look.source} is another item's already"
                raise StoreError(msg) from error
        raise


# --- stored items -----------------------------------------------------------------------------------


def _take(look: _Look, change: ItemUpdate) -> int:
    """Write what a look at a stored item came to; return by how many the items of the source at hand grew."""
    item, joined = _stored_id(look, change), 0
    if change.change in _NEW_VERSION:
        _replace_head(look, change, item)
        look.shown.changed.add(item)
    if change.owner is not None:
        look.database.execute("UPDATE item SET source = ? WHERE id = ?", (change.owner, item))
    if change.change is not Change.SEEN:
        joined = _join(look, item)
        look.shown.items.add(item)
    if change.links is not None:
        linking.replace(look.database, item, change.links, look.shown)
    _name(look, [(change.item.guid, item)])
    _sight(look, [(change.sighting, item)])
    return joined


def _stored_id(look: _Look, change: ItemUpdate) -> int:
    row = look.database.execute("SELECT entry_id FROM item WHERE id = ?", (change.id,)).fetchone()
    if row != (change.entry_id,):
        msg = f"item {change.id}, {change.entry_id}, is to be {change.change}, and is not stored"
        raise StoreError(msg)
    return int(change.id or 0)


def _replace_head(look: _Look, change: ItemUpdate, item: int) -> None:
    database, digest = look.database, change.item.digest
    same = database.execute("SELECT id FROM version WHERE item = ? AND digest = ?", (item, digest)).fetchone()
    if same is None and change.change is Change.REREAD:
        same = database.execute("SELECT head FROM item WHERE id = ?", (item,)).fetchone()
    if same is None:
        head, added = _insert_version(look, item, change.item), 1
    else:
        # Also where the digest is stored already: the guid is not part of it.
        head, added = _overwrite_version(look, same[0], change.item), 0
    published, updated = rows.instant(change.published), rows.instant(change.updated)
    url, likeness = change.item.url, change.item.likeness
    database.execute(
        """
        UPDATE item SET head = ?, published = ?, updated = ?, versions = versions + ?, address = ?, url = ?
        WHERE id = ?
        """,
        (head, published, updated, added, look.address, url, item),
    )
    database.execute("UPDATE origin SET published = ?, likeness = ? WHERE item = ?", (published, likeness, item))
    database.execute("UPDATE link SET published = ? WHERE item = ? AND published <> ?", (published, item, published))


def _insert_version(look: _Look, item: int, version: Item) -> int:
    inserted = look.database.execute(
        """
        INSERT INTO version (
          digest, title, guid, url, summary, content, published, precision,
          authors, categories, enclosures, language, derived, likeness, substance, item, seen
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (*rows.item_columns(version), item, look.at),
    )
    return int(inserted.lastrowid or 0)


def _overwrite_version(look: _Look, version: int, item: Item) -> int:
    look.database.execute(
        """
        UPDATE version SET
          digest = ?, title = ?, guid = ?, url = ?, summary = ?, content = ?, published = ?, precision = ?,
          authors = ?, categories = ?, enclosures = ?, language = ?, derived = ?, likeness = ?, substance = ?,
          dropped = '[]'
        WHERE id = ?
        """,
        (*rows.item_columns(item), version),
    )
    return version


def _join(look: _Look, item: int) -> int:
    """Make the item one of the source's; return by how many they grew."""
    joined = look.database.execute(
        """
        INSERT INTO origin (item, source, published, first_seen, likeness)
        SELECT item.id, ?, item.published, first_seen, version.likeness
        FROM item JOIN version ON version.id = item.head
        WHERE item.id = ?
        ON CONFLICT (item, source) DO NOTHING
        """,
        (look.source, item),
    )
    return joined.rowcount


# --- how the source at hand knows its items ---------------------------------------------------------


def _name(look: _Look, named: Iterable[tuple[str | None, int]]) -> None:
    look.database.executemany(
        """
        INSERT INTO guid (source, guid, item) VALUES (?, ?, ?)
        ON CONFLICT (source, guid) DO UPDATE SET item = excluded.item WHERE item <> excluded.item
        """,
        [(look.source, guid, item) for guid, item in named if guid is not None],
    )


def _sight(look: _Look, sighted: Iterable[tuple[Sighting | None, int]]) -> None:
    # Replaced, not updated: the form shown last has the highest id.
    look.database.executemany(
        """
        INSERT OR REPLACE INTO sighting (address, item, digest, handle, raw, reading) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
            (look.address, item, sighting.digest, sighting.handle, sighting.raw, sighting.reading)
            for sighting, item in sighted
            if sighting is not None
        ],
    )
