"""Which takeaway of the article an item bears on most, and which sentence where it has no takeaways.

Takeaways of one article share its anchors; what tells them apart are the words that few of them have and that neither
title nor summary speaks of, the direction each takes away from their middle, and the families of concepts and deeds
each is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import mul

from aggregator.link.concepts import DEEDS, FAMILIES
from aggregator.link.reading import Reading
from aggregator.link.subject import Passage, Subject
from aggregator.link.terms import NAMES
from aggregator.link.words import Bearings, direction, rarity

_ANCHOR, _RHETORIC = 0.3, 0.6
_MIDDLE = 0.7
"""How much of the passages' common direction is taken away from each."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """What sets a passage apart from its article's others."""

    weights: Mapping[str, float]
    bearings: Bearings
    families: Mapping[str, float]
    size: float
    """What the words shared with it are divided by."""


def aspects(passages: Sequence[Passage], about: Subject, frame: Mapping[str, int]) -> tuple[Aspect, ...]:
    """Work out what sets each of ``passages`` apart.

    ``frame``: how often each term stands elsewhere in the article, where it speaks of all passages at once.
    """
    shared = Counter(frame)
    shared.update(term for passage in passages for term in passage.terms)
    weights = [{term: _told(term, about) / shared[term] for term in sorted(one.terms)} for one in passages]
    courses = [direction(one) for one in weights]
    known = [course for course in courses if course]
    middle = tuple(sum(values) / len(known) for values in zip(*known, strict=True))
    families = [_families(one.terms, shared) for one in passages]
    common: Counter[str] = Counter()
    for one in families:
        common.update(one)
    return tuple(
        Aspect(
            weight,
            Bearings(_unit(tuple(value - _MIDDLE * mean for value, mean in zip(course, middle, strict=False)))),
            _unit_map({name: value * value / common[name] for name, value in family.items()}),
            sqrt(sum(weight.values())) or 1.0,
        )
        for weight, course, family in zip(weights, courses, families, strict=True)
    )


def nearest(reading: Reading, found: Sequence[Aspect]) -> int | None:
    """Return the index of the passage that the item bears on most; None where it shares nothing with any."""
    values = [_nearness(reading, aspect) for aspect in found]
    best = max(values, default=0.0)
    return values.index(best) if best > 0 else None


def spoken_of(reading: Reading) -> set[str]:
    """Return the families of concepts and deeds that the item speaks of."""
    return reading.families.keys() | reading.deeds.keys()


def _nearness(reading: Reading, aspect: Aspect) -> float:
    prominence, families = reading.prominence, reading.families
    words = sum([weight * prominence[term] for term, weight in aspect.weights.items() if term in prominence])
    related = sum(map(mul, map(aspect.bearings.__getitem__, reading.many), reading.many.values())) / (reading.size or 1)
    matter = sum([value * families[name] for name, value in aspect.families.items() if name in families])
    deeds = reading.deeds
    matter += sum([value * deeds[name] for name, value in aspect.families.items() if name in deeds])
    return words / aspect.size + related + matter if words or matter else 0.0


def _told(term: str, about: Subject) -> float:
    return (
        rarity(term)
        * (_ANCHOR if about.named and term in about.anchors else 1)
        * (1 if term in FAMILIES or term in DEEDS or term in NAMES else _RHETORIC)
    )


def _families(terms: frozenset[str], shared: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for term in sorted(terms):
        for family in (*FAMILIES.get(term, ()), *DEEDS.get(term, ())):
            found[family] += 1 / shared[term]
    return found


def _unit(values: tuple[float, ...]) -> tuple[float, ...]:
    size = sqrt(sum(value * value for value in values))
    return tuple(value / size for value in values) if size else ()


def _unit_map(values: Mapping[str, float]) -> dict[str, float]:
    size = sqrt(sum(value * value for value in values.values()))
    return {name: value / size for name, value in values.items()}
