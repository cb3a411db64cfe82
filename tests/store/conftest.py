"""A store of each kind, and a newsroom that fills it: what the source said is spelt out, the rest is made up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.model import (
    Change,
    EndpointState,
    Item,
    ItemUpdate,
    Link,
    Moment,
    Outcome,
    Scope,
    Sighting,
    SourceState,
    StoredItem,
    Update,
)
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from aggregator.ports import Store

Opener = Callable[[], "Store"]

NOON = datetime(2025, 8, 20, 12, tzinfo=UTC)
FEED = "https://{}.example/feed"


def _sqlite(folder: Path) -> Store:
    return SqliteStore.open(folder / "var" / "aggregator.db")


ADAPTERS = {"sqlite": _sqlite}
"""A second adapter is added here, and passes the same tests."""


@pytest.fixture(params=sorted(ADAPTERS))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Return what opens the same store again and again."""
    return lambda: ADAPTERS[request.param](tmp_path)


@pytest.fixture
def store(open_store: Opener) -> Iterator[Store]:
    store = open_store()
    yield store
    store.close()


@pytest.fixture
def newsroom(store: Store) -> Newsroom:
    return Newsroom(store)


class Newsroom:
    """Writes items and saves them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def at(self, hours: float) -> datetime:
        return NOON + timedelta(hours=hours)

    def item(self, name: str, **fields: object) -> Item:
        """Make the item of that name; another name is another guid, URL, title and likeness."""
        item = Item(
            title=f"Statement on {name}",
            guid=f"guid-{name}",
            url=f"https://agency.example/{name}",
            summary=f"Of {name}.",
            content=f"<p>About <em>{name}</em>.</p>",
            published=Moment(NOON),
            likeness=f"likeness-{name}",
        )
        item = replace(item, **fields)  # type: ignore[arg-type]  # the fields are the test's to spell out
        if "digest" in fields:
            return item
        shown = repr(replace(item, guid=None, likeness=None))
        return replace(item, digest=hashlib.sha256(shown.encode()).hexdigest(), substance=f"substance of {item.title}")

    def sighting(self, item: Item, raw: str = "raw", handle: str | None = None) -> Sighting:
        return Sighting(handle or item.guid or item.url or "", f"{raw} of {item.title}", "reading", item.digest)

    def new(self, item: Item, links: Sequence[Link] | None = None, hours: float = 0) -> ItemUpdate:
        """Say that ``item`` is new, seen and published ``hours`` after noon."""
        at = self.at(hours)
        return ItemUpdate(
            change=Change.NEW,
            item=item,
            entry_id=f"urn:entry:{item.guid or item.url}",
            first_seen=at,
            published=at,
            updated=at,
            sighting=self.sighting(item),
            links=None if links is None else tuple(links),
        )

    def look(
        self, change: Change, stored: StoredItem, item: Item, links: Sequence[Link] | None = None, **fields: object
    ) -> ItemUpdate:
        """Say what another look at a stored item came to."""
        update = ItemUpdate(
            change=change,
            item=item,
            entry_id=stored.entry_id,
            first_seen=stored.first_seen,
            published=stored.published,
            updated=stored.updated,
            id=stored.id,
            sources=stored.sources,
            sighting=self.sighting(item),
            links=None if links is None else tuple(links),
        )
        return replace(update, **fields)  # type: ignore[arg-type]  # the fields are the test's to spell out

    def save(
        self, source: str, *items: ItemUpdate, endpoint: str | None = None, state: SourceState | None = None
    ) -> None:
        url = endpoint or FEED.format(source)
        state = state or SourceState(id=source, endpoints={url: EndpointState(url)})
        self.store.save(Update(source, NOON, Outcome.OK, state, endpoint=url, items=items))

    def stored(self, source: str, item: Item, endpoint: str | None = None) -> StoredItem:
        """Look the item up by its guid."""
        known = self.store.known(source, endpoint or FEED.format(source), [(item, "urn:entry:none")])
        return known.by_guid[item.guid or ""]

    def heads(self, scope: Scope | None = None, limit: int = 100) -> list[Item]:
        return [entry.item for entry in self.store.entries(scope or Scope(), limit)]

    def revisions(self, *scopes: Scope) -> tuple[int, ...]:
        return tuple(self.store.revision(scope) for scope in scopes)
