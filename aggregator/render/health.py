"""``health.atom``: troubles of the sources, an entry from beginning to end each, for the operator's feed reader.

Made like every other feed, and apart from them: no trouble is ever an entry among what sources publish.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from html import escape
from uuid import NAMESPACE_URL, uuid5

from aggregator.config.values import Settings, Source
from aggregator.model import Episode, Site, without_secrets
from aggregator.model.troubles import kind_of
from aggregator.render import text
from aggregator.render.resolve import feed_id
from aggregator.render.values import STYLESHEET, Feed, FeedEntry, Origin

PATH = "health"
"""Below the output folder, without extension."""

ENTRIES = 100
"""Troubles in the feed: those that last, then the newest of those that are over."""

VERSION = 3
"""Grows with every change to this module that changes the feed's bytes."""


def fingerprint(shared: str, settings: Settings, episodes: Sequence[Episode]) -> str:
    """Return the SHA-256 (hex) of everything that decides the bytes; ``shared``: of what all feeds have in common."""
    addresses = [[endpoint.url for endpoint in source.endpoint] for source in settings.sources]
    return hashlib.sha256(f"{VERSION}\n{shared}\n{addresses}\n{episodes!r}".encode()).hexdigest()


def render(settings: Settings, site: Site, episodes: Sequence[Episode]) -> bytes:
    """Return the feed of ``episodes``, those of sources that are configured, as Atom; the newest first."""
    from aggregator.render import atom  # noqa: PLC0415 - feedgen takes 0.1 s to import

    sources = {source.id: source for source in settings.sources}
    name = text.trimmed(settings.site.title)
    base = text.uri(settings.site.base_url)
    title = f"{name}: source health"
    origin = Origin(PATH, feed_id(site, PATH), title, base, base + PATH, None, None, whole=True)
    shown = sorted(
        (one for one in episodes if one.source in sources), key=lambda one: (one.updated, one.source), reverse=True
    )
    entries = tuple(_entry(one, sources[one.source], origin, name) for one in shown)
    feed = Feed(
        id=origin.feed_id,
        address=origin.address,
        title=title,
        subtitle="What keeps sources from being read, or is odd about what they give.",
        home=base,
        author=name,
        updated=max((entry.updated for entry in entries), default=site.created),
        language="en",
        rights=None,
        hubs=(),  # whose readers it is not for
        entries=entries,
        stylesheet=STYLESHEET,
    )
    return atom.render(feed)


def _endpoint(episode: Episode, source: Source) -> str | None:
    """Return the address of the endpoint in trouble; None where ``source`` has several and none of them is named.

    What serves in the place of others is named before them (``aggregator.plan.update``), and is not in trouble.
    """
    urls = [endpoint.url for endpoint in source.endpoint]
    if len(urls) == 1:
        return urls[0]
    told = episode.explanation.partition(" serves, because: ")[2] or episode.explanation
    named = {url: re.search(rf"(?<!\S){re.escape(url)}(?=:? |$)", told) for url in urls}
    places = {url: place.start() for url, place in named.items() if place}
    return min(places, key=places.__getitem__, default=None)


def _entry(episode: Episode, source: Source, origin: Origin, author: str) -> FeedEntry:
    kind, endpoint = kind_of(episode.kind), _endpoint(episode, source)
    over = f" (over since {episode.ended:%Y-%m-%d})" if episode.ended else ""
    explanation = text.trimmed(without_secrets(episode.explanation))
    suggestion = "" if episode.ended else f"<p>{escape(kind.suggest(source.id))}</p>"
    named = f"{episode.source} {episode.kind} {text.instant(episode.since)}"
    return FeedEntry(
        id=f"urn:uuid:{uuid5(NAMESPACE_URL, f'{origin.feed_id} {named}')}",
        url=None,
        title=f"{text.trimmed(source.title)}: {kind.name}{over}",
        summary=None,
        content=f"<p>{escape(explanation)}</p>{suggestion}",
        published=episode.since,
        updated=max(episode.updated, episode.since),
        authors=(author,),
        categories=(episode.kind,),
        enclosures=(),
        language="en",
        origin=origin,
        via=text.uri(without_secrets(endpoint)) if endpoint else None,
        endpoint=without_secrets(endpoint or ""),
        rights=None,
        belongs=(),
        bears_on=(),
        first_seen=episode.since,
        versions=1,
        digest="",
    )
