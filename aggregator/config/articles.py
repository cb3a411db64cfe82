"""An article's file written: ``articles/<id>.toml`` with the article's text beside it.

The whole configuration is validated with the new files before they take their places.  What the article says, and
which sources its annotations are bound to, is for others to say.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tomlkit

from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import ConfigError, Problem

_ABOVE = """\
# An article whose reference list is kept live.  The file's name is the article's id: it stands in addresses, for good.
# Every key: docs/configuration.md
"""
_SINCE = "# since = 2025-01-31     # items published earlier are not linked\n"
_LIST = "# The reference list, in the article's order and words."
_UNBOUND = "# No source is known for this entry.  With one in `sources`, take the marks away."


@dataclass(frozen=True, slots=True)
class AnnotationDraft:
    """One entry of the reference list.  Without ``sources`` it is written as a comment, ready to be filled in."""

    id: str
    label: str
    scope: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    """A line to be written above an entry without sources."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article's file before it is written."""

    id: str
    title: str
    url: str
    published: date | None
    text_name: str
    """Of the file with the article's text, beside its own."""
    summary: str
    takeaways: tuple[str, ...]
    annotations: tuple[AnnotationDraft, ...]


def toml(draft: ArticleDraft) -> str:
    """Return the text of the article's file."""
    top = tomlkit.document()
    top.add("title", tomlkit.item(draft.title))
    top.add("url", tomlkit.item(draft.url))
    if draft.published:
        top.add("published", tomlkit.item(draft.published))
    rest = tomlkit.document()
    rest.add("text", tomlkit.item(draft.text_name))
    if draft.summary:
        rest.add("summary", tomlkit.item(draft.summary))
    if draft.takeaways:
        takeaways = tomlkit.array()
        takeaways.extend(draft.takeaways)
        rest.add("takeaways", takeaways.multiline(multiline=True))
    parts = [f"{_ABOVE}\n{tomlkit.dumps(top)}{_SINCE}{tomlkit.dumps(rest)}"]
    tables = [_annotation(annotation) for annotation in draft.annotations]
    if tables:
        tables[0] = f"{_LIST}\n{tables[0]}"
    return "\n".join([*parts, *tables])


def _annotation(annotation: AnnotationDraft) -> str:
    table = tomlkit.table()
    table.add("id", annotation.id)
    table.add("label", annotation.label)
    if annotation.scope:
        table.add("scope", annotation.scope)
    table.add("sources", list(annotation.sources))
    tables, document = tomlkit.aot(), tomlkit.document()
    tables.append(table)
    document.add("annotation", tables)
    text = tomlkit.dumps(document)
    if annotation.sources:
        return text
    above = "".join(f"{line}\n" for line in (_UNBOUND, annotation.note and f"# {annotation.note}") if line)
    return above + "".join(f"# {line}\n" for line in text.splitlines())


def paths(config: Path, draft: ArticleDraft) -> tuple[Path, Path]:
    """Return where the article's file and its text belong, beside ``config``, the ``aggregator.toml``."""
    folder = Path(os.path.abspath(config)).parent / "articles"  # noqa: PTH100 - a linked config folder stays in its project
    return folder / f"{draft.id}.toml", folder / draft.text_name


def check(config: Path, draft: ArticleDraft, text: str) -> Settings:
    """Return the configuration that the article would be part of.  Raises ``ConfigError``."""
    file, beside = paths(config, draft)
    return load(config, articles={file: toml(draft), beside: text})


def write(config: Path, draft: ArticleDraft, text: str) -> Settings:
    """Write the article's file and its text, and return the new configuration.

    Raises ``ConfigError``: for a configuration that would be wrong, and nothing is written then; and for a folder that
    cannot be written to.
    """
    settings = check(config, draft, text)
    file, beside = paths(config, draft)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _put(beside, text.encode())  # first: the article's file refers to it
        _put(file, toml(draft).encode())
    except OSError as error:
        problem = Problem(file.as_posix(), "", "", None, f"cannot be written: {error.strerror}")
        raise ConfigError((problem,)) from error
    return settings


def _put(file: Path, data: bytes) -> None:
    """Make ``file`` hold ``data`` at once: a reader meets the old file or the new."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        unfinished.replace(file)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
