"""Floors under what the linker reaches on labelled items: a change that goes below them is no improvement.

``tests/quality/data`` holds articles of ours and what a reader made of statements of the shared corpus: addresses'
digests and labels, no text.  Two of these articles were left alone while the linker's constants were set.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.link import Linker
from aggregator.model import Item
from benchmarks.linking import ORGANISATIONS
from benchmarks.linking import article as made_article
from benchmarks.linking import item as made_item
from benchmarks.linking_quality import HELD_OUT, THRESHOLD, article, given, macro, measure, ours

FLOORS = {"AP": 0.855, "F1*": 0.845, "F1": 0.835, "passage": 0.655}
MOST_OFF = 0.01
OURS_FLOORS = {"AP": 0.915, "F1": 0.81, "passage": 0.80}
OURS_MOST_OFF = 0.10
HELD_OUT_FLOORS = {"AP": 0.935, "F1": 0.875, "passage": 0.645}
HELD_OUT_MOST_OFF = 0.02
MOST_CALLS = {1: 800, 25: 3_600}
"""Function calls that linking an item may take, by articles of four annotations.

Seconds differ with the machine and with what else it does (``python -m benchmarks.linking`` measures them); calls
do not, and grow with whatever is done once too often.
"""


@pytest.fixture(scope="module")
def shared_tool(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Return the macro average of every measure of the shared scoring tool."""
    folder = shared / "eval" / "linking"
    articles = [article(path) for path in sorted((folder / "articles").glob("*.json"))]
    linker = Linker(articles, THRESHOLD)
    scores = tmp_path_factory.mktemp("linking") / "scores.jsonl"
    with scores.open("w", encoding="utf-8") as out:
        for line in (folder / "items.jsonl").read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            for about in articles:
                match = linker.score(about.id, Item(title=told["title"]), told["summary"])
                row = {"article": about.id, "item": told["id"], "score": match.score, "takeaway": match.takeaway}
                out.write(json.dumps(row) + "\n")
    command = [sys.executable, str(shared / "tools" / "score_links.py"), str(scores), "--threshold", str(THRESHOLD)]
    header, *rows = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    (values,) = (row.split()[1:] for row in rows if row.startswith("macro"))
    return dict(zip(header.split()[1:], map(float, values), strict=True))


@pytest.fixture(scope="module")
def own(shared: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return the macro averages on our own articles: those at hand and those held out."""
    collections = ours(shared)
    return (
        macro([measure(one) for one in collections if one.article.id not in HELD_OUT]),
        macro([measure(one) for one in collections if one.article.id in HELD_OUT]),
    )


@pytest.mark.parametrize("name", FLOORS)
def test_measure_holds_its_floor(shared_tool: dict[str, float], name: str) -> None:
    assert shared_tool[name] >= FLOORS[name]


def test_few_linked_items_have_nothing_to_do_with_the_article(shared_tool: dict[str, float]) -> None:
    assert shared_tool["off"] <= MOST_OFF


def test_our_measures_are_those_of_the_shared_tool(shared: Path, shared_tool: dict[str, float]) -> None:
    mean = macro([measure(one) for one in given(shared)])
    assert {name: round(value, 3) for name, value in mean.items()} == {name: shared_tool[name] for name in mean}


@pytest.mark.parametrize("name", OURS_FLOORS)
def test_other_subjects_hold_their_floor(own: tuple[dict[str, float], dict[str, float]], name: str) -> None:
    assert own[0][name] >= OURS_FLOORS[name]
    assert own[1][name] >= HELD_OUT_FLOORS[name]


def test_few_linked_items_on_other_subjects_are_off(own: tuple[dict[str, float], dict[str, float]]) -> None:
    assert own[0]["off"] <= OURS_MOST_OFF
    assert own[1]["off"] <= HELD_OUT_MOST_OFF


@pytest.mark.parametrize("articles", MOST_CALLS)
def test_linking_does_little_for_an_item(articles: int) -> None:
    linker = Linker([made_article(number) for number in range(articles)], THRESHOLD)
    items = [made_item(number) for number in range(20)]
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for one, text in items:
            linker.link(one, text, frozenset(ORGANISATIONS))
    finally:
        sys.setprofile(before)
    assert calls / len(items) <= MOST_CALLS[articles]
