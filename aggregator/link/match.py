"""What an item and an article come to: score, passage, and reasons that a person can check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from aggregator.config.values import Article
from aggregator.link.passage import Aspect, aspects, nearest, spoken_of
from aggregator.link.reading import Reading
from aggregator.link.score import Measures, Prepared, measure, prepare, score

_PLACE_NAMES = ("title", "opening", "text")
_PLACES = {name: number for number, name in enumerate(_PLACE_NAMES)}
_SHOWN = 5
"""Terms named in one reason."""
_TELLS = 0.1
"""Score from which an item bears on a passage at all."""
_QUOTED = 240
"""Characters of the item's sentence in a reason."""


class Found(NamedTuple):
    """A term of the article that the item holds."""

    term: str
    """As the article writes it."""
    place: str
    """Where it stands first in the item: title, opening or text."""
    weight: float
    """What the article gives it, of ``Match.weight`` in all."""


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
    sentence: str | None = None
    """The item's own title or sentence that carries the match."""
    found: tuple[Found, ...] = ()
    """The article's terms that the item holds, by place and weight."""
    weight: float = 0.0
    """What the article's twelve heaviest terms weigh together."""
    anchors: tuple[str, ...] = ()
    """Which of the article's anchors the item holds, as the article writes them."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """An article, ready to be matched with readings."""

    prepared: Prepared
    takeaways: tuple[Aspect, ...]
    sentences: tuple[Aspect, ...]

    @classmethod
    def of(cls, article: Article) -> Matcher:
        """Prepare ``article``."""
        prepared = prepare(article)
        about = prepared.subject
        return cls(prepared, aspects(about.takeaways, about, about.frame), aspects(about.sentences, about, {}))

    def match(self, reading: Reading) -> Match:
        """Return the score, where it comes from, and which passage of the article the item bears on."""
        measures = measure(reading, self.prepared.subject)
        return self._match(reading, measures, score(measures, self.prepared))

    def match_from(self, reading: Reading, threshold: float) -> Match | None:
        """Return ``match`` where the item scores ``threshold`` or more: reasons are worked out for no other."""
        measures = measure(reading, self.prepared.subject)
        value = score(measures, self.prepared)
        return self._match(reading, measures, value) if value >= threshold else None

    def _match(self, reading: Reading, measures: Measures, value: float) -> Match:
        about = self.prepared.subject
        takeaway = nearest(reading, self.takeaways) if value >= _TELLS else None
        sentence = nearest(reading, self.sentences) if value >= _TELLS and takeaway is None else None
        quote = None
        if takeaway is not None:
            quote = about.takeaways[takeaway].text
        elif sentence is not None:
            quote = about.sentences[sentence].text
        found = self._found(reading)
        return Match(
            score=value,
            takeaway=takeaway,
            quote=quote,
            reasons=tuple(self._reasons(reading, measures, found, value, takeaway)),
            sentence=reading.written(measures.best) if value >= _TELLS and measures.sentence > 0 else None,
            found=found,
            weight=round(about.full, 2),
            anchors=self._anchors(reading),
        )

    def _found(self, reading: Reading) -> tuple[Found, ...]:
        about = self.prepared.subject
        held = [
            (_PLACES[reading.place[term]], -round(about.weights[term], 2), about.surfaces.get(term, term))
            for term in about.weights.keys() & reading.counts.keys()
        ]
        held.sort()
        return tuple(Found(term, _PLACE_NAMES[place], -weight) for place, weight, term in held)

    def _anchors(self, reading: Reading) -> tuple[str, ...]:
        about = self.prepared.subject
        held = sorted(about.anchors.keys() & reading.counts.keys(), key=lambda term: (-about.anchors[term], term))
        return tuple(about.surfaces.get(term, term) for term in held)

    def _reasons(
        self, reading: Reading, measures: Measures, found: Sequence[Found], value: float, takeaway: int | None
    ) -> Iterable[str]:
        prepared, about = self.prepared, self.prepared.subject
        if not found:
            yield "no word of the article's subject occurs"
            return
        for place, group in groupby(found, key=itemgetter(1)):
            here = list(group)
            weight = f"weight {sum([one.weight for one in here]):.1f} of {about.full:.1f}"
            yield f"{place}: {_listed([one.term for one in here])} ({weight})"
        held = self._anchors(reading)
        yield f"about: {_listed(held)} ({measures.anchors:.2f})" if held else "no name of the article's subject occurs"
        if spoken := self._spoken(reading):
            yield f"matter: {_listed(spoken)} ({measures.matter:.2f})"
        yield (
            "likeness, 1 being that of the article's own takeaways: "
            f"words {measures.coverage / prepared.coverage:.2f}, "
            f"related words {measures.course / prepared.course:.2f}, "
            f"best sentence {measures.sentence / prepared.course:.2f}, share {measures.density / prepared.density:.2f}"
        )
        if value >= _TELLS and measures.sentence > 0:
            yield f"sentence: {_cut(reading.written(measures.best))}"
        if takeaway is not None:
            aspect = self.takeaways[takeaway]
            shared, told = aspect.weights, aspect.families
            terms = sorted(shared.keys() & reading.counts.keys(), key=lambda term: (-shared[term], term))
            concepts = sorted(told.keys() & spoken_of(reading), key=lambda name: (-told[name], name))
            by = [_listed([about.surfaces.get(term, term) for term in terms])] if terms else []
            by += [f"concepts {_listed(concepts)}"] if concepts else []
            yield f"takeaway {takeaway + 1}: {'; '.join(by)}"

    def _spoken(self, reading: Reading) -> list[str]:
        """Return the article's families of concepts that the item speaks of, the main ones first."""
        matter = self.prepared.subject.matter
        return sorted(reading.families.keys() & matter.keys(), key=lambda name: (-matter[name], name))


def _listed(terms: Sequence[str]) -> str:
    return ", ".join(terms[:_SHOWN]) + (f" and {len(terms) - _SHOWN} more" if len(terms) > _SHOWN else "")


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "\u2026"
