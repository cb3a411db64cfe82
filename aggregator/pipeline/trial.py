"""A dry run of one source: what a run would take in now, shown and not kept.

Goes the way of a run (``retrieve``, ``intake``) and keeps by the way what an operator wants to see of it.  Writes
nothing: neither store nor state, and no feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import clean
from aggregator.clean.effect import Effect, effect
from aggregator.config.endpoints import Endpoint
from aggregator.config.values import Article, Settings, Source
from aggregator.errors import NoItems
from aggregator.link import Linker
from aggregator.model import (
    Change,
    Document,
    Item,
    ItemUpdate,
    Moment,
    RawItem,
    Request,
    Response,
    Sighting,
    SourceState,
)
from aggregator.pipeline.follow import Followed, follow
from aggregator.pipeline.intake import Fresh, Intake, cleaned, once, sighting_of, with_page
from aggregator.pipeline.retrieve import Manner, retrieve
from aggregator.plan.match import Candidate
from aggregator.plan.update import Failure
from aggregator.ports import Fetcher, Store


@dataclass(frozen=True, slots=True)
class Tried:
    """An endpoint that was asked, and what came of it."""

    endpoint: Endpoint
    answer: Response | None = None
    """What it answered; None when the request brought nothing."""
    failure: Failure | None = None
    """None for the endpoint that serves."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one selector or expression gave, over all items of the document."""

    name: str
    declared: str | None
    """As the endpoint declares it; None where the kind of the endpoint says where the field is."""
    found: int
    """Items in which it gave something."""
    first: str | None
    """What it gave first, as the source wrote it."""
    understood: int | None = None
    """Of a date: items in which it could be read."""
    asked: int | None = None
    """Of the full text: items whose page was asked for."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """How far an item bears on an article whose annotation names its source."""

    article: str
    annotation: str
    score: float
    linked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it would come in."""

    entry_id: str
    item: Item
    dated: Moment | None
    """When it was published, as far as the source says; else when it was last touched there."""
    change: Change | None
    """None for an item that is known just so."""
    effect: Effect
    bearings: tuple[Bearing, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run of one source showed; ``endpoint`` is None when none served."""

    source: Source
    tried: tuple[Tried, ...] = ()
    endpoint: Endpoint | None = None
    found: int = 0
    """Items in the document, the rejected ones among them."""
    fields: tuple[Field, ...] = ()
    items: tuple[Shown, ...] = ()
    repeated: int = 0
    """Items that the document shows more than once."""
    rejected: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """A sentence for each page of an item that gave no text (``fulltext``)."""
    postponed: int = 0
    """Items whose page a run would read at a later look."""

    def count(self, *changes: Change | None) -> int:
        """Return how many items came to one of ``changes``."""
        return sum(item.change in changes for item in self.items)


def look(settings: Settings, source: Source, fetcher: Fetcher, store: Store, now: datetime) -> Trial:
    """Return what a run would take in from ``source``, were it asked now as if for the first time.

    Sends no validators and lets no endpoint rest.  Raises ``StoreError``.
    """
    listening = _Listening(fetcher)
    intake = Intake(
        store,
        Linker(settings.articles, settings.link.threshold),
        {source.id: source for source in settings.sources},
        now,
    )
    trial, state = Trial(source), SourceState(source.id)
    manner = Manner(now, ignore_rests=True)
    retrieved = retrieve(source, state, listening, manner)
    while retrieved.endpoint and retrieved.document:
        pages = intake.to_follow(source, retrieved.endpoint, retrieved.document)
        followed = follow(source, pages, listening)
        trial, useless = _taken_in(source, retrieved.endpoint, retrieved.document, followed, intake, settings.articles)
        if useless is None:
            break
        retrieved = retrieve(source, state, listening, manner, (*retrieved.failures, useless))
    failures = {failure.url: failure for failure in retrieved.failures}
    asked = [endpoint for endpoint in source.endpoint if endpoint.url in failures or endpoint == retrieved.endpoint]
    tried = tuple(Tried(one, listening.answers.get(one.url), failures.get(one.url)) for one in asked)
    return replace(trial, tried=tried, endpoint=retrieved.endpoint)


class _Listening:
    """A fetcher that keeps what it brings."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.answers: dict[str, Response] = {}

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, and remember it under the URL that was asked for."""
        response = self._fetcher.fetch(request)
        self.answers[request.url] = response
        return response


def _taken_in(
    source: Source,
    endpoint: Endpoint,
    document: Document,
    followed: Followed,
    intake: Intake,
    articles: Sequence[Article],
) -> tuple[Trial, Failure | None]:
    """Return what ``document`` would bring, and why it brings nothing where a run would turn to the next endpoint."""
    reading = clean.reading(source, endpoint)
    fresh = [Fresh(raw, sighting_of(raw, reading)) for raw in once(document.items)]
    shown = [with_page(one, followed) for one in fresh]
    candidates, refused = cleaned(source, endpoint, shown)
    trial = Trial(
        source,
        found=len(document.items) + len(document.rejected),
        fields=_fields(endpoint, document.items, candidates) + _page_fields(source, followed),
        rejected=document.rejected + refused,
        unread=tuple(followed.failed.values()),
        postponed=len(followed.postponed),
    )
    try:
        planned = intake.take_in(source, endpoint, document, followed).items
    except NoItems as error:
        return trial, Failure(endpoint.url, error.kind, str(error))
    updates = {_key(update.sighting): update for update in planned if update.sighting}
    raws = {_key(sighting): raw for raw, sighting in shown}
    items: dict[str, Shown] = {}
    for one in candidates:
        if one.entry_id not in items:
            key = _key(one.sighting)
            items[one.entry_id] = _shown(one, raws[key], updates.get(key), source, intake.linker, articles)
    repeated = len(document.items) - len(shown) + len(candidates) - len(items)
    return replace(trial, items=tuple(items.values()), repeated=repeated), None


def _dated(candidate: Candidate) -> Moment | None:
    return candidate.item.published or candidate.stand_in


def _key(sighting: Sighting) -> tuple[str, str]:
    return sighting.handle, sighting.raw


def _shown(
    candidate: Candidate,
    raw: RawItem,
    update: ItemUpdate | None,
    source: Source,
    linker: Linker,
    articles: Sequence[Article],
) -> Shown:
    sources = update.sources if update else frozenset({source.id})
    return Shown(
        entry_id=update.entry_id if update else candidate.entry_id,
        item=candidate.item,
        dated=_dated(candidate),
        change=update.change if update and update.change is not Change.SEEN else None,
        effect=effect(raw, candidate.item, source),
        bearings=tuple(_bearings(candidate.item, sources, linker, articles)),
    )


def _bearings(item: Item, sources: frozenset[str], linker: Linker, articles: Sequence[Article]) -> list[Bearing]:
    text = clean.text_of(item)
    linked = {(link.article, link.annotation) for link in linker.link(item, text, sources)}
    return [
        Bearing(
            article.id,
            annotation.id,
            linker.score(article.id, item, text).score,
            linked=(article.id, annotation.id) in linked,
        )
        for article in articles
        for annotation in article.annotation
        if not sources.isdisjoint(annotation.sources)
    ]


_GIVEN: Mapping[str, Callable[[RawItem], str | None]] = {
    "title": lambda raw: raw.title.value if raw.title else None,
    "link": lambda raw: raw.link,
    "date": lambda raw: raw.published or raw.updated,
    "id": lambda raw: raw.guid,
    "summary": lambda raw: raw.summary.value if raw.summary else None,
    "body": lambda raw: raw.content.value if raw.content else None,
}
"""The keys of an endpoint that declare a field, and where what they gave is found."""


def _fields(endpoint: Endpoint, items: Sequence[RawItem], candidates: Sequence[Candidate]) -> tuple[Field, ...]:
    """Return what each declared field gave; where nothing is declared, what each field that there can be did."""
    declared = {name: getattr(endpoint, name, None) for name in _GIVEN}
    wanted = [name for name in _GIVEN if declared[name]] if declared["title"] else list(_GIVEN)
    fields = []
    for name in wanted:
        values = [value for raw in items if (value := _GIVEN[name](raw))]
        understood = sum(_dated(candidate) is not None for candidate in candidates) if name == "date" else None
        expression = declared[name]
        fields.append(
            Field(name, str(expression) if expression else None, len(values), next(iter(values), None), understood)
        )
    return tuple(fields)


def _page_fields(source: Source, followed: Followed) -> tuple[Field, ...]:
    """Return what ``body`` gave on the items' own pages."""
    if not source.fulltext:
        return ()
    texts = [text.body.value for text in followed.texts.values()]
    asked = len(texts) + len(followed.failed)
    return (Field("full text", source.body, len(texts), next(iter(texts), None), asked=asked),)
