"""Where a quote stands in an article's text: exactly, else in one place that is nearly the same, else nowhere.

Never a guess: a quote that fits two places equally well, or none well enough, has no anchor (it is orphaned).
Positions count code points, as the Web Annotation Data Model wants it (4.2.4,
https://www.w3.org/TR/annotation-model/#text-position-selector).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from urllib.parse import quote as percent

from aggregator.model import Anchor

CONTEXT = 32
"""Characters before and after a passage that are told with it: what Hypothesis and its like keep."""

NEAR = 0.8
"""Share of the words that quote and sentence must have in common, in their order, to be the same sentence edited."""
APART = 0.15
"""By how much the best place must beat the next one."""

LONGEST_FRAGMENT = 200
"""Characters of a quote that an address names whole; of a longer one, its first and last words."""
_ENDS = 4
"""Words at either end that name a longer quote."""

MOST_WORDS = 200
"""Of a quote that is looked for edited.  Comparing takes their square; takeaways have some twenty."""

_END = re.compile(r"[.!?]+[\"'\u201d\u2019)\]]*(?=\s|\Z)|\n")
"""Of a sentence, or of a paragraph."""
_SHORT = re.compile(r"\b(?:\w|Col|Dr|Fr|Gen|Gov|Lt|Messrs|Mr|Mrs|Ms|No|Prof|Rep|Rev|Sen|Sgt|St|vs)\Z")
"""What a full stop cuts short: initials ("U.S.", "J."), titles and their like.  It ends no sentence, or rarely."""
_WORD = re.compile(r"\w+(?:['-]\w+)*")
_SAME = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2013\u2014", "-")
    | dict.fromkeys("\u00a0\u202f\u2009\n\t\r", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")
)
"""What typesetting makes of a letter, and what it puts between letters unseen."""


def anchors(text: str, quotes: Iterable[str]) -> Mapping[str, Anchor]:
    """Return where each of ``quotes`` stands in ``text``, by quote; those of which nobody can say are left out."""
    found = {quote: anchor(text, quote) for quote in sorted(set(quotes))}
    return {quote: place for quote, place in found.items() if place}


def anchor(text: str, quote: str) -> Anchor | None:
    """Return where ``quote`` stands in ``text``; None where nobody can say."""
    wanted = quote.strip()
    if not wanted:
        return None
    for places in (_exactly(text, wanted), _typeset(text, wanted)):
        if places:
            return _anchor(text, *places[0]) if len(places) == 1 else None
    nearly = _nearly(text, wanted)
    return None if nearly is None else _anchor(text, *nearly)


def _encoded(words: str) -> str:
    return percent(" ".join(words.split()), safe="").replace("-", "%2D")


def _anchor(text: str, start: int, end: int) -> Anchor:
    found = Anchor(
        start,
        end,
        text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )
    return replace(found, directive=_directive(found))


def _directive(found: Anchor) -> str:
    """Return the text directive that leads a browser to the passage (WICG, Text Fragments, 3.3)."""
    words = found.exact.split()
    if len(found.exact) <= LONGEST_FRAGMENT and "\n" not in found.exact:
        middle = _encoded(" ".join(words))
    elif len(words) <= 2 * _ENDS:
        middle = f"{_encoded(words[0])},{_encoded(words[-1])}"
    else:
        middle = f"{_encoded(' '.join(words[:_ENDS]))},{_encoded(' '.join(words[-_ENDS:]))}"
    return f"#:~:text={middle}"


def _exactly(text: str, wanted: str) -> list[tuple[int, int]]:
    places, at = [], text.find(wanted)
    while at >= 0:
        places.append((at, at + len(wanted)))
        at = text.find(wanted, at + len(wanted))
    return places


def _typeset(text: str, wanted: str) -> list[tuple[int, int]]:
    """Find it whatever quotes, dashes, blanks and capitals it is set with."""
    plain, positions = _plain(text)
    sought = _plain(wanted)[0].strip()
    return [(positions[start], positions[end - 1] + 1) for start, end in _exactly(plain, sought)] if sought else []


def _plain(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without typography, and the place in ``text`` of each of its characters."""
    letters: list[str] = []
    positions: list[int] = []
    for at, character in enumerate(text):
        for letter in character.translate(_SAME).casefold():
            if letter != " " or not letters or letters[-1] != " ":
                letters.append(letter)
                positions.append(at)
    return "".join(letters), positions


def _nearly(text: str, wanted: str) -> tuple[int, int] | None:
    """Return the one sentence that is the wanted one but for an edit."""
    words = _words(wanted)
    if not 0 < len(words) <= MOST_WORDS:
        return None
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words)
    best, place, second = 0.0, None, 0.0
    least = NEAR - APART  # what is less like it is not the sentence, nor near enough to be taken for it
    for start, end in _sentences(text):
        matcher.set_seq1(_words(text[start:end]))
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < least:
            continue
        ratio = matcher.ratio()
        if ratio > best:
            best, place, second = ratio, (start, end), best
        else:
            second = max(second, ratio)
        if second > 1 - APART:
            return None  # even the very words could not beat this by enough any more
    return place if best >= NEAR and best - second >= APART else None


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text)[0])


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    ends = (match.end() for match in _END.finditer(text) if match[0] != "." or not _shortens(text, match.start()))
    for end in (*ends, len(text)):
        sentence = text[start:end].strip()
        if sentence:
            begin = text.index(sentence, start)
            yield begin, begin + len(sentence)
        start = end


def _shortens(text: str, at: int) -> bool:
    """Whether the full stop at ``at`` only cuts a word short."""
    return _SHORT.search(text, max(0, at - 8), at) is not None
