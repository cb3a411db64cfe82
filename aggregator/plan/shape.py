"""Whether what an endpoint gives has changed its shape: fields gone, items gone, a list that has become something else.

Each endpoint is compared with itself.  Its usual shape is the last one that nothing was wrong with: a broken one is
never taken for usual, so that a trouble stays as long as its cause does.  Another reading of the endpoint, by its
configuration, begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from aggregator.model import Document, EndpointState, Shape

MOST = 0.8
"""The share of items that had a field, from which its absence in all of them is told."""
FEW = 3
"""Items of a document, below which nothing is made of what they lack: unless there were no more before."""
MANY = 5
"""Items from which a list that has one only has lost them, and from which one title for all is always told."""


@dataclass(frozen=True, slots=True)
class _Field:
    kind: str
    count: str
    """Of ``Shape``."""
    name: str


_FIELDS = (
    _Field("dates-missing", "dated", "a date that can be read"),
    _Field("titles-missing", "titled", "a title"),
    _Field("links-missing", "linked", "a link"),
    _Field("texts-missing", "texts", "a text"),
    _Field("texts-missing", "bodies", "a body"),
)
"""One kind is told once, by the first of its rows that fits."""


class Missed(Protocol):
    """Why an endpoint did not serve."""

    @property
    def kind(self) -> str:
        """A word of ``aggregator.model.troubles``."""

    @property
    def explanation(self) -> str:
        """A sentence."""

    @property
    def page(self) -> bool:
        """Whether an HTML page came where none was expected."""


def shape_of(document: Document, dated: int, now: datetime) -> Shape:
    """Return the shape of ``document``, ``dated`` of whose items have a date that can be read."""
    titles = [item.title.value for item in document.items if item.title]
    return Shape(
        at=now,
        items=len(document.items),
        dated=dated,
        titled=len(titles),
        titles=len(set(titles)),
        linked=sum(bool(item.link) for item in document.items),
        texts=sum(bool(item.summary or item.content) for item in document.items),
        bodies=sum(bool(item.content) for item in document.items),
        mislabelled=document.mislabelled,
    )


def learned(served: EndpointState, known: EndpointState | None, shape: Shape | None) -> EndpointState:
    """Return ``served`` with what is known of the shapes it gives, ``shape`` the latest; None where nothing changed."""
    if known is None or known.reading != served.reading:
        known = EndpointState(served.url)
    usual, last = known.usual, shape or known.last
    if last and (usual is None or not list(_differences(usual, last))):
        usual = last
    return replace(served, usual=usual, last=last)


def changed(endpoint: EndpointState) -> list[tuple[str, str]]:
    """Return the troubles, as kind and explanation, with the shape of what ``endpoint`` gave last."""
    usual, last = endpoint.usual, endpoint.last
    if usual is None or last is None:
        return []
    troubles = dict(_differences(usual, last))
    if last.titled > 1 and last.titles == 1 and (last.items >= MANY or "titles-equal" in troubles):
        troubles.setdefault("titles-equal", f"all {last.titled} titles are the same")
    if last.mislabelled:
        troubles["content-type"] = last.mislabelled
    return [(kind, f"{endpoint.url}: {explanation}") for kind, explanation in troubles.items()]


def one_for_all(known: EndpointState | None, shape: Shape, reading: str | None) -> bool:
    """Return whether all items have come under one title where they had their own: then it is none of theirs."""
    usual = known.usual if known and known.reading == reading else None
    return usual is not None and any(kind == "titles-equal" for kind, _ in _differences(usual, shape))


def remembered(failed: Missed, known: EndpointState | None, kind: str) -> tuple[str, str]:
    """Return kind and explanation of a failure, in the light of what the endpoint of that ``kind`` used to give."""
    usual = known.usual if known else None
    if usual is None:
        return failed.kind, failed.explanation
    before = f"{failed.explanation}; on {usual.at:%Y-%m-%d} it gave {_items(usual.items)}"
    if failed.kind == "no-items":
        return ("no-items" if kind == "feed" else "selectors"), before
    if failed.page and failed.kind in {"not-a-document", "content-type"}:
        return "turned-into-page", before
    return failed.kind, failed.explanation


def _differences(usual: Shape, last: Shape) -> Iterator[tuple[str, str]]:
    then = f"{usual.at:%Y-%m-%d}"
    told: set[str] = set()
    for field in _FIELDS:
        had, has = getattr(usual, field.count), getattr(last, field.count)
        enough = last.items >= min(FEW, usual.items)
        if field.kind not in told and enough and not has and had >= MOST * usual.items:
            told.add(field.kind)
            yield field.kind, f"none of {_items(last.items)} has {field.name}; on {then} {had} of {usual.items} had"
    if last.titled >= FEW and last.titles == 1 and usual.titles > 1:
        yield (
            "titles-equal",
            f"all {last.titled} titles are the same; on {then} {usual.titles} of {usual.titled} differed",
        )
    if last.items == 1 and usual.items >= MANY:
        yield "items-fewer", f"one item, where on {then} there were {usual.items}"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
