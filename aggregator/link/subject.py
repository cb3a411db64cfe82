"""What an article is about, as weighted terms, worked out once.

A term weighs by where it stands, by how rare it is in official statements, and more when it is a name.  The names
are the anchors: without one of them an item is about something else.  The words of the annotations' labels are those
of the sources, not of the subject.  The article's full text gives passages to quote and adds no term.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from aggregator.config.values import Article
from aggregator.link.frequency import rarity
from aggregator.link.terms import Token, sentences, terms, tokens

_TITLE, _TAKEAWAY, _SUMMARY, _SCOPE = 3.0, 2.0, 1.5, 0.5
_NAME = 2.0
_GIVEN_NAME = 0.2
"""Of a name that always stands before another: the family name tells the same."""
_OF_SOURCES = 0.1
_FULL_NAMES, _FULL_MATTER = 3, 12
"""How many of the heaviest terms make a full match: nobody repeats them all."""
_LEAST_WORDS = 4
"""A passage of fewer terms is a heading or a fragment."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A takeaway or a sentence of the article, with what each of its terms tells."""

    text: str
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """An article, ready to be compared with items."""

    weights: Mapping[str, float]
    names: frozenset[str]
    surfaces: Mapping[str, str]
    """How the article writes each term."""
    full_names: float
    full_matter: float
    takeaways: tuple[Passage, ...]
    sentences: tuple[Passage, ...]

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every term that an item can share with the article."""
        return frozenset(self.weights).union(*(passage.weights for passage in (*self.takeaways, *self.sentences)))


def subject(article: Article) -> Subject:
    """Work out what ``article`` is about."""
    title = list(tokens(article.title))
    texts = (*article.takeaways, article.summary, *_scopes(article))
    running = [list(tokens(text)) for text in texts]
    sources = {name for annotation in article.annotation for name in terms(annotation.label) if name}
    names = _names(title, running) - sources
    given = _given_names(texts, names)
    weights = {
        name: sqrt(place)
        * (_OF_SOURCES if name in sources else rarity(name))
        * (_NAME if name in names else 1)
        * (_GIVEN_NAME if name in given else 1)
        for name, place in _places(article).items()
    }
    surfaces: dict[str, str] = {}
    for token in (token for part in (*running, title) for token in part):
        surfaces.setdefault(token.term, token.surface)
    return Subject(
        weights=weights,
        names=frozenset(names),
        surfaces=surfaces,
        full_names=_heaviest(_FULL_NAMES, (weights[name] for name in names)),
        full_matter=_heaviest(_FULL_MATTER, (weight for name, weight in weights.items() if name not in names)),
        takeaways=_passages(article.takeaways, names),
        sentences=_passages(_sentences(article), names),
    )


def _scopes(article: Article) -> list[str]:
    return [annotation.scope for annotation in article.annotation if annotation.scope]


def _places(article: Article) -> Mapping[str, float]:
    places: dict[str, float] = defaultdict(float)
    for text, weight in (
        (article.title, _TITLE),
        (article.summary, _SUMMARY),
        *((t, _SCOPE) for t in _scopes(article)),
    ):
        for name in set(terms(text)):
            places[name] += weight
    seen: Counter[str] = Counter()
    for takeaway in article.takeaways:
        for name in set(terms(takeaway)):
            seen[name] += 1
            places[name] += _TAKEAWAY / seen[name]
    places.pop("", None)
    return places


def _names(title: Iterable[Token], running: Iterable[list[Token]]) -> set[str]:
    """Find the names: rare words, capitalised within sentences; without sentences, capitalised in the title."""
    capital: Counter[str] = Counter()
    for token in (token for part in running for token in part if not token.opens):
        capital[token.term] += 1 if token.capital else -1
    if not capital:
        capital.update(token.term for token in title if token.capital)
    rare = (name for name, count in capital.items() if count > 0 and rarity(name) == 1)
    return {name for name in rare if not name[0].isdigit()}


def _given_names(texts: Iterable[str], names: set[str]) -> set[str]:
    """Find the names that never stand but right before another."""
    following: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for name, after in pairwise([*terms(text), ""]):
            following[name].add(after)
    return {name for name in names if following[name] and following[name] <= names}


def _heaviest(count: int, weights: Iterable[float]) -> float:
    return sum(sorted(weights, reverse=True)[:count])


def _sentences(article: Article) -> tuple[str, ...]:
    found = dict.fromkeys(sentence for text in (article.summary, article.body) for sentence in sentences(text))
    return tuple(sentence for sentence in found if sum(map(bool, terms(sentence))) >= _LEAST_WORDS)


def _passages(texts: Iterable[str], names: set[str]) -> tuple[Passage, ...]:
    """Weigh the terms of each passage by what sets it apart from the others."""
    parts = [(text, {name for name in terms(text) if name}) for text in texts]
    shared = Counter(name for _, words in parts for name in words)
    return tuple(
        Passage(text, {name: (0.3 if name in names else 1) * rarity(name) / shared[name] for name in sorted(words)})
        for text, words in parts
    )
