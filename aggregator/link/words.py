"""How rare a term is in official statements, and which terms go together: statistics that ship with the linker.

``words.bin`` was counted on some 6,800 statements of 2021 to 2026 by ``benchmarks/word_statistics.py``, which also
says what is in it.  It is part of the linker's version, so that scores do not change as a store grows.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from math import log, sqrt
from operator import mul
from typing import NamedTuple

_RAREST_NAME = 3.0
"""What a name tells at least: of the statements counted, a third is about one war."""


class _Words(NamedTuple):
    documents: int
    dimensions: int
    place: Mapping[str, int]
    holding: tuple[int, ...]
    scales: tuple[float, ...]
    vectors: array[int]


@lru_cache(maxsize=1)
def _words() -> _Words:
    head, vectors = zlib.decompress(files("aggregator.link").joinpath("words.bin").read_bytes()).split(b"\n", 1)
    told = json.loads(head)
    return _Words(
        told["documents"],
        told["dimensions"],
        {term: place for place, term in enumerate(told["terms"])},
        tuple(told["holding"]),
        tuple(told["scales"]),
        array("b", vectors),
    )


@lru_cache(maxsize=65_536)
def rarity(term: str) -> float:
    """Return how much ``term`` tells: the logarithm of the share of statements that hold it, 0 to some 7."""
    words = _words()
    place = words.place.get(term)
    return log(words.documents / (6 if place is None else words.holding[place]))


def name_rarity(term: str) -> float:
    """Return ``rarity`` for the name of a country or body, of which none is worth nothing."""
    return max(rarity(term), _RAREST_NAME)


@lru_cache(maxsize=65_536)
def vector(term: str) -> tuple[float, ...]:
    """Return where ``term`` stands among the others; empty for a term that was not counted."""
    words = _words()
    place = words.place.get(term)
    if place is None:
        return ()
    begin, scale = place * words.dimensions, words.scales[place]
    return tuple(scale * value for value in words.vectors[begin : begin + words.dimensions])


@lru_cache(maxsize=65_536)
def length(term: str) -> float:
    """Return the length of ``vector``: how much of the term lies in the subjects it shares with others."""
    return sqrt(sum(value * value for value in vector(term)))


@lru_cache(maxsize=65_536)
def reach(term: str) -> float:
    """Return ``rarity`` times ``length``: what ``term`` may add to a likeness at most."""
    return rarity(term) * length(term)


def direction(weights: Mapping[str, float]) -> tuple[float, ...]:
    """Return where the weighted terms point together, of length 1; empty where none of them was counted."""
    whole: list[float] = []
    for term, weight in weights.items():
        if there := vector(term):
            whole = [value + weight * step for value, step in zip(whole or [0.0] * len(there), there, strict=True)]
    size = sqrt(sum(value * value for value in whole))
    return tuple(value / size for value in whole) if size else ()


def along(term: str, course: tuple[float, ...]) -> float:
    """Return how far ``term`` goes in the direction ``course``; 0 for a term that was not counted."""
    return sum(map(mul, vector(term), course)) if course else 0.0


class Bearings(dict[str, float]):
    """How far terms go in one direction, each weighed by its rarity; found out as the terms are met."""

    def __init__(self, course: tuple[float, ...]) -> None:
        super().__init__()
        self._course = course

    def __missing__(self, term: str) -> float:
        value = self[term] = rarity(term) * along(term, self._course)
        return value
