"""One document's items, one by one: how many are taken in, and what a bad one costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aggregator.errors import BadItem, NoItems
from aggregator.model import RawItem
from aggregator.parse.recognise import shorten

T = TypeVar("T")

ITEM_CAP = 1_000
"""Items of one document.  Real listings hold 10 to 500; the newest come first.  More is a mistake or an attack, and
would make one source cost what a thousand cost."""

LENGTH_CAP = 1_000_000
"""Characters of one item's title, summary and content together.  Whole treaties and court judgments have less; what
they cost to clean grows with them, and one item must not cost what a thousand cost."""


def gather(
    found: Sequence[T], read: Callable[[T], RawItem], held: int = 0
) -> tuple[tuple[RawItem, ...], tuple[str, ...]]:
    """Read each of ``found``; return the items, and a sentence for each that ``read`` refused with ``BadItem``.

    Only the first ``ITEM_CAP`` are read; a sentence says so.  ``held`` is how many items the document holds, where
    ``found`` are not all of them.  Raises ``NoItems`` when there is no item in the end.
    """
    items: list[RawItem] = []
    rejected: list[str] = []
    for position, part in enumerate(found[:ITEM_CAP], start=1):
        try:
            items.append(_usable(read(part)))
        except BadItem as error:
            rejected.append(f"item {position}: {error}")
    if not items:
        msg = f"none of {len(found):,} items can be used; {rejected[0]}"
        raise NoItems(msg)
    held = max(held, len(found))
    if held > ITEM_CAP:
        rejected.append(f"the document holds {held:,} items; only the first {ITEM_CAP:,} were taken")
    return tuple(items), tuple(rejected)


def _usable(item: RawItem) -> RawItem:
    if not (item.title or item.link or item.summary or item.content):
        msg = "it has neither title, link nor text"
        raise BadItem(msg)
    length = sum(len(markup.value) for markup in (item.title, item.summary, item.content) if markup)
    if length > LENGTH_CAP:
        msg = f"it holds {length:,} characters, more than {LENGTH_CAP:,}: {shorten(item.handle or 'without a name')}"
        raise BadItem(msg)
    return item
