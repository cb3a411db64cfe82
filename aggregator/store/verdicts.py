"""What editors decided themselves.  Runs within the caller's transaction; links are ``linking``'s to change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from aggregator.errors import StoreError
from aggregator.model import Verdict
from aggregator.store import rows


def of_items(database: sqlite3.Connection, items: Iterable[int]) -> dict[int, dict[str, Verdict]]:
    """Return the verdicts on these items, by item and article."""
    found: dict[int, dict[str, Verdict]] = {}
    for item, article, verdict in database.execute(
        "SELECT item, article, verdict FROM verdict WHERE item IN (SELECT value FROM json_each(?))",
        (rows.numbers(items),),
    ):
        found.setdefault(item, {})[article] = Verdict(verdict)
    return found


def of_article(database: sqlite3.Connection, article: str) -> dict[int, Verdict]:
    """Return the verdicts on an article, by item."""
    return {
        item: Verdict(verdict)
        for item, verdict in database.execute(
            "SELECT item, verdict FROM verdict WHERE article = ? ORDER BY item", (article,)
        )
    }


def judge(database: sqlite3.Connection, item: int, article: str, verdict: Verdict | None, at: datetime) -> None:
    """Keep a verdict in the place of an earlier one, or forget it.  Raises ``StoreError`` for an unknown item."""
    if verdict is None:
        database.execute("DELETE FROM verdict WHERE item = ? AND article = ?", (item, article))
        return
    inserted = database.execute(
        """
        INSERT INTO verdict (item, article, verdict, at) SELECT id, ?, ?, ? FROM item WHERE id = ?
        ON CONFLICT (item, article) DO UPDATE SET verdict = excluded.verdict, at = excluded.at
        """,
        (article, verdict.value, rows.instant(at), item),
    )
    if not inserted.rowcount:
        msg = f"item {item} is to be judged, and is not stored"
        raise StoreError(msg)
