"""What a source that is being added is called: its title, its id, and whether it is there already."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from aggregator.config.edit import proposed_id
from aggregator.config.values import Source

LONGEST_TITLE = 120
"""Characters."""

_PARTS = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb:-]+\s+|\s*\|\s*|\s+::\s+")
_GENERIC = re.compile(
    r"(?:(?:all|latest|recent|the|our)\s+)*(?:home(?:page)?|news|newsroom|news room|press"
    r"|press (?:releases?|room|centre|center)"
    r"|media|releases|statements|publications|updates|announcements|blog|rss|feed|rss feed|atom|index|archives?|posts"
    r"|actualités|nachrichten|aktuelles|noticias|notizie|aktualności|новости|новини)",
    re.IGNORECASE,
)
"""What says which part of a site a page is, and not whose."""
_SHARED = frozenset({"www", "gov", "europa", "github", "wordpress", "blogspot", "medium", "substack"})
"""First labels of domains that many organisations share."""
_NOTHING = re.compile(r"(?:home(?:page)?|index|rss|feed|rss feed|atom)", re.IGNORECASE)


def title_for(given: str | None, site: str | None, url: str) -> str:
    """Return a title for a source: of what its document and its site are called, whose it is and then which part.

    ``given``: as the feed or the page calls itself.  Without any of these it is the host's name.
    """
    parts = [part for part in _PARTS.split(" ".join((given or "").split())) if part]
    parts = [part for part in parts if not _NOTHING.fullmatch(part)]
    whose = [part for part in parts if not _GENERIC.fullmatch(part)]
    which = [part for part in parts if _GENERIC.fullmatch(part)]
    if not whose:
        whose = [site or urlsplit(url).hostname or url]
    title = " \N{EN DASH} ".join(whose) + (f": {which[0]}" if which else "")
    return title[:LONGEST_TITLE].strip()


def id_for(title: str, domain: str, taken: Collection[str]) -> str:
    """Return an id that is free: the name that the ``domain`` was registered under, else with the title's words.

    ``domain`` is registrable (whitehouse.gov); an IP address, or one that many share, gives the title alone.
    """
    label = domain.partition(".")[0]
    if (
        "." in domain
        and not label.isdigit()
        and label not in _SHARED
        and (named := proposed_id(label, ())) not in taken
    ):
        return named
    return proposed_id(title, taken)


def reader_of(url: str, sources: Collection[Source]) -> Source | None:
    """Return the source that reads ``url`` already; the same but for http or https and a last slash."""
    return next(
        (one for one in sources for endpoint in one.endpoint if _plain(endpoint.url) == _plain(url)),
        None,
    )


def _plain(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/"), parts.query
