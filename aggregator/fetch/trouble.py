"""What went wrong, said to the operator: low-level exceptions to ``FetchError``.

requests and urllib3 wrap each other's exceptions several deep; what counts is what lies within.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from requests import RequestException
from urllib3.exceptions import HTTPError, ProxyError

from aggregator.errors import BadResponse, DeadlineExceeded, FetchError, ResponseTooLarge, Unreachable
from aggregator.fetch.connection import HEADER_CAP, HeaderTooLarge
from aggregator.fetch.deadline import Deadline

LOW_LEVEL = (RequestException, HTTPError, http.client.HTTPException, OSError)
"""What requests, urllib3 and the standard library raise when a peer fails."""

_Rule = tuple[type[BaseException], type[FetchError], Callable[[BaseException], str]]


@contextmanager
def explained(host: str, deadline: Deadline) -> Iterator[None]:
    """Raise what fails within as the ``FetchError`` that it comes to; after ``deadline``, as ``DeadlineExceeded``.

    What fails because ``deadline`` is cut off is ``Stopped``; so is what seems whole then, for a connection that was
    shut looks as one that the peer has closed.
    """
    try:
        yield
        deadline.check()
    except LOW_LEVEL as error:
        deadline.check()
        if deadline.expired:
            msg = f"{host}: no complete answer within {deadline.seconds:g} seconds"
            raise DeadlineExceeded(msg) from error
        raise explain(error, host) from error


def explain(error: BaseException, host: str) -> FetchError:
    """Return the ``FetchError`` for ``error``: ``host`` and a plain reason."""
    within = list(_within(error, set()))
    for kind, outcome, reason in _RULES:
        for cause in within:
            if isinstance(cause, kind) and not isinstance(cause, RequestException):
                via = "the proxy: " if any(isinstance(outer, ProxyError) for outer in within) else ""
                return outcome(f"{host}: {via}{reason(cause)}")
    return BadResponse(f"{host}: not a usable answer ({type(within[-1]).__name__})")


def agent_field(name: str) -> str:
    """Return what the program calls itself as a header field can hold it: one line of Latin-1."""
    return " ".join(name.split()).encode("latin-1", "replace").decode("latin-1")


def _within(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    # Not __context__: the caller may be in the middle of dealing with the failure of another endpoint.
    for inner in (getattr(error, "reason", None), *error.args, error.__cause__):
        if isinstance(inner, BaseException):
            yield from _within(inner, seen)


def _certificate(error: BaseException) -> str:
    reason = str(getattr(error, "verify_message", "") or error).rstrip(".")
    return f"certificate verify failed: {reason}"


def _tls(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    return f"TLS failed: {reason.lower().replace('_', ' ') if isinstance(reason, str) else 'connection closed'}"


def _system(error: BaseException) -> str:
    # "Tunnel connection failed: 403 Forbidden" has no errno: a proxy's refusal, told by http.client in words.
    text = getattr(error, "strerror", None) or str(error) or "connection failed"
    return str(text)[:1].lower() + str(text)[1:]


def _incomplete(error: BaseException) -> str:
    missing = getattr(error, "expected", None)
    return f"the answer ends early, {missing} bytes are missing" if missing else "the answer ends early"


_RULES: tuple[_Rule, ...] = (
    (ssl.SSLCertVerificationError, Unreachable, _certificate),
    (ssl.SSLError, Unreachable, _tls),
    (http.client.RemoteDisconnected, Unreachable, lambda _: "connection closed without an answer"),
    (ConnectionRefusedError, Unreachable, lambda _: "connection refused"),
    (ConnectionError, Unreachable, lambda _: "connection reset"),
    (TimeoutError, Unreachable, lambda _: "connection timed out"),
    (HeaderTooLarge, ResponseTooLarge, lambda _: f"the header of the answer is larger than {HEADER_CAP} bytes"),
    (http.client.IncompleteRead, BadResponse, _incomplete),
    (http.client.BadStatusLine, BadResponse, lambda _: "the answer is not HTTP"),
    (http.client.HTTPException, BadResponse, lambda _: "the answer is not proper HTTP"),
    (socket.gaierror, Unreachable, lambda _: "no such host"),
    (OSError, Unreachable, _system),
)
"""Kind, what it comes to, and how it is said; the first that fits anything within, counts."""
