"""The file itself: made, refused, locked, full, damaged; and what other processes see of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StoreError
from aggregator.model import EndpointState, Link, Scope
from aggregator.store import database
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from tests.store.conftest import Newsroom

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the stores of the adapter ``sqlite`` lie, too."""
    return tmp_path / "var" / "aggregator.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Return another program's look at the store."""
    SqliteStore.open(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def test_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.db"
    with SqliteStore.open(path) as store:
        assert store.states() == {}
    assert path.is_file()


def test_schema_is_numbered_and_journal_is_wal(connection: sqlite3.Connection) -> None:
    numbers = sorted(database._migrations())
    assert numbers == list(range(1, len(numbers) + 1))
    assert connection.execute("PRAGMA user_version").fetchone() == (numbers[-1],)
    assert connection.execute("PRAGMA application_id").fetchone() == (database.APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_migration_is_split_without_remainder() -> None:
    for script in database._migrations().values():
        assert "".join(database._statements(script)).split() == script.split()


def test_every_table_and_index_is_explained() -> None:
    for script in database._migrations().values():
        for before, line in pairwise(script.splitlines()):
            if line.startswith(("CREATE INDEX", "CREATE TABLE")):
                assert before.startswith("--"), line


def test_every_column_that_may_be_null_says_what_that_means(connection: sqlite3.Connection) -> None:
    script = "".join(database._migrations().values())
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert len(tables) > 5
    for table in tables:
        for _, column, _, not_null, _, key in connection.execute(f"PRAGMA table_info({table})"):
            if not (not_null or key):
                definition = (
                    script.partition(f"ALTER TABLE {table} ADD COLUMN {column} ")[2]
                    or script.partition(f"CREATE TABLE {table} (")[2].partition(f"\n  {column} ")[2]
                )
                assert "NULL" in definition.partition("\n")[0].partition("--")[2], (table, column)


def test_database_of_every_earlier_schema_is_brought_up_to_date_with_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = database._migrations()
    for version in sorted(steps)[:-1]:
        path = tmp_path / f"{version}.db"
        earlier = {number: steps[number] for number in range(1, version + 1)}
        monkeypatch.setattr(database, "_migrations", partial(dict, earlier))
        database.Database(path).close()
        older = sqlite3.connect(path)
        older.execute("INSERT INTO source (id, failures, trouble) VALUES ('nato', 0, '[]')")
        older.execute("INSERT INTO address (id, source, url) VALUES (1, 'nato', 'https://nato.example/feed')")
        older.execute("INSERT INTO endpoint (address, etag, reading, rests) VALUES (1, 'v1', 'reading', 0)")
        older.commit()
        older.close()
        monkeypatch.setattr(database, "_migrations", lambda: steps)
        with SqliteStore.open(path) as store:
            url = "https://nato.example/feed"
            assert store.states()["nato"].endpoints == {url: EndpointState(url, "v1", reading="reading")}


def test_foreign_keys_hold_after_any_save(newsroom: Newsroom, path: Path) -> None:
    newsroom.save("nato", newsroom.new(newsroom.item("talks")), newsroom.new(newsroom.item("tariffs")))
    other = sqlite3.connect(path)
    assert other.execute("PRAGMA foreign_key_check").fetchall() == []
    assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    other.close()


def test_newer_database_is_refused_and_left_alone(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match=r"aggregator\.db: it was written by a newer version .*999"):
        SqliteStore.open(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (999,)


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (id)")
    other.commit()
    with pytest.raises(StoreError, match="another program"):
        SqliteStore.open(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other.close()


def test_failed_migration_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "aggregator.db"
    SqliteStore.open(path).close()
    steps = database._migrations()
    last = max(steps)
    broken = {**steps, last + 1: "CREATE TABLE extra (id);\nCREATE TABLE item (id);\n"}
    monkeypatch.setattr(database, "_migrations", lambda: broken)
    with pytest.raises(StoreError, match="item"):
        SqliteStore.open(path)
    monkeypatch.setattr(database, "_migrations", lambda: {**steps, last + 1: "CREATE TABLE extra (id);\n"})
    with SqliteStore.open(path) as store:
        assert store.states() == {}


@pytest.mark.parametrize("content", [b"no database at all, but a text of some length", b"\0" * 8192])
def test_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aggregator.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"aggregator\.db: it is not an SQLite database"):
        SqliteStore.open(path)
    assert path.read_bytes() == content


def test_damaged_database_is_named_as_such(path: Path, newsroom: Newsroom) -> None:
    newsroom.save("nato", *(newsroom.new(newsroom.item(str(each))) for each in range(200)))
    newsroom.store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreError, match="damaged"), SqliteStore.open(path) as store:
        store.entries(Scope(), 100)


def test_parent_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="folder cannot be made"):
        SqliteStore.open(tmp_path / "var" / "aggregator.db")


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """Return a folder that can be read and not written, also where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with SqliteStore.open(folder / "there.db") as store:
            store.mark_published({"all.atom": "1"})
        (folder / "there.db").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["there.db", "new.db"])
def test_read_only_folder_is_an_error_with_its_reason(read_only_folder: Path, name: str) -> None:
    with pytest.raises(StoreError, match=f"{name}: it.* (cannot be opened|is read-only)"):
        SqliteStore.open(read_only_folder / name)


def test_full_disk_keeps_what_was_there(newsroom: Newsroom) -> None:
    kept = newsroom.item("kept")
    newsroom.save("nato", newsroom.new(kept))
    assert isinstance(newsroom.store, SqliteStore)
    connection = newsroom.store._database._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    big = newsroom.item("big", content="x" * 100_000)
    with pytest.raises(StoreError, match="the disk is full"):
        newsroom.save("nato", newsroom.new(newsroom.item("before")), newsroom.new(big))
    assert newsroom.heads() == [kept]
    connection.execute("PRAGMA max_page_count = 1000000")
    newsroom.save("nato", newsroom.new(big))
    assert {item.title for item in newsroom.heads()} == {kept.title, big.title}


def test_lock_of_another_process_is_an_error_with_its_reason(newsroom: Newsroom, path: Path) -> None:
    assert isinstance(newsroom.store, SqliteStore)
    newsroom.store._database._connection.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process keeps it locked"):
        newsroom.save("nato", newsroom.new(newsroom.item("talks")))
    assert newsroom.heads() == []
    other.execute("ROLLBACK")
    newsroom.save("nato", newsroom.new(newsroom.item("talks")))
    other.close()


def test_waits_ten_seconds_for_another_process(newsroom: Newsroom) -> None:
    assert isinstance(newsroom.store, SqliteStore)
    connection = newsroom.store._database._connection
    pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    assert pragmas == PRAGMAS


PRAGMAS = {"busy_timeout": 10_000, "foreign_keys": 1, "synchronous": 1, "journal_mode": "wal"}


def test_closed_store_is_a_store_error(newsroom: Newsroom) -> None:
    newsroom.store.close()
    newsroom.store.close()
    with pytest.raises(StoreError, match="closed"):
        newsroom.store.states()


def test_reader_in_another_process_sees_the_last_save_while_one_is_being_written(
    newsroom: Newsroom, path: Path
) -> None:
    newsroom.save("nato", newsroom.new(newsroom.item("talks")))
    assert isinstance(newsroom.store, SqliteStore)
    look = (
        "import sys; from pathlib import Path; from aggregator.model import Scope;"
        "from aggregator.store.sqlite import SqliteStore;"
        "store = SqliteStore.open(Path(sys.argv[1]));"
        "print(len(store.entries(Scope(), 9)), len(store.states()), store.revision(Scope())); store.close()"
    )
    with newsroom.store._database.writing() as connection:
        connection.execute("UPDATE site SET revision = 99")
        connection.execute("INSERT INTO source (id, failures, trouble) VALUES ('un', 0, '[]')")
        reader = subprocess.run(
            [sys.executable, "-c", look, str(path)], capture_output=True, text=True, timeout=30, check=True
        )
    assert reader.stdout.split() == ["1", "1", "1"]
    assert newsroom.store.revision(Scope()) == 99


def test_processes_that_open_a_new_store_at_once_all_get_it(path: Path) -> None:
    look = (
        "import sys; from pathlib import Path; from aggregator.store.sqlite import SqliteStore;"
        "sys.stdin.readline(); store = SqliteStore.open(Path(sys.argv[1])); print(len(store.states())); store.close()"
    )
    several = [
        subprocess.Popen(
            [sys.executable, "-c", look, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in several:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=30)[0].strip() for process in several] == ["0"] * 4


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith(("-shm", "-wal"))}


def test_a_store_opened_to_read_is_neither_written_nor_locked(path: Path) -> None:
    with SqliteStore.open(path) as store:
        store.mark_published({"all": "x"})
    before = contents(path.parent)
    with SqliteStore.to_read(path) as store:
        assert (store.states(), store.published()) == ({}, {"all": "x"})
        with pytest.raises(StoreError, match="readonly"):
            store.mark_published({"all": "y"})
        assert contents(path.parent) == before
        with SqliteStore.open(path) as writer:
            writer.mark_published({"all": "z"})
        assert store.published() == {"all": "z"}


def test_a_store_that_is_not_there_reads_as_an_empty_one_and_is_not_made(path: Path) -> None:
    with SqliteStore.to_read(path) as store:
        assert (store.states(), store.entries(Scope(), 10), store.published()) == ({}, (), {})
    assert not path.parent.exists()


def test_an_older_schema_is_read_through_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore.open(path) as store:
        store.mark_published({"all": "x"})
    before = contents(path.parent)
    steps = database._migrations()
    newer = {**steps, max(steps) + 1: "CREATE TABLE later (x);\n"}
    monkeypatch.setattr(database, "_migrations", lambda: newer)
    with SqliteStore.to_read(path) as store:
        assert store.published() == {"all": "x"}
    assert contents(path.parent) == before


def test_a_store_in_a_read_only_folder_can_be_read(read_only_folder: Path) -> None:
    with SqliteStore.to_read(read_only_folder / "there.db") as store:
        assert store.published() == {"all.atom": "1"}
    assert [file.name for file in read_only_folder.iterdir()] == ["there.db"]


def test_what_a_store_without_archives_held_waits_for_them(newsroom: Newsroom) -> None:
    """An update of the program: all that older versions took in is still to be archived, in every feed."""
    newsroom.save("nato", *(newsroom.new(newsroom.item(name), [Link("summit", "nato", 0.7)]) for name in "abc"))
    assert isinstance(newsroom.store, SqliteStore)
    connection = newsroom.store._database._connection
    for table in ("unarchived", "archived", "archive", "ping"):
        connection.execute(f"DROP TABLE {table}")
    (step,) = (script for script in database._migrations().values() if "CREATE TABLE unarchived" in script)
    for statement in database._statements(step):
        connection.execute(statement)
    for scope in (Scope(), Scope(source="nato"), Scope(article="summit"), Scope(article="summit", annotation="nato")):
        assert len(newsroom.store.live(scope, 1)) == 3
