"""Where each key of a TOML text stands.

``tomllib`` reads values and forgets their places; this finds the places and takes no interest in the values.  It is
meant for texts that ``tomllib`` has accepted (TOML 1.0, https://toml.io/en/v1.0.0), and is asked only when there is a
mistake to be reported.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and 0-based places in arrays, from the root of the document: ``("source", 0, "endpoint", 1, "url")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3}"{0,2}'  # up to two quotes may stand before the closing three
    r"|'{3}.*?'{3}'{0,2}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """Return the line of ``path``; of what is not there, the line of the innermost table or array around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (1-based) of every key, table header and array element of a valid TOML ``text``.

    A table stands where its header is, else where it is first mentioned; the root stands at line 1.
    """
    return _Scanner(text).lines


class _Scanner:
    """Walks once over the text; each method starts at ``at`` and leaves it behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [place.start() for place in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {(): 1}
        self.counts: dict[KeyPath, int] = {}
        """How many tables each ``[[array]]`` has so far."""
        table: KeyPath = ()
        while self._blank():
            if self._take("["):
                table = self._header()
            else:
                self._pair(table)

    def _blank(self) -> bool:
        """Skip blanks, line ends and comments; False at the end of the text."""
        self._match(_BLANK)
        return self.at < len(self.text)

    def _take(self, mark: str) -> bool:
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) * found
        return found

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else None

    def _note(self, path: KeyPath, at: int, *, again: bool = False) -> None:
        line = bisect_right(self.breaks, at - 1) + 1
        self.lines[path] = line if again else self.lines.get(path, line)

    def _keys(self) -> list[str]:
        self._match(_BLANK)
        keys = []
        while (raw := self._match(_KEY)) is not None:
            keys.append(next(iter(tomllib.loads(f"{raw}=0"))) if raw[0] in "\"'" else raw)
            if self._match(_DOT) is None:
                break
        return keys

    def _header(self) -> KeyPath:
        """Read ``a.b]`` or ``[a.b]]``; a name on the way that is an array means its last table."""
        at = self.at
        array = self._take("[")
        *above, last = self._keys()
        path: KeyPath = ()
        for key in above:
            path += (key,)
            self._note(path, at)
            path += (self.counts[path] - 1,) if path in self.counts else ()
        path += (last,)
        self._note(path, at, again=not array)
        if array:
            self.counts[path] = self.counts.get(path, 0) + 1
            path += (self.counts[path] - 1,)
            self._note(path, at)
        self._match(_BLANK)
        self.at += 1 + array
        return path

    def _pair(self, table: KeyPath) -> None:
        """Read ``key = value``, in a table or an inline one."""
        path = table
        at = self.at
        for key in self._keys():
            path += (key,)
            self._note(path, at)
        self._match(_BLANK)
        self._take("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._match(_BLANK)
        if self._take("["):
            place = 0
            while self._blank() and not self._take("]"):
                self._note((*path, place), self.at)
                self._value((*path, place))
                place += 1
                self._comma()
        elif self._take("{"):
            while self._blank() and not self._take("}"):
                self._pair(path)
                self._comma()
        elif self._match(_STRING) is None:
            self._match(_SCALAR)

    def _comma(self) -> None:
        self._match(_BLANK)
        self._take(",")
