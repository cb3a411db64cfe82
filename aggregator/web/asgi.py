"""The application as servers call it (ASGI 3.0, https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from aggregator.observe import warn
from aggregator.web.message import Answer, Kept, Request, Work
from aggregator.web.refusals import refusal

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


class Application(Protocol):
    """What answers requests."""

    def __call__(self, request: Request) -> Answer | Work:
        """Return the answer, or what makes it and may take its time."""


class Asgi:
    """Calls ``application`` for each request, and sends what it answers, ``piece`` bytes at a time.

    What may take its time is done by ``workers``: a file that is read, a page made from the store.
    """

    def __init__(self, application: Application, workers: Executor, piece: int) -> None:
        self._application = application
        self._workers = workers
        self._piece = piece

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request.  Its body is not read: nothing that has one is allowed."""
        request = _request(scope)
        answer = await self._answer(request)
        try:
            fields = answer.fields
            if answer.status not in _BODILESS:
                fields = (*fields, (b"content-length", str(answer.length).encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": fields})
            sends = request.method != "HEAD" and answer.status not in _BODILESS
            await self._send(answer, answer.length if sends else 0, send)
        finally:
            answer.body.close()

    async def _answer(self, request: Request) -> Answer:
        try:
            result = self._application(request)
            if isinstance(result, Answer):
                return result
            return await asyncio.get_running_loop().run_in_executor(self._workers, result)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are served
            warn(f"{request.target} could not be served: {error!r}")
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)

    async def _send(self, answer: Answer, length: int, send: Send) -> None:
        sent = 0
        while sent < length:
            size = min(length - sent, self._piece)
            if isinstance(answer.body, Kept):
                piece = answer.body.piece(answer.offset + sent, size)
            else:
                read = partial(answer.body.piece, answer.offset + sent, size)
                piece = await asyncio.get_running_loop().run_in_executor(self._workers, read)
            if len(piece) < size:  # the file was cut short: what was announced cannot be kept
                return
            sent += size
            await send({"type": "http.response.body", "body": bytes(piece), "more_body": sent < length})
        if not length:
            await send({"type": "http.response.body", "body": b""})


def _request(scope: Scope) -> Request:
    # A proxy's form of the target (RFC 9112, 3.2.2); there is but one site here, whatever it is called.
    target = _ABSOLUTE.sub("", scope["raw_path"].decode("latin-1"), count=1) or "/"
    return Request(scope["method"], target, _headers(scope["headers"]))


def _headers(fields: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in ((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields):
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
