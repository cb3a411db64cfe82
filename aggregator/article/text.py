"""Plain text to blocks: lines that are wrapped joined again, headings and entries told by their looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.article.entries import is_marked, reference, without_marker
from aggregator.article.headings import kind_of
from aggregator.article.structure import is_byline
from aggregator.article.values import Block

_WIDEST = 100
"""Characters.  A text with longer lines has a paragraph a line; one without may be wrapped."""
_RAGGED = 12
"""By how much a wrapped line may be shorter than there was room."""
_LONGEST_HEADING = 120
_MARKED = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_UNDERLINE = re.compile(r"[=~-]{3,}")


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of ``text``.  The first is the title, whatever it looks like."""
    lines = list(_unwrapped(text))
    above = ""
    for at, line in enumerate(lines):
        following = next(iter(lines[at + 1 : at + 2]), "")
        if _UNDERLINE.fullmatch(line):
            continue
        entry = without_marker(line)
        if marked := _MARKED.fullmatch(line):
            above = marked[2]
            yield Block("heading", above, len(marked[1]))
        elif entry is not None:
            yield Block("item", entry)
        elif at and _is_heading(line, following) and not _is_entry(line, above):
            above = line
            yield Block("heading", line.rstrip(" :"), 2)
        else:
            yield Block("paragraph", line)


def _is_heading(line: str, following: str) -> bool:
    """Whether a line stands above others without being a sentence."""
    if len(line) > _LONGEST_HEADING or not any(map(str.isalpha, line)) or is_byline(line):
        return False
    if _UNDERLINE.fullmatch(following):
        return True
    if kind_of(line) and line[-1] not in ".,;":
        return True
    below = is_marked(following) or len(following) > len(line)
    return below and line[-1] not in ".,;:!?\u2026" and not line.endswith((".\u201d", '."'))


def _is_entry(line: str, above: str) -> bool:
    """Whether a line below the heading ``above`` is an entry of a reference list, however long the next one is."""
    if kind_of(above) not in {"references", "perhaps references"} or kind_of(line):
        return False
    return reference(Block("paragraph", line), listed=False) is not None


def _unwrapped(text: str) -> Iterator[str]:
    """Yield each paragraph on one line."""
    lines = text.expandtabs(4).splitlines()
    widest = max(map(len, lines), default=0)
    gathered = last = ""
    for raw in lines:
        line = " ".join(raw.split())
        if (
            gathered
            and line
            and (_hangs(gathered, raw) or (widest <= _WIDEST and _goes_on(gathered, last, line, widest)))
        ):
            gathered += f" {line}"
        else:
            if gathered:
                yield gathered
            gathered = line
        last = raw.rstrip()
    if gathered:
        yield gathered


def _hangs(gathered: str, raw: str) -> bool:
    """Whether an entry of a list goes on, indented."""
    return raw[0].isspace() and is_marked(gathered) and not is_marked(raw.strip())


def _goes_on(gathered: str, last: str, line: str, widest: int) -> bool:
    """Whether ``line`` is the rest of what ``last`` ends with: it is there because its first word found no room."""
    if is_marked(line) or any(map(_MARKED.fullmatch, (line, gathered))) or _UNDERLINE.fullmatch(line):
        return False
    return len(last) + 1 + len(line.split(" ", 1)[0]) > widest - _RAGGED
