"""Regular expressions of the configuration on texts from outside: what they find, and that none can hang a run."""

from __future__ import annotations

import pytest

from aggregator.parse.patterns import SEARCHED, finds, part


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\d{4}", "on 2026-10-01", "2026"),
        (r"on (\d+)-(\d+)", "on 2026-10-01", "2026"),
        (r"(?:on )?(\w+ \d+, \d{4})", "Issued on October 4, 2026", "October 4, 2026"),
        (r"a(b)?", "ac", None),
        (r"\s+x", "a  x", "x"),
        (r"\s+", "a  b", None),
        ("é(.)", "né\u00e0", "\u00e0"),
        ("x", "a", None),
        ("b", "a\ud800b", "b"),
        ("b", None, None),
        (None, "a", "a"),
    ],
)
def test_the_first_group_or_all_that_matches(pattern: str | None, text: str | None, expected: str | None) -> None:
    assert part(pattern, text) == expected


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}b$"])
def test_a_pattern_that_would_backtrack_for_ever_ends_at_once(pattern: str) -> None:
    assert part(pattern, "a" * (SEARCHED - 1) + "!") is None


def test_no_more_of_a_text_is_searched_than_is_documented() -> None:
    assert part("b", "a" * (SEARCHED - 1) + "b")
    assert not finds("b", "a" * SEARCHED + "b")
    assert finds(None, "")
