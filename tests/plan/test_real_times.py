"""The schedule on the real publication times of two years: what it is to come to, and that the table says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.schedule import SOURCES, entry_frequency, evenly, fixed, ours, periods, replay, row
from tests.conftest import CHECKOUT

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")


def documented(source: str, policy: str) -> list[str]:
    return re.findall(rf"^\| {re.escape(policy)} \| `{source}` \|.*$", OPERATIONS, re.MULTILINE)


@pytest.mark.parametrize("source", SOURCES)
def test_news_is_found_in_half_the_time_and_none_is_missed(shared: Path, source: str) -> None:
    parts = periods(shared, source)
    learned = replay(parts, ours)
    same = evenly(parts, learned.looks)
    assert learned.median <= same.median / 2
    assert learned.missed == 0
    assert learned.longest <= 360
    assert learned.median < 10
    assert learned.looks < 60, "a day: it is somebody else's server"
    assert documented(source, "learned") == [row(source, "learned", learned, same)]


@pytest.mark.parametrize("source", SOURCES)
def test_the_others_are_as_the_table_says(shared: Path, source: str) -> None:
    parts = periods(shared, source)
    for name, policy in (("every 6 h", lambda: fixed(21_600)), ("Miniflux, entry frequency", lambda: entry_frequency)):
        run = replay(parts, policy)
        assert documented(source, name) == [row(source, name, run, evenly(parts, run.looks))]
        assert run.missed > 0 or run.most > 360
