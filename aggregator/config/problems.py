"""What is wrong with one configuration file, in the operator's words and with the line.

pydantic says where a value breaks which rule; this says it in plain words, names the table as a person would, and finds
the line.  Pure: it reads no file.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from functools import cached_property

from pydantic import BaseModel, ValidationError

from aggregator.config import rules
from aggregator.config.lines import KeyPath, key_lines, line_of
from aggregator.errors import Problem

if typing.TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MESSAGES: Mapping[str, str] = {
    "missing": "missing, and required",
    "string_type": "expected text in quotes, not {given}",
    "string_too_short": "must not be empty",
    "int_type": "expected a whole number, not {given}",
    "float_type": "expected a number, not {given}",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false, not {given}",
    "date_type": "expected a date such as 2025-08-20, without quotes and without a time, not {given}",
    "model_type": "expected a table, not {given}",
    "model_attributes_type": "expected a table, not {given}",
    "union_tag_not_found": "missing, and required",
    "too_short": "at least {min_length} is required",
    "greater_than": "must be more than {gt:g}, not {given}",
    "greater_than_equal": "must be at least {ge:g}, not {given}",
    "less_than_equal": "must be at most {le:g}, not {given}",
    "value_error": "{error}",
    "misfit": "{message}",
}
"""pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/), as far as our models raise them.

The types that say different things of different values have their case in ``_message``.
"""

_PATTERNS: Mapping[str, str] = {
    rules.ID: "an id has 1 to 64 of a-z, 0-9 and -, not {given}",
    rules.LANGUAGE: 'expected a language tag such as "en" or "pt-BR", not {given}',
    rules.UUID: 'expected "urn:uuid:" and a UUID in lower case, not {given}',
    rules.TEXT: "holds a control character",
    rules.PARAMETER: 'expected the name of a parameter, such as "page", not {given}',
    rules.HEADER: "expected one line of plain ASCII, without blanks at its ends",
}


@dataclass(frozen=True)
class TomlFile:
    """One file as read: its name for messages, its text and its values."""

    name: str
    text: str
    data: Mapping[str, object]

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return key_lines(self.text)

    def line(self, path: KeyPath) -> int:
        """Return the line (1-based) of the key at ``path``, or of the table that lacks it."""
        return line_of(self._lines, path)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return a problem with what stands, or should stand, at ``path``."""
        words: list[str] = []
        node: object = self.data
        for part in path:
            if isinstance(part, int):
                node = node[part] if isinstance(node, list) else None
                words[-1] += f"[{_label(node, part)}]"
            else:
                node = node.get(part) if isinstance(node, Mapping) else None
                words.append(part)
        key = "" if isinstance(node, Mapping) or not words else words.pop()
        return Problem(self.name, ".".join(words), key, self.line(path), message)

    def broken(self, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
        """Yield the problems that validating this file against ``model`` has brought."""
        for detail in error.errors(include_url=False):
            if detail["type"] == "too_short" and detail["input"]:
                continue  # something is there, and its own problems are told
            path = _without_tags(detail["loc"])
            context = detail.get("ctx", {})
            if detail["type"].startswith("union_tag"):
                # what is no table at all has no kind either
                path += ("kind",) if isinstance(detail["input"], Mapping) else ()
            elif detail["type"] == "misfit":
                path += (context["key"],)
            yield self.problem(path, _message(detail, path, model))


def tables(node: object, key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the tables of ``[[key]]`` in ``node`` with their 0-based places, whatever else is wrong with them."""
    listed = node.get(key) if isinstance(node, Mapping) else None
    for place, table in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(table, Mapping):
            yield place, table


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the known word that is nearest, empty where none is near."""
    near = get_close_matches(word, list(known), 1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _label(node: object, place: int) -> str:
    name = node.get("id") if isinstance(node, Mapping) else None
    return name if isinstance(name, str) and re.fullmatch(rules.ID, name) else str(place + 1)


def _without_tags(loc: tuple[str | int, ...]) -> KeyPath:
    """Leave out the kind that pydantic puts behind an endpoint's place."""
    return tuple(part for at, part in enumerate(loc) if not _is_tag(loc, at))


def _is_tag(loc: tuple[str | int, ...], at: int) -> bool:
    return at > 1 and loc[at - 2] == "endpoint" and isinstance(loc[at - 1], int)


def _message(detail: ErrorDetails, path: KeyPath, model: type[BaseModel]) -> str:
    given, context, name = detail["input"], detail.get("ctx", {}), str(path[-1]) if path else ""
    match detail["type"]:
        case "extra_forbidden":
            known = sorted(_table(model, detail["loc"][:-1]).model_fields)
            return "unknown key" + (suggestion(name, known) or f"; known here: {', '.join(known)}")
        case "tuple_type":
            field = _table(model, detail["loc"][:-1]).model_fields[name]
            return _no_list(path, given, of_tables=bool(_models(field.annotation)))
        case "model_type" | "model_attributes_type" if isinstance(given, list):
            return f"write [{name}], with one bracket: there is only one"
        case "union_tag_invalid":
            return f"unknown kind {_given(context['tag'])}; expected {_quoted(context['expected_tags'])}"
        case "literal_error":
            return f"expected {_quoted(context['expected'])}, not {_given(given)}"
        case kind:
            form = _PATTERNS[context["pattern"]] if kind == "string_pattern_mismatch" else MESSAGES[kind]
            return form.format(given=_given(given), **context)


def _no_list(path: KeyPath, given: object, *, of_tables: bool) -> str:
    header = f"[[{'.'.join(part for part in path if isinstance(part, str))}]]"
    if of_tables and isinstance(given, Mapping):
        return f"write {header}, with two brackets: there can be several"
    form = f"tables, each under {header}" if of_tables else 'a list such as ["a", "b"]'
    return f"expected {form}, not {_given(given)}"


def _quoted(expected: str) -> str:
    """Turn pydantic's list of choices, in Python's quotes, into one in TOML's."""
    *first, last = expected.replace("'", '"').replace(" or ", ", ").split(", ")
    return f"{', '.join(first)} or {last}" if first else last


def _given(value: object) -> str:
    match value:
        case Mapping():
            return "a table"
        case list():
            return "a list"
        case date() | time():
            return "a date or time"
        case _:
            shown = json.dumps(value, ensure_ascii=False)
            return shown if len(shown) <= 60 else shown[:59] + "…"  # noqa: PLR2004 - half a line


def _table(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model of the table at ``loc``."""
    choices = [model]
    for at, part in enumerate(loc):
        if _is_tag(loc, at):
            choices = [one for one in choices if part in typing.get_args(one.model_fields["kind"].annotation)]
        elif isinstance(part, str):
            choices = _models(choices[0].model_fields[part].annotation)
    return choices[0]


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in _models(inner)]
