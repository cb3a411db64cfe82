"""The URL that is asked for: what a given URL comes to before it is sent, recorded or looked up.

Does not clean URLs of items (tracking parameters and the like): see ``aggregator.clean``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

from aggregator.errors import AddressRefused, TooManyRedirects
from aggregator.fetch.guard import literal

_PORTS = {"http": 80, "https": 443}
_PATH = "/:@!$&'()*+,;=~%"
"""RFC 3986, 3.3, and ``%``: what is escaped already stays as it is."""
_QUERY = _PATH + "?[]"
"""RFC 3986, 3.4; brackets are not in it, but servers are written for clients that send them."""
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*)")


def outgoing(url: str) -> str:
    """Return ``url`` as it goes out: no user name, no fragment, ASCII only, the host in lower case.

    Path and query stay as they are but for what may not stand in a URL.  Raises ``AddressRefused`` for
    everything that is not an http or https URL with a host.
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as error:
        msg = f"{url}: not a URL: {error}"
        raise AddressRefused(msg) from None
    if scheme not in _PORTS or not host:
        msg = f"{url}: not an http or https URL"
        raise AddressRefused(msg)
    authority = _host(host, url)
    if port is not None and port != _PORTS[scheme]:
        authority += f":{port}"
    query = f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    return f"{scheme}://{authority}{quote(parts.path, safe=_PATH) or '/'}{query}"


def endpoint(url: str) -> tuple[str, int]:
    """Return the host (IPv6 without brackets) and the port of an ``outgoing`` URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def redirected(url: str, location: str | None) -> str:
    """Return the ``outgoing`` URL that a redirect from ``url`` leads to (RFC 9110, 10.2.2).

    Raises ``TooManyRedirects`` when it names none, ``AddressRefused`` when it may not be followed.
    """
    if not location or not location.strip():
        msg = f"{endpoint(url)[0]}: a redirect without a target"
        raise TooManyRedirects(msg)
    try:
        return outgoing(urljoin(url, escaped(location.strip())))
    except ValueError as error:
        msg = f"{endpoint(url)[0]}: a redirect to what is not a URL: {error}"
        raise TooManyRedirects(msg) from None


def escaped(location: str) -> str:
    """Return the value of a Location field with its non-ASCII characters percent-encoded.

    Header fields are read as Latin-1; servers that do not escape mostly write UTF-8.
    """
    with suppress(UnicodeError):  # it is Latin-1 indeed, then, or was read as text already
        location = location.encode("latin-1").decode("utf-8")
    return quote(location, safe=_PATH + "?[]#")


def _host(host: str, url: str) -> str:
    if ":" in host and literal(host) is not None and "%" not in host:
        return f"[{host}]"
    if not host.isascii():
        host = _idna(host, url)
    if not _NAME.fullmatch(host):
        msg = f"{url}: {host} is not a host name"
        raise AddressRefused(msg)
    return host


def _idna(host: str, url: str) -> str:
    from requests import PreparedRequest  # noqa: PLC0415 - replayed runs and ASCII names never need it
    from requests.exceptions import InvalidURL  # noqa: PLC0415 - the same

    prepared = PreparedRequest()
    try:
        prepared.prepare_url(f"http://{host}/", None)
    except InvalidURL:
        msg = f"{url}: {host} is not a host name"
        raise AddressRefused(msg) from None
    return urlsplit(prepared.url or "").hostname or ""
