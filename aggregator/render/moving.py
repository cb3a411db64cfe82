"""What is done to a written archive when the site moves: its own addresses are changed, and nothing else is."""

from __future__ import annotations

import html
import re

_LINK = re.compile(rb"<link [^<>]*>")
"""libxml2 writes no ``<`` or ``>`` into attributes, and cleaned content has no such element."""
_REL = re.compile(rb' rel="([^"]*)"')
_HREF = re.compile(rb' href="([^"]*)"')
_OWN = frozenset((b"self", b"current", b"prev-archive", b"next-archive"))
"""Relations that only lead to feeds of this site: the archive's own, and those given back to its entries' sources."""


def moved(archive: bytes, path: str, base: str) -> bytes:
    """Return the archive at ``path`` (below the output folder) with its own addresses below ``base``.

    Where it stood before is read from its link to itself; an archive without one is returned as it is.
    """
    own = path.encode()
    links = (link[0] for link in _LINK.finditer(archive) if _relation(link[0]) == b"self")
    href = next((found[1] for link in links if (found := _HREF.search(link))), b"")
    if not href.endswith(own):
        return archive
    old, new = href.removesuffix(own), html.escape(base).encode()

    def readdressed(link: re.Match[bytes]) -> bytes:
        # The front page is no feed, and the combined feed's alternate all the same.
        if _relation(link[0]) in _OWN or b' href="%s"' % old in link[0]:
            return link[0].replace(b' href="' + old, b' href="' + new)
        return link[0]

    return _LINK.sub(readdressed, archive)


def _relation(link: bytes) -> bytes:
    found = _REL.search(link)
    return found[1] if found else b""
