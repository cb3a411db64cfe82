"""How much one client may ask, and how long it may take: what keeps one from holding others up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a server.  Times in seconds, sizes in bytes."""

    head: float = 10
    """From the connection, or the first byte of a further request, to the end of a request's header."""
    idle: int = 60
    """Between two requests on one connection."""
    send: float = 30
    """Without taking anything of an answer."""
    grace: int = 1
    """To finish answers that are under way when the server stops."""
    header: int = 16_384
    """Of a request's line and header together; nginx takes 32 KB, and no reader of feeds sends one."""
    connections: int = 1_000
    """At a time; beyond that the answer is 503."""
    piece: int = 262_144
    """What is handed to the network at a time: all that a client that does not read costs in memory."""
