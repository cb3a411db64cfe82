"""The pages of one list, read one after the other: the few of every look, and the many of a backfill.

One way for all kinds: the address of the next page is what the page or feed itself names, else the list's own address
with the number in it counted up.  An index of sitemaps is a list whose pages are known from the start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from urllib.parse import quote, unquote, urlsplit

from aggregator import parse
from aggregator.config.endpoints import Endpoint, FeedEndpoint, SitemapEndpoint
from aggregator.errors import BadStatus, NoItems, Unreachable
from aggregator.model import Document, RawItem, Response, Walk

PAST_THE_END = frozenset({400, 404, 410})
"""What a page is answered with that is not there: by most sites, by WordPress's JSON (400), by a tidy few."""

KEPT_CAP = 30_000_000
"""Characters of the items of one list that are kept: twice what fifty pages of thirty long statements hold."""

INDEX_CAP = 10
"""Indexes in an index of sitemaps that are read.  The protocol knows none, and some sites have them."""

_WAYS = {"feed": "page_param", "json": "next or page_param", "page": "next or page_param"}
"""How an endpoint of a kind declares where its next page is."""

_WORDPRESS = "wordpress.org"
_WORDPRESS_PARAM = "paged"
"""By which every list of WordPress counts its pages, feeds too (https://developer.wordpress.org/reference/classes/wp_query/)."""


def read(endpoint: Endpoint, response: Response, ask: Callable[[str], Response], backfill: int = 0) -> Document:
    """Return the document in ``response`` joined with the pages that follow: the endpoint's, and ``backfill`` more.

    The list ends where there is no next page, where an address, a body or every item was there before, and where a
    page holds nothing or answers that it is not there.  A page that fails otherwise ends it with a sentence in
    ``rejected``; what came stands.  Raises what ``parse`` raises of the first page, and of an index of sitemaps none
    of which holds an item what the first of them was refused for.
    """
    document = parse.parse(endpoint, response)
    walk = _Walk(endpoint, ask, document, seen={endpoint.url, response.url}, bodies={_digest(response)})
    if document.sitemaps:
        walk.pending.extend(document.sitemaps)
    else:
        walk.add(document)
        walk.go_on(document)
    walk.read(endpoint.pages)
    regular, useful = len(walk.items), walk.useful
    walk.read(endpoint.pages + backfill)
    if not walk.items:
        raise walk.refused or NoItems("an index of sitemaps that leads to no sitemap")
    known = {item.handle for item in walk.items[:regular]}
    late = frozenset(item.handle for item in walk.items[regular:] if item.handle) - known
    went = Walk(walk.useful - useful, walk.end or "that was all that was asked for") if backfill else None
    return replace(document, items=tuple(walk.items), rejected=tuple(walk.rejected), backfilled=late, walk=went)


def numbered(url: str, parameter: str, ahead: int) -> str:
    """Return the address of the page ``ahead`` pages after the one at ``url``, by the number in its query.

    Where the number is not there, ``url`` is page 1.  Everything else stays as it is written.
    """
    parts = urlsplit(url)
    pairs = parts.query.split("&") if parts.query else []
    for at, pair in enumerate(pairs):
        name, _, value = pair.partition("=")
        if unquote(name) == parameter and (not value or (value.isascii() and value.isdigit())):
            pairs[at] = f"{name}={int(value or 1) + ahead}"
            break
    else:
        pairs.append(f"{quote(parameter)}={1 + ahead}")
    return parts._replace(query="&".join(pairs)).geturl()


@dataclass(slots=True)
class _Walk:
    """A list that is being read, page by page."""

    endpoint: Endpoint
    ask: Callable[[str], Response]
    first: Document
    seen: set[str]
    """Addresses."""
    bodies: set[bytes]
    pending: deque[str] = field(default_factory=deque)
    """Addresses to ask for: of a list the next one at most, of an index all that are left."""
    items: list[RawItem] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    handles: set[object] = field(default_factory=set)
    read_so_far: int = 0
    """Pages, without indexes."""
    indexes: int = 0
    kept: int = 0
    """Characters."""
    useful: int = 0
    """Pages with an item that was not there before, the first among them."""
    end: str | None = None
    """Why the list ends, in words; None as long as it is not known to."""
    refused: Exception | None = None

    def __post_init__(self) -> None:
        self.rejected += self.first.rejected if self.first.sitemaps else ()

    def add(self, page: Document) -> bool:
        """Take in the items of a page; return whether one of them was not there before."""
        self.read_so_far += 1
        fresh = [item for item in page.items if _key(item) not in self.handles]
        if fresh:
            self.useful += 1
            self.handles.update(map(_key, fresh))
            self.items += page.items
            self.rejected += page.rejected
            self.kept += sum(map(_length, page.items))
        return bool(fresh)

    def go_on(self, page: Document) -> None:
        """Make the page after ``page`` the one to be asked for next, where there is one."""
        if isinstance(self.endpoint, SitemapEndpoint):
            return
        following = _following(self.endpoint, self.first, page, self.read_so_far)
        if following is None:
            self.end = f"page {self.read_so_far} names no next page"
            self.end += f": set {_WAYS[self.endpoint.kind]}, where there is one" if self.read_so_far == 1 else ""
        elif following in self.seen:
            self.end = f"the next page would be {following}, which was read before"
        else:
            self.pending.append(following)

    def read(self, most: int) -> None:
        """Ask for the pages that follow, until there are ``most`` in all or the list ends."""
        while self.pending and self.read_so_far < most and self.indexes <= INDEX_CAP:
            if self.kept > KEPT_CAP:
                self.end = f"{self.pending[0]}: not read: what came before it is more than is kept of a list"
                self.rejected.append(self.end)
                self.pending.clear()
                return
            url = self.pending.popleft()
            if url in self.seen:
                continue
            self.seen.add(url)
            self._page(url)
        if isinstance(self.endpoint, SitemapEndpoint) and self.read_so_far < most:
            self.end = self._end_of_sitemaps()

    def _end_of_sitemaps(self) -> str:
        if self.pending:
            return f"more than {INDEX_CAP} indexes of sitemaps are not read"
        return "there is no further sitemap" if self.first.sitemaps else "it is one sitemap, and no index of several"

    def _page(self, url: str) -> None:
        try:
            response = self.ask(url)
            page = parse.parse(self.endpoint, response)
        except Exception as error:  # noqa: BLE001 - a page that breaks a library costs that page, as one that fails
            # Of a sitemap that is not there: else a 410 of it would make the whole index rest.
            gone = NoItems(f"an index that leads to no sitemap: {url}: {error}")
            self.refused = self.refused or (gone if isinstance(error, BadStatus) and _ends(error) else error)
            self.read_so_far += 1
            self.end = f"{url}: {error}"
            if not isinstance(error, NoItems) and (self.first.sitemaps or not _ends(error)):
                self.rejected.append(f"{url}: {error}")
            return
        digest = _digest(response)
        if digest in self.bodies or (response.url != url and response.url in self.seen):
            self.read_so_far += 1
            self.end = f"{url} is a page that was read before"
            return
        self.bodies.add(digest)
        self.seen.add(response.url)
        if page.sitemaps:
            self.indexes += 1
            self.rejected += page.rejected
            self.pending.extendleft(reversed(page.sitemaps))
        elif self.add(page):
            self.go_on(page)
        else:
            self.end = f"{url} shows nothing that was not there before"


def _ends(error: Exception) -> bool:
    """Return whether an error says that there is no such page: the end of the list, and nothing wrong."""
    if isinstance(error, BadStatus):
        return error.status in PAST_THE_END
    return isinstance(error, NoItems) or (isinstance(error, Unreachable) and not error.captured)


def _following(endpoint: Endpoint, first: Document, page: Document, ahead: int) -> str | None:
    """Return the address of the page after ``page``; ``ahead`` is how many pages it is behind the first."""
    if isinstance(endpoint, SitemapEndpoint):
        return None
    parameter = endpoint.page_param
    if parameter is None and page.next_url is None and isinstance(endpoint, FeedEndpoint):
        parameter = _WORDPRESS_PARAM if _WORDPRESS in (first.generator or "") else None
    return numbered(endpoint.url, parameter, ahead) if parameter else page.next_url


def _key(item: RawItem) -> object:
    return item.handle or (item.title, item.published)


def _length(item: RawItem) -> int:
    return sum(len(markup.value) for markup in (item.title, item.summary, item.content) if markup)


def _digest(response: Response) -> bytes:
    return sha256(response.body).digest()
