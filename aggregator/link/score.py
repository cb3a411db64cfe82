"""How far a reading bears on a subject: five measures of likeness, and whether it is about the same anchors.

Each measure is divided by what the article's own takeaways reach, so that it means the same for a plain article and
a florid one; the sum is multiplied by how prominent the article's anchors and matter are.  No measure knows any other
item, so that the same item always scores the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from aggregator.config.values import Article
from aggregator.link.concepts import FAMILIES
from aggregator.link.reading import Part, Reading, read
from aggregator.link.subject import Subject, subject
from aggregator.model import Item

_COVERAGE, _COURSE, _SENTENCE, _DENSITY, _TOGETHER = 0.5, 0.5, 0.4, 0.4, 0.3
_SATURATION = 1.2
"""How soon further mentions stop counting (k1 of BM25)."""
_SHORT = 12.0
"""Added to what an item tells, so that a title of two words is not wholly about anything."""
_MATTER_ASIDE = 0.65
"""What the anchors alone are worth, without the article's matter."""
_ANCHOR_POWER = 0.6
_EACH_FAMILY = 0.8
_ASIDE = 0.25
"""What likeness is worth without anchors: enough to rank, not to link."""
_HALF, _STEEP = 1.4, 5.0
"""The sum that is as likely to bear on an article as not, and how fast that changes (docs/linking.md)."""
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Measures:
    """What the score of one item for one article is made of."""

    coverage: float
    """Share of the article's weightiest terms that the item holds."""
    course: float
    """Likeness of the item's words to the article's, words that go together counting as related."""
    sentence: float
    """The same of the title or sentence that is most like the article."""
    density: float
    """Share of what the item tells that is the article's."""
    together: float
    """Anchors and matter in one sentence."""
    anchors: float
    """How prominent the article's anchors are."""
    matter: float
    """How prominent the families of concepts are by which the article speaks of them."""
    best: int
    """Index of the part of the reading that ``sentence`` comes from; -1 without parts."""

    @property
    def about(self) -> float:
        """How far the item is about what the article is about."""
        return self.anchors**_ANCHOR_POWER * (_MATTER_ASIDE + (1 - _MATTER_ASIDE) * self.matter)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A subject, with what its own takeaways reach."""

    subject: Subject
    coverage: float
    course: float
    density: float


def prepare(article: Article) -> Prepared:
    """Work out the subject of ``article`` and measure its own passages against it."""
    about = subject(article)
    own = article.takeaways or tuple(one.text for one in about.sentences) or (article.title,)
    measured = [measure(read(Item(title=""), text), about) for text in own]

    def mean(values: list[float]) -> float:
        return max(_LEAST, sum(values) / len(values))

    return Prepared(
        about,
        mean([one.coverage for one in measured]),
        mean([one.course for one in measured]),
        mean([one.density for one in measured]),
    )


def touches(reading: Reading, about: Subject) -> bool:
    """Whether the item holds an anchor at all: without one nothing is linked."""
    return not about.anchors.keys().isdisjoint(reading.counts)


def measure(reading: Reading, about: Subject) -> Measures:
    """Measure the likeness of an item to a subject."""
    weights, counts = about.weights, reading.counts
    shared = weights.keys() & counts.keys()
    coverage = density = 0.0
    for term in shared:
        weight, count = weights[term], counts[term]
        coverage += weight * count * (_SATURATION + 1) / (count + _SATURATION)
        density += weight * count
    best, sentence = -1, 0.0
    for number, part in enumerate(reading.parts):
        likeness = _likeness(part, about)
        if best < 0 or likeness > sentence:
            best, sentence = number, likeness
    return Measures(
        coverage=coverage / about.full if about.full else 0.0,
        course=max(0.0, _likeness(reading.whole, about)),
        sentence=max(0.0, sentence),
        density=density / (reading.told + _SHORT),
        together=max((_together(part.terms, about) for part in reading.parts), default=0.0),
        anchors=_anchors(reading.prominence, about),
        matter=_matter(_prominent(reading.prominence), about),
        best=best,
    )


def score(measures: Measures, prepared: Prepared) -> float:
    """Return the score, 0 to 1 with four digits; 0 where no word is shared."""
    if not measures.coverage:
        return 0.0
    likeness = (
        _COVERAGE * measures.coverage / prepared.coverage
        + _COURSE * measures.course / prepared.course
        + _SENTENCE * measures.sentence / prepared.course
        + _DENSITY * measures.density / prepared.density
        + _TOGETHER * measures.together
    )
    return round(1 / (1 + exp(_STEEP * (1 - likeness * (_ASIDE + measures.about) / _HALF))), 4)


def _likeness(part: Part, about: Subject) -> float:
    if not part.size:
        return 0.0
    bearings, bearing = about.bearings, about.bearing
    return sum(weight * (bearings[term] if term in bearings else bearing(term)) for term, weight in part.weighed) / part.size


def _anchors(prominence: Mapping[str, float], about: Subject) -> float:
    found = about.anchors.keys() & prominence.keys()
    reached = (about.anchors[term] * prominence[term] for term in found)
    return sum(reached) / about.anchored if about.named else max(reached, default=0.0)


def _prominent(prominence: Mapping[str, float]) -> dict[str, float]:
    families: dict[str, float] = {}
    for term in prominence.keys() & FAMILIES.keys():
        for family in FAMILIES[term]:
            families[family] = max(families.get(family, 0.0), prominence[term])
    return families


def _matter(families: Mapping[str, float], about: Subject) -> float:
    """Return how likely one of the article's families is spoken of: each may do."""
    absent = 1.0
    for name, value in about.matter.items():
        absent *= 1 - _EACH_FAMILY * value * families.get(name, 0.0)
    return 1 - absent


def _together(found: frozenset[str], about: Subject) -> float:
    here = about.anchors.keys() & found
    if not here:
        return 0.0
    anchors = sum(about.anchors[term] for term in here) / about.anchored if about.named else max(map(about.anchors.__getitem__, here))
    families = {name for term in found & FAMILIES.keys() for name in FAMILIES[term]}
    matter = max((value**0.5 for name, value in about.matter.items() if name in families), default=0.0)
    return float(anchors**_ANCHOR_POWER * (_MATTER_ASIDE + (1 - _MATTER_ASIDE) * matter))
