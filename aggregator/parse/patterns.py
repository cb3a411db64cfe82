"""What a declared regular expression finds in a text.

By RE2 (https://github.com/google/re2/wiki/Syntax), whose time grows with the text and no faster: the texts come from
outside, and a backtracking search can be made to run for ever.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from aggregator.parse.encoding import scrub

SEARCHED = 10_000
"""Characters of a text that are looked at: a field's value is a line, seldom a paragraph."""


def part(pattern: str | None, text: str | None) -> str | None:
    """Return the first group of what ``pattern`` finds in ``text``, without a group all of it; None for nothing.

    Without a pattern, ``text`` itself.
    """
    if pattern is None or text is None:
        return text
    found = _compiled(pattern).search(scrub(text[:SEARCHED]))
    if found is None:
        return None
    value: str | None = found.group(1 if _compiled(pattern).groups else 0)
    return (value and value.strip()) or None


def finds(pattern: str | None, text: str) -> bool:
    """Tell whether ``pattern`` finds something in ``text``; without a pattern, yes."""
    return pattern is None or _compiled(pattern).search(scrub(text[:SEARCHED])) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - re2 has no types
    import re2  # noqa: PLC0415 - for endpoints that declare a pattern

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
