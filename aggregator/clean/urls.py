"""Addresses: relative to absolute, and one spelling for each document.

Follows RFC 3986, 6.2.2 and 6.2.3, and what browsers do with what RFC 3986 does not allow (WHATWG URL):
white space around and line ends inside are dropped, a backslash is a slash, other characters that may
not stand are percent-encoded.  Looks nothing up, follows no redirect, and never raises: what is not an
address is None.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address
from unicodedata import is_normalized
from urllib.parse import quote, unquote, urljoin, urlsplit

from aggregator.clean import tracking

LONGEST = 4_000
"""Characters.  Longer addresses are not documents' but data's."""

_PORTS = {"http": 80, "https": 443}
_PCHAR = "!$&'()*+,;=:@"
"""What may stand in a path's segment besides the unreserved characters (RFC 3986, 3.3)."""

_EDGES = "".join(map(chr, range(33))) + "\x7f\u00a0\u200b\u2060\ufeff\ufffc"
_INSIDE = re.compile("[\x00-\x1f\x7f]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_DEVIATIONS = frozenset("ßς\u200c\u200d")
"""Characters that IDNA 2003 maps away and IDNA 2008 and browsers keep (UTS 46, section 7)."""

_MAIL_OR_PHONE = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
_CLEAN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/(?!\.)(?:[A-Za-z0-9_~!$&'()*+,;=:@-]|\.|/(?!\.))*",
)
"""An absolute address that is canonical at a glance; the most usual kind."""


def absolute(url: str | None, base: str | None) -> str | None:
    """Return ``url`` resolved against ``base``, percent-encoded ASCII, http or https; None for all else.

    Query and fragment stay as they are.
    """
    joined = _join(url, base)
    return _spell(joined, keep_fragment=True) if joined else None


def link(url: str | None, base: str | None) -> str | None:
    """Return the target of a link inside content: as ``absolute``, without tracking; or mailto: and tel:."""
    if url and len(url) <= LONGEST and _CLEAN.fullmatch(url):
        return url
    tidy = (url or "").strip(_EDGES)
    if _MAIL_OR_PHONE.match(tidy):
        scheme, _, rest = _INSIDE.sub("", tidy).partition(":")
        return f"{scheme.lower()}:{_encode(rest, _PCHAR + '/?')}" if rest and len(rest) <= LONGEST else None
    joined = _join(url, base)
    return _spell(joined, keep_fragment=True, drop_tracking=True) if joined else None


def canonical(url: str | None) -> str | None:
    """Return the one spelling of an absolute http(s) address; None when it is none.

    Scheme and host in lower case, host in ASCII, no default port, no user, no dot segments, no fragment
    (but ``#!``, which once named documents), upper-case escapes and none of unreserved characters, no
    tracking parameters.  The other parameters keep their order.  http and https stay different.
    """
    joined = _join(url, None)
    return _spell(joined, drop_tracking=True) if joined else None


def is_canonical(url: str) -> bool:
    """Return whether ``url`` is spelled as the W3C validator wants ids: as ``absolute`` spells it, and in NFC."""
    if _spell(url, keep_fragment=True) != url:
        return False
    try:
        return is_normalized("NFC", unquote(url, errors="strict"))
    except UnicodeDecodeError:
        return False


def host_of(url: str) -> str | None:
    """Return the host of an absolute address, in lower-case ASCII; None when it has none."""
    try:
        return _host(urlsplit(url).hostname)
    except ValueError:
        return None


def _join(url: str | None, base: str | None) -> str | None:
    if not url or len(url) > LONGEST:
        return None
    if _CLEAN.fullmatch(url):
        return url
    tidy = _INSIDE.sub("", url.strip(_EDGES))
    if not tidy:
        return None
    end = re.search(r"[?#]|$", tidy)
    stop = end.start() if end else len(tidy)
    tidy = tidy[:stop].replace("\\", "/") + tidy[stop:]
    try:
        return urljoin(base, tidy) if base else tidy
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _spell(url: str, *, keep_fragment: bool = False, drop_tracking: bool = False) -> str | None:
    if _CLEAN.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        host, port = _host(parts.hostname), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or host is None:
        return None
    spelled = f"{scheme}://{host}" + ("" if port in {None, _PORTS[scheme]} else f":{port}")
    spelled += _path(parts.path)
    query = _query(parts.query, host) if drop_tracking else parts.query
    if query:
        spelled += "?" + _encode(query, _PCHAR + "/?")
    if parts.fragment and (keep_fragment or parts.fragment.startswith("!")):
        spelled += "#" + _encode(parts.fragment, _PCHAR + "/?")
    return spelled


def _host(host: str | None) -> str | None:
    """Return ``host`` in lower-case ASCII; raise ``ValueError`` (``UnicodeError`` is one) for what is no host."""
    if not host:
        return None
    if ":" in host:
        return f"[{IPv6Address(host.partition('%')[0]).compressed}]"
    name = unquote(host, errors="strict").strip().lower()
    if not name.isascii():
        name = ".".join(map(_label, re.split("[.\u3002\uff0e\uff61]", name)))
    return name.removesuffix(".") if _HOST.fullmatch(name) else None


def _label(label: str) -> str:
    if label.isascii():
        return label
    if _DEVIATIONS.intersection(label):
        return "xn--" + label.encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii").lower()


def _path(path: str) -> str:
    """Return ``path`` encoded and without dot segments (RFC 3986, 5.2.4), ``/`` for none."""
    segments = _encode(path, _PCHAR + "/").split("/")[1:] or [""]
    kept: list[str] = []
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        if segment not in {".", ".."}:
            kept.append(segment)
        elif last:
            kept.append("")
    return "/" + "/".join(kept)


def _query(query: str, host: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _tracks(part, host))


def _tracks(parameter: str, host: str) -> bool:
    name = unquote(parameter.partition("=")[0]).lower()
    if name in tracking.PARAMETERS or name.startswith(tracking.PREFIXES):
        return True
    return any(
        name in names and (host == site or host.endswith("." + site)) for site, names in tracking.ON_SITE.items()
    )


def _encode(text: str, allowed: str) -> str:
    """Return ``text`` with escapes in upper case, none of them needless, and all that must be escaped escaped."""
    pieces = _ESCAPE.split(text)
    for place, piece in enumerate(pieces):
        if place % 2:
            character = chr(int(piece, 16))
            pieces[place] = character if character in _UNRESERVED else f"%{piece.upper()}"
        else:
            pieces[place] = quote(piece, safe=allowed, errors="replace")
    return "".join(pieces)
