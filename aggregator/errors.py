"""Everything that can go wrong, as one tree.

::

    AggregatorError
    ├── ConfigError            the configuration is wrong; carries every problem found
    ├── FetchError             one request brought nothing; the endpoint is asked again later
    │   ├── Unreachable        no name, no connection, no TLS, or not in the replayed capture
    │   ├── AddressRefused     not http(s), or an address that is not public and not allowed
    │   ├── TooManyRedirects   more hops than fetch allows, or a redirect that leads nowhere
    │   ├── DeadlineExceeded   the whole response took longer than ``fetch.timeout``
    │   ├── ResponseTooLarge   the body is over ``fetch.max_bytes``, or the header over its cap
    │   ├── BadResponse        what came is not HTTP, or is not what its encoding says
    │   ├── Disallowed         robots.txt does not allow the page, or cannot be read for now
    │   └── BadStatus          an answer that is neither 200 nor 304
    │       └── HostRests      429 or 503 with Retry-After: the host is left alone until then
    ├── ParseError             a document came, and it is not what the endpoint declares
    │   ├── NotADocument       an HTML page instead of a feed, not JSON, nothing at all
    │   │   └── Mislabelled    and its content type says that it is what was expected
    │   ├── NoItems            a document of the right kind with no item in it
    │   └── StandIn            a page known to be sent in its place: a block, a challenge, a login, an error page
    ├── BadItem                one item cannot be used; it costs that item only
    ├── StoreError             the database cannot be opened, read or written
    ├── NotFound               what a command names is not there, or is not one thing
    ├── PublishError           an output cannot be written
    ├── ServeError             the address to serve at cannot be listened on
    ├── Stopped                the program is to end, so this was not begun or not waited for
    └── LockHeld               another process is at work on the same store

An exception becomes a value in one place only, ``pipeline.py``.  ``kind`` is the stable word for it
in ``status.json``; the message is a sentence for the operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


class AggregatorError(Exception):
    """Base of every error this program raises on purpose."""

    kind: str = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the configuration, and where it stands."""

    file: str
    table: str
    key: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        inside = ".".join(part for part in (self.table, self.key) if part)
        return f"{place}: {inside}: {self.message}" if inside else f"{place}: {self.message}"


class ConfigError(AggregatorError):
    """The configuration cannot be used.  ``problems`` holds all of them, in the order of the files."""

    kind = "config"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class FetchError(AggregatorError):
    """A request brought no document."""

    kind = "fetch"


class Unreachable(FetchError):
    """No name, no connection, no TLS session, or a URL that a replayed capture does not hold."""

    kind = "unreachable"

    def __init__(self, message: str, *, captured: bool = True) -> None:
        """Take the sentence; ``captured`` is false for a URL that the replayed capture does not hold."""
        super().__init__(message)
        self.captured = captured


class AddressRefused(FetchError):
    """The URL is not http(s), or leads to an address that is neither public nor allowed by ``allow_hosts``."""

    kind = "address-refused"


class TooManyRedirects(FetchError):
    """The redirect cap was reached, or a redirect names no target."""

    kind = "redirects"


class DeadlineExceeded(FetchError):
    """The whole response did not arrive within ``fetch.timeout`` seconds."""

    kind = "timeout"


class ResponseTooLarge(FetchError):
    """The body, decompressed, is larger than ``fetch.max_bytes``, or the header larger than its cap."""

    kind = "too-large"


class BadResponse(FetchError):
    """The peer does not speak HTTP, or the body is not in the encoding that the header names."""

    kind = "bad-response"


class Disallowed(FetchError):
    """robots.txt does not let our user agent have the page (RFC 9309), or cannot be read for now (2.3.1.4)."""

    kind = "robots"

    def __init__(self, message: str, kind: str = kind) -> None:
        """``kind`` is that of what kept robots.txt from being read, where the host itself was not reached."""
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is neither 200 nor 304: what tells who gave it, and why."""

    url: str
    """Which answered, after redirects."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """The beginning, decoded; empty where it could not be read."""


class BadStatus(FetchError):
    """The server answered, with a status that is neither 200 nor 304."""

    kind = "http-status"

    def __init__(
        self, status: int, reason: str = "", retry_after: float | None = None, answer: Refusal | None = None
    ) -> None:
        """``retry_after`` is in seconds from now (RFC 9110, 10.2.3), None where the answer names none."""
        super().__init__(f"HTTP {status} {reason}".rstrip())
        self.status = status
        self.retry_after = retry_after
        self.answer = answer


class HostRests(BadStatus):
    """The host answered 429 or 503 with Retry-After, now or before, and the time that it named is not over."""

    kind = "host-rests"

    def __init__(self, host: str, status: int, until: datetime, retry_after: float, reason: str | None = None) -> None:
        """``retry_after`` is what is left, in seconds; ``reason`` is None where the host was not even asked."""
        asked = reason if reason is not None else "earlier"
        wish = f"{host} asks to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC"
        super().__init__(status, f"{asked}: {wish}" if asked else f"({wish})", retry_after)
        self.until = until


class ParseError(AggregatorError):
    """The document is not what its endpoint declares."""

    kind = "parse"


class NotADocument(ParseError):
    """An HTML page where a feed was expected, JSON that does not parse, an empty body."""

    kind = "not-a-document"

    def __init__(self, message: str, *, page: bool = False) -> None:
        """``page``: it is an HTML page, where none was expected."""
        super().__init__(message)
        self.page = page


class Mislabelled(NotADocument):
    """It is not a document of the declared kind, and its content type says that it is."""

    kind = "content-type"


class StandIn(ParseError):
    """A page of a kind that is known to be sent in the place of documents, with status 200."""

    kind = "error-page"

    def __init__(self, kind: str, message: str) -> None:
        """``kind`` says which: a word of ``aggregator.model.troubles``."""
        super().__init__(message)
        self.kind = kind


class NoItems(ParseError):
    """The document is of the declared kind and holds no item: on official sites a failure, not news."""

    kind = "no-items"


class BadItem(AggregatorError):
    """One item of a document cannot be used; the others can."""

    kind = "bad-item"


class StoreError(AggregatorError):
    """The database cannot be opened, read or written."""

    kind = "store"


class NotFound(AggregatorError):
    """What a command names is not stored, or the name fits several things."""

    kind = "not-found"


class PublishError(AggregatorError):
    """An output cannot be written."""

    kind = "publish"


class ServeError(AggregatorError):
    """Nobody can be served: the address cannot be listened on, or the server has ended."""

    kind = "serve"


class Stopped(AggregatorError):
    """The program is to end: what was asked for was not begun, or not waited for.  Says nothing of any source."""

    kind = "stopped"


class LockHeld(AggregatorError):
    """Another process is at work on the same store."""

    kind = "locked"
