"""How far a reading bears on a subject: five measures of likeness, and whether it is about the same anchors.

Each measure is divided by what the article's own takeaways reach, so that it means the same for a plain article and
a florid one; the sum is multiplied by how prominent the article's anchors and matter are.  No measure knows any other
item, so that the same item always scores the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from operator import mul

from aggregator.config.values import Article
from aggregator.link.reading import Reading, read
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
MOST_WITHOUT_ANCHOR = 0.1
"""The highest score of an item that holds no anchor of the article."""
_HALF, _STEEP = 1.4, 5.0
"""The sum that is as likely to bear on an article as not, and how fast that changes (docs/linking.md)."""
_USUAL_COVERAGE, _USUAL_COURSE, _USUAL_DENSITY = 0.45, 0.6, 0.22
"""What the takeaways of eight articles reach on average."""


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
        return _about(self.anchors, self.matter)


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

    return Prepared(
        about,
        _own([one.coverage for one in measured], _USUAL_COVERAGE),
        _own([one.course for one in measured], _USUAL_COURSE),
        _own([one.density for one in measured], _USUAL_DENSITY),
    )


def _own(values: list[float], usual: float) -> float:
    """Return the mean of what an article's own passages reach, but no less than a quarter of what is usual."""
    return max(usual / 4, sum(values) / len(values))


def measure(reading: Reading, about: Subject) -> Measures:
    """Measure the likeness of an item to a subject."""
    weights, counts, bearing = about.weights, reading.counts, about.bearings.__getitem__
    coverage = density = 0.0
    for term in weights.keys() & counts.keys():
        told = weights[term] * counts[term]
        density += told
        coverage += told * (_SATURATION + 1) / (counts[term] + _SATURATION)
    whole = sum(map(mul, map(bearing, reading.many), reading.many.values()))
    likenesses = [
        sum(map(bearing, part.terms)) / size if size else 0.0
        for part, size in zip(reading.parts, reading.sizes, strict=True)
    ]
    sentence = max(likenesses, default=0.0)
    return Measures(
        coverage=coverage / about.full if about.full else 0.0,
        course=max(0.0, whole / reading.size) if reading.size else 0.0,
        sentence=max(0.0, sentence),
        density=density / (reading.told + _SHORT),
        together=_together(reading, about),
        anchors=_anchors(reading.prominence, about),
        matter=_matter(reading.families, about),
        best=likenesses.index(sentence) if likenesses else -1,
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
    value = 1 / (1 + exp(_STEEP * (1 - likeness * (_ASIDE + measures.about) / _HALF)))
    return round(value if measures.anchors else min(value, MOST_WITHOUT_ANCHOR), 4)


def _anchors(prominence: Mapping[str, float], about: Subject) -> float:
    reached = [weight * prominence[term] for term, weight in about.anchors.items() if term in prominence]
    return sum(reached) / about.anchored if about.named else max(reached, default=0.0)


def _matter(families: Mapping[str, float], about: Subject) -> float:
    """Return how likely one of the article's families is spoken of: each may do; 1 for an article without any."""
    if not about.matter:
        return 1.0
    absent = 1.0
    for name, value in about.matter.items():
        absent *= 1 - _EACH_FAMILY * value * families.get(name, 0.0)
    return 1 - absent


def _together(reading: Reading, about: Subject) -> float:
    best = 0.0
    without = 0.0 if about.roots else 1.0
    for part, families in zip(reading.parts, reading.families_of_parts, strict=True):
        if not about.anchors.keys().isdisjoint(part.terms):
            here = [about.anchors[term] for term in part.terms if term in about.anchors]
            anchors = sum(here) / about.anchored if about.named else max(here)
            spoken = [about.roots[name] for name in families if name in about.roots]
            best = max(best, _about(anchors, max(spoken) if spoken else without))
    return best


def _about(anchors: float, matter: float) -> float:
    return float(anchors**_ANCHOR_POWER * (_MATTER_ASIDE + (1 - _MATTER_ASIDE) * matter))
