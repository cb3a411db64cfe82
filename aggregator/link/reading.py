"""An item as the linker reads it: its terms, how prominent each is, and which sentences hold them.

Read once for any number of articles.  Of a text the first 1,000 characters count: a statement says first what it is
about, and what comes after are other topics.  Phrases of form at its beginning are read like the rest: to skip the
laws that an order names was measured, and lost more than it won.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from math import log, sqrt
from operator import mul
from typing import NamedTuple

from aggregator.link.concepts import DEEDS, FAMILIES
from aggregator.link.terms import plain, terms, terms_of
from aggregator.link.words import rarity, reach
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

_SENTENCE_END = re.compile("[.!?\\n](?:(?<=\\n)\\n*|[\u201d\u2019\"')]*\\s+)")
"""A mark, whatever closes after it, and blanks; or ends of lines (beginning with a set makes it fast)."""
_MANY = tuple(1 + log(max(count, 1)) for count in range(64))
"""What a term counts for that occurs so many times."""


class Part(NamedTuple):
    """The title or a sentence of an item."""

    text: str
    terms: tuple[str, ...]
    """Each once."""

    @property
    def size(self) -> float:
        """What a likeness of the terms is divided by."""
        return _size(list(map(reach, self.terms)))


class Reading:
    """The terms of an item; what not every article asks for is worked out when the first one does."""

    def __init__(self, title: list[str], parts: tuple[Part, ...], running: list[str], text: str) -> None:
        """Take the terms of the title and, in order, of the text, and the title and sentences that hold them.

        ``text`` is the item's own, as it was read.
        """
        self._title = title
        self._running = running
        self._text = text
        self.parts = parts
        """The title, if it has terms, and the sentences, in order."""
        self.counts: Mapping[str, int] = _counted(title, running)

    def written(self, index: int) -> str:
        """Return the part of that index in the item's own words: a part's text has its initials written together."""
        if index not in self._quoted:
            self._quoted[index] = self._quote(self.parts[index].text)
        return self._quoted[index]

    @cached_property
    def _quoted(self) -> dict[int, str]:
        return {}

    @cached_property
    def _written(self) -> tuple[str, list[int]]:
        return _letters(self._text)

    def _quote(self, part: str) -> str:
        letters, places = self._written
        sought, _ = _letters(part)
        begin = letters.find(sought)
        if begin < 0 or not sought:  # the title is as it was written
            return part
        start, end = places[begin], places[begin + len(sought) - 1] + 1
        while end < len(self._text) and not (self._text[end].isspace() or self._text[end].isalnum()):
            end += 1
        return " ".join(self._text[start:end].split())

    @cached_property
    def prominence(self) -> Mapping[str, float]:
        """1 in the title, less in the opening and less in the rest, more when repeated; at most 1."""
        found = dict.fromkeys(self._running, _IN_TEXT)
        found.update(dict.fromkeys(self._running[:_OPENING], _IN_OPENING))
        found.update(dict.fromkeys(self._title, _TITLE))
        for term, count in [pair for pair in self.counts.items() if pair[1] > 1]:
            found[term] = min(1.0, found[term] + _AGAIN * (count - 1))
        return found

    @cached_property
    def place(self) -> Mapping[str, str]:
        """Where each term stands first: title, opening or text."""
        found = dict.fromkeys(self._running, "text")
        found.update(dict.fromkeys(self._running[:_OPENING], "opening"))
        found.update(dict.fromkeys(self._title, "title"))
        return found

    @cached_property
    def many(self) -> Mapping[str, float]:
        """What each term counts for, repeated ones more."""
        return {term: _MANY[min(count, len(_MANY) - 1)] for term, count in self.counts.items()}

    @cached_property
    def size(self) -> float:
        """What a likeness of all terms is divided by."""
        return _size(list(map(mul, map(reach, self.many), self.many.values())))

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """What a likeness of each part is divided by."""
        return tuple(part.size for part in self.parts)

    @cached_property
    def told(self) -> float:
        """What all terms tell together."""
        told: float = sum(map(mul, map(rarity, self.counts), self.counts.values()))
        return told

    @cached_property
    def families(self) -> Mapping[str, float]:
        """How prominent each family of concepts is."""
        return self._prominent(FAMILIES)

    @cached_property
    def deeds(self) -> Mapping[str, float]:
        """How prominent each family of deeds is."""
        return self._prominent(DEEDS)

    def _prominent(self, table: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
        found: dict[str, float] = {}
        for term in self.counts.keys() & table.keys():
            for family in table[term]:
                found[family] = max(found.get(family, 0.0), self.prominence[term])
        return found

    @cached_property
    def families_of_parts(self) -> tuple[frozenset[str], ...]:
        """The families of concepts in each part."""
        return tuple(
            frozenset(name for term in part.terms if term in FAMILIES for name in FAMILIES[term]) for part in self.parts
        )


def read(item: Item, text: str) -> Reading:
    """Read ``item``; without ``text``, its summary."""
    title = list(filter(None, terms(item.title)))
    parts = [Part(item.title, tuple(dict.fromkeys(title)))] if title else []
    running: list[str] = []
    text = (text or item.summary or "")[:_READ]
    for sentence in _sentences(plain(text)):
        if len(sentence) > _LEAST and (found := list(filter(None, terms_of(sentence)))):
            running += found
            parts.append(Part(sentence, tuple(dict.fromkeys(found))))
    return Reading(title, tuple(parts), running, text)


def _letters(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of ``text`` in NFKC, and the place in ``text`` of each."""
    if text.isascii():
        places = [at for at, character in enumerate(text) if character.isalnum()]
        return "".join(map(text.__getitem__, places)), places
    found = [
        (letter, at)
        for at, character in enumerate(text)
        for letter in unicodedata.normalize("NFKC", character)
        if letter.isalnum()
    ]
    return "".join(letter for letter, _ in found), [at for _, at in found]


def _counted(title: list[str], running: list[str]) -> Counter[str]:
    counts = Counter(running)
    for term in title:
        counts[term] += _TITLE_COUNTS
    return counts


def _sentences(text: str) -> list[str]:
    """Split ``text``, whose initials are written together, so that a full stop and a blank end a sentence."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text, maxsplit=_SENTENCES)][:_SENTENCES]


def _size(sizes: list[float]) -> float:
    """Return what a likeness is divided by, given the lengths of the weighted terms.

    Between their sum, which favours few terms, and the root of the sum of their squares, which favours many: the
    geometric mean of the two told related from unrelated better than either.
    """
    return sqrt(sqrt(sum(map(mul, sizes, sizes))) * sum(sizes))
