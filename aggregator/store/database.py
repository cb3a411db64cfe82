"""The database file: opened, brought to this program's schema, its errors turned into ``StoreError``.

Knows nothing of what is kept in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path

from aggregator.errors import StoreError

APPLICATION_ID = 0x61676772
"""In the file's header, as the first migration writes it."""

BUSY_SECONDS = 10.0
"""How long to wait for another process's transaction, which takes milliseconds."""

_TIDY_SECONDS = 1.0
"""How long to wait for readers before the log is left as it is."""

# https://www.sqlite.org/rescode.html, primary codes
_REASONS = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it, or the folder it is in, is read-only",
    sqlite3.SQLITE_PERM: "access is denied",
    sqlite3.SQLITE_AUTH: "access is denied",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: is its folder there, and writable?",
    sqlite3.SQLITE_NOTADB: "it is not an SQLite database",
    sqlite3.SQLITE_CORRUPT: "it is damaged: restore a copy, or move it away and start anew",
    sqlite3.SQLITE_IOERR: "the disk fails to read or write",
    sqlite3.SQLITE_CONSTRAINT: "what is to be stored contradicts what is stored",
}
_PRIMARY = 0xFF


class Database:
    """One open database file.  Used from one thread."""

    def __init__(self, path: Path, *, to_read: bool = False) -> None:
        """Open ``path``, creating it and its folder, and bring it to the newest schema.

        With ``to_read``, nothing is made, written or locked: what is not there reads as an empty database, and one of
        an older schema is read through a copy in memory that is brought to the newest.  Raises ``StoreError``.
        """
        self.path = path
        with self.errors():
            self._connection = _unchanging(path) if to_read else _made(path)
        try:
            with self.errors():
                if to_read:
                    self._prepare_to_read()
                else:
                    self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        with self.errors():
            self._connection.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the body raises of SQLite's into ``StoreError``, with the path and the reason."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
            reason = f"{_REASONS[code]} ({error})" if code in _REASONS else str(error)
            msg = f"{self.path}: {reason}"
            raise StoreError(msg) from error
        except UnicodeEncodeError as error:  # half of a surrogate pair is no text that a database could hold
            msg = f"{self.path}: a text cannot be stored: {error}"
            raise StoreError(msg) from error

    @contextmanager
    def statements(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for single statements, each a transaction of its own."""
        with self.errors():
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for several statements that all see the same state."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a transaction: all of it is kept, or, when the body raises, nothing."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def tidy(self) -> tuple[int, int]:
        """Write the log back into the file and make it empty; return the octets of the file, and of its free pages.

        Where somebody reads just now, the log is left for another time.
        """
        with self.statements() as connection:
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * _TIDY_SECONDS)}")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")
            page, pages, free = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_size", "page_count", "freelist_count")
            )
            return page * pages, page * free

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with self.errors():
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk makes SQLite roll back by itself
                    connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        connection = self._connection
        self._refuse_others()
        # Readers (status, a server) see the last commit while a run writes: https://www.sqlite.org/wal.html
        connection.execute("PRAGMA journal_mode = WAL")
        # With WAL, NORMAL survives any crash of the program undamaged and whole; a power cut may undo the last commits,
        # and as validators are saved together with the items, those are simply fetched again. FULL would cost an fsync
        # for every source of every cycle.
        connection.execute("PRAGMA synchronous = NORMAL")
        # In pages, 16 MB: a cold start touches the same index pages again and again, and writes them back less often.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        # In KiB, negative as SQLite wants it: its own 2 MB do not hold the index pages that one cycle touches.
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA foreign_keys = ON")
        self._migrate()

    def _prepare_to_read(self) -> None:
        self._refuse_others()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version < max(_migrations()):
            file, self._connection = self._connection, _in_memory()
            with closing(file):
                file.backup(self._connection)
        self._migrate()
        self._connection.execute("PRAGMA query_only = ON")

    def _refuse_others(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if (tables or version) and application != APPLICATION_ID:
            msg = f"{self.path}: it is another program's database"
            raise StoreError(msg)

    def _migrate(self) -> None:
        steps = _migrations()
        newest = max(steps)
        while True:
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > newest:
                msg = (
                    f"{self.path}: it was written by a newer version of this program"
                    f" (schema {version}, this one knows {newest})"
                )
                raise StoreError(msg)
            if version == newest:
                return
            with self.writing() as connection:
                # Asked again, for another process may have been at it while this one waited for the lock.
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version < newest:
                    for statement in _statements(steps[version + 1]):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {version + 1}")


def _in_memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _made(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{path}: its folder cannot be made: {error}"
        raise StoreError(msg) from error
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _unchanging(path: Path) -> sqlite3.Connection:
    """Open the file read-only (https://www.sqlite.org/uri.html).

    Where its folder is read-only too, SQLite cannot make the file beside it by which readers and writers agree
    (https://www.sqlite.org/wal.html#readonly): then it is read as one that does not change.
    """
    if not path.exists():
        return _in_memory()
    address = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA user_version")
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{address}&immutable=1", isolation_level=None, uri=True)
    return connection


def _migrations() -> dict[int, str]:
    """Read the SQL of each schema version: ``0001_initial.sql`` brings version 0 to 1."""
    folder = resources.files("aggregator.store") / "migrations"
    return {
        int(file.name.partition("_")[0]): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }


def _statements(script: str) -> Iterator[str]:
    """Split a script.  ``executescript`` would commit before it starts, and no two steps may be torn apart."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
