"""Stored entries to values that can be rendered: names, addresses and ids put in, policy applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from aggregator.config.values import Article, Settings, Source
from aggregator.model import Enclosure, Entry, Link, Scope, Site, without_secrets
from aggregator.render import text
from aggregator.render.languages import known_language
from aggregator.render.select import archive_path, place
from aggregator.render.values import STYLESHEET, Feed, FeedEntry, FeedPlan, History, Origin, Reference

_LIKELY = datetime(1990, 1, 1, tzinfo=UTC)
"""The W3C validator takes dates before this for mistakes (validators.py, ImplausibleDate)."""


def feed_id(site: Site, path: str) -> str:
    """Return the id of the feed published at ``path``: of the site and the path, never of an address."""
    return f"urn:uuid:{uuid5(UUID(site.id), path)}"


class Resolver:
    """Knows the settings by id, so that an entry costs the same however many sources and articles there are."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._site = site
        self.base = text.uri(settings.site.base_url)
        self._author = text.trimmed(settings.site.title)
        self._hubs = tuple(map(text.uri, settings.publish.hubs))
        self._origins = {source.id: self._origin(source) for source in settings.sources}
        references = [reference for article in settings.articles for reference in _references(article)]
        self._references = {(reference.article, reference.annotation): reference for reference in references}
        self._rank = {key: rank for rank, key in enumerate(self._references)}
        self._belongs: dict[str, list[tuple[str, str]]] = {}
        for article in settings.articles:
            for annotation in article.annotation:
                for source in annotation.sources:
                    self._belongs.setdefault(source, []).append((article.id, annotation.id))

    def build(self, plan: FeedPlan, entries: Sequence[Entry], newest: int = 0) -> Feed:
        """Return the feed of ``plan`` with ``entries``, in their order; ``newest`` is the number of its newest archive.

        Entries all of whose sources have gone from the configuration are left out: nothing is known of
        these any more, not even their names.
        """
        resolved = tuple(built for entry in entries if (built := self._entry(entry)))
        return Feed(
            id=feed_id(self._site, plan.path),
            address=self.base + plan.path,
            title=text.trimmed(plan.title),
            subtitle=text.trimmed(plan.subtitle),
            home=text.uri(plan.home),
            author=self._author,
            updated=max((entry.updated for entry in resolved), default=self._site.created),
            language=plan.language,
            rights=text.trimmed(plan.rights) if plan.rights else None,
            hubs=self._hubs,
            entries=resolved,
            stylesheet=_stylesheet(plan.path),
            history=History(prev=self._archive(plan, newest)),
        )

    def archive(self, plan: FeedPlan, entries: Sequence[Entry], number: int) -> Feed:
        """Return archive ``number`` of the feed of ``plan``: of the same feed, by its id, at an address of its own.

        It names no hub, for it never changes.  The archive after it may not be there yet, but its address is known,
        and this one is not written again when it comes.
        """
        live = self.build(plan, entries)
        history = History(
            prev=self._archive(plan, number - 1),
            next=self._archive(plan, number + 1),
            current=f"{live.address}.atom",
        )
        path = archive_path(plan, number)
        return replace(live, address=self.base + path, hubs=(), stylesheet=_stylesheet(path), history=history)

    def _archive(self, plan: FeedPlan, number: int) -> str | None:
        return f"{self.base}{archive_path(plan, number)}.atom" if number else None

    def _entry(self, entry: Entry) -> FeedEntry | None:
        origin, item = self._origin_of(entry), entry.item
        if origin is None:
            return None
        endpoint = without_secrets(entry.endpoint)  # its key opens it to whoever reads the feed
        content = text.legal(item.content) if item.content and origin.whole else None
        summary = text.trimmed(item.summary) if item.summary else None
        url = text.uri(item.url) if item.url else None
        title = text.trimmed(item.title) or summary or url or origin.title
        return FeedEntry(
            id=text.legal(entry.id),
            url=url,
            title=title,
            summary=summary or (None if content else title),
            content=content,
            published=entry.published if entry.published >= _LIKELY else None,
            updated=_updated(entry),
            authors=tuple(name for author in item.authors if (name := text.person(author))),
            categories=tuple(term for category in item.categories if (term := text.trimmed(category))),
            enclosures=tuple(_enclosure(one) for one in item.enclosures if one.url.startswith(("http://", "https://"))),
            language=known_language(item.language) or origin.language,
            origin=origin,
            via=text.uri(endpoint),
            endpoint=text.legal(endpoint),
            rights=origin.rights,
            belongs=self._memberships(entry),
            bears_on=self._subjects(entry.links),
            first_seen=entry.first_seen,
            versions=entry.versions,
            digest=item.digest,
            precision=item.published.precision if item.published else None,
        )

    def _origin_of(self, entry: Entry) -> Origin | None:
        """Return the source that an entry is attributed to; None when none of its sources is configured.

        That is its owner, and what the owner's settings say of its texts stands: another source that lists
        the item, too, has no say in them.  When the owner has left the configuration, another stands in by
        name only: whose the words are, and what may be done with them, is no longer known.
        """
        if entry.source in self._origins:
            return self._origins[entry.source]
        other = next((self._origins[source] for source in sorted(entry.sources) if source in self._origins), None)
        return replace(other, rights=None, whole=False) if other else None

    def _memberships(self, entry: Entry) -> tuple[Reference, ...]:
        keys = {key for source in (entry.source, *entry.sources) for key in self._belongs.get(source, ())}
        return tuple(self._references[key] for key in sorted(keys, key=self._rank.__getitem__))

    def _subjects(self, links: Sequence[Link]) -> tuple[Reference, ...]:
        by_key = {(link.article, link.annotation): link for link in links}
        keys = sorted(by_key.keys() & self._rank.keys(), key=self._rank.__getitem__)
        return tuple(replace(self._references[key], link=_legal(by_key[key])) for key in keys)

    def _origin(self, source: Source) -> Origin:
        path = Scope(source=source.id).feed
        return Origin(
            source=source.id,
            feed_id=feed_id(self._site, path),
            title=text.trimmed(source.title),
            home=text.uri(source.home),
            address=self.base + path,
            language=source.language,
            rights=text.trimmed(source.rights) if source.rights else None,
            whole=source.content == "full",
            timezone=source.timezone,
        )


def _updated(entry: Entry) -> datetime:
    """Return when an entry changed: never before it was published, and never at a time nobody would believe."""
    moment = max(entry.updated, entry.published)
    return moment if moment >= _LIKELY else entry.first_seen


def _stylesheet(path: str) -> str:
    """Return where the style sheet for feeds lies, seen from the feed at ``path``."""
    return "../" * path.count("/") + STYLESHEET


def _references(article: Article) -> list[Reference]:
    return [
        Reference(
            article=article.id,
            annotation=annotation.id,
            label=text.trimmed(annotation.label),
            title=text.trimmed(article.title),
            url=text.uri(article.url),
            href=text.uri(place(article, annotation)),
        )
        for annotation in article.annotation
    ]


def _enclosure(enclosure: Enclosure) -> Enclosure:
    length = None if enclosure.length is None or enclosure.length < 0 else enclosure.length
    return Enclosure(text.uri(enclosure.url), text.media_type(enclosure.type), length)


def _legal(link: Link) -> Link:
    quote = None if link.quote is None else text.legal(link.quote)
    return replace(link, quote=quote, reasons=tuple(map(text.legal, link.reasons)))
