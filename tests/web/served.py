"""A folder that is served, and a client that sends what it likes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from aggregator.config.values import Settings
from aggregator.errors import StoreError
from aggregator.model import Pulse, SourceState
from aggregator.web import Limits, Server, serving


@cache
def _settings(folder: Path, host: str, port: int, output: str, sources: tuple[str, ...]) -> Settings:
    """Return a configuration; each of ``sources`` is an id, behind a ``-`` where it is switched off."""
    return Settings.model_validate(
        {
            "site": {"title": "Official record", "base_url": "https://feeds.example/"},
            "publish": {"output": output},
            "serve": {"host": host, "port": port},
            "root": folder,
            "sources": tuple(
                {
                    "id": id_.removeprefix("-"),
                    "title": f"Office <{id_}>",
                    "home": "https://office.example/",
                    "enabled": not id_.startswith("-"),
                    "endpoint": ({"kind": "feed", "url": f"https://office.example/{id_}"},),
                }
                for id_ in sources
            ),
        }
    )


@dataclass
class Table:
    """A desk whose things lie open: each may be exchanged while the server runs."""

    folder: Path
    host: str = "127.0.0.1"
    known: Mapping[str, SourceState] = field(default_factory=dict)
    heart: Pulse | None = None
    broken: str | None = None
    sources: tuple[str, ...] = ()
    output: str = "feeds"
    port: int = 0

    def settings(self) -> Settings:
        """Return the configuration; the same one until something of it is exchanged."""
        return _settings(self.folder, self.host, self.port, self.output, self.sources)

    def states(self) -> Mapping[str, SourceState]:
        """Return the states, or fail as the store does."""
        if self.broken:
            raise StoreError(self.broken)
        return self.known

    def pulse(self) -> Pulse | None:
        """Return the pulse."""
        return self.heart

    def metrics(self) -> bytes:
        """Return a metric, or fail as the store does."""
        self.states()
        return b"sources 1\n"


@contextmanager
def served(folder: Path, limits: Limits | None = None) -> Iterator[Server]:
    """Serve exactly ``folder``, on a free port."""
    with serving(Table(folder, output="."), limits) as server:
        yield server


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def __getitem__(self, name: str) -> str:
        return self.headers[name]


class Client:
    """One connection."""

    def __init__(self, server: Server, source: str = "") -> None:
        self.socket = socket.create_connection((server.host, server.port), 20, (source, 0) if source else None)
        self._file = self.socket.makefile("rb")

    def close(self) -> None:
        """Leave."""
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def reply(self, method: str = "GET") -> Reply:
        """Read one answer; fails where the connection ends before that."""
        line = self._file.readline()
        if not line:
            raise ConnectionError
        headers: dict[str, str] = {}
        while (field_ := self._file.readline()) != b"\r\n":
            name, colon, value = field_.decode("latin-1").removesuffix("\r\n").partition(": ")
            assert colon, field_
            known = headers.get(name.lower())
            assert known is None or name.lower() == "vary", name
            headers[name.lower()] = value if known is None else f"{known}, {value}"
        status = int(line.split(b" ")[1])
        assert line.startswith(b"HTTP/1.1 ")
        bodiless = method == "HEAD" or status in {204, 304}
        assert ("content-length" in headers) is (status not in {204, 304})
        body = b"" if bodiless else self._file.read(int(headers["content-length"]))
        assert len(body) == (0 if bodiless else int(headers["content-length"]))
        return Reply(status, headers, body)

    def ask(self, target: str = "/", method: str = "GET", **headers: str) -> Reply:
        """Send a request and read its answer; the connection stays open."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.send(f"{method} {target} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode("latin-1"))
        return self.reply(method)

    def rest(self) -> bytes:
        """Return all that comes until the server closes the connection."""
        return self._file.read()

    def ended(self) -> bool:
        """Wait until the server has closed the connection; return whether it said nothing before."""
        try:
            return not self.rest()
        except ConnectionResetError:
            return True


@contextmanager
def client(server: Server) -> Iterator[Client]:
    """Give a connection to ``server``."""
    with closing(Client(server)) as one:
        yield one
