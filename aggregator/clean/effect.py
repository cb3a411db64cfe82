"""What cleaning changed of an item, for the operator who declares how a source is read.

Compares what went in with what came out; decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aggregator.clean import html
from aggregator.config.values import Source
from aggregator.model import Item, RawItem


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after of what cleaning changed; None where it changed nothing."""

    title: tuple[str, str] | None = None
    link: tuple[str, str | None] | None = None
    body: tuple[int, int] | None = None
    """Bytes of UTF-8."""
    cut: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Elements cut out of the body, by the selector of ``remove``; every selector where there is a body."""


def effect(raw: RawItem, item: Item, source: Source) -> Effect:
    """Return what cleaning ``raw`` into ``item`` changed."""
    title = raw.title.value if raw.title else ""
    body = raw.content or (raw.summary if item.content else None)
    before = len(body.value.encode("utf-8", "surrogatepass")) if body else 0
    after = len((item.content or "").encode())
    counts = html.cuts(body, source.remove) if body and source.remove else ()
    return Effect(
        title=(title, item.title) if title != item.title else None,
        link=(raw.link, item.url) if raw.link and raw.link != item.url else None,
        body=(before, after) if before != after else None,
        cut=MappingProxyType(dict(zip(source.remove, counts, strict=bool(counts)))),
    )
