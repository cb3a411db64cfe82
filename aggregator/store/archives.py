"""Which entries of which feed lie in which archive (RFC 5005, 4).

Runs within the caller's transaction.  Key look-ups only: costs depend on what changed and on what no archive holds yet,
never on how many archives there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from aggregator.model import Scope
from aggregator.store import rows


def place(database: sqlite3.Connection, items: Iterable[int], changed: Iterable[int]) -> None:
    """Note which feeds show these items now, where no archive of the feed holds them as they are.

    ``changed``: those of which every archive holds an older version now.
    """
    touched, edited = rows.numbers(items), rows.numbers(changed)
    database.execute("DELETE FROM archived WHERE item IN (SELECT value FROM json_each(?))", (edited,))
    database.execute("DELETE FROM unarchived WHERE item IN (SELECT value FROM json_each(?))", (touched,))
    database.execute(
        """
        INSERT OR IGNORE INTO unarchived (item, feed)
        SELECT item, feed FROM (
          SELECT value AS item, 'all' AS feed FROM json_each(?1)
          UNION ALL
          SELECT item, 'sources/' || source FROM origin WHERE item IN (SELECT value FROM json_each(?1))
          UNION ALL
          SELECT item, 'articles/' || article || '/linked' FROM link WHERE item IN (SELECT value FROM json_each(?1))
          UNION ALL
          SELECT item, 'articles/' || article || '/' || annotation
          FROM link WHERE item IN (SELECT value FROM json_each(?1))
        ) AS shown
        WHERE NOT EXISTS (SELECT 1 FROM archived WHERE archived.item = shown.item AND archived.feed = shown.feed)
        """,
        (touched,),
    )


def unarchived(database: sqlite3.Connection, scope: Scope, among: Collection[str] | None) -> list[rows.Row]:
    """Return (published, first_seen, id) of the entries of ``scope`` that no archive holds as they are now."""
    return database.execute(
        """
        SELECT published, first_seen, id FROM unarchived JOIN item ON item.id = unarchived.item
        WHERE feed = ? AND (? OR EXISTS (
          SELECT 1 FROM origin WHERE origin.item = item.id AND source IN (SELECT value FROM json_each(?))
        ))
        """,
        (scope.feed, among is None, rows.names(sorted(among or ()))),
    ).fetchall()


def archive(database: sqlite3.Connection, scope: Scope, live: int, size: int, among: Collection[str] | None) -> None:
    """Put all but the ``live`` newest of what is in no archive into new ones of ``size`` entries, oldest first.

    Only full archives are made; so up to ``live`` entries stay in none, and ``size`` must not be more than that.
    """
    waiting = oldest_first(unarchived(database, scope, among))
    number = newest(database, scope.feed)
    while len(waiting) > live:
        number += 1
        taken, waiting = waiting[:size], waiting[size:]
        database.execute("INSERT INTO archive (feed, number) VALUES (?, ?)", (scope.feed, number))
        database.executemany(
            """
            INSERT INTO archived (item, feed, number) VALUES (?, ?, ?)
            ON CONFLICT (item, feed) DO UPDATE SET number = excluded.number
            """,
            ((item, scope.feed, number) for item in taken),
        )
        database.executemany(
            "DELETE FROM unarchived WHERE item = ? AND feed = ?", ((item, scope.feed) for item in taken)
        )


def leave_out(database: sqlite3.Connection, scope: Scope, number: int, among: Collection[str]) -> None:
    """Take out of an archive that is to be written what it cannot show now: what is unlinked, or of none of ``among``.

    What will be shown again when its source comes back waits for another archive; what is linked again comes by
    ``place``.
    """
    kept = set(members(database, scope, number))
    held = database.execute("SELECT item FROM archived WHERE feed = ? AND number = ?", (scope.feed, number))
    every = {item for (item,) in held}
    there = database.execute(
        "SELECT item FROM origin WHERE item IN (SELECT value FROM json_each(?)) "
        "AND source IN (SELECT value FROM json_each(?))",
        (rows.numbers(every), rows.names(sorted(among))),
    )
    nameless = every - {item for (item,) in there}
    feed = scope.feed
    database.executemany(
        "DELETE FROM archived WHERE item = ? AND feed = ?", ((item, feed) for item in (every - kept) | nameless)
    )
    database.executemany(
        "INSERT OR IGNORE INTO unarchived (item, feed) VALUES (?, ?)", ((item, feed) for item in kept & nameless)
    )


def oldest_first(found: Iterable[rows.Row]) -> list[int]:
    """Return the ids of rows (published, first_seen, id) in the order of a feed, turned round."""
    by_id = sorted(found, key=lambda row: row[2], reverse=True)
    return [item for _, _, item in sorted(by_id, key=lambda row: row[:2])]


def newest(database: sqlite3.Connection, feed: str) -> int:
    """Return the number of the newest archive; 0 where there is none."""
    (number,) = database.execute("SELECT max(number) FROM archive WHERE feed = ?", (feed,)).fetchone()
    return int(number or 0)


def members(database: sqlite3.Connection, scope: Scope, number: int) -> list[int]:
    """Return the items that archive ``number`` holds as they are now, newest first.

    Those that were unlinked from the article since are left out.
    """
    found = database.execute(
        """
        SELECT published, first_seen, id FROM archived JOIN item ON item.id = archived.item
        WHERE feed = ?1 AND number = ?2 AND (?3 IS NULL OR EXISTS (
          SELECT 1 FROM link
          WHERE link.item = archived.item AND article = ?3 AND (?4 IS NULL OR annotation = ?4)
        ))
        """,
        (scope.feed, number, scope.article, scope.annotation),
    )
    return oldest_first(found)[::-1]


def every(database: sqlite3.Connection, feed: str) -> dict[int, str | None]:
    """Return the SHA-256 of each archive's file, by number; None where it is still to be written."""
    return dict(database.execute("SELECT number, sha256 FROM archive WHERE feed = ? ORDER BY number", (feed,)))


def unwritten(database: sqlite3.Connection, feed: str) -> list[int]:
    """Return the numbers of the archives that are still to be written."""
    found = database.execute(
        # Told which index: SQLite would take the key and read every archive of the feed.
        """
        SELECT number FROM archive INDEXED BY archive_unwritten WHERE feed = ? AND sha256 IS NULL ORDER BY number
        """,
        (feed,),
    )
    return [number for (number,) in found]


def mark(database: sqlite3.Connection, feed: str, number: int, sha256: str | None) -> None:
    """Remember what was written, of an archive that nobody knew of too; None: it has to be written again."""
    database.execute(
        """
        INSERT INTO archive (feed, number, sha256) VALUES (?, ?, ?)
        ON CONFLICT (feed, number) DO UPDATE SET sha256 = excluded.sha256
        """,
        (feed, number, sha256),
    )
