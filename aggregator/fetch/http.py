"""The live fetcher: documents over HTTP, guarded, capped, conditional, within a deadline.

One hop is made here; what leads from hop to hop is in ``hops``.  Keeps no cookies, sends no passwords,
takes no proxy, netrc or certificate setting from the environment but SSL_CERT_FILE.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from aggregator.config.values import FetchSettings
from aggregator.errors import BadResponse, FetchError
from aggregator.fetch.adapter import GuardedAdapter
from aggregator.fetch.body import ACCEPTED, PIECE, PREFIX, beginning, collect, too_large
from aggregator.fetch.deadline import Cutoff, Deadline
from aggregator.fetch.guard import Guard
from aggregator.fetch.hops import REDIRECTS, Answer, follow, rest_of
from aggregator.fetch.pace import PerHost, Rests
from aggregator.fetch.robots import SIZE, Robots
from aggregator.fetch.trouble import LOW_LEVEL, agent_field, explained
from aggregator.model import Request, Response, Rest

if TYPE_CHECKING:
    from aggregator.fetch.record import Recorder

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, "
    "application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.1"
)
"""What endpoints are made of.  No Accept-Language: a source's URL says which language is meant."""

_OK, _NOT_MODIFIED = 200, 304
_HOSTS_PER_WORKER = 4
"""Hosts with connections kept open for each fetch at a time: enough for redirects and the pages of a source."""

IDLE = 60.0
"""Seconds, by the wall clock, after which another cycle does not use a connection again.

Most servers have closed it by then.  A router that has forgotten it says nothing, and the answer would not come.
"""


class HttpFetcher:
    """Fetches over the network.  Safe to call from several threads; ``close`` it, or use it as a context.

    With ``record``, every hop is also written to that WARC file, and no validators are sent so that it is
    complete; the file takes its name at ``close``, and a run that ends in an exception leaves no new one.
    Hosts of ``rests``, and those that ask for it meanwhile, are left alone.  ``cutoff`` ends what is under way.
    """

    def __init__(
        self,
        settings: FetchSettings,
        user_agent: str,
        record: Path | None = None,
        rests: Iterable[Rest] = (),
        cutoff: Cutoff | None = None,
    ) -> None:
        self._settings = settings
        self._cutoff = cutoff or Cutoff()
        self._user_agent = user_agent
        self._pace = PerHost(settings.per_host)
        self._rests = Rests(rests)
        self._robots = Robots(self._robots_txt)
        self._adapter = GuardedAdapter(
            Guard(settings.allow_hosts),
            settings.proxy,
            hosts=_HOSTS_PER_WORKER * settings.concurrency,
            per_host=settings.per_host,
        )
        self._recorder = _recorder(record) if record else None
        self._used = time.time()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._recorder:
            self._recorder.discard()
        self.close()

    def close(self) -> None:
        """Give back connections, and the capture its name.  Raises ``FetchError`` if that cannot be done."""
        self._adapter.close()
        if self._recorder:
            self._recorder.commit()

    @property
    def recorded(self) -> bool:
        """Whether anything was written to a capture."""
        return self._recorder is not None and not self._recorder.empty

    def begin(self, rests: Iterable[Rest]) -> None:
        """Begin a cycle: hosts of ``rests`` are left alone, and no others; what could not be read is asked for anew."""
        if not 0 <= time.time() - self._used < IDLE:
            self._adapter.close()
        self._rests = Rests(rests)
        self._robots.forget_unread()
        self._pace.forget()

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, redirects followed, within ``fetch.timeout`` seconds in all.

        Waiting for a turn at a host (``fetch.per_host``, Crawl-delay) does not count, nor does asking for
        robots.txt, which has as much time of its own.  Raises the subclass of ``FetchError`` that says what
        happened, and ``Stopped``.
        """
        deadline = Deadline(self._settings.timeout)
        agent = agent_field(request.user_agent or self._user_agent)
        if self._recorder:
            request = replace(request, etag=None, last_modified=None)

        def send(url: str, conditions: Mapping[str, str]) -> Answer:
            apart = self._permitted(url, agent, deadline) if request.robots else 0.0
            return self._hop(url, _fields(agent, conditions), deadline, apart=apart)

        with self._cutoff.over(deadline):
            try:
                return follow(request, send)
            finally:
                self._used = time.time()

    def rests(self) -> tuple[Rest, ...]:
        """Return which hosts are to be left alone, as they asked before and since."""
        return self._rests.current()

    def _permitted(self, url: str, agent: str, deadline: Deadline) -> float:
        """Return how many seconds apart robots.txt wants ``url`` to be asked for; raise where it forbids it."""
        host = urlsplit(url).netloc
        self._rests.check(host)
        begin = time.monotonic()
        rules = self._robots.rules(url, agent)
        deadline.extend(time.monotonic() - begin)
        self._rests.check(host)  # which says more than that robots.txt could not be read
        rules.check(url)
        return rules.delay

    def _robots_txt(self, request: Request) -> Response:
        deadline = Deadline(self._settings.timeout)

        def send(url: str, conditions: Mapping[str, str]) -> Answer:
            return self._hop(url, _fields(request.user_agent or "", conditions), deadline, robots=True)

        with self._cutoff.over(deadline):
            return follow(request, send)

    def _hop(
        self, url: str, fields: Mapping[str, str], deadline: Deadline, *, apart: float = 0.0, robots: bool = False
    ) -> Answer:
        host = urlsplit(url).netloc
        self._rests.check(host)
        turn = self._pace.turn(host, apart, counts=not robots, pause=deadline.pause)
        with turn as waited, deadline.running(), explained(host, deadline):
            deadline.extend(waited)
            self._rests.check(host)  # it may have asked while this was waiting
            answer = self._exchange(url, fields, host, robots=robots)
            if rest := rest_of(url, answer):
                self._rests.add(rest)
        if self._recorder:
            self._recorder.write(url, fields, answer)
        return answer

    def _exchange(self, url: str, fields: Mapping[str, str], host: str, *, robots: bool) -> Answer:
        prepared = PreparedRequest()
        prepared.method, prepared.url = "GET", url  # as it is: prepare() would rewrite it, and ask netrc for passwords
        prepared.headers = CaseInsensitiveDict(fields)
        with closing(self._adapter.ask(prepared).raw) as raw:
            headers = {name.lower(): value for name, value in raw.headers.itermerged()}
            body = self._body(raw, headers, host, robots=robots)
            return Answer(raw.status, raw.reason or "", headers, body, datetime.now(UTC))

    def _body(self, raw: HTTPResponse, headers: Mapping[str, str], host: str, *, robots: bool) -> bytes:
        """Return the body, decoded; of an error the beginning, unless a capture wants it whole."""
        if raw.status == _NOT_MODIFIED:
            if "transfer-encoding" not in headers:  # there is none (RFC 9110, 15.4.5), but http.client waits for chunks
                raw.read1(PIECE, decode_content=False)  # gives the connection back
            return b""
        if raw.status == _OK and robots:
            return beginning(_chunks(raw, headers, host), headers.get("content-encoding", ""), SIZE, host)
        if raw.status == _OK:
            return _read(raw, headers, self._settings.max_bytes, host)
        if self._recorder is None and (robots or raw.status in REDIRECTS):
            return b""
        return self._body_of_error(raw, headers, host)

    def _body_of_error(self, raw: HTTPResponse, headers: Mapping[str, str], host: str) -> bytes:
        try:
            if self._recorder is None:
                return beginning(_chunks(raw, headers, host), headers.get("content-encoding", ""), PREFIX, host)
            return _read(raw, headers, self._settings.max_bytes, host)
        except (FetchError, *LOW_LEVEL):
            return b""  # the status is the answer, in a live run as well as in the capture


def _read(raw: HTTPResponse, headers: Mapping[str, str], cap: int, host: str) -> bytes:
    """Read the body to its end, which gives the connection back."""
    encoding = headers.get("content-encoding", "")
    chunks = _chunks(raw, headers, host)
    if not encoding and (raw.length_remaining or 0) > cap:
        raise too_large(cap, host)
    return collect(chunks, encoding, cap, host)


def _chunks(raw: HTTPResponse, headers: Mapping[str, str], host: str) -> Iterator[bytes]:
    transfer = headers.get("transfer-encoding", "chunked").strip().lower()
    if transfer not in {"chunked", "identity"}:
        msg = f"{host}: the transfer coding {transfer} was not asked for"
        raise BadResponse(msg)
    return iter(lambda: raw.read1(PIECE, decode_content=False), b"")


def _fields(agent: str, conditions: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPTED, **conditions}


def _recorder(path: Path) -> Recorder:
    from aggregator.fetch.record import Recorder  # noqa: PLC0415 - warcio is loaded by runs that record only

    return Recorder(path)
