"""What is served at which address: pages for operators, and else what is published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

from aggregator.errors import StoreError
from aggregator.model import SourceState
from aggregator.render.condition import condition, is_live
from aggregator.web.desk import Desk
from aggregator.web.files import Files
from aggregator.web.message import Answer, Kept, Request, Work, encoded
from aggregator.web.paths import located
from aggregator.web.policy import NOTHING, OPERATORS, PRIVATE, kind_of
from aggregator.web.refusals import not_allowed, options, refusal

_HEALTH = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""https://prometheus.io/docs/instrumenting/exposition_formats/"""


def present() -> datetime:
    """Return what time it is."""
    return datetime.now(UTC)


class App:
    """Answers requests.  Called from one thread; the work that it gives back may be done in any."""

    def __init__(self, desk: Desk, now: Callable[[], datetime] = present) -> None:
        self._desk = desk
        self._now = now
        self._files = Files()
        self._settings = desk.settings()
        self._output = str(self._settings.output)
        self._pages: Mapping[str, Work] = {
            "health": partial(self._health, None),
            "health/live": self._live,
            "health/ready": partial(self._health, "ready"),
            "metrics": self._metrics,
            "status": self._status,
        }

    def __call__(self, request: Request) -> Answer | Work:
        """Return the answer, or what makes it where that may take its time."""
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return not_allowed()
        if request.method == "OPTIONS" and request.target == "*":
            return options(shared=False)
        path = located(request.target)
        if path is None:
            return refusal(HTTPStatus.NOT_FOUND)
        page = self._pages.get(path)
        if request.method == "OPTIONS":
            return options(shared=page is None and kind_of(path).shared)
        return page or self._files.answer(self._folder(), path, request)

    def _folder(self) -> str:
        """Return the folder that is published by the settings in force."""
        settings = self._desk.settings()
        if settings is not self._settings:
            self._settings, self._output = settings, str(settings.output)
        return self._output

    # --- pages for operators ------------------------------------------------------------------------

    def _states(self) -> tuple[Mapping[str, SourceState] | None, str | None]:
        """Return what the store remembers; or None, and why it cannot be read."""
        try:
            return self._desk.states(), None
        except StoreError as error:
            return None, str(error)

    def _health(self, asked: str | None) -> Answer:
        states, unreadable = self._states()
        told = condition(self._desk.settings(), states, self._desk.pulse(), self._now(), unreadable)
        well = told["ready"] if asked else told["live"] and told["ready"]
        return _as_json({asked: well} if asked else told, well=bool(well))

    def _live(self) -> Answer:
        well = is_live(self._desk.pulse(), self._now())
        return _as_json({"live": well}, well=well)

    def _metrics(self) -> Answer:
        try:
            return _private(HTTPStatus.OK, METRICS, self._desk.metrics())
        except StoreError as error:
            return _private(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", f"{error}\n".encode())

    def _status(self) -> Answer:
        from aggregator.render.status_page import status_page  # noqa: PLC0415 - Jinja2 takes 0.04 s to import

        states, unreadable = self._states()
        page = status_page(self._desk.settings(), states, self._desk.pulse(), self._now(), unreadable)
        return _private(HTTPStatus.OK, _HTML, page, OPERATORS)


def _as_json(value: object, *, well: bool) -> Answer:
    data = json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
    return _private(HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, _HEALTH, data)


def _private(status: HTTPStatus, media_type: str, data: bytes, policy: str = NOTHING) -> Answer:
    fields = (
        ("Content-Type", media_type),
        ("Cache-Control", PRIVATE),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Answer(status.value, encoded(fields), Kept(data), 0, len(data))
