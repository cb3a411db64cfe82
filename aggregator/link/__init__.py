"""Items to the annotations and passages of an article that they bear on.

The item's source alone decides the annotation; the words of item and article decide the score, which is therefore
the same for every source and depends on nothing else in the batch.  Reads nothing and stores nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

from aggregator.config.values import Article
from aggregator.link.match import Found, Match, Matcher
from aggregator.link.reading import Reading, read
from aggregator.link.score import MOST_WITHOUT_ANCHOR
from aggregator.model import Item, Link, Moment, Precision, Verdict

__all__ = ["LINKER_VERSION", "Found", "Linker", "Match"]

LINKER_VERSION = 3
"""Grows whenever the same item and article may score differently: links made by another version are made again."""

PINNED = "pinned by an editor"
"""The first reason of a link that an editor made."""

NO_VERDICTS: Mapping[str, Verdict] = MappingProxyType({})

_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Prepared:
    id: str
    article: Article
    matcher: Matcher
    since: datetime | None
    annotations: tuple[tuple[str, frozenset[str]], ...]


class Linker:
    """Articles prepared once, then compared with any number of items."""

    def __init__(self, articles: Sequence[Article], threshold: float) -> None:
        """``threshold`` is the score (0 to 1) from which an item counts as bearing on an article."""
        self._threshold = threshold
        self._articles = {
            article.id: _Prepared(
                article.id,
                article,
                Matcher.of(article),
                article.since_instant,
                tuple((annotation.id, frozenset(annotation.sources)) for annotation in article.annotation),
            )
            for article in articles
        }
        self._by_anchor: dict[str, list[str]] = defaultdict(list)
        for id_, prepared in self._articles.items():
            for term in prepared.matcher.prepared.subject.anchors:
                self._by_anchor[term].append(id_)
        self._by_sources: dict[frozenset[str], tuple[tuple[_Prepared, list[str]], ...]] = {}

    def link(
        self, item: Item, text: str, sources: frozenset[str], verdicts: Mapping[str, Verdict] = NO_VERDICTS
    ) -> tuple[Link, ...]:
        """Return the links of ``item``, whose plain text is ``text``, seen through ``sources``.

        One link for each annotation that names one of the sources, of every article that the item bears on and
        that it is not too old for; in the order of articles and annotations.  Without ``text`` the item's summary
        is read.  ``verdicts``: an editor's word by article, which stands whatever score and date say.
        """
        candidates = self._named(sources)
        if not any(_considered(one, item.published, verdicts) for one, _ in candidates):
            return ()
        reading = read(item, text)
        touched = self._touched(reading)
        links: list[Link] = []
        for prepared, named in candidates:
            pinned = verdicts.get(prepared.id) is Verdict.PIN
            if not (pinned or prepared.id in touched) or not _considered(prepared, item.published, verdicts):
                continue
            if match := prepared.matcher.match_from(reading, 0.0 if pinned else self._threshold):
                if pinned:
                    match = replace(match, reasons=(PINNED, *match.reasons))
                links += [_link(prepared.id, annotation, match) for annotation in named]
        return tuple(links)

    def _named(self, sources: frozenset[str]) -> tuple[tuple[_Prepared, list[str]], ...]:
        """Return the articles whose annotations name one of ``sources``, found once for every set of sources."""
        named = self._by_sources.get(sources)
        if named is None:
            found = ((prepared, _annotations(prepared, sources)) for prepared in self._articles.values())
            named = self._by_sources[sources] = tuple(pair for pair in found if pair[1])
        return named

    def _touched(self, reading: Reading) -> AbstractSet[str]:
        """Return the articles that the item may score the threshold on: those of whose anchors it holds one."""
        if self._threshold <= MOST_WITHOUT_ANCHOR:
            return self._articles.keys()
        return {id_ for term in reading.counts.keys() & self._by_anchor.keys() for id_ in self._by_anchor[term]}

    def score(self, article_id: str, item: Item, text: str) -> Match:
        """Return how far ``item`` bears on an article, below the threshold as well, whatever its source and date.

        Raises ``KeyError`` for an article the linker was not given.
        """
        return self._articles[article_id].matcher.match(read(item, text))

    def fingerprint(self, article_id: str) -> str:
        """Return SHA-256 (hex) of all that the links of an article depend on, besides the items.

        Raises ``KeyError`` for an article the linker was not given.
        """
        article = self._articles[article_id].article
        matters = article.model_dump(
            mode="json", include={"id", "title", "since", "summary", "takeaways", "annotation", "body"}
        )
        whole = {"linker": LINKER_VERSION, "threshold": self._threshold, "article": matters}
        return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _considered(prepared: _Prepared, published: Moment | None, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether the item may be linked at all: an editor's verdict has the first word, the date the second."""
    verdict = verdicts.get(prepared.id)
    return verdict is Verdict.PIN or (verdict is None and _recent(published, prepared.since))


def _annotations(prepared: _Prepared, sources: frozenset[str]) -> list[str]:
    return [annotation for annotation, named in prepared.annotations if not named.isdisjoint(sources)]


def _recent(published: Moment | None, since: datetime | None) -> bool:
    """Whether the item is not older than ``since``; a date of day precision is rounded to the day it names."""
    if published is None or since is None:
        return True
    slack = _HALF_A_DAY if published.precision is Precision.DAY else timedelta()
    return published.at + slack >= since


def _link(article: str, annotation: str, match: Match) -> Link:
    return Link(article, annotation, match.score, match.takeaway, match.quote, match.reasons, match.sentence)
