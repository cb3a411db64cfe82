"""The published files, as they are asked for: validators, ranges, compressed copies.

A file is read once and kept in memory, with its entity tag, as long as it is that file; what is large is hashed once
and read anew.  Nothing outside of the folder is reached: no symbolic link below it is followed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from urllib.parse import quote

from aggregator.web.message import Answer, Body, Fields, Kept, Opened, Request, Work, encoded
from aggregator.web.policy import BROWSER, COPY, kind_of, lifetime
from aggregator.web.preconditions import Verdict, http_date, part, verdict
from aggregator.web.refusals import SAFE, SHARED, refusal

INDEX = "index.html"
KEPT = 4_000_000
"""Bytes of the largest file that is kept in memory."""
MEMORY = 64_000_000
"""Bytes of all of them."""
REMEMBERED = 20_000
"""Files whose entity tag is kept, whatever their size."""
_CHUNK = 1_048_576

_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?:1|0\.[0-9]*[1-9])[0-9.]*\s*)?(?:,|$)", re.IGNORECASE)
"""RFC 9110, 12.5.3.  ``*`` is not taken for gzip: who means it says so, and the file itself is always right."""
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO})
"""``ELOOP``: a symbolic link.  ``ENXIO``: a socket."""

Mark = tuple[int, int, int, int]
"""Device, inode, time of modification and size: another file, or other bytes, have another."""

Key = tuple[str, bool]
"""Where a file lies, and whether it stands for another: a copy may be asked for by its own name as well."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What is sent of a file under one media type."""

    tag: str
    """The entity tag: strong, of the bytes as they are sent, and of how they are to be read."""
    modified: int
    fields: Fields
    """The header with the bytes."""
    unchanged: Fields
    """The header of a 304 (RFC 9110, 15.4.5)."""


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a file.  ``data`` is None where it is too large to be kept."""

    mark: Mark
    data: bytes | None
    plain: Representation
    browser: Representation
    """For a client that accepts text/html: it is the same where that changes nothing."""


class Files:
    """Answers from a folder.  Safe to use from several threads."""

    def __init__(self, memory: int = MEMORY, largest: int = KEPT) -> None:
        self._known: OrderedDict[Key, File] = OrderedDict()
        self._lock = Lock()
        self._memory = memory
        self._largest = largest
        self.held = 0
        """Bytes in memory."""

    def answer(self, root: str, path: str, request: Request) -> Answer | Work:
        """Return the answer to a GET or HEAD of ``path`` below the folder ``root``: at once where the file is known.

        ``path`` is as ``located`` gives it.
        """
        name = path + INDEX if not path or path.endswith("/") else path
        try:
            found = os.stat(f"{root}/{name}")  # noqa: PTH116 - at every request: half of Path's time
            if stat.S_ISDIR(found.st_mode):
                os.stat(f"{root}/{name}/{INDEX}")  # noqa: PTH116 - the same
                return _to_folder(name)
        except OSError as error:
            return _without(error)
        if not stat.S_ISREG(found.st_mode):
            return refusal(HTTPStatus.NOT_FOUND)
        chosen, coded = name, False
        if _GZIP.search(request.headers.get("accept-encoding", "")) and not name.endswith(COPY):
            copy = _copy(f"{root}/{name}{COPY}", found)
            if copy is not None:
                chosen, coded, found = name + COPY, True, copy
        with self._lock:
            known = self._known.get((f"{root}/{chosen}", coded))
            if known is not None and known.data is not None and known.mark == _mark(found):
                self._known.move_to_end((f"{root}/{chosen}", coded))
                return _answered(request, known, Kept(known.data))
        return partial(self._read, root, chosen, request, coded=coded)

    def _read(self, root: str, name: str, request: Request, *, coded: bool) -> Answer:
        """Open the file, look at what was opened and nothing else, and answer from that."""
        try:
            descriptor = _opened(root, name)
        except OSError as error:
            return _without(error)
        body: Body = Opened(descriptor, 0)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                body.close()
                return refusal(HTTPStatus.NOT_FOUND)
            known = self._file(root, name, descriptor, found, coded=coded)
        except BaseException:
            body.close()
            raise
        if known.data is not None:
            body.close()
            return _answered(request, known, Kept(known.data))
        return _answered(request, known, Opened(descriptor, found.st_size))

    def _file(self, root: str, name: str, descriptor: int, found: os.stat_result, *, coded: bool) -> File:
        place = f"{root}/{name}", coded
        with self._lock:
            known = self._known.get(place)
        if known is not None and known.mark == _mark(found):
            return known
        digest, data = _content(descriptor, found.st_size, keep=found.st_size <= self._largest)
        known = _described(name.removesuffix(COPY) if coded else name, found, data, digest, coded=coded)
        if _mark(os.fstat(descriptor)) == known.mark:  # else other hands write to it: it is read again next time
            self._keep(place, known)
        return known

    def _keep(self, place: Key, known: File) -> None:
        with self._lock:
            self._forget(place)
            self._known[place] = known
            self.held += len(known.data or b"")
            while self.held > self._memory or len(self._known) > REMEMBERED:
                self._forget(next(iter(self._known)))

    def _forget(self, place: Key) -> None:
        former = self._known.pop(place, None)
        if former is not None:
            self.held -= len(former.data or b"")


def _content(descriptor: int, size: int, *, keep: bool) -> tuple[str, bytes | None]:
    """Return the digest of an open file, and, where it is to be kept, its bytes."""
    digest, kept, offset = sha256(), [], 0
    while offset < size and (chunk := os.pread(descriptor, min(_CHUNK, size - offset), offset)):
        digest.update(chunk)
        offset += len(chunk)
        if keep:
            kept.append(chunk)
    return digest.hexdigest()[:32], b"".join(kept) if keep else None


def _described(name: str, found: os.stat_result, data: bytes | None, digest: str, *, coded: bool) -> File:
    kind, modified = kind_of(name), found.st_mtime_ns // 1_000_000_000
    plain = _representation(name, kind.media_type, f'"{digest}"', modified, coded=coded)
    browser = plain
    if kind.feed:
        # Another tag: a cache that has the one must not be told that it has the other (RFC 9110, 8.8.1).
        browser = _representation(name, BROWSER, f'"{digest}-xml"', modified, coded=coded)
    return File(_mark(found), data, plain, browser)


def _representation(path: str, media_type: str, tag: str, modified: int, *, coded: bool) -> Representation:
    kind = kind_of(path)
    varies = "Accept, Accept-Encoding" if kind.feed else "Accept-Encoding"
    always = (
        ("ETag", tag),
        ("Last-Modified", http_date(modified)),
        ("Cache-Control", lifetime(path)),
        ("Vary", varies),
        ("Content-Security-Policy", kind.policy),
        *SAFE,
        *(SHARED if kind.shared else ()),
    )
    coding = (("Content-Encoding", "gzip"),) if coded else ()
    whole = (("Content-Type", media_type), *coding, ("Accept-Ranges", "bytes"), *always)
    return Representation(tag, modified, encoded(whole), encoded(always))


def _answered(request: Request, file: File, body: Body) -> Answer:
    """Answer with the bytes, a part of them, or that the client has them; ``body`` is closed where it is not sent."""
    headers: Mapping[str, str] = request.headers
    form = file.browser if "text/html" in headers.get("accept", "") else file.plain
    judged = verdict(headers, form.tag, form.modified)
    if judged is not Verdict.SEND:
        body.close()
        if judged is Verdict.FAILED:
            return refusal(HTTPStatus.PRECONDITION_FAILED)
        return Answer(HTTPStatus.NOT_MODIFIED, form.unchanged)
    size = body.size
    wanted = None
    if "range" in headers and request.method == "GET":
        wanted = part(headers, form.tag, form.modified, size)
    if wanted is None:
        return Answer(HTTPStatus.OK, form.fields, body, 0, size)
    offset, length = wanted
    if length == 0:
        body.close()
        return refusal(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, (("Content-Range", f"bytes */{size}"),))
    place = encoded([("Content-Range", f"bytes {offset}-{offset + length - 1}/{size}")])
    return Answer(HTTPStatus.PARTIAL_CONTENT, form.fields + place, body, offset, length)


def _mark(found: os.stat_result) -> Mark:
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _copy(place: str, original: os.stat_result) -> os.stat_result | None:
    """Return the compressed copy if it is as old as the file it is of: only then is it one of what is there now."""
    try:
        found = os.stat(place)  # noqa: PTH116 - at every request: half of Path's time
    except OSError:
        return None  # whatever is wrong with it, the file itself is right
    return found if stat.S_ISREG(found.st_mode) and found.st_mtime_ns == original.st_mtime_ns else None


def _opened(root: str, name: str) -> int:
    """Open a file below ``root``, folder by folder, so that no link leads elsewhere, nor is put in meanwhile."""
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    *folders, last = name.split("/")
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        # Without O_NONBLOCK a named pipe would hold the thread until somebody writes to it.
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _to_folder(name: str) -> Answer:
    """Send a client on to a folder's page: its links are relative.  So is this: a prefix before us is not known."""
    last = quote(name.rpartition("/")[2])
    return refusal(HTTPStatus.MOVED_PERMANENTLY, (("Location", f"./{last}/"),))


def _without(error: OSError) -> Answer:
    if error.errno in _ABSENT:
        return refusal(HTTPStatus.NOT_FOUND)
    if isinstance(error, PermissionError):
        return refusal(HTTPStatus.FORBIDDEN)
    raise error
