"""``SqliteStore``: the port ``aggregator.ports.Store`` on an SQLite file.

Says which transaction each method is; the SQL is in the modules named by what it is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.model import (
    Ages,
    Entry,
    Episode,
    Item,
    Known,
    Link,
    Moment,
    Planned,
    Rest,
    Scope,
    Sighting,
    Site,
    SourceState,
    Swept,
    Update,
    Verdict,
)
from aggregator.store import (
    archives,
    entries,
    health,
    linking,
    looking,
    publication,
    retention,
    saving,
    states,
    verdicts,
)
from aggregator.store.database import Database


class SqliteStore:
    """Keeps everything in one SQLite file.  Used from one thread; other processes may read meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database at ``path``, created with its folders where it is not there.

        Raises ``StoreError``, also for a database that a newer version of this program wrote.
        """
        return cls(Database(path))

    @classmethod
    def to_read(cls, path: Path) -> Self:
        """Open the database at ``path`` for looking only: neither written nor locked, and empty where there is none.

        SQLite's own files (``-wal``, ``-shm``) may come to lie beside it.

        What writes raises ``StoreError``, as opening does.
        """
        return cls(Database(path, to_read=True))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- a cycle ------------------------------------------------------------------------------------

    def states(self) -> Mapping[str, SourceState]:
        """Return the state of every source ever saved, by id."""
        with self._database.reading() as connection:
            return states.states(connection)

    def sightings(self, source: str, endpoint: str, handles: Sequence[str]) -> Mapping[str, tuple[Sighting, ...]]:
        """Return the forms in which ``endpoint`` has shown the items of these handles, oldest first."""
        with self._database.reading() as connection:
            return looking.sightings(connection, source, endpoint, handles)

    def known(self, source: str, endpoint: str, items: Sequence[tuple[Item, str]]) -> Known:
        """Return all that is stored about these items and the ids they would be published under."""
        with self._database.reading() as connection:
            return looking.known(connection, source, endpoint, items)

    def save(self, update: Update) -> None:
        """Take in all that one cycle brought to one source, in one transaction."""
        with self._database.writing() as connection:
            saving.save(connection, update)

    def publications(self, source: str, limit: int) -> tuple[Moment, ...]:
        """Return when the newest items of ``source`` were published, newest first."""
        with self._database.reading() as connection:
            return health.publications(connection, source, limit)

    def rests(self, now: datetime) -> tuple[Rest, ...]:
        """Return which hosts asked to be left alone, by host; what is over by ``now`` is forgotten."""
        with self._database.writing() as connection:
            return states.rests(connection, now)

    def set_rests(self, rests: Iterable[Rest]) -> None:
        """Remember these rests, one a host, and no others."""
        with self._database.writing() as connection:
            states.set_rests(connection, rests)

    def plans(self) -> Mapping[str, Planned]:
        """Return when each source is to be looked at, by id."""
        with self._database.reading() as connection:
            return states.plans(connection)

    # --- links --------------------------------------------------------------------------------------

    def linked(self) -> Mapping[str, str]:
        """Return the fingerprint under which each article's links were last made, by article."""
        with self._database.reading() as connection:
            return linking.linked(connection)

    def to_link(
        self, sources: Iterable[str], since: datetime | None, also: Iterable[int] = ()
    ) -> Iterator[tuple[int, frozenset[str], Item]]:
        """Yield (id, sources, current version) of the items of ``sources`` published from ``since`` on, by id."""
        with self._database.statements() as connection:
            yield from linking.to_link(connection, sources, since, also)

    def items(self) -> Iterator[tuple[str, Item]]:
        """Yield published id and current version of every item, in the order in which they came."""
        with self._database.statements() as connection:
            yield from entries.every(connection)

    def relink(self, article: str, fingerprint: str, links: Mapping[int, Sequence[Link]]) -> None:
        """Replace every link of ``article`` by these, and remember the fingerprint; one transaction."""
        with self._database.writing() as connection:
            linking.relink(connection, article, fingerprint, links)

    def find(self, name: str) -> tuple[tuple[int, Entry], ...]:
        """Return the stored items that ``name`` names, by published id, URL or guid, with their numbers."""
        with self._database.reading() as connection:
            return entries.find(connection, name)

    def verdicts(self, items: Iterable[int]) -> Mapping[int, Mapping[str, Verdict]]:
        """Return the editors' verdicts on these items, by article."""
        with self._database.reading() as connection:
            return verdicts.of_items(connection, items)

    def judged(self, article: str) -> Mapping[int, Verdict]:
        """Return the editors' verdicts on ``article``, by item."""
        with self._database.reading() as connection:
            return verdicts.of_article(connection, article)

    def judge(self, item: int, article: str, verdict: Verdict | None, links: Sequence[Link], at: datetime) -> None:
        """Keep an editor's verdict, or forget it, and give the item these links to the article; one transaction."""
        with self._database.writing() as connection:
            verdicts.judge(connection, item, article, verdict, at)
            shown = linking.Shown()
            linking.replace(connection, item, links, shown, article)
            linking.revise(connection, shown)

    # --- publishing ---------------------------------------------------------------------------------

    def site(self, base_url: str, configured: str | None, now: datetime) -> Site:
        """Return the site's lasting identity; the first call settles it, a configured id overrides it."""
        with self._database.writing() as connection:
            return publication.site(connection, base_url, configured, now)

    def entries(self, scope: Scope, limit: int, among: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Return the newest entries of ``scope``, newest first."""
        with self._database.reading() as connection:
            return entries.entries(connection, scope, limit, among)

    def live(self, scope: Scope, limit: int, among: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Return the newest entries of ``scope``, then those that no archive holds as they are; newest first."""
        with self._database.reading() as connection:
            return entries.live(connection, scope, limit, among)

    def revision(self, scope: Scope) -> int:
        """Return a number that grows whenever the entries of ``scope`` may have changed."""
        with self._database.reading() as connection:
            return entries.revision(connection, scope)

    def episodes(self, limit: int, among: Collection[str]) -> tuple[Episode, ...]:
        """Return troubles of the sources ``among`` all: those that last, then those that are over, the newest first."""
        with self._database.reading() as connection:
            return health.newest(connection, limit, among)

    def published(self) -> Mapping[str, str]:
        """Return the fingerprint of each output that was written, by path."""
        with self._database.reading() as connection:
            return publication.outputs(connection)

    def mark_published(self, outputs: Mapping[str, str | None]) -> None:
        """Remember what was written; None forgets a path."""
        with self._database.writing() as connection:
            publication.mark(connection, outputs)

    # --- archives -----------------------------------------------------------------------------------

    def archive(self, scope: Scope, live: int, size: int, among: Collection[str] | None = None) -> int:
        """Fill new archives; return the number of the newest one, 0 where there is none; one transaction."""
        with self._database.writing() as connection:
            archives.archive(connection, scope, live, size, among)
            return archives.newest(connection, scope.feed)

    def leave_out(self, scope: Scope, number: int, among: Collection[str]) -> None:
        """Take out of an archive that is to be written what it cannot show now."""
        with self._database.writing() as connection:
            archives.leave_out(connection, scope, number, among)

    def archived(self, scope: Scope, number: int) -> tuple[Entry, ...]:
        """Return the entries that an archive of ``scope`` holds as they are, newest first."""
        with self._database.reading() as connection:
            return entries.archived(connection, scope, number)

    def archives(self, scope: Scope) -> Mapping[int, str | None]:
        """Return the SHA-256 of each archive of ``scope``; None where it is still to be written."""
        with self._database.reading() as connection:
            return archives.every(connection, scope.feed)

    def unwritten(self, scope: Scope) -> Sequence[int]:
        """Return the numbers of the archives of ``scope`` that are still to be written."""
        with self._database.reading() as connection:
            return archives.unwritten(connection, scope.feed)

    def mark_archive(self, scope: Scope, number: int, sha256: str | None) -> None:
        """Remember what the file of an archive holds, of one unknown so far too; None: it is to be written again."""
        with self._database.writing() as connection:
            archives.mark(connection, scope.feed, number, sha256)

    # --- hubs ---------------------------------------------------------------------------------------

    def owe(self, hubs: Collection[str], paths: Collection[str], at: datetime, since: datetime) -> None:
        """Note that ``hubs`` have to be told of ``paths``, and forget other hubs and what changed before ``since``."""
        with self._database.writing() as connection:
            publication.owe(connection, hubs, paths, at, since)

    def owed(self) -> Mapping[str, Mapping[str, datetime]]:
        """Return which paths each hub has to be told of, and when these changed."""
        with self._database.reading() as connection:
            return publication.owed(connection)

    def told(self, hub: str, paths: Mapping[str, datetime]) -> None:
        """Forget what a hub was told of, but for what has changed again meanwhile."""
        with self._database.writing() as connection:
            publication.told(connection, hub, paths)

    # --- upkeep -------------------------------------------------------------------------------------

    def upkept(self) -> datetime | None:
        """Return when the upkeep was last done; None where it never was."""
        with self._database.reading() as connection:
            return retention.done(connection)

    def mark_upkept(self, at: datetime) -> None:
        """Remember that the upkeep was done."""
        with self._database.writing() as connection:
            retention.mark(connection, at)

    def let_go(self, ages: Ages, live: int, most: int) -> Swept:
        """Consider the next ``most`` versions with texts, and let go of what may go; one transaction."""
        with self._database.writing() as connection:
            return retention.step(connection, ages, live, most)

    def let_go_of_troubles(self, before: datetime, shown: int, among: Collection[str]) -> int:
        """Let go of troubles that were over ``before``, but for the ``shown`` newest of the sources ``among``."""
        with self._database.writing() as connection:
            return retention.troubles(connection, before, shown, among)

    def tidy(self) -> tuple[int, int]:
        """Bring the write-ahead log back to nothing; return the octets of the file, and those that nothing is in."""
        return self._database.tidy()
