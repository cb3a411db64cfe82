"""One source's documents: fetch and parse, endpoint by endpoint, until one serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import clean, parse
from aggregator.config.endpoints import Endpoint, PageEndpoint, SitemapEndpoint
from aggregator.config.values import Source
from aggregator.errors import AggregatorError, BadStatus, HostRests, NotADocument
from aggregator.model import Document, EndpointState, Request, Response, SourceState
from aggregator.pipeline import pages
from aggregator.pipeline.diagnose import told
from aggregator.plan.asked import freshness
from aggregator.plan.due import waits
from aggregator.plan.update import Failure
from aggregator.ports import Fetcher

GONE = 410
"""RFC 9110, 15.5.11: the resource is gone, and the server asks that links to it be removed."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What the first endpoint that served gave; none served when ``endpoint`` is None."""

    failures: tuple[Failure, ...] = ()
    """Of the endpoints tried before."""
    endpoint: Endpoint | None = None
    state: EndpointState | None = None
    document: Document | None = None
    """None when nothing has changed since the last look."""
    not_modified: bool = False
    """The server said so (304)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the endpoints of a source are asked."""

    now: datetime
    backfill: int = 0
    """Pages to read beyond those of every look; nothing is left out for having been read before."""
    ignore_rests: bool = False
    """Ask them all in order: those that rest or were left alone for a time as well."""


def retrieve(
    source: Source, state: SourceState, fetcher: Fetcher, manner: Manner, tried: tuple[Failure, ...] = ()
) -> Retrieved:
    """Return what the first endpoint of ``source`` that yields items gave.  Never raises on bad input.

    ``tried``: the failures of endpoints that were asked already, and are not asked again.
    """
    failures = list(tried)
    passed = {failure.url for failure in tried}
    for endpoint, reading, known in _in_turn(source, state, manner):
        if endpoint.url in passed:
            continue
        if known and known.rests and not manner.ignore_rests:
            explanation = "rests, because it answered HTTP 410 Gone"
            failures.append(Failure(endpoint.url, "resting", explanation, reading=reading, gone=True))
            continue
        try:
            asked = _ask(source, endpoint, reading, None if manner.backfill else known, fetcher, manner)
            return replace(asked, failures=tuple(failures))
        except AggregatorError as error:
            failures.append(_failure(endpoint, reading, error))
        except Exception as error:  # noqa: BLE001 - a document that breaks a library costs this endpoint, not the run
            explanation = f"cannot be read ({type(error).__name__}: {error})"
            failures.append(Failure(endpoint.url, "internal", explanation, reading=reading))
    return Retrieved(tuple(failures))


def reading_of(source: Source, endpoint: Endpoint) -> str:
    """Return a fingerprint of all that decides how the endpoint's documents are read: what differs may be our doing."""
    return f"{parse.PARSER_VERSION}.{clean.reading(source, endpoint)}"


def _in_turn(
    source: Source, state: SourceState, manner: Manner
) -> Iterator[tuple[Endpoint, str, EndpointState | None]]:
    """Yield the endpoints, how each is read and what is remembered of it, if it was read so.

    Those that failed of late come last: they are asked when no other serves.
    """
    put_off = []
    for endpoint in source.endpoint:
        reading = reading_of(source, endpoint)
        known = state.endpoints.get(endpoint.url)
        if known and known.reading != reading:
            known = None
        if not manner.ignore_rests and known and known.setback and waits(known.setback.until, manner.now):
            put_off.append((endpoint, reading, known))
        else:
            yield endpoint, reading, known
    yield from put_off


def _ask(
    source: Source, endpoint: Endpoint, reading: str, known: EndpointState | None, fetcher: Fetcher, manner: Manner
) -> Retrieved:
    etag, last_modified = (known.etag, known.last_modified) if known else (None, None)
    request = Request(endpoint.url, source.user_agent, etag, last_modified, robots=isinstance(endpoint, PageEndpoint))
    response = fetcher.fetch(request)
    moved_to, fresh = response.moved_to, freshness(response.headers, manner.now)
    if known and response.status == 304:  # noqa: PLR2004 - RFC 9110, 15.4.5
        # What the headers of a 304 say replaces what those before said (RFC 9111, 3.2); what they do not say stays.
        fresh = known.fresh if fresh is None else fresh
        state = replace(known, moved_to=moved_to, setback=None, fresh=fresh)
        return Retrieved((), endpoint, state, not_modified=True)
    body = hashlib.sha256(response.body).hexdigest()
    state = EndpointState(
        endpoint.url,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        body=body,
        reading=reading,
        moved_to=moved_to,
        fresh=fresh,
    )
    if known and known.body == body:
        return Retrieved((), endpoint, replace(state, hints=known.hints))

    def ask(url: str) -> Response:
        return fetcher.fetch(replace(request, url=url, etag=None, last_modified=None))

    document = pages.read(endpoint, response, ask, manner.backfill)
    if document.sitemaps or (endpoint.pages > 1 and not isinstance(endpoint, SitemapEndpoint)):
        # That the first page is unchanged says nothing of the others: a list of several is always read whole.
        state = replace(state, etag=None, last_modified=None, body=None)
    return Retrieved((), endpoint, replace(state, hints=document.hints), document)


def _failure(endpoint: Endpoint, reading: str, error: AggregatorError) -> Failure:
    status = error if isinstance(error, BadStatus) else None
    kind, explanation = told(error, endpoint.url)
    gone = status is not None and status.status == GONE
    return Failure(
        url=endpoint.url,
        kind="resting" if gone and kind == BadStatus.kind else kind,  # from now on: it is not asked again
        explanation=explanation,
        retry_after=status.retry_after if status else None,
        until=error.until if isinstance(error, HostRests) else None,
        reading=reading,
        gone=gone,
        page=isinstance(error, NotADocument) and error.page,
    )
