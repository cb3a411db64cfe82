"""One item and the articles: why it is linked or is not, and an editor's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator import clean
from aggregator.config.values import Article, Settings
from aggregator.errors import NotFound
from aggregator.link import Linker, Match
from aggregator.link.anchor import anchor
from aggregator.model import Anchor, Entry, Link, Verdict
from aggregator.pipeline.intake import links_of
from aggregator.ports import Store


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict came to."""

    entry: Entry
    """The item as it was before."""
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    """Its links to the article."""


def item_named(store: Store, name: str) -> tuple[int, Entry]:
    """Return the one stored item that ``name`` (published id, URL or guid) names.

    Raises ``NotFound`` when there is none, or more than one.
    """
    found = store.find(name)
    if not found:
        msg = f"no stored item has the id, the URL or the guid {name}"
        raise NotFound(msg)
    if len(found) > 1:
        ids = "".join(f"\n  {entry.id}  {entry.item.title}" for _, entry in found)
        msg = f"{len(found)} items are at {name}; name one by its id:{ids}"
        raise NotFound(msg)
    return found[0]


def judge(settings: Settings, store: Store, name: str, article: str, verdict: Verdict | None, now: datetime) -> Judged:
    """Keep the verdict (None: forget it) and link the item to the article accordingly.

    Raises ``NotFound`` for an item that is not stored, or that no annotation of the article names a source of: such an
    item gets no link.
    """
    id_, entry = item_named(store, name)
    sources = frozenset(entry.sources)
    (wanted,) = [one for one in settings.articles if one.id == article]
    if verdict is Verdict.PIN and all(sources.isdisjoint(annotation.sources) for annotation in wanted.annotation):
        through = ", ".join(sorted(sources))
        msg = f"no annotation of {article} names a source that the item came through ({through})"
        raise NotFound(msg)
    linker = Linker([wanted], settings.link.threshold)
    after = links_of(linker, entry.item, sources, {article: verdict} if verdict else {})
    store.judge(id_, article, verdict, after, now)
    return Judged(entry, tuple(link for link in entry.links if link.article == article), after)


@dataclass(frozen=True, slots=True)
class Finding:
    """How an item stands to one article, and what decides it."""

    article: Article
    annotations: tuple[str, ...]
    """Those that name one of the item's sources."""
    match: Match
    threshold: float
    """The score from which an item is linked."""
    why_not: str | None
    """Why it is not linked; None when it is."""
    verdict: Verdict | None
    anchor: Anchor | None
    """Where the passage stands in the article's text."""


def explain(settings: Settings, store: Store, name: str) -> tuple[Entry, tuple[Finding, ...]]:
    """Return the item that ``name`` names, and how it stands to every article.  Raises ``NotFound``."""
    id_, entry = item_named(store, name)
    verdicts = store.verdicts([id_]).get(id_, {})
    linker = Linker(settings.articles, settings.link.threshold)
    text = clean.text_of(entry.item)
    linked = {link.article for link in links_of(linker, entry.item, frozenset(entry.sources), verdicts)}
    findings = []
    for article in settings.articles:
        match = linker.score(article.id, entry.item, text)
        verdict = verdicts.get(article.id)
        named = tuple(one.id for one in article.annotation if not set(entry.sources).isdisjoint(one.sources))
        why_not = None if article.id in linked else _why_not(entry, article, named, verdict, match, settings)
        place = anchor(article.body, match.quote) if match.quote else None
        findings.append(Finding(article, named, match, settings.link.threshold, why_not, verdict, place))
    return entry, tuple(findings)


def _why_not(
    entry: Entry, article: Article, named: Sequence[str], verdict: Verdict | None, match: Match, settings: Settings
) -> str:
    if not named:
        return f"no annotation names a source that it came through ({', '.join(sorted(entry.sources))})"
    if verdict is Verdict.REJECT:
        return "rejected by an editor"
    if match.score < settings.link.threshold:
        return f"its score is below the threshold, {settings.link.threshold:.2f}"
    return f"it was published before {article.since}, the article's since"
