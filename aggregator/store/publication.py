"""What outlives a run of what is published: the site's identity, which outputs were written, whom to tell of them.

Runs within the caller's transaction.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from aggregator.model import Site
from aggregator.store import rows


def site(database: sqlite3.Connection, base_url: str, configured: str | None, now: datetime) -> Site:
    """Return the site's identity: ``configured``, else the one stored, else one that derives from ``base_url``.

    A new one is stored, so that a later move to another address changes no id.
    """
    stored, created = database.execute("SELECT id, created FROM site").fetchone()
    lasting = configured or stored or uuid.uuid5(uuid.NAMESPACE_URL, base_url).urn
    since = now if created is None else rows.read_instant(created)
    if lasting != stored:
        database.execute("UPDATE site SET id = ?, created = ?", (lasting, rows.instant(since)))
    return Site(lasting, since)


def outputs(database: sqlite3.Connection) -> dict[str, str]:
    """Return the fingerprint of each output that was written, by path."""
    return dict(database.execute("SELECT path, fingerprint FROM output ORDER BY path").fetchall())


def mark(database: sqlite3.Connection, written: Mapping[str, str | None]) -> None:
    """Remember what was written; None forgets a path."""
    for path, fingerprint in written.items():
        if fingerprint is None:
            database.execute("DELETE FROM output WHERE path = ?", (path,))
        else:
            database.execute(
                """
                INSERT INTO output (path, fingerprint) VALUES (?, ?)
                ON CONFLICT (path) DO UPDATE SET fingerprint = excluded.fingerprint
                """,
                (path, fingerprint),
            )


def owe(
    database: sqlite3.Connection, hubs: Collection[str], paths: Collection[str], at: datetime, since: datetime
) -> None:
    """Note that ``hubs`` have to be told of ``paths``, which changed ``at``; forget other hubs, and changes of old."""
    database.execute(
        "DELETE FROM ping WHERE since < ? OR hub NOT IN (SELECT value FROM json_each(?))",
        (rows.instant(since), rows.names(sorted(hubs))),
    )
    database.executemany(
        """
        INSERT INTO ping (hub, path, since) VALUES (?, ?, ?)
        ON CONFLICT (hub, path) DO UPDATE SET since = excluded.since
        """,
        [(hub, path, rows.instant(at)) for hub in hubs for path in paths],
    )


def owed(database: sqlite3.Connection) -> dict[str, dict[str, datetime]]:
    """Return which paths each hub has to be told of, and when these changed."""
    found: dict[str, dict[str, datetime]] = {}
    for hub, path, since in database.execute("SELECT hub, path, since FROM ping ORDER BY hub, path"):
        found.setdefault(hub, {})[path] = rows.read_instant(since)
    return found


def told(database: sqlite3.Connection, hub: str, paths: Mapping[str, datetime]) -> None:
    """Forget what a hub was told of; what has changed again meanwhile it has still to hear."""
    database.executemany(
        "DELETE FROM ping WHERE hub = ? AND path = ? AND since = ?",
        [(hub, path, rows.instant(since)) for path, since in paths.items()],
    )
