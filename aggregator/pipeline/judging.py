"""An editor's word on one item and one article: what it does to the item's links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.config.values import Settings
from aggregator.errors import NotFound
from aggregator.link import Linker
from aggregator.model import Entry, Link, Verdict
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
    linker = Linker(settings.articles, settings.link.threshold)
    links = links_of(linker, entry.item, sources, {article: verdict} if verdict else {})
    after = tuple(link for link in links if link.article == article)
    store.judge(id_, article, verdict, after, now)
    return Judged(entry, tuple(link for link in entry.links if link.article == article), after)
