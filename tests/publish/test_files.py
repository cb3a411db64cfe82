"""Outputs as files: only what differs is written, nobody ever sees half a file, nothing leads out of the folder."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import PublishError
from aggregator.publish.files import UNFINISHED, FileSink


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def everything_below(folder: Path) -> list[str]:
    """Return all that is there but for the compressed copies of files that are there."""
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    return [path for path in found if path.removesuffix(".gz") not in found or not path.endswith(".gz")]


def test_a_file_and_its_folders_are_made(output: Path) -> None:
    assert FileSink(output).write("sources/nato.atom", b"<feed/>")
    assert (output / "sources/nato.atom").read_bytes() == b"<feed/>"
    assert everything_below(output) == ["sources", "sources/nato.atom"]


def test_the_same_bytes_are_not_written_again(output: Path) -> None:
    sink = FileSink(output)
    sink.write("all.json", b"{}")
    os.utime(output / "all.json", (1_000_000_000, 1_000_000_000))
    before = (output / "all.json").stat()
    assert not sink.write("all.json", b"{}")
    assert not FileSink(output).write("all.json", b"{}")
    after = (output / "all.json").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize("data", [b"{ }", b"[]", b""], ids=["longer", "as long", "empty"])
def test_other_bytes_are_written(output: Path, data: bytes) -> None:
    sink = FileSink(output)
    sink.write("all.json", b"{}")
    assert sink.write("all.json", data)
    assert (output / "all.json").read_bytes() == data


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o002, 0o664)])
def test_permissions_are_what_the_umask_leaves(output: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        FileSink(output).write("all.atom", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((output / "all.atom").stat().st_mode) == mode


def test_an_output_folder_that_is_a_symlink_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "feeds").symlink_to("www")
    sink = FileSink(tmp_path / "feeds")
    assert sink.write("sources/un.rss", b"x")
    assert (tmp_path / "www/sources/un.rss").read_bytes() == b"x"
    sink.remove("sources/un.rss")
    assert (tmp_path / "feeds").is_symlink()
    assert everything_below(tmp_path / "www") == []


def test_a_file_that_is_a_symlink_is_replaced_not_written_through(output: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"kept")
    output.mkdir()
    (output / "all.atom").symlink_to(tmp_path / "precious")
    assert FileSink(output).write("all.atom", b"new")
    assert (tmp_path / "precious").read_bytes() == b"kept"
    assert (output / "all.atom").read_bytes() == b"new"


def test_exists_is_about_files(output: Path) -> None:
    sink = FileSink(output)
    assert not sink.exists("sources/un.rss")
    sink.write("sources/un.rss", b"")
    assert sink.exists("sources/un.rss")
    assert not sink.exists("sources")


class TestCompressed:
    """The copy beside each file, which servers send as it is."""

    def test_is_of_the_same_data_and_time_and_always_the_same(self, output: Path, tmp_path: Path) -> None:
        data = b"<feed/>" * 1_000
        for folder in (output, tmp_path / "other"):
            FileSink(folder).write("sources/nato.atom", data)
        copy = output / "sources/nato.atom.gz"
        assert gzip.decompress(copy.read_bytes()) == data
        assert copy.read_bytes() == (tmp_path / "other/sources/nato.atom.gz").read_bytes()
        assert copy.read_bytes()[4:8] == bytes(4)  # RFC 1952, 2.3.1: no time
        assert copy.stat().st_mtime_ns == (output / "sources/nato.atom").stat().st_mtime_ns

    def test_is_not_written_again_and_not_named(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("all.json", b"{}")
        before = (output / "all.json.gz").stat()
        assert not sink.write("all.json", b"{}")
        after = (output / "all.json.gz").stat()
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
        assert sink.written == ["all.json"]

    @pytest.mark.parametrize(
        "touched",
        [None, b"", b"scribble", gzip.compress(b"old"), gzip.compress(b"{}")[:-4]],
        ids=["gone", "empty", "no gzip", "of another version", "torn"],
    )
    def test_is_mended_when_it_is_not_of_the_file(self, output: Path, touched: bytes | None) -> None:
        """Killed between the two, or touched by other hands."""
        FileSink(output).write("all.json", b"{}")
        copy, time = output / "all.json.gz", (output / "all.json").stat().st_mtime_ns
        copy.unlink()
        if touched is not None:
            copy.write_bytes(touched)
            os.utime(copy, ns=(time, time))
        assert not FileSink(output).write("all.json", b"{}")
        assert gzip.decompress(copy.read_bytes()) == b"{}"
        assert (output / "all.json").stat().st_mtime_ns == copy.stat().st_mtime_ns == time

    def test_is_not_made_where_it_is_not_wanted(self, output: Path) -> None:
        FileSink(output).write("status.json", b"{}", compress=False)
        assert [path.name for path in output.iterdir()] == ["status.json"]

    def test_goes_with_the_file(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("sources/un.rss", b"x")
        sink.remove("sources/un.rss")
        assert [path.name for path in output.rglob("*")] == []


def test_read_gives_what_is_there(output: Path) -> None:
    sink = FileSink(output)
    assert sink.read("all.atom") is None
    sink.write("all.atom", b"x")
    assert (sink.read("all.atom"), sink.read("all.atom/x.atom")) == (b"x", None)
    (output / "sources").mkdir()
    with pytest.raises(PublishError, match="sources cannot be read: Is a directory"):
        sink.read("sources")


class TestRemove:
    def test_takes_the_folders_that_are_empty_then(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("articles/summit/linked.atom", b"x")
        sink.remove("articles/summit/linked.atom")
        assert output.is_dir()
        assert everything_below(output) == []

    def test_leaves_folders_that_hold_something(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("articles/summit/linked.atom", b"x")
        sink.write("articles/other/linked.atom", b"x")
        sink.remove("articles/summit/linked.atom")
        assert everything_below(output) == ["articles", "articles/other", "articles/other/linked.atom"]

    @pytest.mark.parametrize("path", ["nowhere.atom", "no/where.atom", "all.atom/x.atom"])
    def test_of_what_is_not_there_is_no_error(self, output: Path, path: str) -> None:
        sink = FileSink(output)
        sink.write("all.atom", b"x")
        sink.remove(path)
        assert everything_below(output) == ["all.atom"]

    def test_of_a_folder_is_refused(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("sources/un.rss", b"x")
        with pytest.raises(PublishError, match=r"sources cannot be removed: "):
            sink.remove("sources")
        assert sink.exists("sources/un.rss")


class TestPaths:
    OUTSIDE = (
        "", "/", "/etc/passwd", "../x", "a/../b", "a/..", "..", ".", "./a", "a//b", "a/", "/a", "a\\b", "a\0b", "a b",
        "ä", ".htaccess", "a/.hidden", "a\n", "C:x", "a%2f..", UNFINISHED + "x",
    )  # fmt: skip

    @pytest.mark.parametrize("path", OUTSIDE, ids=repr)
    def test_that_lead_elsewhere_are_refused(self, output: Path, path: str) -> None:
        sink = FileSink(output)
        calls = (
            lambda: sink.write(path, b"x"),
            *(partial(call, path) for call in (sink.exists, sink.read, sink.remove)),
        )
        for call in calls:
            with pytest.raises(PublishError, match="no path of an output"):
                call()
        assert not output.exists()

    @given(st.text(st.sampled_from("a./\\0-~ \0"), max_size=12))
    def test_whatever_is_accepted_stays_below_the_folder(self, path: str) -> None:
        sink = FileSink(Path("/nowhere/feeds"))
        try:
            sink.exists(path)
        except PublishError:
            return
        resolved = os.path.normpath(f"/nowhere/feeds/{path}")
        assert resolved.startswith("/nowhere/feeds/")
        assert resolved == f"/nowhere/feeds/{path}"


class TestRefusals:
    """What the file system refuses, also to root, whom permissions do not stop."""

    def test_a_file_where_the_output_folder_should_be(self, output: Path) -> None:
        output.write_bytes(b"")
        with pytest.raises(PublishError, match=rf"{output} is a file where a folder is needed"):
            FileSink(output).write("all.atom", b"x")

    def test_a_file_where_a_folder_should_be(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("sources", b"x")
        with pytest.raises(PublishError, match=rf"{output}/sources is a file where a folder is needed"):
            sink.write("sources/un.rss", b"x")
        assert not sink.exists("sources/un.rss")

    def test_a_folder_where_a_file_should_be(self, output: Path) -> None:
        (output / "all.atom").mkdir(parents=True)
        with pytest.raises(PublishError, match=r"all\.atom cannot be written: Is a directory"):
            FileSink(output).write("all.atom", b"x")
        assert everything_below(output) == ["all.atom"]

    def test_a_name_too_long(self, output: Path) -> None:
        with pytest.raises(PublishError, match="File name too long"):
            FileSink(output).write("a" * 250 + ".atom", b"x")

    @pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not stop root")
    def test_a_folder_that_is_read_only(self, output: Path) -> None:
        output.mkdir(mode=0o555)
        with pytest.raises(PublishError, match="Permission denied"):
            FileSink(output).write("all.atom", b"x")

    @pytest.fixture
    def little_room(self) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def test_no_room_leaves_the_old_file_whole_and_nothing_beside_it(self, output: Path, little_room: None) -> None:
        assert little_room is None
        sink = FileSink(output)
        sink.write("all.atom", b"old" * 3_000)
        with pytest.raises(PublishError, match=r"all\.atom cannot be written: File too large"):
            sink.write("all.atom", b"new" * 30_000)
        assert (output / "all.atom").read_bytes() == b"old" * 3_000
        assert everything_below(output) == ["all.atom"]


class TestKilled:
    WRITER = textwrap.dedent("""
        import sys
        from pathlib import Path
        from aggregator.publish.files import FileSink
        sink = FileSink(Path(sys.argv[1]))
        while True:
            for letter in (b"a", b"b"):
                sink.write("sources/big.atom", letter * 4_000_000)
                print("written", flush=True)
    """)

    @pytest.mark.parametrize("rounds", [1, 2, 5])
    def test_a_writer_that_is_killed_leaves_no_torn_file(self, output: Path, rounds: int) -> None:
        target = output / "sources/big.atom"
        with subprocess.Popen([sys.executable, "-c", self.WRITER, str(output)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            for _ in range(rounds):
                assert writer.stdout.readline() == b"written\n"
                assert target.read_bytes() in {b"a" * 4_000_000, b"b" * 4_000_000}
            os.kill(writer.pid, signal.SIGKILL)
        assert writer.returncode == -signal.SIGKILL
        assert target.read_bytes() in {b"a" * 4_000_000, b"b" * 4_000_000}
        assert FileSink(output).write("all.atom", b"x")
        assert everything_below(output) == ["all.atom", "sources", "sources/big.atom"]

    def test_what_another_run_is_writing_stays(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("demo/un.rss", b"x")
        ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
        live, old, dead = (
            output / "demo" / f"{UNFINISHED}{process}-{name}"
            for process, name in ((os.getpid(), "live"), (os.getpid(), "old"), (int(ended.stdout), "dead"))
        )
        for file in (live, old, dead):
            file.write_bytes(b"<rss")
        os.utime(old, (1_000_000_000, 1_000_000_000))
        FileSink(output).write("all.rss", b"x")
        assert [file.exists() for file in (live, old, dead)] == [True, False, False]

    def test_names_are_on_disk_when_a_write_returns(self, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced: list[bool] = []
        monkeypatch.setattr(os, "fsync", lambda number: synced.append(stat.S_ISDIR(os.fstat(number).st_mode)))
        FileSink(output).write("sources/un.rss", b"x")
        assert synced == [False, True, False, True]  # the file, its folder; the same for the copy

    def test_what_it_left_unfinished_goes_with_the_next_write(self, output: Path) -> None:
        sink = FileSink(output)
        sink.write("sources/un.rss", b"x")
        leftover = output / "sources" / f"{UNFINISHED}nato.rss"
        leftover.write_bytes(b"<rss")
        assert not FileSink(output).write("sources/un.rss", b"x")
        assert not leftover.exists()
