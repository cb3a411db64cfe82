"""Reads the head of a request: its line and its header (RFC 9112, 2 to 5), strictly.

Whatever two programs could read differently is refused: bare line feeds, folded lines, blanks before a colon, two
``Host``.  Bodies are not read at all, and a connection on which one may follow is closed after the answer.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from aggregator.web.message import Request

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEAD = re.compile(rf"({_NAME}) ([!-~\x80-\xff]+) HTTP/([0-9])\.([0-9])((?:\r\n{_NAME}:[^\x00-\x08\x0a-\x1f\x7f]*)*)")
"""Nothing in it can be matched in two ways, so that it takes no longer than the head is long."""
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_ONCE = frozenset({"host", "content-length", "transfer-encoding"})
"""What decides whom a request is for and where it ends."""


class Refused(Exception):
    """A request that is not answered; carries the status that says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def parse(head: bytes, fields: int) -> Request:
    """Return the request of ``head``, which is all before the empty line.  At most so many ``fields``.

    Raises ``Refused``.
    """
    whole = _HEAD.fullmatch(head.decode("latin-1"))
    if whole is None:
        raise Refused(HTTPStatus.BAD_REQUEST)
    method, target, major, minor, rest = whole.groups()
    if major != "1":
        raise Refused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    headers = _fields(rest.split("\r\n")[1:], fields)
    if minor != "0" and "host" not in headers:
        raise Refused(HTTPStatus.BAD_REQUEST)
    if not target.startswith("/"):
        # A proxy's form of the target (3.2.2); there is but one site here, whatever it is called.
        target = _ABSOLUTE.sub("", target, count=1) or "/"
    return Request(method, target, headers, _keeps(minor, headers))


def _fields(rest: list[str], most: int) -> dict[str, str]:
    if len(rest) > most:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    headers: dict[str, str] = {}
    for each in rest:
        name, _, value = each.partition(":")
        name, value = name.lower(), value.strip(" \t")
        if name in headers:
            if name in _ONCE:
                raise Refused(HTTPStatus.BAD_REQUEST)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def _keeps(minor: str, headers: dict[str, str]) -> bool:
    """Return whether another request may follow: not behind a body, which is not read."""
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        return False
    if minor == "0":
        return False
    options = headers.get("connection")
    return options is None or "close" not in {option.strip().lower() for option in options.split(",")}
