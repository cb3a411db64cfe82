"""An item as the linker reads it: its terms, how prominent each is, and which sentences hold them.

Read once for any number of articles.  Of a text the first 1,000 characters count, after the phrases of form that open
official documents: a statement says first what it is about, and what comes after are other topics.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt

from aggregator.link.terms import sentences, terms
from aggregator.link.words import length, rarity
from aggregator.model import Item

_READ = 1_000
_SENTENCES = 14
_LEAST = 15
"""Characters: what is shorter is a heading, a place and date, or a speaker's name."""
_OPENING = 45
"""Terms of the text that count as its opening: two or three sentences."""
_TITLE, _IN_OPENING, _IN_TEXT, _AGAIN = 1.0, 0.8, 0.5, 0.1
_TITLE_COUNTS = 2
"""A term of the title counts as if it stood twice."""

# What opens a document of its kind whatever it is about.  Seen on whitehouse.gov and state.gov, 2021 to 2026.
_FORMULAS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"^\W*(?:presidential actions|briefings & statements)\b",
        r"\bby the authority vested in me as president by the constitution.{0,700}?"
        r"(?:hereby (?:order(?:ed)?|proclaim|determined?)[^:.]{0,60}[:.]|$)",
        r"\b(?:the (?:below|following) is attributable to|the following statement was released by"
        r"|office of the spokesperson)[^:]{0,90}:",
        r"\bby the president of the united states of america,?\s*a proclamation",
        r"\bit is hereby ordered(?: as follows)?:?",
    )
)
_FORMULA_HINTS = ("hereby", "vested", "attributable", "released by", "spokesperson", "proclamation", "&", "ctions")


@dataclass(frozen=True, slots=True)
class Part:
    """The title or a sentence of an item."""

    text: str
    terms: frozenset[str]
    weighed: tuple[tuple[str, float], ...]
    size: float
    """What a likeness of the weighed terms is divided by."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The terms of an item."""

    counts: Mapping[str, int]
    prominence: Mapping[str, float]
    """1 in the title, less in the opening and less in the rest, more when repeated; at most 1."""
    place: Mapping[str, str]
    """Where each term stands first: title, opening or text."""
    whole: Part
    parts: tuple[Part, ...]
    """The title, if it has terms, and the sentences, in order."""
    told: float
    """What all terms tell together."""


def read(item: Item, text: str) -> Reading:
    """Read ``item``; without ``text``, its summary."""
    title = _terms(item.title)
    body = [
        (sentence, found)
        for sentence in list(sentences(_without_formulas(text or item.summary or "")[:_READ]))[:_SENTENCES]
        if len(sentence) > _LEAST and (found := _terms(sentence))
    ]
    running = [term for _, found in body for term in found]
    counts = Counter(running)
    prominence = dict.fromkeys(running, _IN_TEXT)
    prominence.update(dict.fromkeys(running[:_OPENING], _IN_OPENING))
    prominence.update(dict.fromkeys(title, _TITLE))
    for term in title:
        counts[term] += _TITLE_COUNTS
    place = dict.fromkeys(running, "text")
    place.update(dict.fromkeys(running[:_OPENING], "opening"))
    place.update(dict.fromkeys(title, "title"))
    for term, count in counts.items():
        if count > 1:
            prominence[term] = min(1.0, prominence[term] + _AGAIN * (count - 1))
    parts = [(item.title, title), *body] if title else body
    return Reading(
        counts=counts,
        prominence=prominence,
        place=place,
        whole=_part("", counts.items()),
        parts=tuple(_part(text, Counter(found).items()) for text, found in parts),
        told=sum(rarity(term) * count for term, count in counts.items()),
    )


def _terms(text: str) -> list[str]:
    return list(filter(None, terms(text)))


def _without_formulas(text: str) -> str:
    head = text[: 3 * _READ]
    lower = head.lower()
    if any(hint in lower for hint in _FORMULA_HINTS):
        for formula in _FORMULAS:
            head = formula.sub(" ", head)
    return head


def _part(text: str, counts: Iterable[tuple[str, int]]) -> Part:
    """Weigh the terms and work out what their likeness to anything is divided by.

    Between the sum of the weights' lengths, which favours few terms, and the root of the sum of their squares, which
    favours many: the geometric mean of the two told related from unrelated better than either.
    """
    weighed = tuple((term, (1 + log(count)) * rarity(term)) for term, count in counts)
    sizes = [weight * length(term) for term, weight in weighed]
    size = sqrt(sqrt(sum(one * one for one in sizes)) * sum(sizes))
    return Part(text, frozenset(term for term, _ in weighed), weighed, size)
