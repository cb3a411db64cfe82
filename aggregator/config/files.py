"""The files that a configuration is made of, and whether they changed."""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

Stamp = tuple[int, int, int] | None
"""Time of modification, size and inode of a file; None where it is not there, or cannot be looked at."""


def text_of(path: Path) -> str:
    """Return what stands in a file, without the mark that editors on Windows begin files with.

    Raises ``OSError`` and ``UnicodeDecodeError``.  A pipe is refused: who reads one may wait for ever.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - of a descriptor
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return file.read().decode("utf-8-sig")


class Files:
    """Watches ``aggregator.toml``, ``sources.toml``, ``articles/*.toml`` and the texts that these name.

    By asking the file system: that works on every one of them, network shares included, and costs a few system calls.
    """

    def __init__(self, path: Path) -> None:
        """``path`` is the ``aggregator.toml``; the others lie beside it."""
        self._path = Path(os.path.abspath(path))  # noqa: PTH100 - as load() has it
        self._texts: dict[Path, tuple[Stamp, Path | None]] = {}
        self._read = self._stamps()
        self._seen = self._read

    def mark(self) -> None:
        """Take note of them as they are: they are about to be read."""
        self._read = self._seen = self._stamps()

    def changed(self) -> bool:
        """Return whether they are others than those read, and are so since this was last asked.

        An editor that is in the middle of writing is left to finish.
        """
        before, self._seen = self._seen, self._stamps()
        return self._seen != self._read and self._seen == before

    def _stamps(self) -> tuple[tuple[Path, Stamp], ...]:
        return tuple((path, _stamp(path)) for path in self._paths())

    def _paths(self) -> Iterator[Path]:
        yield self._path
        yield self._path.with_name("sources.toml")
        articles = sorted(self._path.parent.glob("articles/[!.]*.toml"))
        self._texts = {article: self._text_of(article) for article in articles}
        for article, (_, text) in self._texts.items():
            yield article
            if text is not None:
                yield text

    def _text_of(self, article: Path) -> tuple[Stamp, Path | None]:
        """Return which file ``article`` names as its text, read only where it is another article than before."""
        stamp = _stamp(article)
        known = self._texts.get(article)
        if known and known[0] == stamp:
            return known
        try:
            text = tomllib.loads(text_of(article)).get("text")
        except (OSError, ValueError, RecursionError):  # load() says what is wrong with it
            text = None
        named = isinstance(text, str) and text.strip() and "\0" not in text
        return stamp, article.parent / str(text).strip() if named else None


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
