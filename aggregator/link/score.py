"""How far an item bears on a subject, and why.

A word of the item counts by where it stands: title, opening, rest.  The score is the share of the subject's names
that the item holds, times the share of its matter, saturating towards 1; so an item that names nobody of the article
scores 0 however many of its words it holds.  Knows no other item: the same item always scores the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, sqrt

from aggregator.link.subject import Passage, Subject
from aggregator.link.terms import terms
from aggregator.model import Item

_TITLE, _OPENING, _REST = 1.0, 0.5, 0.35
_AGAIN = 0.15
"""Each further mention adds this much, up to ``_MOST``."""
_MOST = 1.3
_OPENING_WORDS = 60
_READ = 1_000
"""Characters of a text that are looked at: a statement says first what it is about, and what comes after adds noise."""

_ENOUGH_NAMES = 0.6
"""Share of the names' weight from which more names add nothing."""
_NAMED_ONLY = 0.15
"""What the names alone are worth, beside a share of the matter."""
_STEEPNESS = 3.75
"""Sets the score that a given share comes to, so that 0.5 separates on the labelled items (docs/linking.md)."""
_CONCAVE = 0.7
"""Under 1: the first words found tell more than the next."""

_BEARS = 0.1
"""Overlap from which a passage counts as borne on."""
_SHOWN = 5
"""Terms named in one reason."""


@dataclass(frozen=True, slots=True)
class Match:
    """How far an item bears on an article, whatever the threshold."""

    score: float
    """0 to 1, four digits."""
    takeaway: int | None
    """0-based index of the takeaway it bears on most; None where it bears on none."""
    quote: str | None
    """That takeaway, else the sentence of the article it bears on most; None where it bears on none."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The terms of an item that matter, with how prominent each is and the place where it stands first."""

    prominence: Mapping[str, float]
    place: Mapping[str, str]


def read(item: Item, text: str, vocabulary: frozenset[str]) -> Reading:
    """Read ``item`` once, for any number of subjects; without ``text``, its summary is read.

    Words outside of ``vocabulary`` are passed over: the sum of the subjects' words is all that can matter.
    """
    body = terms((text or item.summary or "")[:_READ])
    prominence: dict[str, float] = {}
    place: dict[str, str] = {}
    parts = (
        ("title", _TITLE, terms(item.title)),
        ("opening", _OPENING, body[:_OPENING_WORDS]),
        ("text", _REST, body[_OPENING_WORDS:]),
    )
    for name, weight, words in parts:
        for word in words:
            if word not in vocabulary:
                continue
            before = prominence.get(word)
            if before is None:
                prominence[word], place[word] = weight, name
            else:
                prominence[word] = min(_MOST, before + _AGAIN)
    return Reading(prominence, place)


def found(reading: Reading, subject: Subject) -> Mapping[str, float]:
    """Return the subject's terms that the item holds, each with its part of the weight."""
    weights = subject.weights
    return {term: weights[term] * value for term, value in reading.prominence.items() if term in weights}


def score(parts: Mapping[str, float], subject: Subject) -> float:
    """Return the score, 0 to 1, that the terms found come to.

    A subject without names, or without anything else, is judged by what it has.
    """
    if not parts:
        return 0.0
    named = sum(part for term, part in parts.items() if term in subject.names)
    rest = sum(part for term, part in parts.items() if term not in subject.names)
    names = min(1.0, named / subject.full_names / _ENOUGH_NAMES) if subject.full_names else 1.0
    matter = rest / subject.full_matter if subject.full_matter else 1.0
    alone = _NAMED_ONLY if subject.full_names else 0.0
    return round(1 - exp(-_STEEPNESS * names**_CONCAVE * (alone + matter**_CONCAVE)), 4)


def match(reading: Reading, subject: Subject) -> Match:
    """Return score, passage and reasons."""
    parts = found(reading, subject)
    value = score(parts, subject)
    takeaway = _nearest(reading, subject.takeaways) if value else None
    sentence = _nearest(reading, subject.sentences) if value and takeaway is None else None
    quote = (
        subject.takeaways[takeaway].text
        if takeaway is not None
        else subject.sentences[sentence].text
        if sentence is not None
        else None
    )
    return Match(value, takeaway, quote, tuple(_reasons(parts, reading, subject, takeaway)))


def _nearest(reading: Reading, passages: Iterable[Passage]) -> int | None:
    best, nearest = _BEARS, None
    for index, passage in enumerate(passages):
        overlap = _overlap(reading, passage)
        if overlap > best:
            best, nearest = overlap, index
    return nearest


def _overlap(reading: Reading, passage: Passage) -> float:
    whole = sum(passage.weights.values())
    held = sum(weight * min(1.0, reading.prominence.get(term, 0.0)) for term, weight in passage.weights.items())
    return held / sqrt(whole) if whole else 0.0


def _reasons(parts: Mapping[str, float], reading: Reading, subject: Subject, takeaway: int | None) -> Iterable[str]:
    if not parts:
        yield "no word of the article's subject occurs"
        return
    whole = subject.full_names + subject.full_matter
    for place in ("title", "opening", "text"):
        here = {term: part for term, part in parts.items() if reading.place[term] == place}
        if here:
            weight = f"weight {sum(here.values()):.1f} of {whole:.1f}"
            yield f"{place}: {_listed(here, subject)} ({weight})"
    if subject.names.isdisjoint(parts):
        yield "no name of the article's subject occurs" if subject.names else "the article names nobody"
    if takeaway is not None:
        shared = {t: w for t, w in subject.takeaways[takeaway].weights.items() if t in reading.prominence}
        yield f"takeaway {takeaway + 1}: {_listed(shared, subject)}"


def _listed(weighed: Mapping[str, float], subject: Subject) -> str:
    heaviest = sorted(weighed, key=lambda term: (-weighed[term], term))
    names = [subject.surfaces.get(term, term) for term in heaviest[:_SHOWN]]
    return ", ".join(names) + (f" and {len(heaviest) - _SHOWN} more" if len(heaviest) > _SHOWN else "")
