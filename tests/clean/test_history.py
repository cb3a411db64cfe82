"""What counts as an edit, measured on labelled edits of two official feeds (floors: never lower them)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aggregator.clean import clean
from aggregator.config.values import Source
from aggregator.model import Item, Markup, RawItem

RECALL, PRECISION = 1.00, 0.92


def test_a_change_of_substance_is_a_significant_edit(shared: Path, make_source: Callable[..., Source]) -> None:
    source = make_source(timezone="America/New_York")
    found = missed = false = 0
    for file in sorted((shared / "eval" / "history").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["label"]["borderline"]:
                continue
            before, after = (_item(row[version], row["guid"], source) for version in ("before", "after"))
            edited = before.substance != after.substance
            significant = row["label"]["significant"]
            found += edited and significant
            missed += significant and not edited
            false += edited and not significant
    assert found / (found + missed) >= RECALL
    assert round(found / (found + false), 2) >= PRECISION


def _item(version: dict[str, Any], guid: str, source: Source) -> Item:
    def markup(field: str) -> Markup | None:
        return Markup(version[field]) if version[field] else None

    raw = RawItem(
        guid=guid,
        link=version["link"],
        title=markup("title"),
        summary=markup("description"),
        content=markup("content"),
        published=version["published"],
        authors=(version["creator"],) if version["creator"] else (),
        base="https://www.ministry.example/feed/",
    )
    return clean(raw, source, source.endpoint[0])
