"""One source's documents: fetch and parse, endpoint by endpoint, until one serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator import clean, parse
from aggregator.config.endpoints import Endpoint, PageEndpoint
from aggregator.config.values import Source
from aggregator.errors import AggregatorError, BadStatus, HostRests
from aggregator.model import Document, EndpointState, Request, Response, SourceState
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
    for endpoint in _in_turn(source, state, manner):
        if endpoint.url in passed:
            continue
        reading = reading_of(source, endpoint)
        known = _known(source, state, endpoint)
        if known and known.rests and not manner.ignore_rests:
            explanation = "rests, because it answered HTTP 410 Gone"
            failures.append(Failure(endpoint.url, "resting", explanation, reading=reading, gone=True))
            continue
        try:
            return replace(_ask(source, endpoint, reading, known, fetcher), failures=tuple(failures))
        except AggregatorError as error:
            failures.append(_failure(endpoint, reading, error))
        except Exception as error:  # noqa: BLE001 - a document that breaks a library costs this endpoint, not the run
            explanation = f"cannot be read ({type(error).__name__}: {error})"
            failures.append(Failure(endpoint.url, "internal", explanation, reading=reading))
    return Retrieved(tuple(failures))


def reading_of(source: Source, endpoint: Endpoint) -> str:
    """Return a fingerprint of all that decides how the endpoint's documents are read: what differs may be our doing."""
    return f"{parse.PARSER_VERSION}.{clean.reading(source, endpoint)}"


def _in_turn(source: Source, state: SourceState, manner: Manner) -> Iterator[Endpoint]:
    """Yield the endpoints, those that failed of late last: they are asked when no other serves."""
    put_off = []
    for endpoint in source.endpoint:
        known = _known(source, state, endpoint)
        if not manner.ignore_rests and known and known.setback and known.setback.until > manner.now:
            put_off.append(endpoint)
        else:
            yield endpoint
    yield from put_off


def _known(source: Source, state: SourceState, endpoint: Endpoint) -> EndpointState | None:
    """Return what is remembered of the endpoint; nothing where it would be read in another way now."""
    known = state.endpoints.get(endpoint.url)
    return known if known and known.reading == reading_of(source, endpoint) else None


def _ask(source: Source, endpoint: Endpoint, reading: str, known: EndpointState | None, fetcher: Fetcher) -> Retrieved:
    etag, last_modified = (known.etag, known.last_modified) if known else (None, None)
    response = fetcher.fetch(
        Request(
            endpoint.url,
            user_agent=source.user_agent,
            etag=etag,
            last_modified=last_modified,
            robots=isinstance(endpoint, PageEndpoint),
        )
    )
    moved_to = response.moved_to
    if known and response.status == 304:  # noqa: PLR2004 - RFC 9110, 15.4.5
        return Retrieved((), endpoint, replace(known, moved_to=moved_to, setback=None), not_modified=True)
    if isinstance(endpoint, PageEndpoint) and endpoint.pages > 1:
        # That the first page is unchanged says nothing of the others: a list of several is always read whole.
        state = EndpointState(endpoint.url, reading=reading, moved_to=moved_to)
        return Retrieved((), endpoint, state, _read(source, endpoint, response, fetcher))
    body = hashlib.sha256(response.body).hexdigest()
    state = EndpointState(
        endpoint.url,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        body=body,
        reading=reading,
        moved_to=moved_to,
    )
    if known and known.body == body:
        return Retrieved((), endpoint, state)
    return Retrieved((), endpoint, state, _read(source, endpoint, response, fetcher))


def _read(source: Source, endpoint: Endpoint, response: Response, fetcher: Fetcher) -> Document:
    """Return the document in ``response``, joined with the pages that follow it.

    A later page that fails costs its own items only: what the first ones gave stands.
    """
    document = parse.parse(endpoint, response)
    page, seen = document, {response.url}
    for _ in range(endpoint.pages - 1 if isinstance(endpoint, PageEndpoint) else 0):
        if not page.next_url or page.next_url in seen:
            break
        seen.add(page.next_url)
        try:
            following = Request(page.next_url, user_agent=source.user_agent, robots=True)
            page = parse.parse(endpoint, fetcher.fetch(following))
        except Exception as error:  # noqa: BLE001 - a page that breaks a library costs that page, as one that fails
            return replace(document, rejected=(*document.rejected, f"{page.next_url}: {error}"))
        document = replace(document, items=document.items + page.items, rejected=document.rejected + page.rejected)
    return document


def _failure(endpoint: Endpoint, reading: str, error: AggregatorError) -> Failure:
    status = error if isinstance(error, BadStatus) else None
    return Failure(
        url=endpoint.url,
        kind=error.kind,
        explanation=str(error),
        retry_after=status.retry_after if status else None,
        until=error.until if isinstance(error, HostRests) else None,
        reading=reading,
        gone=status is not None and status.status == GONE,
    )
