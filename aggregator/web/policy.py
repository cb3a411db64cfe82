"""How each kind of file is served: media type, who may read it, how long it keeps, what a browser may do with it.

A table; to add a kind is to add a row.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

FRESH = "public, max-age=60"
"""Sixty seconds save a crowd its questions, and a reader that polls comes later than that.  Then it is asked again,
which costs a 304."""
LASTING = "public, max-age=604800, immutable"
"""Archives are written once.  A week and no year: what had to be taken out of one is to be gone some day."""
PRIVATE = "no-store"
"""Pages for operators are of now."""

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is data: opened in a browser it loads and runs nothing, and nobody frames it."""
FEED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The same, and ``feed.css``, which makes it readable."""
PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""Its own style, and its icon.  Each page allows but the digest of that style (in a ``meta``, where it works from a
disk too), and both policies hold: an older page beside a newer program keeps its looks, and no other style passes."""
OPERATORS = PAGE.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
FRAGMENT = "default-src 'none'; base-uri 'none'; form-action 'none'"
"""To be taken in by other sites: framed as well."""

BROWSER = "application/xml; charset=utf-8"
"""Chromium shows a feed under its own media type as bare source, whatever style sheet it names."""
COPY = ".gz"
"""What the name of a compressed copy ends with."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of file is served."""

    media_type: str
    policy: str = NOTHING
    shared: bool = False
    """Whether scripts of other sites may read it (CORS)."""
    feed: bool = False
    """Whether it is an XML feed, which browsers get under another media type."""


KINDS = {
    ".atom": Kind("application/atom+xml; charset=utf-8", FEED, shared=True, feed=True),  # RFC 4287, 7
    # RSS Advisory Board, RSS 2.0 MIME type
    ".rss": Kind("application/rss+xml; charset=utf-8", FEED, shared=True, feed=True),
    # RFC 8259; feed readers ask for application/feed+json as well
    ".json": Kind("application/json; charset=utf-8", shared=True),
    ".jsonld": Kind("application/ld+json", shared=True),  # JSON-LD 1.1, C
    ".opml": Kind("text/x-opml; charset=utf-8", shared=True),  # http://opml.org/spec2.opml, "What is the MIME type"
    ".html": Kind("text/html; charset=utf-8", PAGE),
    ".css": Kind("text/css; charset=utf-8"),
    ".js": Kind("text/javascript; charset=utf-8", shared=True),  # RFC 9239
    ".txt": Kind("text/plain; charset=utf-8"),
    ".gz": Kind("application/gzip", shared=True),  # RFC 6713
}
_FRAGMENT = Kind("text/html; charset=utf-8", FRAGMENT, shared=True)


def kind_of(path: str) -> Kind:
    """Return how the file of that path is served; of one that this program did not publish, by its name's ending."""
    name = path.rpartition("/")[2]
    if name == "embed.html":
        return _FRAGMENT
    stem, dot, ending = name.rpartition(".")
    kind = KINDS.get(f".{ending.lower()}") if stem and dot else None
    return kind or Kind(mimetypes.guess_type(name)[0] or "application/octet-stream")


def lifetime(path: str) -> str:
    """Return the Cache-Control of the file of that path."""
    return LASTING if path.startswith("archive/") else FRESH
