"""Dates that can be read one way only when all of a list are looked at together: 02/03/2026 beside 25/03/2026."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(.*)", re.DOTALL)
_CLOCK = re.compile(r"([,\s]+(?:-\s+|\|\s+|at\s+)?)(\d{1,2}:\d{2})(:\d{2})?(\s*[ap]\.?m\.?)?", re.IGNORECASE)


def form_for(values: Sequence[str], reads: Callable[[str, str | None], bool]) -> str | None:
    """Return the strptime format that all of ``values`` have in common; None where there is none, or two fit."""
    fitting = {form for value in values[:1] for form in _forms(value) if all(reads(one, form) for one in values)}
    if len(fitting) > 1 and _dotted(values):  # the day stands first wherever dots part a date
        fitting = {form for form in fitting if form.startswith("%d")}
    return fitting.pop() if len(fitting) == 1 else None


def _dotted(values: Sequence[str]) -> bool:
    match = _NUMERIC.match(values[0])
    return match is not None and match[2] == "."


def _forms(value: str) -> list[str]:
    match = _NUMERIC.fullmatch(value.strip())
    if match is None:
        return []
    mark, year = match[2], "%Y" if len(match[4]) == len("2026") else "%y"
    after = _after(match[5])
    if after is None:
        return []
    return [f"{first}{mark}{second}{mark}{year}{after}" for first, second in (("%d", "%m"), ("%m", "%d"))]


def _after(rest: str) -> str | None:
    """Return the format of what stands after the day: nothing, or a time of day."""
    if not rest.strip():
        return ""
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return None
    half = "" if not clock[4] else (" %p" if clock[4].startswith(" ") else "%p")
    return clock[1] + ("%I" if half else "%H") + ":%M" + (":%S" if clock[3] else "") + half
