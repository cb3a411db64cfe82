"""The way from a request to its answer: redirects, conditions, statuses.

One loop for live and replayed answers: how a single hop is made is given to it.  Does no IO itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from aggregator.errors import BadStatus, HostRests, Refusal, TooManyRedirects
from aggregator.fetch.body import PREFIX
from aggregator.fetch.pace import retry_after
from aggregator.fetch.target import endpoint, outgoing, redirected
from aggregator.model import Request, Response, Rest
from aggregator.plan.schedule import LONGEST_REST

MAX_HOPS = 5
_PERMANENT = frozenset({301, 308})
REDIRECTS = _PERMANENT | {302, 303, 307}
_OK = 200
_NOT_MODIFIED = 304
_RESTS = frozenset({429, 503})
"""RFC 6585, 4, and RFC 9110, 15.6.4: answers of a host that has enough for now, where they come with Retry-After."""
_REASON = 80
"""Characters of a reason phrase that are shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one hop brought.  ``headers``: names in lower case.  ``body``: of an error, its beginning at least."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    received: datetime


class Send(Protocol):
    """Makes one hop."""

    def __call__(self, url: str, conditions: Mapping[str, str]) -> Answer:
        """Return the answer of ``url``, asked with the header fields ``conditions``; raises ``FetchError``."""


def follow(request: Request, send: Send) -> Response:
    """Return the answer to ``request`` after at most ``MAX_HOPS`` redirects.

    The validators go to the URL asked first and on to redirect targets on the same host, unless the way
    leads from https to http: a feed that moved from ``/feed`` to ``/feed/`` can then still answer 304,
    and no other host learns what we hold.  Raises ``BadStatus`` for every status but 200 and, where
    validators were sent, 304 (``HostRests`` where the host asks to be left alone); ``TooManyRedirects``;
    ``AddressRefused``; and what ``send`` raises.
    """
    url = first = outgoing(request.url)
    conditions = _conditions(request)
    visited: list[str] = []
    permanent = True
    while (answer := send(url, conditions)).status in REDIRECTS:
        permanent = permanent and answer.status in _PERMANENT
        visited.append(url)
        url = redirected(url, answer.headers.get("location"))
        if url in visited:
            msg = f"{endpoint(url)[0]}: redirects go round in a circle"
            raise TooManyRedirects(msg)
        if len(visited) > MAX_HOPS:
            msg = f"{endpoint(first)[0]}: more than {MAX_HOPS} redirects"
            raise TooManyRedirects(msg)
        conditions = conditions if _keeps_validators(visited[-1], url) else {}
    moved_to = url if visited and permanent else None
    if answer.status == _OK:
        return Response(url, 200, answer.headers, answer.body, moved_to)
    if answer.status == _NOT_MODIFIED and conditions:
        return Response(url, 304, answer.headers, b"", moved_to)
    reason, seconds = reason_shown(answer.reason), retry_after(answer.headers.get("retry-after"), answer.received)
    if (rest := rest_of(url, answer)) and seconds:
        raise HostRests(rest.host, rest.status, rest.until, seconds, reason)
    raise BadStatus(answer.status, reason, seconds, Refusal(url, answer.headers, answer.body[:PREFIX]))


def reason_shown(reason: str) -> str:
    """Return a reason phrase as it can be shown: a server may put anything into it."""
    return "".join(filter(str.isprintable, reason))[:_REASON]


def rest_of(url: str, answer: Answer) -> Rest | None:
    """Return for how long the host of ``url`` asks to be left alone; None where it does not."""
    seconds = retry_after(answer.headers.get("retry-after"), answer.received)
    if answer.status not in _RESTS or not seconds:
        return None
    until = answer.received + timedelta(seconds=min(seconds, LONGEST_REST))
    return Rest(urlsplit(url).netloc, until, answer.status)


def _conditions(request: Request) -> dict[str, str]:
    fields = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in fields.items() if value and _fits_a_field(value)}


def _fits_a_field(value: str) -> bool:
    """Return whether ``value`` can be sent as it came (RFC 9110, 5.5); stored ones need not be from a server."""
    return all(" " <= character <= "\xff" and character != "\x7f" for character in value)


def _keeps_validators(source: str, target: str) -> bool:
    before, after = urlsplit(source), urlsplit(target)
    return before.hostname == after.hostname and not (before.scheme == "https" and after.scheme == "http")
