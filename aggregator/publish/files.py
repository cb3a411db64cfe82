"""Outputs as files: written only when they differ, never seen half written, each with a compressed copy beside it.

Serves nothing, pings nobody, and knows nothing of feeds.  One process writes at a time (the lock of the
store sees to that); any number read.
"""

from __future__ import annotations

import gzip
import os
import re
import time
import zlib
from contextlib import suppress
from pathlib import Path

from aggregator.errors import PublishError

UNFINISHED = ".unfinished-"
"""Prefix of what is not an output yet; a web server that hides dot files never serves it."""

COMPRESSED = ".gz"
"""What the name of a compressed copy ends with: as nginx (gzip_static), Caddy and Apache look for it."""

LEVEL = 6
"""Of gzip: 9 takes up to twice the time for less than one per cent."""

_HOUR = 3600.0

_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""No empty, hidden or ``..`` part, nothing absolute, no backslash: an id that got this far leads nowhere else."""


class FileSink:
    """Keeps the outputs below one folder, which is made when the first is written.

    Every method raises ``PublishError``, naming file and reason, for what the file system refuses and for a
    path that would lead out of the folder.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self._swept = False
        self.written: list[str] = []
        """The outputs that were written, in that order, without the compressed copies beside them."""

    def write(self, path: str, data: bytes, *, compress: bool = True) -> bool:
        """Make ``path`` hold ``data``; return whether it did not before.

        A file that holds it already keeps its time of modification, from which servers make validators.  With
        ``compress`` there is a compressed copy of the same time beside it, which servers send as it is.
        """
        target = self._target(path)
        try:
            self._sweep()
            differs = not _holds(target, data)
            if differs:
                target.parent.mkdir(parents=True, exist_ok=True)
                _replace(target, data)
                self.written.append(path)
            if compress and (differs or not _holds_compressed(target, data)):
                # No name and no time in it (RFC 1952, 2.3.1): the same data give the same file.
                _replace(_compressed(target), gzip.compress(data, LEVEL, mtime=0), target.stat().st_mtime_ns)
        except OSError as error:
            raise _refused(target, "written", error) from error
        return differs

    def exists(self, path: str) -> bool:
        """Return whether there is a file at ``path``."""
        return os.path.isfile(self._target(path))  # noqa: PTH113 - asked of every output each cycle: half of Path's time

    def read(self, path: str) -> bytes | None:
        """Return what ``path`` holds; None where there is no such file."""
        target = self._target(path)
        try:
            return target.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _refused(target, "read", error) from error

    def remove(self, path: str) -> None:
        """Make ``path`` not be there, nor its compressed copy, nor the folders that are empty without them.

        The output folder itself stays.
        """
        target = self._target(path)
        try:
            # The copy first: a server must not go on to send it in the place of what is gone.
            found = [_unlinked(_compressed(target)), _unlinked(target)]
        except OSError as error:
            raise _refused(target, "removed", error) from error
        if not any(found):
            return
        for folder in target.parents:
            if folder == self._output:
                return
            try:
                folder.rmdir()
            except OSError:
                return  # it holds something else

    def _target(self, path: str) -> Path:
        if not _PATH.fullmatch(path):
            msg = f"{path!r} is no path of an output"
            raise PublishError(msg)
        return self._output / path

    def _sweep(self) -> None:
        """Remove, once, what a killed run has left unfinished; a run at work below the same folder keeps its own."""
        if not self._swept:
            for folder, _, names in os.walk(self._output):
                for name in names:
                    if name.startswith(UNFINISHED) and _abandoned(Path(folder, name)):
                        Path(folder, name).unlink(missing_ok=True)
            self._swept = True


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _holds_compressed(target: Path, data: bytes) -> bool:
    """Return whether the copy beside ``target`` is of ``data``, and as old as ``target`` is."""
    compressed = _compressed(target)
    try:
        if compressed.stat().st_mtime_ns != target.stat().st_mtime_ns:
            return False
        return gzip.decompress(compressed.read_bytes()) == data
    except (FileNotFoundError, NotADirectoryError, gzip.BadGzipFile, zlib.error, EOFError):
        return False


def _compressed(target: Path) -> Path:
    return target.with_name(target.name + COMPRESSED)


def _unlinked(target: Path) -> bool:
    try:
        target.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _abandoned(unfinished: Path) -> bool:
    """Return whether nobody is writing this file any more: its process, which its name tells, has ended.

    Numbers of processes are used again: no output takes an hour to write.
    """
    process = re.match(r"[0-9]+(?=-)", unfinished.name.removeprefix(UNFINISHED))
    if process is None:
        return True
    try:
        os.kill(int(process[0]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass  # it is another user's, and alive
    try:
        return time.time() - unfinished.stat().st_mtime > _HOUR
    except FileNotFoundError:
        return False


def _keep_names(folder: Path) -> None:
    """Make what the files of ``folder`` are called outlive a power cut: the store will say they are published."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(target: Path, data: bytes, modified: int | None = None) -> None:
    """Put ``data`` in the place of ``target`` at once: a reader, or a crash, meets the old file or the new.

    ``modified``: the file's time of modification, in nanoseconds; without it, the present.
    """
    unfinished = target.with_name(f"{UNFINISHED}{os.getpid()}-{target.name}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if modified is not None:
            os.utime(unfinished, ns=(modified, modified))
        unfinished.replace(target)
        _keep_names(target.parent)
    except BaseException:  # an operator's SIGTERM as well
        with suppress(OSError):
            unfinished.unlink()
        raise


def _refused(target: Path, done: str, error: OSError) -> PublishError:
    blocking = next((folder for folder in target.parents if folder.exists() and not folder.is_dir()), None)
    if blocking and isinstance(error, FileExistsError | NotADirectoryError):
        return PublishError(f"{target} cannot be {done}: {blocking} is a file where a folder is needed")
    return PublishError(f"{target} cannot be {done}: {error.strerror or error}")
