"""How much one client may ask, and how long it may take: what keeps one from holding others up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a server.  Times in seconds, sizes in bytes."""

    head: float = 10
    """From the first byte of a request to the end of its header; also from the connection to its first request."""
    idle: float = 60
    """Between two requests on one connection."""
    send: float = 30
    """To take an answer, and beyond that a second for every ``rate`` bytes of it."""
    rate: int = 8_192
    """The slowest client that is served to the end: a modem was quicker."""
    linger: float = 2
    """To go on reading from a client that was refused, so that it comes to read why (RFC 9112, 9.6)."""
    grace: float = 1
    """To finish answers that are under way when the server stops."""
    header: int = 16_384
    """Of a request's line and header together; nginx takes 32 KB, and no reader of feeds sends one."""
    fields: int = 100
    """Lines of a header."""
    connections: int = 1_000
    """At a time.  One more, and the one that has been silent for longest is closed for it."""
    piece: int = 262_144
    """What is handed to the network at a time: all that a client that does not read costs in memory."""
