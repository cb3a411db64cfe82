"""Every case in ``tests/data/article``: a document in the form of some blog, and beside it what is read from it.

``<case>.expected.json`` holds what the head says, the sections as [heading, paragraph, ...], the takeaways and the
references as [name, scope, link, ...]; what is not there is left out.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from aggregator.article import ArticleText, form_of, read

DATA = Path(__file__).resolve().parent.parent / "data" / "article"
CASES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))


def compact(article: ArticleText) -> Any:  # noqa: ANN401 - JSON
    head = {name: value for name, value in dataclasses.asdict(article.head).items() if value}
    return {
        **head,
        **({"dates": list(article.head.dates)} if article.head.dates else {}),
        "sections": [[section.heading, *section.paragraphs] for section in article.sections],
        "takeaways": list(article.takeaways),
        "references": [[one.name, one.scope, *one.links] for one in article.references],
        "summarised": article.summary,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    expected = json.loads(case.with_name(f"{case.stem}.expected.json").read_text(encoding="utf-8"))
    assert compact(read(text, form_of(text, case.name))) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_is_read_alike_whatever_its_line_ends(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    form = form_of(text, case.name)
    assert compact(read(text.replace("\n", "\r\n"), form)) == compact(read(text, form))


def test_each_expectation_has_its_document() -> None:
    assert len(CASES) >= 12
    expectations = {path.name.removesuffix(".expected.json") for path in DATA.glob("*.expected.json")}
    assert expectations == {path.stem for path in CASES}
