"""From the target of a request to what is meant below the published folder.  Pure: looks at no file."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

_PLAIN = re.compile(r"/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?")
"""What almost everybody asks for; it says nothing that the rules below would refuse but a name too long."""
_BARRED = re.compile(r"[\x00-\x1f\x7f\\]")
"""Control characters, NUL among them; and the backslash, which is a ``/`` elsewhere."""
_LONGEST = 255
"""Bytes of a name: what file systems take."""


def located(target: str) -> str | None:
    """Return the path that a target means, without the first ``/``; with a last one for a folder, "" for the first.

    None where no path of ours is meant.  Decoded once, and only then looked at: what is refused is refused in every
    spelling.  No name is empty, begins with a dot (hidden files, files being written, ``..``) or is not UTF-8.
    """
    if _PLAIN.fullmatch(target) and len(target) <= _LONGEST:
        return target[1:]
    path = re.split("[?#]", target, maxsplit=1)[0]
    if not path.startswith("/"):
        return None
    names = path[1:].split("/")
    if "%" in path:
        try:
            names = [unquote_to_bytes(name).decode() for name in names]
        except UnicodeDecodeError:
            return None
    elif not path.isascii():
        return None  # RFC 3986, 2: a byte above 127 comes percent-encoded
    *folders, last = names
    if not all(map(_usable, folders)) or (last and not _usable(last)):
        return None
    return "/".join(names)


def _usable(name: str) -> bool:
    if not name or name.startswith(".") or "/" in name or _BARRED.search(name):
        return False
    return len(name.encode()) <= _LONGEST
