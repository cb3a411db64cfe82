"""robots.txt, for the pages that are read: whether we may have them, and how far apart (RFC 9309).

Feeds and JSON answers are made for programs, so nobody asks here about them.  Fetches through what it is
given; knows nothing of sockets.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.errors import (
    AddressRefused,
    BadStatus,
    DeadlineExceeded,
    Disallowed,
    FetchError,
    HostRests,
    TooManyRedirects,
    Unreachable,
)
from aggregator.fetch.pace import LONGEST_DELAY
from aggregator.model import Request, Response

if TYPE_CHECKING:
    from protego import Protego

SIZE = 512_000
"""Octets that are read; a crawler has to take at least these (RFC 9309, 2.5), and may leave the rest."""

LIFETIME = 86_400.0
"""Seconds for which what was read is gone by (RFC 9309, 2.4)."""

SITES = 256
"""Sites whose rules are kept; those that came first are forgotten first."""

_MOST_RULES = 1_000_000
"""Lines times groups.  Every rule is kept once for each agent of its group; a hostile file would fill the memory."""

_SERVER_ERROR = 500


class Rules:
    """What the robots.txt of ``host`` says to one user agent; without ``site`` it says nothing, for ``reason``."""

    def __init__(self, host: str, agent: str, site: Protego | None, reason: str = "", kind: str = "robots") -> None:
        self._host = host
        self._agent = agent
        self._site = site
        self._reason = reason
        self._kind = kind

    @property
    def known(self) -> bool:
        """Whether it could be read, or is known not to be there."""
        return self._site is not None

    @property
    def delay(self) -> float:
        """The seconds between two requests that it asks for (Crawl-delay, in no RFC but in wide use)."""
        return min(self._site.crawl_delay(self._agent) or 0.0, LONGEST_DELAY) if self._site else 0.0

    def check(self, url: str) -> None:
        """Raise ``Disallowed`` unless ``url`` may be asked for."""
        path = urlsplit(url).path
        if self._site is None:
            msg = f"{self._host}: robots.txt cannot be read, so {path} is not asked for: {self._reason}"
            raise Disallowed(msg, self._kind)
        if not self._site.can_fetch(url, self._agent):
            msg = f"{self._host}: robots.txt does not allow {path} for {self._agent}"
            raise Disallowed(msg)


@dataclass(slots=True)
class _Site:
    """A site's rules for one user agent, read once a day: whoever comes meanwhile waits for them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Rules | None = None
    read: float = 0.0
    """When, by the wall clock: one that stands still while the machine sleeps would keep them longer."""


class Robots:
    """The robots.txt of every site that is asked for pages, each read once a day.  Safe to use from several threads.

    ``fetch`` follows redirects, five at most, and takes no more than ``SIZE`` octets.  ``clock`` tells the time in
    seconds.
    """

    def __init__(self, fetch: Callable[[Request], Response], clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._sites: dict[tuple[str, str], _Site] = {}

    def rules(self, url: str, agent: str) -> Rules:
        """Return what the site of ``url`` says to ``agent``.

        A site that has no robots.txt (4xx), or redirects without end, allows everything; one that fails or
        cannot be reached allows nothing (RFC 9309, 2.3.1).
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            site = self._sites.setdefault((origin, agent), _Site())
            while len(self._sites) > SITES:
                del self._sites[next(iter(self._sites))]
        with site.lock:
            # Read in the future: the clock was wrong then, or is now.
            if site.rules is None or not 0 <= self._clock() - site.read < LIFETIME:
                site.rules, site.read = self._read(origin, parts.netloc, agent), self._clock()
            return site.rules

    def forget_unread(self) -> None:
        """Forget the sites whose robots.txt could not be read: they are asked anew."""
        with self._lock:
            self._sites = {key: site for key, site in self._sites.items() if site.rules and site.rules.known}

    def _read(self, origin: str, host: str, agent: str) -> Rules:
        try:
            body = self._fetch(Request(f"{origin}/robots.txt", user_agent=agent)).body
        except TooManyRedirects:
            body = b""
        except FetchError as error:
            if not _says_there_is_none(error):
                unreached = isinstance(error, Unreachable | AddressRefused | DeadlineExceeded)
                return Rules(host, agent, None, str(error), error.kind if unreached else "robots")
            body = b""
        if len(body) >= SIZE:
            body = body.rpartition(b"\n")[0]  # half a path would forbid more than the whole one does
        text = body.decode("utf-8-sig", "replace")
        if len(text.splitlines()) * len(re.findall("agent", text, re.IGNORECASE)) > _MOST_RULES:
            return Rules(host, agent, None, "it has too many groups and rules")
        from protego import Protego  # noqa: PLC0415 - runs that read no page never need it

        return Rules(host, agent, Protego.parse(text))


def _says_there_is_none(error: FetchError) -> bool:
    """Return whether the site answered, and has no robots.txt for us; a host that rests has not said so."""
    return isinstance(error, BadStatus) and not isinstance(error, HostRests) and error.status < _SERVER_ERROR
