"""What a failure is called: by what stands in the way, where that shows."""

from __future__ import annotations

from aggregator.errors import AggregatorError, BadStatus, HostRests


def told(error: AggregatorError, asked: str) -> tuple[str, str]:
    """Return the kind and the explanation of ``error``, which came of asking for the URL ``asked``.

    An error status is told by who sent it, when the answer shows that.  A host that names a time is taken at its word.
    """
    if not isinstance(error, BadStatus) or isinstance(error, HostRests) or error.answer is None:
        return error.kind, str(error)
    from aggregator.parse.blocks import recognised  # noqa: PLC0415 - lxml; most runs meet no such answer

    answer = error.answer
    block = recognised(error.status, answer.headers, answer.body, asked=asked, url=answer.url)
    return (block.kind, f"{error}: {block.seen}") if block else (error.kind, str(error))
