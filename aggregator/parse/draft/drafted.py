"""A draft, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aggregator.model import Document

FEWEST = 2
"""Items that make a list."""
DRAFTS = 3
"""Drafts that are proposed of one document, the best first."""

Reads: TypeAlias = Callable[[str, str | None], bool]
"""Whether a text is a date; the second is a strptime format, or None for the formats that are known."""

_ZONED = re.compile(r"\d\d:\d\d.*(?:z|gmt|utc|[+-]\d\d:?\d\d|\b[a-z]{3,4})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of an endpoint, and what it gives on the document that it was made from."""

    keys: Mapping[str, str]
    """Of the endpoint, beside ``kind`` and ``url``."""
    seen: int
    """Repeated elements on the page, or objects in the list."""
    found: int
    """Of these, the items with title and link."""
    dated: int
    """Of these, the ones with a date that can be read."""
    zoned: bool
    """Every date names its time zone."""
    links: tuple[str, ...]
    """The items' links, as they stand there."""
    titles: tuple[str, ...]


def drafted(keys: Mapping[str, str], seen: int, document: Document, reads: Reads) -> Drafted | None:
    """Return the draft of which ``document`` is what it gives; None where that is no list."""
    items = document.items
    if len(items) < FEWEST:
        return None
    dates = [item.published for item in items if item.published and reads(item.published, keys.get("date_format"))]
    return Drafted(
        keys,
        seen=seen,
        found=len(items),
        dated=len(dates),
        zoned=all(map(_ZONED.search, dates)),
        links=tuple(item.link or "" for item in items),
        titles=tuple(item.title.value if item.title else "" for item in items),
    )
