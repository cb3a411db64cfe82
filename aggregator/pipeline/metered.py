"""A fetcher that counts: what each request of one step came to, how long it took, and how much it brought."""

from __future__ import annotations

from aggregator.errors import BadStatus, FetchError, HostRests
from aggregator.model import Asked, Request, Response
from aggregator.ports import Clock, Fetcher

_NOT_MODIFIED = 304
_CLASSES = range(1, 6)
"""Of status codes (RFC 9110, 15)."""


class Metered:
    """Passes on to ``fetcher`` what is asked for and what comes of it.  For one thread: each step has its own."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher, self._clock = fetcher, clock
        self.asked: list[Asked] = []
        """What was asked for, in that order."""

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``; raises what the fetcher raises."""
        begin = self._clock.monotonic()
        outcome, size, status = "internal", 0, None
        try:
            response = self._fetcher.fetch(request)
        except FetchError as error:
            outcome, status = outcome_of(error), error.status if isinstance(error, BadStatus) else None
            raise
        else:
            outcome = "not-modified" if response.status == _NOT_MODIFIED else "ok"
            size, status = len(response.body), response.status
            return response
        finally:
            self.asked.append(Asked(outcome, self._clock.monotonic() - begin, size, status))


def outcome_of(error: FetchError) -> str:
    """Return the word for what a request came to that brought nothing: one of few, whatever the server says."""
    if isinstance(error, BadStatus) and not isinstance(error, HostRests) and error.status // 100 in _CLASSES:
        return f"http-{error.status // 100}xx"
    return error.kind
