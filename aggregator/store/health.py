"""What tells how sources do: when their newest items were published, and their troubles from beginning to end.

Runs within the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from aggregator.model import Episode, Moment, Precision
from aggregator.store import rows

KEPT = 1_000
"""Episodes that are over and still kept: a source that fails at every other look must not make the store grow."""


def publications(database: sqlite3.Connection, source: str, limit: int) -> tuple[Moment, ...]:
    """Return when the newest items of ``source`` were published, as it is published here, newest first."""
    return tuple(
        Moment(rows.read_instant(published), Precision(precision or Precision.SECOND))
        for published, precision in database.execute(
            """
            SELECT origin.published, version.precision
            FROM origin CROSS JOIN item ON item.id = origin.item CROSS JOIN version ON version.id = item.head
            WHERE origin.source = ?
            ORDER BY origin.published DESC, origin.first_seen DESC, origin.item LIMIT ?
            """,
            (source, limit),
        )
    )


def remember(database: sqlite3.Connection, episodes: Iterable[Episode]) -> None:
    """Write episodes that begin, end or are explained otherwise; of those long over, forget the oldest."""
    written = [rows.episode_columns(one) for one in episodes]
    if not written:
        return
    database.executemany(
        """
        INSERT INTO episode (source, kind, since, explanation, updated, ended) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (source, kind, since) DO UPDATE SET
          explanation = excluded.explanation, updated = excluded.updated, ended = excluded.ended
        """,
        written,
    )
    database.execute(
        """
        DELETE FROM episode WHERE (ended IS NOT NULL) = 1 AND updated < (
          SELECT updated FROM episode WHERE (ended IS NOT NULL) = 1 ORDER BY updated DESC LIMIT 1 OFFSET ?
        )
        """,
        (KEPT - 1,),
    )


def newest(database: sqlite3.Connection, limit: int, among: Collection[str]) -> tuple[Episode, ...]:
    """Return ``limit`` episodes of some sources: those that last, then those that are over, the newest first.

    The troubles of a source that nobody looks at any more never end, and must not take the places of others.
    """
    return tuple(
        rows.read_episode(tuple(row))
        for row in database.execute(
            """
            SELECT source, kind, since, explanation, updated, ended FROM episode
            WHERE +source IN (SELECT value FROM json_each(?)) -- not by the key: the order is that of episode_newest
            ORDER BY (ended IS NOT NULL), updated DESC, source, kind LIMIT ?
            """,
            (rows.names(sorted(among)), limit),
        )
    )
