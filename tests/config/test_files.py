"""Which files a configuration is made of, and when they count as changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config.files import Files


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "articles").mkdir(parents=True)
    (folder / "aggregator.toml").write_text("[site]\n")
    (folder / "sources.toml").write_text("")
    (folder / "articles" / "summit.toml").write_text('text = "../../texts/summit.html"\n')
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "summit.html").write_text("<p>One</p>")
    return folder


def replaced(path: Path) -> None:
    """Replace a file by another of the same size and time, as editors that rename do at their worst."""
    status = path.stat()
    other = path.with_name(".other")
    other.write_bytes(bytes(status.st_size))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "settings edited": lambda folder: (folder / "aggregator.toml").write_text("[site]\n\n"),
    "settings replaced": lambda folder: replaced(folder / "aggregator.toml"),
    "sources touched": lambda folder: os.utime(folder / "sources.toml", ns=(1, 1)),
    "sources removed": lambda folder: (folder / "sources.toml").unlink(),
    "article edited": lambda folder: (folder / "articles" / "summit.toml").write_text('text = "none.md"\n'),
    "article new": lambda folder: (folder / "articles" / "talks.toml").write_text(""),
    "article removed": lambda folder: (folder / "articles" / "summit.toml").unlink(),
    "text edited": lambda folder: (folder.parent / "texts" / "summit.html").write_text("<p>Two!</p>"),
    "text removed": lambda folder: (folder.parent / "texts" / "summit.html").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed_once_and_when_it_has_settled(config: Path, change: str) -> None:
    files = Files(config / "aggregator.toml")
    assert not files.changed()
    CHANGES[change](config)
    assert [files.changed(), files.changed()] == [False, True]
    files.mark()
    assert not files.changed()
    assert not files.changed()


def test_a_text_that_is_not_there_yet_is_waited_for(config: Path) -> None:
    (config / "articles" / "summit.toml").write_text('text = "talks.md"\n')
    files = Files(config / "aggregator.toml")
    (config / "articles" / "talks.md").write_text("# Talks")
    assert [files.changed(), files.changed()] == [False, True]


def test_a_file_that_is_being_written_is_left_to_be_finished(config: Path) -> None:
    files = Files(config / "aggregator.toml")
    for length in range(1, 5):
        (config / "sources.toml").write_text("#" * length)
        assert not files.changed()
    assert files.changed()


@pytest.mark.parametrize("name", [".summit.toml.swp", ".hidden.toml", "notes.md", "summit.toml~"])
def test_what_is_no_part_of_it_does_not_count(config: Path, name: str) -> None:
    files = Files(config / "aggregator.toml")
    (config / "articles" / name).write_text("x")
    assert [files.changed(), files.changed()] == [False, False]


@pytest.mark.parametrize(
    "text", ['text = "summit.html', "text = 7", 'text = "a\\u0000b"', 'text = " "', "\xff", "a = " + "[" * 5000]
)
def test_an_article_that_cannot_be_read_is_watched_itself(config: Path, text: str) -> None:
    article = config / "articles" / "summit.toml"
    article.write_bytes(text.encode("latin-1"))
    files = Files(config / "aggregator.toml")
    article.write_text('title = "Mended"')
    assert [files.changed(), files.changed()] == [False, True]


def test_a_pipe_is_not_waited_for(config: Path) -> None:
    article = config / "articles" / "talks.toml"
    os.mkfifo(article)
    files = Files(config / "aggregator.toml")
    article.unlink()
    assert [files.changed(), files.changed()] == [False, True]
