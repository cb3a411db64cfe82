"""Floors under what the linker reaches on the labelled items: a change that goes below them is no improvement."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.config.values import Article
from aggregator.link import Linker
from aggregator.model import Item

FLOORS = {"AP": 0.76, "F1*": 0.79, "F1": 0.77, "passage": 0.34}
MOST_OFF = 0.10
THRESHOLD = 0.5


def _article(path: Path) -> Article:
    told = json.loads(path.read_text(encoding="utf-8"))
    annotations = [
        {"id": one["id"], "label": one["organisation"], "scope": one["scope"], "sources": [one["source"]]}
        for one in told["annotations"]
    ]
    fields = {key: told[key] for key in ("id", "title", "summary", "takeaways")}
    return Article.model_validate({**fields, "url": "https://example.org/", "annotation": annotations})


@pytest.fixture(scope="module")
def macro(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Return the macro average of every measure of the shared scoring tool."""
    folder = shared / "eval" / "linking"
    articles = [_article(path) for path in sorted((folder / "articles").glob("*.json"))]
    linker = Linker(articles, THRESHOLD)
    scores = tmp_path_factory.mktemp("linking") / "scores.jsonl"
    with scores.open("w", encoding="utf-8") as out:
        for line in (folder / "items.jsonl").read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            for article in articles:
                match = linker.score(article.id, Item(title=told["title"]), told["summary"])
                row = {"article": article.id, "item": told["id"], "score": match.score, "takeaway": match.takeaway}
                out.write(json.dumps(row) + "\n")
    command = [sys.executable, str(shared / "tools" / "score_links.py"), str(scores), "--threshold", str(THRESHOLD)]
    header, *rows = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    (values,) = (row.split()[1:] for row in rows if row.startswith("macro"))
    return dict(zip(header.split()[1:], map(float, values), strict=True))


@pytest.mark.parametrize("measure", FLOORS)
def test_measure_holds_its_floor(macro: dict[str, float], measure: str) -> None:
    assert macro[measure] >= FLOORS[measure]


def test_few_linked_items_have_nothing_to_do_with_the_article(macro: dict[str, float]) -> None:
    assert macro["off"] <= MOST_OFF
