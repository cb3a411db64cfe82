"""The line of every key, on texts written by hand and on documents in every style that TOML has."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.config.lines import KeyPath, key_lines, line_of

HANDWRITTEN = '''\
# a comment with [brackets] and "quotes"
title = "x # no comment"   # [no.table]
"quoted key".'y z'.b = """
[no.header]
no_key = 1
"""
list = [ # comment ]
  "a, ]",
  """two
  lines""",
  { k = 1, j.z = [1,
    2] }, 1979-05-27 07:32:00,
]
  [site]
  day = 1979-05-27 07:32:00 # a blank inside a value
  [[source]]
  id = ''
[[source.endpoint]]
  kind = \'\'\'it''s\'\'\'
[[source.endpoint]]
url = """a""\\""""
[source.endpoint.deep.er]
 y = 1
[source.endpoint.deep]
 u = 1
[[ "source" ]]
 z = 1
 [[source . endpoint]]
 q = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("quoted key", "y z", "b"), 3),
        (("list",), 7),
        (("list", 1), 9),
        (("list", 2, "k"), 11),
        (("list", 2, "j", "z"), 11),
        (("list", 2, "j", "z", 1), 12),
        (("list", 3), 12),
        (("site",), 14),
        (("site", "day"), 15),
        (("source",), 16),
        (("source", 0), 16),
        (("source", 0, "endpoint", 0, "kind"), 19),
        (("source", 0, "endpoint", 1), 20),
        (("source", 0, "endpoint", 1, "url"), 21),
        (("source", 0, "endpoint", 1, "deep", "er", "y"), 23),
        (("source", 0, "endpoint", 1, "deep"), 24),
        (("source", 1), 26),
        (("source", 1, "endpoint", 0, "q"), 29),
    ],
)
def test_line_of_what_stands_there(path: KeyPath, line: int) -> None:
    assert key_lines(HANDWRITTEN)[path] == line


def test_every_path_that_tomllib_sees_has_a_line_and_no_other_has() -> None:
    assert set(key_lines(HANDWRITTEN)) == set(paths(tomllib.loads(HANDWRITTEN)))


@pytest.mark.parametrize(
    ("path", "line"), [(("source", 1, "home"), 26), (("site", "title"), 14), (("nothing", 0, "x"), 1)]
)
def test_what_is_not_there_stands_at_the_table_that_lacks_it(path: KeyPath, line: int) -> None:
    assert line_of(key_lines(HANDWRITTEN), path) == line


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\n[b]\r\nc = 2\r\n")["b", "c"] == 4


def test_an_empty_text_has_its_root() -> None:
    assert key_lines("") == {(): 1}


def paths(node: object, path: KeyPath = ()) -> list[KeyPath]:
    children: list[tuple[str | int, object]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    return [path, *(found for key, child in children for found in paths(child, (*path, key)))]


class Writer:
    """Writes a document in styles that hypothesis draws; every key's name is used once only."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.names = 0
        self.out: list[str] = []

    def key(self) -> str:
        self.names += 1
        name = f"k{self.names}x"
        return self.draw(st.sampled_from([name, f'"{name} # ["', f"'{name}.=\"'", f'"{name}\\t"', f"{name}-1"]))

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def scalar(self) -> str:
        text = self.draw(st.text(alphabet="ab]}[{,#='\" \n\\", max_size=8))
        basic = json.dumps(text, ensure_ascii=False)
        multi = '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
        raw = "'''" + text.replace("'", "") + "'''"
        ends = '"""a"""' + '""'
        return self.pick(basic, multi, raw, "1", "-1.5e3", "true", "inf", "2025-08-20", "2025-08-20 10:00:00", ends)

    def gap(self) -> str:
        return self.pick("", " ", "\n", " # ] } ,\n", "\n\n\t")

    def value(self, depth: int) -> str:
        kind = self.pick("scalar", "scalar", "array", "inline") if depth else "scalar"
        if kind == "array":
            parts = [self.gap() + self.value(depth - 1) + self.gap() for _ in range(self.draw(st.integers(0, 3)))]
            return "[" + ",".join(parts) + ("," * bool(parts) * self.draw(st.booleans())) + self.gap() + "]"
        if kind == "inline":
            pairs = [self.pair(depth - 1) for _ in range(self.draw(st.integers(0, 3)))]
            return "{ " + ", ".join(pairs) + " }"
        return self.scalar()

    def pair(self, depth: int) -> str:
        dotted = [self.key() for _ in range(self.draw(st.integers(1, 3)))]
        return f"{self.pick('.', ' . ').join(dotted)}{self.pick('=', ' = ')}{self.value(depth)}"

    def pairs(self) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.out.append(self.pick("", "  ", "\n", "# [a] b = 1\n") + self.pair(2) + self.pick("", " # c = 1"))

    def tables(self, above: list[str], depth: int) -> None:
        for _ in range(self.draw(st.integers(0, 2))):
            name = [*above, self.key()]
            header = self.pick(".", " . ").join(name)
            if self.draw(st.booleans()):
                for _ in range(self.draw(st.integers(1, 2))):
                    self.out.append(f"  [[{self.pick('', ' ')}{header} ]] # x")
                    self.pairs()
                    if depth:
                        self.tables(name, depth - 1)
            else:
                self.out.append(f"[{header}]")
                self.pairs()
                if depth:
                    self.tables(name, depth - 1)


@st.composite
def documents(draw: st.DrawFn) -> str:
    writer = Writer(draw)
    writer.pairs()
    writer.tables([], 2)
    return draw(st.sampled_from(["\n", "\r\n"])).join("\n".join(writer.out).split("\n"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # documents take their time to be drawn
@given(documents())
def test_every_key_of_any_document_has_the_line_on_which_it_is_written(text: str) -> None:
    document = tomllib.loads(text)
    lines = key_lines(text)
    written = text.split("\n")
    assert set(lines) == set(paths(document))
    for path, line in lines.items():
        if path and isinstance(path[-1], str):
            name = path[-1].split("x")[0] + "x"
            assert name in written[line - 1]
        elif path:
            assert line >= lines[path[:-1]]


@given(st.lists(st.integers(0, 3), max_size=8))
def test_elements_of_an_array_have_their_own_line(gaps: list[int]) -> None:
    values = [f"v{at}" for at in range(len(gaps))]
    text = (
        "a = [" + "".join("\n" * gap + json.dumps(value) + ", " for gap, value in zip(gaps, values, strict=True)) + "]"
    )
    lines = key_lines(text)
    for at, value in enumerate(values):
        assert value in text.split("\n")[lines["a", at] - 1]


def test_dates_are_read_as_tomllib_reads_them() -> None:
    text = "a = [2025-08-20, 2025-08-20 10:00:00]\nb = 1"
    assert tomllib.loads(text)["a"] == [date(2025, 8, 20), datetime(2025, 8, 20, 10)]  # noqa: DTZ001 - TOML's local time
    assert key_lines(text)["b",] == 2
