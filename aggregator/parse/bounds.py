"""One document's items, one by one: how many are taken in, and what a bad one costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aggregator.errors import BadItem, NoItems
from aggregator.model import RawItem

T = TypeVar("T")

ITEM_CAP = 1_000
"""Items of one document.  Real listings hold 10 to 500; the newest come first.  More is a mistake or an attack, and
would make one source cost what a thousand cost."""


def gather(found: Sequence[T], read: Callable[[T], RawItem]) -> tuple[tuple[RawItem, ...], tuple[str, ...]]:
    """Read each of ``found``; return the items, and a sentence for each that ``read`` refused with ``BadItem``.

    Only the first ``ITEM_CAP`` are read; a sentence says so.  Raises ``NoItems`` when there is no item in the end.
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
    if len(found) > ITEM_CAP:
        rejected.append(f"the document holds {len(found):,} items; only the first {ITEM_CAP:,} were taken")
    return tuple(items), tuple(rejected)


def _usable(item: RawItem) -> RawItem:
    if not (item.title or item.link or item.summary or item.content):
        msg = "it has neither title, link nor text"
        raise BadItem(msg)
    return item
