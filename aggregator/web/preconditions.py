"""Whether the client has it already (RFC 9110, 13), and which part of it is wanted (14).  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum, auto

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))[ \t]*", re.IGNORECASE)


class Verdict(Enum):
    """What is to be done with a request for something that is there."""

    SEND = auto()
    UNCHANGED = auto()
    """304: the client has it."""
    FAILED = auto()
    """412: it is not what the client takes it for."""


def http_date(seconds: int) -> str:
    """Return a time of the epoch as HTTP has it (RFC 9110, 5.6.7)."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def verdict(headers: Mapping[str, str], tag: str, modified: int) -> Verdict:
    """Judge a GET or HEAD in the order of RFC 9110, 13.2.2: tags go before dates.

    ``tag``: the strong entity tag, in its quotes.  ``modified``: seconds of the epoch.
    """
    if (wanted := headers.get("if-match")) is not None:
        if not _matches(wanted, tag, weakly=False):
            return Verdict.FAILED
    elif (since := _seconds(headers.get("if-unmodified-since"))) is not None and modified > since:
        return Verdict.FAILED
    if (known := headers.get("if-none-match")) is not None:
        return Verdict.UNCHANGED if _matches(known, tag, weakly=True) else Verdict.SEND
    if (since := _seconds(headers.get("if-modified-since"))) is not None and modified <= since:
        return Verdict.UNCHANGED
    return Verdict.SEND


def part(headers: Mapping[str, str], tag: str, modified: int, size: int) -> tuple[int, int] | None:
    """Return (offset, length) of the part of a GET; None for the whole; length 0 where there is no such part (416).

    Of several parts the whole is sent, as of a range that is none or not in bytes (RFC 9110, 14.2).
    """
    wanted = _RANGE.fullmatch(headers.get("range", ""))
    if wanted is None or not _still(headers.get("if-range"), tag, modified):
        return None
    first, last, final = wanted.groups()
    if final is not None:
        length = min(int(final), size)
        return size - length, length
    begin, end = int(first), int(last) if last else max(int(first), size)
    if end < begin:
        return None  # no valid range: as if none were there (14.1.1)
    return begin, max(0, min(end + 1, size) - begin)


def _matches(listed: str, tag: str, *, weakly: bool) -> bool:
    if listed.strip() == "*":
        return True
    return any(opaque == tag and (weakly or not weak) for weak, opaque in _TAG.findall(listed))


def _still(condition: str | None, tag: str, modified: int) -> bool:
    """Return whether what the client has a part of is what is here (RFC 9110, 13.1.5)."""
    if condition is None:
        return True
    return condition == tag if '"' in condition else condition == http_date(modified)


def _seconds(date: str | None) -> int | None:
    """Return a date in seconds of the epoch; None for what is none, which is ignored."""
    if date is None:
        return None
    try:
        moment = parsedate_to_datetime(date)
        # Without a zone, as asctime writes it, it is in UTC all the same (RFC 9110, 5.6.7).
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
