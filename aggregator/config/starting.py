"""A configuration to start from: the shipped files, with what is of this place alone put in.

The whole configuration is validated before any of it is written, and nothing that is there is ever replaced.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from uuid import uuid4

import tomlkit

from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import ConfigError, Problem

_MAIN = "aggregator.toml"
_SOURCES = "sources.toml"
_DATABASE = "aggregator.db"
_OUTPUT = "feeds"
TRIAL = "http://127.0.0.1:8080/"
"""The address that is shipped: for trying things out."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is of one place alone.  None: as it is shipped."""

    title: str | None = None
    """Of the site."""
    base_url: str | None = None
    """Where the output folder is served."""
    state: Path | None = None
    """The folder of the store and of what is published, when that is not the folder of the configuration."""
    docs: Path | None = None
    """The folder of the documentation, which comments refer to."""


def shipped() -> Mapping[PurePosixPath, str]:
    """Return the configuration that is shipped: the text of each file, by its path in the folder ``config``."""
    return MappingProxyType(dict(sorted(_below(resources.files("aggregator.config") / "shipped", PurePosixPath()))))


def _below(folder: Traversable, path: PurePosixPath) -> list[tuple[PurePosixPath, str]]:
    found = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _below(one, path / one.name)
        elif not one.name.startswith("."):
            found.append((path / one.name, one.read_text(encoding="utf-8")))
    return found


def start(folder: Path, choices: Choices) -> Mapping[Path, str]:
    """Return the text of each file of a configuration to start from, by its path below ``folder``.

    Beside what is chosen, the site gets an id of its own: feeds keep theirs then, whatever address they move to and
    however often the database is made anew.
    """
    config = Path(os.path.abspath(folder)) / "config"  # noqa: PTH100 - resolve() would write behind a link's back
    texts = {config / path: text for path, text in shipped().items()}
    if choices.docs:
        texts = {path: text.replace("docs/", f"{choices.docs}/") for path, text in texts.items()}
    text = texts[config / _MAIN]
    for table, key, value in _settings(choices):
        text = _with(text, table, key, value)
    return MappingProxyType({**texts, config / _MAIN: text})


def _settings(choices: Choices) -> Sequence[tuple[str, str, str]]:
    found = [("site", "id", uuid4().urn)]
    if choices.title is not None:
        found.append(("site", "title", choices.title))
    if choices.base_url is not None:
        found.append(("site", "base_url", choices.base_url))
    if choices.state is not None:
        found.append(("store", "url", f"sqlite:///{choices.state / _DATABASE}"))
        found.append(("publish", "output", str(choices.state / _OUTPUT)))
    return found


def _with(text: str, table: str, key: str, value: str) -> str:
    """Return ``text`` with ``key`` of ``table`` set, in the place where it stands, or stands commented out."""
    line = f"{key} = {tomlkit.string(value).as_string()}\n"
    head, header, rest = text.partition(f"[{table}]\n")
    if not header:
        return f"{text}\n[{table}]\n{line}"
    inside = re.split(r"(?m)^(?=\[)", rest, maxsplit=1)[0]
    place = re.search(rf"(?m)^(?:# )?{key} = .*\n?", inside)
    start, end = place.span() if place else (0, 0)
    return f"{head}{header}{rest[:start]}{line}{rest[end:]}"


def settings(files: Mapping[Path, str]) -> Settings:
    """Return the configuration that ``files`` would be.  Raises ``ConfigError``."""
    main = next(path for path in files if path.name == _MAIN)
    sources = main.with_name(_SOURCES)
    articles = {path: text for path, text in files.items() if path.parent.name == "articles"}
    return load(main, main_text=files[main], sources_text=files[sources], articles=articles)


def write(files: Mapping[Path, str]) -> None:
    """Write each of ``files``, and make the folders that they need.

    Raises ``ConfigError`` for a file that is there, and for one that cannot be written; none is written then.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            made += _folders(path.parent)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for one in reversed(made):
            with suppress(OSError):
                one.rmdir() if one.is_dir() else one.unlink()
        problem = Problem(str(error.filename), "", "", None, f"cannot be written: {error.strerror}")
        raise ConfigError((problem,)) from error


def _folders(folder: Path) -> list[Path]:
    """Make ``folder`` and those above it; return the ones that were not there, the outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    made = []
    try:
        for one in missing:
            one.mkdir()
            made.append(one)
    except OSError:
        for one in reversed(made):
            with suppress(OSError):
                one.rmdir()
        raise
    return made
