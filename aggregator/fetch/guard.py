"""Which addresses may be asked: public ones, and what the operator allows.

A feed, a redirect or a hostile name server must not be able to make this program talk to the machine it
runs on or to the network around it (server-side request forgery).  The rule is applied to resolved
addresses and to connected peers, so every way of writing an address (``2130706433``, ``0177.0.0.1``,
``[::ffff:127.0.0.1]``) comes to the same.  Does not resolve or connect: see ``connection``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aggregator.errors import AddressRefused

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out: https://www.iana.org/assignments/ipv6-address-space/"""
_NAT64 = IPv6Network("64:ff9b::/96")
"""The last 32 bits are an IPv4 address (RFC 6052, 2.1)."""
_NOT_PUBLIC = (
    IPv6Network("2001::/32"),  # Teredo: holds an IPv4 address and tunnels to it (RFC 4380)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637), younger than some Pythons' tables
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether ``address`` is one of the open internet.

    Multicast is not; an IPv6 address that stands for an IPv4 one (mapped RFC 4291, 6to4 RFC 3056,
    NAT64 RFC 6052) is exactly if that is.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _NOT_PUBLIC)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that ``host`` itself is, in any form the C library takes (inet_aton); None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, ValueError):
        return None


class Guard:
    """Tells allowed addresses from others.  ``allow_hosts`` are ``host`` or ``host:port``, in lower case."""

    def __init__(self, allow_hosts: Iterable[str] = ()) -> None:
        self._allowed = frozenset(_host_and_port(entry) for entry in allow_hosts)

    def allows(self, host: str, port: int) -> bool:
        """Return whether the operator lets the host of a URL be fetched whatever its address is."""
        host = _canonical(host)
        return (host, None) in self._allowed or (host, port) in self._allowed

    def check(self, host: str, port: int, address: str) -> None:
        """Raise ``AddressRefused`` unless ``host``, found at ``address``, may be fetched."""
        if not self.allows(host, port) and not is_public(ip_address(address.partition("%")[0])):
            where = "" if _canonical(host) == _canonical(address) else f"{host}: "
            msg = f"{where}{address} is not a public address, and fetch.allow_hosts does not name the host"
            raise AddressRefused(msg)

    def check_name(self, host: str, port: int) -> None:
        """Raise ``AddressRefused`` for a host that is refused by its name alone.

        All that can be said behind a proxy, where names are the proxy's to resolve: a literal address
        that is not public, and ``localhost`` (RFC 6761, 6.3).
        """
        address = literal(host)
        if address is not None:
            self.check(host, port, str(address))
        elif _canonical(host).rpartition(".")[2] == "localhost" and not self.allows(host, port):
            msg = f"{host}: is this machine, and fetch.allow_hosts does not name it"
            raise AddressRefused(msg)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    bracketed = entry.startswith("[")
    if not bracketed and entry.count(":") != 1:  # a name, or an IPv6 address without brackets and port
        return _canonical(entry), None
    host, _, port = entry.rpartition(":") if not entry.endswith("]") else (entry, "", "")
    return _canonical(host), int(port) if port else None


def _canonical(host: str) -> str:
    host = host.strip("[]").rstrip(".").lower()
    try:
        return str(ip_address(host))
    except ValueError:
        return host
