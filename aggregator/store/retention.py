"""What is let go of after a time: texts that nothing shows any more, and troubles that are long over.

Runs within the caller's transaction, a bounded step at a time.  Identity stays whole (guids, URLs, digests, sightings,
titles, dates, links), so what was seen stays seen.  Changes no revision: nothing that is published changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.model import Ages, Swept
from aggregator.store import rows


@dataclass(slots=True)
class _Live:
    """From where on, in the order of a feed, the entries of a source are live.

    What is among the newest of all sources is among the newest of each of its own: nobody else need be asked.
    """

    database: sqlite3.Connection
    limit: int
    edges: dict[str, rows.Row] = field(default_factory=dict)

    def shows(self, source: str, published: str, first_seen: str) -> bool:
        """Return whether the feed of ``source`` shows an item of these dates among its newest."""
        if source not in self.edges:
            edge = self.database.execute(
                """
                SELECT published, first_seen FROM origin WHERE source = ?
                ORDER BY published DESC, first_seen DESC, item LIMIT 1 OFFSET ?
                """,
                (source, self.limit - 1),
            ).fetchone()
            self.edges[source] = edge or ("", "")
        return (published, first_seen) >= self.edges[source]


def step(database: sqlite3.Connection, ages: Ages, live: int, most: int) -> Swept:
    """Consider the next ``most`` versions with texts, those seen longest ago first, and let go of what may go.

    Where a step ends the next one goes on, also in another process; after the last it begins anew.  ``live``: how many
    entries a feed or a page shows at most.
    """
    until = max((rows.instant(at) for at in (ages.texts, ages.versions) if at), default="")
    found = database.execute(
        """
        SELECT version.id, version.seen, version.item, item.head = version.id
        FROM upkeep JOIN version JOIN item ON item.id = version.item
        WHERE (summary IS NOT NULL OR content IS NOT NULL)
          AND (version.seen, version.id) > (upkeep.seen, upkeep.version) AND version.seen < ?
        ORDER BY version.seen, version.id LIMIT ?
        """,
        (until, most),
    ).fetchall()
    finished = len(found) < most
    seen, version = ("", 0) if finished else (found[-1][1], found[-1][0])
    database.execute("UPDATE upkeep SET seen = ?, version = ?", (seen, version))
    aged = _old(found, ages.texts, current=True)
    unused = _unused(database, {item: id_ for id_, item in aged}, _Live(database, live))
    superseded = [id_ for id_, _ in _old(found, ages.versions, current=False)]
    _drop(database, "item", unused)
    _drop(database, "id", superseded)
    return Swept(len(unused), len(superseded), len(found), finished)


def _old(found: Iterable[rows.Row], before: datetime | None, *, current: bool) -> list[tuple[int, int]]:
    """Return version and item of those first seen ``before``."""
    limit = rows.instant(before) if before else ""
    return [(id_, item) for id_, seen, item, is_head in found if bool(is_head) == current and seen < limit]


def _unused(database: sqlite3.Connection, items: Collection[int], live: _Live) -> list[int]:
    """Return those of ``items`` that bear on no article, that nobody judged, and that no live feed shows."""
    origins = database.execute(
        """
        SELECT item, source, published, first_seen FROM origin
        WHERE item IN (SELECT value FROM json_each(?1))
          AND NOT EXISTS (SELECT 1 FROM link WHERE link.item = origin.item)
          AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.item = origin.item)
          AND NOT EXISTS (SELECT 1 FROM unarchived WHERE unarchived.item = origin.item)
        """,
        (rows.numbers(items),),
    ).fetchall()
    shown = {item for item, *dates in origins if live.shows(*dates)}
    return sorted({item for item, *_ in origins} - shown)


def _drop(database: sqlite3.Connection, key: str, ids: Iterable[int]) -> None:
    """Take the texts of all versions of these items, or of these versions, and note which they had."""
    database.execute(
        f"""
        UPDATE version SET summary = NULL, content = NULL, dropped = CASE
          WHEN content IS NULL THEN '["summary"]' WHEN summary IS NULL THEN '["content"]'
          ELSE '["content", "summary"]' END
        WHERE {key} IN (SELECT value FROM json_each(?)) AND (summary IS NOT NULL OR content IS NOT NULL)
        """,  # noqa: S608 - one of two names of columns, written here
        (rows.numbers(ids),),
    )


def troubles(database: sqlite3.Connection, before: datetime, shown: int, among: Collection[str]) -> int:
    """Let go of troubles that were over ``before``, but for those that the feed of troubles shows; say how many."""
    return database.execute(
        """
        DELETE FROM episode WHERE (ended IS NOT NULL) = 1 AND updated < ? AND (source, kind, since) NOT IN (
          SELECT source, kind, since FROM episode
          WHERE +source IN (SELECT value FROM json_each(?))
          ORDER BY (ended IS NOT NULL), updated DESC, source, kind LIMIT ?
        )
        """,
        (rows.instant(before), rows.names(sorted(among)), shown),
    ).rowcount


def done(database: sqlite3.Connection) -> datetime | None:
    """Return when the upkeep was last done; None where it never was."""
    (at,) = database.execute("SELECT done FROM upkeep").fetchone()
    return rows.read_instant_or_null(at)


def mark(database: sqlite3.Connection, at: datetime) -> None:
    """Remember that the upkeep was done."""
    database.execute("UPDATE upkeep SET done = ?", (rows.instant(at),))
