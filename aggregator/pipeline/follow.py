"""The pages of a source's new items, read for their full text (``fulltext``): one request an item, few a cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from aggregator import parse
from aggregator.config.values import Source
from aggregator.errors import AddressRefused, AggregatorError, FetchError, HostRests, NoItems
from aggregator.model import FullText, RawItem, Request
from aggregator.ports import Clock, Fetcher

TRIES = 3
"""Looks at which an item's page is asked for before the item is left as the list shows it."""

PATIENCE = 3
"""Pages in a row that bring nothing before the others are left for the next look: the site may be down."""

LASTS = 120.0
"""Seconds after which no further page is asked for in this look: a site that wants a minute between two requests would
keep the other sources, and all that is published, waiting for as many minutes as there are pages."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What the pages of some items gave, by the items' handles."""

    texts: Mapping[str, FullText] = field(default_factory=lambda: MappingProxyType({}))
    failed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """A sentence for each page that was asked for and gave no text."""
    postponed: frozenset[str] = frozenset()
    """Items whose page was not asked for: for the next look."""


def follow(source: Source, items: Sequence[RawItem], fetcher: Fetcher, clock: Clock | None = None) -> Followed:
    """Return the texts that the pages of ``items`` hold: of ``source.fulltext_pages`` at most, and what time allows.

    Without a ``clock`` it takes what time it takes.  Never raises on bad input.  The same text on several pages is
    the text of none of them: a notice that the site sends in the place of what was asked for.
    """
    texts: dict[str, FullText] = {}
    failed: dict[str, str] = {}
    asked = in_vain = 0
    resting, begun = False, clock.monotonic() if clock else 0.0
    for item in items:
        handle, url = item.handle, item.link and parse.absolute(item.base or item.link, item.link)
        if not handle or not url or handle in texts:
            continue
        late = clock is not None and clock.monotonic() - begun > LASTS
        if asked == source.fulltext_pages or resting or in_vain == PATIENCE or late:
            break
        asked += 1
        try:
            texts[handle] = _text(source, url, fetcher)
            in_vain = 0
        except AggregatorError as error:
            failed[handle] = f"{url}: {error}"
            resting = isinstance(error, HostRests)
            in_vain += isinstance(error, FetchError) and not isinstance(error, AddressRefused)
        except Exception as error:  # noqa: BLE001 - a page that breaks a library costs that page, not the run
            failed[handle] = f"{url}: cannot be read ({type(error).__name__}: {error})"
    seen = Counter(text.body.value for text in texts.values())
    for handle in [handle for handle, text in texts.items() if seen[text.body.value] > 1]:
        failed[handle] = f"{texts.pop(handle).url}: has the same text as another item's page"
    postponed = frozenset(item.handle for item in items if item.handle) - texts.keys() - failed.keys()
    return Followed(texts, failed, postponed)


def completed(item: RawItem, text: FullText) -> RawItem:
    """Return ``item`` with what its page says: the text, and title and date where the list gives none."""
    base, made = item.base or "", "title" in item.derived and text.title is not None
    return replace(
        item,
        link=(parse.absolute(base, item.link) if item.link else None) or item.link,
        enclosures=tuple(replace(file, url=parse.absolute(base, file.url) or file.url) for file in item.enclosures),
        title=text.title if made else item.title or text.title,
        derived=tuple(name for name in item.derived if name != "title" or not made),
        content=text.body,
        published=item.published or text.published,
        base=text.url,
    )


def _text(source: Source, url: str, fetcher: Fetcher) -> FullText:
    assert source.body is not None  # noqa: S101 - the configuration demands it with fulltext
    text = parse.fulltext(source.body, fetcher.fetch(Request(url, user_agent=source.user_agent, robots=True)))
    if text is None:
        msg = f"body selector '{source.body}' finds no text"
        raise NoItems(msg)
    return text
