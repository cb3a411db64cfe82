"""The element names of syndication formats, whatever namespace, prefix or case a feed writes them in."""

from __future__ import annotations

from functools import lru_cache

CORE = ""

_NAMESPACES = {
    # RSS 0.90 to 2.0, the drafts and mistakes around them
    "my.netscape.com/rdf/simple/0.9": CORE,
    "channel.netscape.com/rdf/simple/0.9": CORE,
    "purl.org/rss/1.0": CORE,
    "purl.org/rss/1.0/modules/rss091": CORE,
    "purl.org/net/rss1.1": CORE,
    "backend.userland.com/rss": CORE,
    "backend.userland.com/rss2": CORE,
    "backend.userland.com/rss091": CORE,
    "backend.userland.com/rss092": CORE,
    "backend.userland.com/rss20": CORE,
    "blogs.law.harvard.edu/tech/rss": CORE,
    "cyber.law.harvard.edu/rss": CORE,
    "www.rssboard.org/rss-specification": CORE,
    # Atom 1.0 (RFC 4287), Atom 0.3
    "www.w3.org/2005/atom": CORE,
    "purl.org/atom/ns": CORE,
    # modules
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "search.yahoo.com/mrss": "media",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "www.w3.org/1999/xhtml": "xhtml",
    "www.w3.org/xml/1998/namespace": "xml",
}
"""By URI in lower case, without scheme, final slash or hash.  RSS 0.9x and 2.0 have none: https://www.rssboard.org/"""

ATOM = frozenset({"www.w3.org/2005/atom", "purl.org/atom/ns"})


@lru_cache(maxsize=8192)
def name_of(tag: str, core_uri: str = "") -> str:
    """Return the name of an element or attribute as lxml gives it: ``title``, ``dc:date``, ``{uri}other``.

    ``core_uri`` is the namespace of the document's root: a feed in a namespace that nobody knows is read as if in none.
    A prefix that was never declared counts as what it usually stands for.
    """
    uri, local = split(tag)
    if uri and uri != core_uri:
        vocabulary = _NAMESPACES.get(uri)
        if vocabulary is None:
            return f"{{{uri}}}{local}"
        return f"{vocabulary}:{local}" if vocabulary else local
    return local.removeprefix("atom:").removeprefix("rss:")


@lru_cache(maxsize=8192)
def split(tag: str) -> tuple[str, str]:
    """Return the namespace as the table above writes it, and the local name in lower case."""
    uri, _, local = tag.rpartition("}")
    uri = uri.removeprefix("{").strip().lower()
    return uri.removeprefix("http://").removeprefix("https://").rstrip("/#"), local.lower()
