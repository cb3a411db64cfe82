"""Files to Settings: reads ``aggregator.toml``, ``sources.toml`` and ``articles/*.toml``, and checks them together.

Nothing is fetched and nothing is written.  Whatever is wrong is found in one go: the operator mends a list, and does
not hunt one mistake after another.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from pydantic import ValidationError

from aggregator import article as reading
from aggregator.config import rules
from aggregator.config.files import text_of
from aggregator.config.lines import KeyPath
from aggregator.config.problems import TomlFile, suggestion, tables
from aggregator.config.table import Table
from aggregator.config.values import RESERVED_ANNOTATIONS, AggregatorFile, Article, ArticleFile, Settings, SourcesFile
from aggregator.errors import ConfigError, ParseError, Problem

Model = TypeVar("Model", bound=Table)
Texts = Mapping[Path, str]
"""What stands in files, by their absolute paths."""
_NONE: Texts = MappingProxyType({})


def load(
    path: Path, *, main_text: str | None = None, sources_text: str | None = None, articles: Texts = _NONE
) -> Settings:
    """Read the configuration of which ``path`` is the ``aggregator.toml``; the other files lie beside it.

    ``main_text`` and ``sources_text`` are read instead of what ``aggregator.toml`` and ``sources.toml`` hold, and
    ``articles`` instead of what files of the folder of articles hold: to know before they are written.

    Raises ``ConfigError`` with every problem of every file.  A file that is not TOML gives that one problem; what
    refers to it is not held against the other files.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a linked config folder out of its project
    root = path.parent.parent
    main = _read(AggregatorFile, path, main_text)
    sources = _read(SourcesFile, path.with_name("sources.toml"), sources_text)
    sources.problems += _source_problems(sources.toml)
    known = _source_ids(sources.toml)
    listed = {*path.parent.glob("articles/[!.]*.toml"), *(file for file in articles if file.suffix == ".toml")}
    read = [_article(file, known, articles) for file in sorted(listed)]

    found = (main.problems, sources.problems, *(article.problems for article in read))
    problems = tuple(problem for file in found for problem in sorted(file, key=lambda problem: problem.line or 0))
    if problems or main.value is None or sources.value is None:
        raise ConfigError(problems)
    return Settings(
        **dict(main.value),
        root=root,
        sources=sources.value.source,
        articles=tuple(article.value for article in read if article.value),
    )


_ADVICE: Mapping[type[Table], str] = {
    AggregatorFile: "name another with --config, or begin with aggregator init",
    SourcesFile: "an empty file will do, aggregator sources add URL fills it",
    ArticleFile: "was it moved meanwhile?",
}
"""What to do about a file that is not there."""


@dataclass
class _File(Generic[Model]):
    """A file as far as it could be read: no ``toml`` where it is none, no ``value`` where the models refuse it."""

    problems: list[Problem]
    toml: TomlFile | None = None
    value: Model | None = None


def _read(model: type[Model], path: Path, instead: str | None = None) -> _File[Model]:
    name = _shown(path)
    try:
        text = text_of(path) if instead is None else instead
    except FileNotFoundError as error:
        return _File([Problem(name, "", "", None, f"{_reason(error)}: {_ADVICE[model]}")])
    except (OSError, UnicodeDecodeError) as error:
        return _File([Problem(name, "", "", _broken_line(error), _reason(error))])
    try:
        toml = TomlFile(name, text, tomllib.loads(text))
    except ValueError as error:
        return _File([Problem(name, "", "", _syntax_line(text, str(error)), f"not valid TOML: {error}")])
    except RecursionError:
        return _File([Problem(name, "", "", None, "not valid TOML: brackets in brackets, deeper than can be read")])
    try:
        return _File([], toml, model.model_validate(toml.data))
    except ValidationError as error:
        return _File(list(toml.broken(model, error)), toml)


def _shown(path: Path) -> str:
    """Return the name under which whoever called the program can open a file."""
    here = Path(os.path.abspath(os.curdir))  # noqa: PTH100 - as in load()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _reason(error: OSError | UnicodeDecodeError | ParseError) -> str:
    match error:
        case ParseError():
            return str(error)
        case FileNotFoundError():
            return "no such file"
        case OSError():
            return f"cannot be read: {error.strerror}"
        case _:
            return "not UTF-8"


def _broken_line(error: OSError | UnicodeDecodeError) -> int | None:
    return error.object.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else None


def _syntax_line(text: str, message: str) -> int:
    """``tomllib`` says the line in words, and nothing of it where the text ends too early."""
    place = re.search(r"\(at line (\d+), column \d+\)", message)
    return int(place[1]) if place else len(text.splitlines()) or 1


def _source_ids(toml: TomlFile | None) -> frozenset[str] | None:
    """Return the ids of ``sources.toml``, whatever else is wrong with the sources; None where one is no id."""
    listed = toml.data.get("source", None if toml.data else []) if toml else None
    if not isinstance(listed, list):
        return None
    ids = [source.get("id") if isinstance(source, dict) else None for source in listed]
    names = [name for name in ids if isinstance(name, str) and re.fullmatch(rules.ID, name)]
    return frozenset(names) if len(names) == len(ids) else None


def _source_problems(toml: TomlFile | None) -> Iterator[Problem]:
    if toml is None:
        return
    sources = list(tables(toml.data, "source"))
    yield from _repeated(toml, ((("source", at, "id"), source.get("id")) for at, source in sources))
    for at, source in sources:
        endpoints = tables(source, "endpoint")
        yield from _repeated(toml, ((("source", at, "endpoint", i, "url"), one.get("url")) for i, one in endpoints))


def _repeated(toml: TomlFile, entries: Iterable[tuple[KeyPath, object]]) -> Iterator[Problem]:
    """Yield a problem for each text that stands at more than one of the places."""
    first: dict[str, KeyPath] = {}
    for path, value in entries:
        if isinstance(value, str) and first.setdefault(value, path) != path:
            yield toml.problem(path, f'"{value}" is already in line {toml.line(first[value])}')


def _article(path: Path, sources: Collection[str] | None, instead: Texts) -> _File[Article]:
    file = _read(ArticleFile, path, instead.get(path))
    problems = [*file.problems]
    if not re.fullmatch(rules.ID, path.stem):
        message = "the file's name is the article's id: 1 to 64 of a-z, 0-9 and -"
        problems.append(Problem(_shown(path), "", "", None, message))
    if file.toml is None:
        return _File(problems)
    problems += _annotation_problems(file.toml, sources)
    body = ""
    text = file.toml.data.get("text")
    if isinstance(text, str) and text.strip() and re.fullmatch(rules.TEXT, text):
        named = path.parent / text.strip()
        try:
            shown = instead.get(named) or text_of(named)
            title = file.value.title if file.value else None
            body = reading.read(shown, reading.form_of(shown, named.name), title).body
        except (OSError, UnicodeDecodeError, ParseError) as error:
            problems.append(file.toml.problem(("text",), f'"{text}": {_reason(error)}'))
    value = Article(**dict(file.value), id=path.stem, body=body) if file.value and not problems else None
    return _File(problems, file.toml, value)


def _annotation_problems(toml: TomlFile, sources: Collection[str] | None) -> Iterator[Problem]:
    annotations = list(tables(toml.data, "annotation"))
    yield from _repeated(toml, ((("annotation", at, "id"), one.get("id")) for at, one in annotations))
    for at, annotation in annotations:
        name = annotation.get("id")
        if isinstance(name, str) and name in RESERVED_ANNOTATIONS:
            yield toml.problem(("annotation", at, "id"), f'"{name}" is a file of the article\'s own')
        listed = annotation.get("sources")
        names = listed if isinstance(listed, list) else []
        named = [(("annotation", at, "sources", i), name) for i, name in enumerate(names)]
        yield from _repeated(toml, named)
        for path, name in named:
            if sources is not None and isinstance(name, str) and name not in sources:
                yield toml.problem(path, f'no source has the id "{name}"{suggestion(name, sources)}')
