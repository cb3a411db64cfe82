"""What an article is about, worked out once: its terms and their weights, its anchors, its matter, its passages.

A term weighs by its share of the article (title before takeaways before summary before scopes) and by how rare it is.
The **anchors** are the countries, bodies and other names that run through the article, or, where none does, its main
family of concepts: an item without them is about something else.  The **matter** are the families of concepts by which
the article speaks of its anchors.  The words of the annotations' labels are the sources', not the subject's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aggregator.config.values import Article
from aggregator.link.concepts import FAMILIES
from aggregator.link.terms import NAMES, sentences, terms, tokens
from aggregator.link.words import Bearings, direction, name_rarity, rarity

_TITLE, _TAKEAWAY, _SUMMARY, _SCOPE = 3.0, 1.5, 1.0, 0.6
_OF_SOURCES = 0.15
_RHETORIC = 0.5
"""Of a word that is neither a name nor of a family of concepts: the author's more often than the subject's."""
_FULL = 12
"""How many of the heaviest terms make a full match: nobody repeats them all."""
_RUNS_THROUGH = 0.3
"""Share of the article that the most frequent name stands in, for names to be its anchors."""
_ANCHORS, _BESIDE_FIRST = 3, 0.4
_BEHIND_FIRST = 0.2
_UNNAMED = 0.7
"""Of a term of the anchoring family that the article does not use itself."""
_THEMES = 4
_NO_ANCHORS = frozenset({"united_states", "europe"})
"""Named in most statements of the sources at hand, whatever they are about."""
_RARE = 4.0
"""Rarity of a capitalised word from which it is taken for a name that the tables do not know."""
_LEAST_TERMS = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A takeaway or a sentence of the article."""

    text: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """An article, ready to be compared with items."""

    weights: Mapping[str, float]
    full: float
    bearings: Bearings
    """How far terms go where its own weighted terms point."""
    anchors: Mapping[str, float]
    """Terms that stand for the article's anchors."""
    named: bool
    """Whether the anchors are names, which add up, or a family, of which one term does."""
    anchored: float
    matter: Mapping[str, float]
    """Families of concepts, the main one 1."""
    roots: Mapping[str, float]
    """The roots of these: one family in the right sentence is worth more than its share."""
    surfaces: Mapping[str, str]
    """How the article writes each term."""
    takeaways: tuple[Passage, ...]
    sentences: tuple[Passage, ...]
    frame: Mapping[str, int]
    """How many of title and summary's sentences hold each term: what stands there is the whole article's."""


def subject(article: Article) -> Subject:
    """Work out what ``article`` is about."""
    segments = _segments(article)
    sources = frozenset(filter(None, (name for one in article.annotation for name in terms(one.label))))
    share = _shares(segments)
    proper, surfaces = _read([text for text, _ in segments])
    names = {term for term in share if term in NAMES or (term in proper and rarity(term) >= _RARE)}
    own = {term: _OF_SOURCES if term in sources else 1.0 for term in share}
    weights = {term: part**0.5 * _told(term, names) * own[term] for term, part in share.items()}
    course = {term: part**0.5 * rarity(term) * own[term] for term, part in share.items()}
    matter = _families({term: part * own[term] for term, part in share.items()})
    running = {term: part for term, part in share.items() if term in names - sources - _NO_ANCHORS}
    named = max(running.values(), default=0) >= _RUNS_THROUGH
    if named:
        anchors = _leading(running)
    else:
        anchors, matter = _theme(matter, share, weights)
    return Subject(
        weights=weights,
        full=sum(sorted(weights.values(), reverse=True)[:_FULL]),
        bearings=Bearings(direction(course)),
        anchors=anchors,
        named=named,
        anchored=sum(anchors.values()) if named else 1.0,
        matter=matter,
        roots={name: value**0.5 for name, value in matter.items()},
        surfaces=surfaces,
        takeaways=tuple(_passage(text) for text in article.takeaways),
        sentences=_sentences(article),
        frame=_frame(article),
    )


def _frame(article: Article) -> Mapping[str, int]:
    texts = (article.title, *sentences(article.summary))
    return Counter(term for text in texts for term in set(filter(None, terms(text))))


def _segments(article: Article) -> list[tuple[str, float]]:
    return [
        (article.title, _TITLE),
        *((sentence, _SUMMARY) for sentence in sentences(article.summary)),
        *((takeaway, _TAKEAWAY) for takeaway in article.takeaways),
        *((one.scope, _SCOPE) for one in article.annotation if one.scope),
    ]


def _shares(segments: Sequence[tuple[str, float]]) -> dict[str, float]:
    share: dict[str, float] = defaultdict(float)
    for text, weight in segments:
        for term in dict.fromkeys(filter(None, terms(text))):
            share[term] += weight
    whole = sum(weight for _, weight in segments)
    return {term: part / whole for term, part in share.items()}


def _read(texts: Iterable[str]) -> tuple[set[str], dict[str, str]]:
    """Return the terms mostly capitalised within sentences, and how each term is written first.

    The title, where every word may have a capital, is the first of ``texts``.
    """
    title, *running = ([*tokens(text)] for text in texts)
    capital: Counter[str] = Counter()
    for token in (token for part in running for token in part if not token.opens):
        capital[token.term] += 1 if token.capital else -1
    surfaces: dict[str, str] = {}
    for token in (token for part in (*running, title) for token in part):
        surfaces.setdefault(token.term, token.surface)
    return {term for term, count in capital.items() if count > 0}, surfaces


def _told(term: str, names: set[str]) -> float:
    if term in names:
        return rarity(term) if term == "united_states" else name_rarity(term)
    return rarity(term) * (1 if term in FAMILIES else _RHETORIC)


def _families(share: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for term, part in share.items():
        for family in FAMILIES.get(term, ()):
            found[family] += part
    return _relative(found)


def _relative(found: Mapping[str, float]) -> dict[str, float]:
    most = max(found.values(), default=1.0)
    return {name: value / most for name, value in found.items() if value > _BEHIND_FIRST * most}


def _leading(running: Mapping[str, float]) -> dict[str, float]:
    ranked = sorted(running, key=lambda term: (-running[term], term))[:_ANCHORS]
    return {term: running[term] for term in ranked if running[term] >= _BESIDE_FIRST * running[ranked[0]]}


def _theme(
    matter: dict[str, float], share: Mapping[str, float], weights: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the terms of the main family as anchors, and the other families as matter.

    An article that speaks of no family has its heaviest terms for anchors.
    """
    if not matter:
        heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:_THEMES]
        return dict.fromkeys(heaviest, 1.0), {}
    main = max(matter, key=lambda name: (matter[name], name))
    anchors = {term: 1.0 if term in share else _UNNAMED for term, families in FAMILIES.items() if main in families}
    return anchors, _relative({name: value for name, value in matter.items() if name != main})


def _passage(text: str) -> Passage:
    return Passage(text, frozenset(filter(None, terms(text))))


def _sentences(article: Article) -> tuple[Passage, ...]:
    found = dict.fromkeys(sentence for text in (article.summary, article.body) for sentence in sentences(text))
    return tuple(one for one in map(_passage, found) if len(one.terms) >= _LEAST_TERMS)
