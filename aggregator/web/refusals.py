"""Answers without a document: what is not there, not allowed, not understood."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from http import HTTPStatus

from aggregator.web.message import Answer, Kept, encoded
from aggregator.web.policy import NOTHING

METHODS = "GET, HEAD, OPTIONS"
"""Nothing can be changed here."""
SAFE = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "strict-origin-when-cross-origin"))
"""On every answer."""
SHARED = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag, Last-Modified"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)
"""What other sites' scripts may read: all of it is public, and no cookie is ever looked at."""
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", METHODS),
    ("Access-Control-Allow-Headers", "*"),
    ("Access-Control-Max-Age", "86400"),
)


@lru_cache(maxsize=64)
def refusal(status: HTTPStatus, extra: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return an answer of that status, in a line of plain text."""
    body = Kept(f"{status.value} {status.phrase}\n".encode())
    fields: Iterable[tuple[str, str]] = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("Content-Security-Policy", NOTHING),
        ("Access-Control-Allow-Origin", "*"),  # so that a script comes to know that there is nothing
        *SAFE,
        *extra,
    )
    return Answer(status.value, encoded(fields), body, 0, body.size)


def not_allowed() -> Answer:
    """Return the answer to what would change something (RFC 9110, 15.5.6)."""
    return refusal(HTTPStatus.METHOD_NOT_ALLOWED, (("Allow", METHODS),))


@cache
def options(*, shared: bool) -> Answer:
    """Return the answer to OPTIONS; with ``shared`` that to a browser's question before it asks (Fetch, 3.3.5)."""
    fields = (("Allow", METHODS), *SAFE, *((*SHARED, *_PREFLIGHT) if shared else ()))
    return Answer(HTTPStatus.NO_CONTENT, encoded(fields))
