"""What is published: the values of render."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model.items import Item, Link


@dataclass(frozen=True, slots=True)
class Scope:
    """Which items a feed holds: all, one source's, one article's, or one annotation's."""

    source: str | None = None
    article: str | None = None
    annotation: str | None = None

    @property
    def feed(self) -> str:
        """Where its feed is published: below the output folder, without extension."""
        if self.article is not None:
            return f"articles/{self.article}/{self.annotation or 'linked'}"
        return f"sources/{self.source}" if self.source is not None else "all"


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored item with all that its publication needs."""

    id: str
    source: str
    sources: tuple[str, ...]
    endpoint: str
    """The URL that the current version came through."""
    item: Item
    first_seen: datetime
    published: datetime
    updated: datetime
    versions: int
    links: tuple[Link, ...] = ()
    """Subject links only."""
