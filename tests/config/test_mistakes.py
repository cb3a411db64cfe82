"""What people get wrong in the files, and the file, table, key, line and words they are told."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from aggregator.config.load import load
from aggregator.config.problems import MESSAGES, TomlFile
from aggregator.config.schema import FILES, schema
from aggregator.errors import ConfigError, Problem

Problems = Callable[..., tuple[Problem, ...]]

BROKEN = Path(__file__).parent / "broken"
SITE = '[site]\ntitle = "Record"\nbase_url = "https://feeds.example.org/"\n'
SOURCE = '[[source]]\nid = "nato"\ntitle = "NATO"\nhome = "https://www.nato.example/"\n'
FEED = '[[source.endpoint]]\nkind = "feed"\nurl = "https://www.nato.example/feed"\n'
ARTICLE = 'title = "Summit"\nurl = "https://example.org/summit"\n'
ANNOTATION = '[[annotation]]\nid = "nato"\nlabel = "NATO"\nsources = ["nato"]\n'

MAIN, SOURCES, SUMMIT = "aggregator.toml", "sources.toml", "articles/summit.toml"
KINDS = {"aggregator": MAIN, "sources": SOURCES, "articles": SUMMIT}


@pytest.mark.parametrize("case", sorted(BROKEN.glob("*/*.toml")), ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_mistake_is_told_with_its_line_and_in_these_words(problems: Problems, case: Path) -> None:
    """Each file says behind ``#!``, on the line that is to be named, what is to be said of it."""
    name, text = KINDS[case.parent.name], case.read_text(encoding="utf-8")
    expected = [
        f"config/{name}:{number}: {message.strip()}"
        for number, line in enumerate(text.split("\n"), 1)
        for message in line.split("#!")[1:]
    ]
    assert expected
    assert list(map(str, problems({name: text}))) == expected


def test_a_problem_has_file_table_key_and_line_apart(problems: Problems) -> None:
    (only,) = problems({SOURCES: SOURCE + FEED + FEED.replace("/feed", "/ feed")})
    message = "no URL holds ' ': percent-encode it (RFC 3986, 2.1)"
    assert only == Problem("config/sources.toml", "source[nato].endpoint[2]", "url", 10, message)


def test_everything_wrong_is_told_at_once_in_the_order_of_the_files_and_lines(problems: Problems) -> None:
    found = problems(
        {
            MAIN: SITE + "[link]\nthreshold = 50\n[fetch]\ntimeout = -1\n",
            SOURCES: SOURCE + FEED.replace("feed", "fed", 1) + SOURCE.replace("https", "ftp") + FEED,
            SUMMIT: ARTICLE + ANNOTATION.replace('["nato"]', '["nato", "eu"]') + "colour = 1\n",
            "articles/Second.toml": ARTICLE.replace("https://", ""),
        }
    )
    assert [(problem.file, problem.key, problem.line) for problem in found] == [
        ("config/aggregator.toml", "threshold", 5),
        ("config/aggregator.toml", "timeout", 7),
        ("config/sources.toml", "kind", 6),
        ("config/sources.toml", "id", 9),
        ("config/sources.toml", "home", 11),
        ("config/articles/Second.toml", "", None),
        ("config/articles/Second.toml", "url", 2),
        ("config/articles/summit.toml", "sources[2]", 6),
        ("config/articles/summit.toml", "colour", 7),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[site]\ntitle = Record\n", 2),
        ('[site]\ntitle = "a"\ntitle = "b"\n', 3),
        ('[site]\ntitle = """a\n\n', 3),
        ("[site\n", 1),
        ("\ufeff\n[site]\n[site]\n", 3),
        ("a = 2025-02-30\n", 1),
    ],
)
def test_a_syntax_error_stands_alone_for_its_file_and_the_others_are_still_checked(
    problems: Problems, text: str, line: int
) -> None:
    syntax, other = problems({MAIN: text, SOURCES: SOURCE + FEED.replace("https://", "")})
    assert (syntax.file, syntax.table, syntax.key, syntax.line) == ("config/aggregator.toml", "", "", line)
    assert syntax.message.startswith("not valid TOML: ")
    assert (other.file, other.key) == ("config/sources.toml", "url")


def test_unreadable_sources_are_not_held_against_the_articles(problems: Problems) -> None:
    for broken in ("[[source]\n", None, "[[sources]]\n", b"\xff"):
        assert {problem.file for problem in problems({SOURCES: broken})} == {"config/sources.toml"}


def test_a_source_with_a_mistake_is_known_to_the_articles(problems: Problems) -> None:
    (only,) = problems({SOURCES: SOURCE.replace("https", "ftp") + FEED})
    assert only.key == "home"


def test_a_file_that_is_not_utf_8_is_named_with_the_line(problems: Problems) -> None:
    (only,) = problems({SUMMIT: b'title = "a"\n# caf\xe9\n'})
    assert only == Problem("config/articles/summit.toml", "", "", 2, "not UTF-8")


def test_an_article_s_name_is_its_id(problems: Problems) -> None:
    (only,) = problems({"articles/The Summit.toml": ARTICLE})
    message = "the file's name is the article's id: 1 to 64 of a-z, 0-9 and -"
    assert only == Problem("config/articles/The Summit.toml", "", "", None, message)


def test_missing_files_are_named(problems: Problems) -> None:
    found = problems({MAIN: None, SOURCES: None})
    assert [str(problem) for problem in found] == [
        "config/aggregator.toml: no such file: name another with --config, or begin with aggregator init",
        "config/sources.toml: no such file: an empty file will do, aggregator sources add URL fills it",
    ]


def test_a_folder_in_a_file_s_place_is_named(problems: Problems, project: Callable[..., Path]) -> None:
    (project({MAIN: None}).parent / MAIN).mkdir()
    (only,) = problems({MAIN: None})
    assert only == Problem("config/aggregator.toml", "", "", None, "cannot be read: Is a directory")


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "{a = " * 5000])
def test_nesting_without_end_is_a_mistake(problems: Problems, text: str) -> None:
    (only,) = problems({SUMMIT: ARTICLE + text})
    message = "not valid TOML: brackets in brackets, deeper than can be read"
    assert only == Problem("config/articles/summit.toml", "", "", None, message)


def test_a_pipe_in_a_file_s_place_is_named_and_not_waited_for(problems: Problems, project: Callable[..., Path]) -> None:
    folder = project({SOURCES: None}).parent
    for name in (SOURCES, "articles/summit.txt", "articles/talks.toml"):
        os.mkfifo(folder / name)
    found = problems({SOURCES: None, SUMMIT: ARTICLE + 'text = "summit.txt"\n' + ANNOTATION})
    assert list(map(str, found)) == [
        "config/sources.toml: cannot be read: not a regular file",
        'config/articles/summit.toml:3: text: "summit.txt": cannot be read: not a regular file',
        "config/articles/talks.toml: cannot be read: not a regular file",
    ]


def test_the_error_reads_as_a_list_of_places(project: Callable[..., Path]) -> None:
    path = project({MAIN: SITE + "[link]\nthreshold = 50\n", SUMMIT: ARTICLE + "colour = 1\n" + ANNOTATION})
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).splitlines()[0] == ("config/aggregator.toml:5: link.threshold: must be at most 1, not 50")
    assert str(caught.value).splitlines()[1].startswith("config/articles/summit.toml:3: colour: unknown key")


WRONG: list[object] = [
    *({}, {"x": 1}, {"kind": "feed"}, {"kind": "page", "id": 1}, {"kind": "x"}, {"kind": []}, {"url": "x"}),
    *([], [1], [""], ["\x00"], [{}], [{"kind": "x"}], [{"kind": "json", "x": 1}], [{"id": "a"}], [[]]),
    *("", " ", "x", "\x01", "a\nb", "[", "http://[", "http://x/ ", "%", "0s", "9" * 9 + "d", "x" * 99),
    *(0, -1, 10**30, 1.5, -1e300, float("nan"), float("inf"), True),
    *(date(2025, 8, 20), datetime(2025, 8, 20, 1, tzinfo=UTC), time(1)),
]


def ways(name: str) -> list[list[str | int]]:
    """Every way from one table down to a key; of a list's first element, and of each kind of endpoint."""
    definitions = schema()["$defs"]
    found: list[list[str | int]] = []
    for key, rule in definitions[name]["properties"].items():
        found.append([key])
        elements = rule.get("items", {})
        for inner in [rule, *rule.get("anyOf", []), elements, *elements.get("oneOf", [])]:
            if "$ref" in inner:
                below = inner["$ref"].rpartition("/")[2]
                kind = definitions[below]["properties"].get("kind", {}).get("const")
                step = [key, *([0] if elements else []), *([f"kind={kind}"] if kind else [])]
                found += [[*step, *way] for way in ways(below)]
    return found


@pytest.mark.parametrize("model", FILES.values(), ids=FILES.keys())
def test_no_value_of_any_key_is_refused_in_words_other_than_ours(model: type[BaseModel]) -> None:
    refused = 0
    for way, wrong in product(ways(model.__name__), WRONG):
        value = wrong
        for part in reversed(way):
            if isinstance(part, int):
                value = [value]
            elif part.startswith("kind="):
                value = {**value, "kind": part.removeprefix("kind=")} if isinstance(value, dict) else value
            else:
                value = {part: value}
        assert isinstance(value, dict)
        try:
            model.model_validate(value)
        except ValidationError as error:
            messages = [problem.message for problem in TomlFile("file", "", value).broken(model, error)]
            assert messages, (way, wrong)
            assert not [message for message in messages if not message or "Input should" in message]
            refused += 1
    assert refused > 200


LITERALS = ["[]", "[[]]", "{}", "[{}]", "[{ id = [] }]", "1", "nan", "true", "2025-08-20", '""', '"\\u0000"', '"a"']


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        (SOURCES, "source = X"),
        (SOURCES, SOURCE.replace('"nato"', "X") + FEED),
        (SOURCES, SOURCE + "endpoint = X"),
        (SOURCES, SOURCE + FEED.replace('"https://www.nato.example/feed"', "X")),
        (SOURCES, SOURCE + FEED.replace('"feed"', "X")),
        (SUMMIT, ARTICLE + "annotation = X"),
        (SUMMIT, ARTICLE + "text = X"),
        (SUMMIT, ARTICLE + ANNOTATION.replace('"nato"\nlabel', "X\nlabel")),
        (SUMMIT, ARTICLE + ANNOTATION.replace('["nato"]', "X")),
        (SUMMIT, ARTICLE + ANNOTATION.replace('["nato"]', "[X, X]")),
    ],
)
def test_nothing_that_toml_can_hold_is_more_than_a_mistake(
    project: Callable[..., Path], name: str, text: str, literal: str
) -> None:
    with suppress(ConfigError):
        load(project({name: text.replace("X", literal)}))


def test_every_message_is_of_a_type_that_pydantic_has() -> None:
    assert set(MESSAGES) - {"misfit"} <= set(get_args(ErrorType))
