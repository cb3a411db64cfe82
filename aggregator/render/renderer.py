"""A feed's bytes in every format, and the fingerprint of all that decides them beside its entries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from aggregator import __version__
from aggregator.config.values import Settings
from aggregator.model import Anchor, Entry, Episode, Site
from aggregator.render import health, webannotation
from aggregator.render.moving import moved
from aggregator.render.resolve import Resolver
from aggregator.render.values import ANNOTATIONS, FEED, PAGE, FeedPlan

RENDERER_VERSION = "4"
"""Grows with every change to the package that changes a feed's bytes."""

EXTENSIONS = FEED
"""Of the files that each feed is published in."""


EVERY_EXTENSION = FEED + ANNOTATIONS + PAGE + ("js", "css")
"""Of all the files that a path may be published in."""

SUBSCRIPTIONS = "sources.opml"
"""The list of every feed."""


class Renderer:
    """Renders feeds of one configuration.  Reads nothing, writes nothing, and knows no time."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._settings, self._site = settings, site
        self._resolver = Resolver(settings, site)
        self._shared = shared(settings, site)

    def fingerprint(self, plan: FeedPlan) -> str:
        """Return the SHA-256 (hex) of everything beside its entries that decides the bytes of this feed.

        The settings of every source and article go into every feed's: any of them can be named by any
        entry, and settings change rarely, while a feed left stale is never found.
        """
        return hashlib.sha256(f"{self._shared}\n{plan!r}".encode()).hexdigest()

    def health_fingerprint(self, episodes: Sequence[Episode]) -> str:
        """Return the SHA-256 (hex) of everything that decides the bytes of the feed of these troubles."""
        return health.fingerprint(self._shared, self._settings, episodes)

    def health(self, episodes: Sequence[Episode]) -> bytes:
        """Return ``health.atom``: the feed of these troubles."""
        return health.render(self._settings, self._site, episodes)

    @property
    def configuration(self) -> str:
        """SHA-256 (hex) of all that decides what is published and is no entry."""
        return self._shared

    def subscriptions(self) -> bytes:
        """Return the list of every feed that is published, as OPML."""
        from aggregator.render.opml import published  # noqa: PLC0415 - a cycle without change needs no lxml

        return published(self._settings)

    def render(
        self, plan: FeedPlan, entries: Sequence[Entry], anchors: Mapping[str, Anchor] | None = None, newest: int = 0
    ) -> Mapping[str, bytes]:
        """Return the bytes of what ``plan`` names with ``entries``, by extension.

        ``anchors``: where the quotes of the entries' links stand in the article, for its annotations.
        ``newest``: the number of the feed's newest archive; 0 where it has none.
        """
        feed = self._resolver.build(plan, entries, newest)
        if plan.extensions == ANNOTATIONS:
            return {"jsonld": webannotation.render(feed, plan.scope.article or "", anchors or {})}
        from aggregator.render import atom, jsonfeed, rss  # noqa: PLC0415 - feedgen takes 0.1 s to import

        return {"atom": atom.render(feed), "rss": rss.render(feed), "json": jsonfeed.render(feed)}

    def archive(self, plan: FeedPlan, entries: Sequence[Entry], number: int) -> bytes:
        """Return the bytes of archive ``number`` of the feed of ``plan`` with ``entries``, as Atom (RFC 5005, 4)."""
        from aggregator.render import atom  # noqa: PLC0415 - feedgen takes 0.1 s to import

        return atom.render(self._resolver.archive(plan, entries, number))

    def moved(self, archive: bytes, path: str) -> bytes:
        """Return an archive that was written for another ``base_url`` with the addresses of this one."""
        return moved(archive, path, self._resolver.base)


def shared(settings: Settings, site: Site) -> str:
    """Return the SHA-256 (hex) of the settings that any output may show."""
    decides = (
        __version__,
        RENDERER_VERSION,
        site,
        settings.site.title,
        settings.site.base_url,
        settings.publish.entries,
        settings.publish.hubs,
        [(source.id, source.title, source.home, source.content, source.rights, source.language)
         for source in settings.sources],
        [(article.id, article.title, article.url,
          [(annotation.id, annotation.label, annotation.sources) for annotation in article.annotation])
         for article in settings.articles],
    )  # fmt: skip
    return hashlib.sha256(repr(decides).encode()).hexdigest()
