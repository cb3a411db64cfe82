"""Sources added to ``sources.toml``: what stands there stays as it is, byte for byte, and the new comes after it.

The whole configuration is validated with the new text before it takes the place of the old, at once.  Which sources to
add is for others to say.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from unicodedata import normalize

import tomlkit

from aggregator.config.lines import key_lines
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import ConfigError, Problem

LONGEST_ID = 64
"""Characters (``rules.ID``)."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_WITHIN_WORDS = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]|(?<=\\b[A-Za-z])[.]")
"""What parts no words: apostrophes, and the stops of "U.S."."""
_MARK = b"\xef\xbb\xbf"
"""What editors on Windows begin files with."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A source to be added.  Keys come in the order given, and mean what docs/configuration.md says."""

    id: str
    title: str
    home: str
    endpoints: tuple[Mapping[str, object], ...]
    """The tables of ``[[source.endpoint]]``."""
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Further keys of ``[[source]]``."""
    comment: str = ""
    """Lines that are put above the table."""


def proposed_id(name: str, taken: Collection[str]) -> str:
    """Return an id (``[a-z0-9-]``, 1 to 64) made of ``name`` that is not ``taken``.

    Letters that Latin script has without their marks are written so; a name that has none gives "source".
    """
    plain = normalize("NFKD", _WITHIN_WORDS.sub("", name)).encode("ascii", "ignore").decode().lower()
    slug = _SEPARATORS.sub("-", plain).strip("-")[:LONGEST_ID].rstrip("-") or "source"
    proposed, number = slug, 1
    while proposed in taken:
        number += 1
        end = f"-{number}"
        proposed = slug[: LONGEST_ID - len(end)].rstrip("-") + end
    return proposed


def appended(text: str, drafts: Sequence[Draft]) -> str:
    """Return the text of a ``sources.toml`` with ``drafts`` after all that is in it, which is not changed."""
    end = "\r\n" if "\r\n" in text else "\n"
    parts = [text, "" if text.endswith("\n") or not text else end]
    for draft in drafts:
        above = "".join(f"# {line}\n" for line in draft.comment.splitlines())
        block = ("\n\n" if any(parts) else "") + above + _table(draft)
        parts.append(block.replace("\n", end))
    return "".join(parts)


def require_open(path: Path) -> None:
    """Raise ``ConfigError`` where no source can be added to the ``sources.toml`` beside ``path``, a valid one.

    That is so where its list of sources is written in brackets: nothing can come after such a list
    (https://toml.io/en/v1.0.0#array-of-tables).
    """
    try:
        text = path.with_name("sources.toml").read_bytes().removeprefix(_MARK).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if "source" not in tomllib.loads(text):
        return
    try:
        tomllib.loads(f"{text}\n[[source]]\n")
    except tomllib.TOMLDecodeError as error:
        message = "is a list in brackets, to which nothing can be added: write every source as a [[source]] of its own"
        file = path.with_name("sources.toml").as_posix()
        raise ConfigError((Problem(file, "", "source", key_lines(text)["source",], message),)) from error


def add(path: Path, drafts: Sequence[Draft]) -> Settings:
    """Add ``drafts`` to the ``sources.toml`` beside ``path``, the ``aggregator.toml``; return the new configuration.

    The old file stays whole, until the new one takes its place.  Raises ``ConfigError``, and has changed nothing then:
    for a configuration that would be wrong, and for a file that cannot be written or that was changed meanwhile.
    """
    require_open(path)
    file = path.with_name("sources.toml").resolve()  # a link stays, what it leads to is replaced
    try:
        before = file.read_bytes()
        mark = _MARK if before.startswith(_MARK) else b""
        text = appended(before.removeprefix(mark).decode(), drafts)
        settings = load(path, sources_text=text)
        _replace(file, before, mark + text.encode())
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    return settings


def _table(draft: Draft) -> str:
    table = tomlkit.table()
    for key, value in {"id": draft.id, "title": draft.title, "home": draft.home, **draft.settings}.items():
        table.add(key, value)
    endpoints = tomlkit.aot()
    for keys in draft.endpoints:
        endpoint = tomlkit.table()
        endpoint.update(keys)
        endpoints.append(endpoint.indent(2))
    table.add("endpoint", endpoints)
    document, sources = tomlkit.document(), tomlkit.aot()
    sources.append(table)
    document.add("source", sources)
    return tomlkit.dumps(document)


def _replace(file: Path, before: bytes, after: bytes) -> None:
    """Put ``after`` in the place of ``before`` at once: a reader, or a crash, meets the old file or the new."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as new:
            new.write(after)
            new.flush()
            os.fsync(new.fileno())
        shutil.copymode(file, unfinished)
        _require(file, before)
        unfinished.replace(file)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _require(file: Path, before: bytes) -> None:
    """Raise ``ConfigError`` when ``file`` no longer holds what was added to: somebody has it open in an editor."""
    if file.read_bytes() != before:
        raise _unwritten(file, "was changed while sources were being added; nothing was written")


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
    return _unwritten(path, f"cannot be added to: {reason}")


def _unwritten(path: Path, message: str) -> ConfigError:
    return ConfigError((Problem(path.with_name("sources.toml").as_posix(), "", "", None, message),))
