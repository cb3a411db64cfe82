"""Links of items to articles, the revisions that tell which feeds may have changed, and who shows what changed.

Runs within the caller's transaction.  Links here are of kind ``subject``: that every item of a named source belongs to
its annotation follows from the configuration and is not stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.errors import StoreError
from aggregator.model import Item, Link
from aggregator.store import archives, rows


@dataclass(frozen=True, slots=True)
class Shown:
    """Where something changed that entries show: gathered while writing, for ``revise``."""

    items: set[int] = field(default_factory=set)
    """Stored items: whoever shows them is looked up."""
    sources: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    """New items; their sources and articles are gathered above."""
    changed: set[int] = field(default_factory=set)
    """Those of ``items`` that have another current version."""


def revise(database: sqlite3.Connection, shown: Shown) -> None:
    """Give one new revision to the site and to every source and article whose entries changed.

    What changed is in no archive of the feeds that show it.
    """
    if not (shown.items or shown.sources or shown.articles):
        return
    archives.place(database, shown.new | shown.items, shown.changed)
    items = (rows.numbers(shown.items),)
    in_sources = database.execute("SELECT source FROM origin WHERE item IN (SELECT value FROM json_each(?))", items)
    in_articles = database.execute("SELECT article FROM link WHERE item IN (SELECT value FROM json_each(?))", items)
    sources = shown.sources.union(source for (source,) in in_sources)
    articles = shown.articles.union(article for (article,) in in_articles)
    database.execute("UPDATE site SET revision = revision + 1")
    for source in sources:
        database.execute("UPDATE source SET revision = (SELECT revision FROM site) WHERE id = ?", (source,))
    for article in articles:
        database.execute("UPDATE article SET revision = (SELECT revision FROM site) WHERE id = ?", (article,))


def add(database: sqlite3.Connection, item: int, links: Sequence[Link], shown: Shown) -> None:
    """Give a new item its links."""
    _insert(database, item, map(rows.link_columns, links))
    shown.articles.update(link.article for link in links)


def replace(
    database: sqlite3.Connection, item: int, links: Sequence[Link], shown: Shown, article: str | None = None
) -> None:
    """Make ``links`` the links of a stored item: all of them, or those to ``article``."""
    before = database.execute(
        """
        SELECT article, annotation, score, takeaway, quote, reasons, sentence FROM link
        WHERE item = ? AND (? IS NULL OR article = ?)
        """,
        (item, article, article),
    ).fetchall()
    after = [rows.link_columns(link) for link in links]
    if _same(before, after):
        return
    database.execute("DELETE FROM link WHERE item = ? AND (? IS NULL OR article = ?)", (item, article, article))
    _insert(database, item, after)
    shown.items.add(item)
    shown.articles.update(row[0] for row in before)


def relink(database: sqlite3.Connection, article: str, fingerprint: str, links: Mapping[int, Sequence[Link]]) -> None:
    """Make ``links`` the links of ``article``, by item, and remember what they were made with."""
    shown = Shown()
    before: dict[int, list[rows.Row]] = {}
    for item, *columns in database.execute(
        """
        SELECT item, article, annotation, score, takeaway, quote, reasons, sentence FROM link WHERE article = ?
        """,
        (article,),
    ):
        before.setdefault(item, []).append(tuple(columns))
    after = {item: [rows.link_columns(link) for link in of_item] for item, of_item in links.items()}
    for item in sorted(before.keys() | after.keys()):
        old, new = before.get(item, []), after.get(item, [])
        if any(row[0] != article for row in new):
            msg = f"a link of item {item} to another article came with those to {article}"
            raise StoreError(msg)
        if not _same(old, new):
            database.execute("DELETE FROM link WHERE item = ? AND article = ?", (item, article))
            _insert(database, item, new)
            shown.items.add(item)
            shown.articles.add(article)
    database.execute(
        """
        INSERT INTO article (id, fingerprint) VALUES (?, ?)
        ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint
        """,
        (article, fingerprint),
    )
    revise(database, shown)


def _same(before: Sequence[rows.Row], after: Sequence[rows.Row]) -> bool:
    return len(before) == len(after) and set(before) == set(after)


def _insert(database: sqlite3.Connection, item: int, links: Iterable[rows.Row]) -> None:
    for link in links:
        database.execute("INSERT INTO article (id) VALUES (?) ON CONFLICT (id) DO NOTHING", link[:1])
        inserted = database.execute(
            """
            INSERT INTO link (
              article, annotation, score, takeaway, quote, reasons, sentence, item, published, first_seen
            )
            SELECT ?, ?, ?, ?, ?, ?, ?, id, published, first_seen FROM item WHERE id = ?
            """,
            (*link, item),
        )
        if not inserted.rowcount:
            msg = f"item {item} is to be linked to {link[0]}, and is not stored"
            raise StoreError(msg)


def linked(database: sqlite3.Connection) -> dict[str, str]:
    """Return the fingerprint that ``relink`` was last given for each article."""
    return dict(database.execute("SELECT id, fingerprint FROM article WHERE fingerprint IS NOT NULL"))


def to_link(
    database: sqlite3.Connection, sources: Iterable[str], since: datetime | None, also: Iterable[int]
) -> Iterator[tuple[int, frozenset[str], Item]]:
    """Yield id, all sources and current version of the items of ``sources`` published from ``since`` on, by id.

    Those of unknown date are among them, and the items ``also``, whatever their date and source.  Rows are read as
    they are asked for; only the ids are gathered first.
    """
    for item, origins, *version in database.execute(
        """
        SELECT
          item.id, (SELECT json_group_array(source) FROM origin WHERE origin.item = item.id),
          digest, title, guid, version.url, summary, content, version.published, precision,
          authors, categories, enclosures, language, derived, version.likeness, substance
        FROM item JOIN version ON version.id = item.head
        WHERE item.id IN (
          SELECT item FROM origin
          WHERE source IN (SELECT value FROM json_each(?)) AND (published >= ? OR (
            SELECT undated.published IS NULL
            FROM item JOIN version AS undated ON undated.id = item.head
            WHERE item.id = origin.item
          ))
          UNION ALL SELECT value FROM json_each(?)
        )
        ORDER BY item.id
        """,
        (rows.names(sorted(set(sources))), "" if since is None else rows.instant(since), rows.numbers(also)),
    ):
        yield item, frozenset(rows.read_names(origins)), rows.read_item(tuple(version))
