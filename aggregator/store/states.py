"""What is remembered of sources, their endpoints and their hosts between two cycles.

Changes no revision: that a source was looked at is nothing that an entry shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

from aggregator.model import EndpointState, Planned, Rest, SourceState
from aggregator.store import rows


def states(database: sqlite3.Connection) -> dict[str, SourceState]:
    """Return the state of every source, by id."""
    endpoints: dict[str, dict[str, EndpointState]] = {}
    for source, url, *endpoint in database.execute(
        """
        SELECT source, url, etag, last_modified, body, reading, rests, moved_to, moves, setback, shape, asks
        FROM endpoint JOIN address ON address.id = endpoint.address
        """
    ):
        endpoints.setdefault(source, {})[url] = rows.read_endpoint(url, tuple(endpoint))
    return {
        source: SourceState(
            id=source,
            next_due=rows.read_instant_or_null(next_due),
            interval=interval,
            failures=failures,
            last_attempt=rows.read_instant_or_null(last_attempt),
            last_success=rows.read_instant_or_null(last_success),
            last_item=rows.read_instant_or_null(last_item),
            endpoint=endpoint,
            trouble=rows.read_trouble(trouble),
            items=items,
            cadence=rows.read_cadence(cadence),
            rhythm=rows.read_rhythm(rhythm),
            endpoints=MappingProxyType(endpoints.get(source, {})),
        )
        for (
            source, next_due, interval, failures, last_attempt, last_success, last_item, endpoint, trouble, cadence,
            rhythm, items,
        ) in database.execute(
            """
            SELECT
              id, next_due, interval, failures, last_attempt, last_success, last_item, endpoint, trouble, cadence,
              rhythm, items
            FROM source
            """
        )
    }  # fmt: skip


def plans(database: sqlite3.Connection) -> dict[str, Planned]:
    """Return when each source is to be looked at."""
    found = database.execute("SELECT id, next_due, last_attempt, failures FROM source")
    return {
        source: Planned(rows.read_instant_or_null(next_due), rows.read_instant_or_null(last_attempt), failures)
        for source, next_due, last_attempt, failures in found
    }


def remember(database: sqlite3.Connection, state: SourceState) -> None:
    """Make ``state`` the source's state, but for ``items``, which is counted here; other endpoints are forgotten."""
    database.execute(
        """
        INSERT INTO source (
          id, next_due, interval, failures, last_attempt, last_success, last_item, endpoint, trouble, cadence, rhythm
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          next_due = excluded.next_due, interval = excluded.interval, failures = excluded.failures,
          last_attempt = excluded.last_attempt, last_success = excluded.last_success,
          last_item = excluded.last_item, endpoint = excluded.endpoint, trouble = excluded.trouble,
          cadence = excluded.cadence, rhythm = excluded.rhythm
        """,
        rows.state_columns(state),
    )
    stored = {
        url: (number, tuple(columns))
        for url, number, *columns in database.execute(
            """
            SELECT url, address, etag, last_modified, body, reading, rests, moved_to, moves, setback, shape, asks
            FROM address JOIN endpoint ON endpoint.address = address.id
            WHERE source = ?
            """,
            (state.id,),
        )
    }
    wanted = {each.url: rows.endpoint_columns(each) for each in state.endpoints.values()}
    for url in stored.keys() - wanted.keys():
        database.execute("DELETE FROM endpoint WHERE address = ?", stored[url][:1])
    for url, columns in wanted.items():
        if url not in stored or stored[url][1] != columns:
            database.execute(
                """
                INSERT OR REPLACE INTO endpoint (
                  address, etag, last_modified, body, reading, rests, moved_to, moves, setback, shape, asks
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                (address(database, state.id, url), *columns),
            )


def rests(database: sqlite3.Connection, now: datetime) -> tuple[Rest, ...]:
    """Return which hosts asked to be left alone, by host; what is over by ``now`` is removed."""
    database.execute("DELETE FROM rest WHERE until <= ?", (rows.instant(now),))
    return tuple(
        Rest(host, rows.read_instant(until), status)
        for host, until, status in database.execute("SELECT host, until, status FROM rest ORDER BY host")
    )


def set_rests(database: sqlite3.Connection, resting: Iterable[Rest]) -> None:
    """Make these the rests that are remembered."""
    database.execute("DELETE FROM rest")
    database.executemany(
        "INSERT INTO rest (host, until, status) VALUES (?, ?, ?)",
        ((each.host, rows.instant(each.until), each.status) for each in resting),
    )


def address(database: sqlite3.Connection, source: str, url: str) -> int:
    """Return the number that stands for this URL of this source, given on first use."""
    row = database.execute("SELECT id FROM address WHERE source = ? AND url = ?", (source, url)).fetchone()
    if row is not None:
        return int(row[0])
    return int(database.execute("INSERT INTO address (source, url) VALUES (?, ?)", (source, url)).lastrowid or 0)
