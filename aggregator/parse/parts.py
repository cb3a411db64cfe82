"""The parts of an item that every kind of document has: people, files, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from aggregator.model import Enclosure

_MAIL_AND_NAME = re.compile(r"[^\s()<>@]+@[^\s()<>@]+\s*\(([^()]+)\)")
_NAME_AND_MAIL = re.compile(r"\"?([^<>\"]*[^<>\"\s])\"?\s*<\s*(?:mailto:)?[^\s<>@]+@[^\s<>@]+>")
_MAX_DIGITS = 18
"""Of a length in octets: more does not fit a signed 64-bit number, and no file has it."""


def person(text: str | None) -> str | None:
    """Return the name in ``mail (Name)`` (RSS 2.0, ``author``) or ``Name <mail>``; anything else as it stands."""
    words = (text or "").strip()
    match = _MAIL_AND_NAME.fullmatch(words) or _NAME_AND_MAIL.fullmatch(words)
    return (match[1].strip() if match else words) or None


def distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return what there is, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def files(candidates: Iterable[tuple[object, object, object]]) -> tuple[Enclosure, ...]:
    """Return the enclosures of (url, type, length) as they were written, one a URL; without a URL there is no file."""
    found: dict[str, Enclosure] = {}
    for url, kind, length in candidates:
        if isinstance(url, str) and (url := url.strip()) and url not in found:
            found[url] = Enclosure(url, kind.strip() or None if isinstance(kind, str) else None, octets(length))
    return tuple(found.values())


def octets(length: object) -> int | None:
    """Return a length in octets; None for everything that is no plain number."""
    if isinstance(length, int) and not isinstance(length, bool):
        length = str(length)
    digits = length.strip() if isinstance(length, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS else None


def is_web(url: str | None) -> bool:
    """Tell whether ``url`` is an absolute http(s) URL."""
    return url is not None and url[:8].lower().startswith(("http://", "https://"))


def absolute(base: str, href: str) -> str | None:
    """Resolve ``href``; None when that makes no http(s) URL."""
    try:
        url = urljoin(base, href)
    except ValueError:  # such as an unclosed bracket around a host
        return None
    return url if is_web(url) else None
