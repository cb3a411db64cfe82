"""What lives between cycles: kept, bounded, renewed, and usable after whatever went wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aggregator import wiring
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import StoreError
from aggregator.fetch.http import IDLE
from aggregator.model import Update
from aggregator.pipeline.cycle import Selection
from aggregator.store.sqlite import SqliteStore
from aggregator.wiring.clocks import SystemClock
from tests.pipeline.newsroom import Quiet
from tests.system.project import Project, rss

EVERYTHING = Selection(everything=True)
SOON = 20.0
PAGE = b'<ul><li><a href="/1">Talks in Geneva</a></li></ul>'


class Office:
    """A site that keeps connections open, and tells how many there were; ``/slow`` answers when it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.connections = 0
        self.slow = threading.Event()
        self.reached = threading.Semaphore(0)
        office = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                office.connections += 1
                super().setup()

            def do_GET(self) -> None:
                office.asked.append(self.path)
                if self.path == "/slow":
                    office.reached.release()
                    office.slow.wait(SOON)
                body = {"/robots.txt": b"User-agent: *\nAllow: /\n", "/page": PAGE}.get(
                    self.path,
                    rss({"guid": self.path, "title": self.path, "link": "https://office.example" + self.path}),
                )
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # it was not waited for
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.slow.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    office.close()


def settings(root: Path, office: Office, *paths: str) -> Settings:
    project = Project(root)
    sources = [(path, [f"http://{office.host}/{path}"]) for path in paths if path != "page"]
    project.source(*sources, allow=office.host)
    if "page" in paths:
        file = root / "config" / "sources.toml"
        page = f'kind = "page"\nurl = "http://{office.host}/page"\nitem = "li"\ntitle = "a"\nlink = "a@href"\n'
        head = '[[source]]\nid = "page"\ntitle = "Page"\nhome = "https://office.example/"\n[[source.endpoint]]\n'
        file.write_text(file.read_text() + head + page)
    return load(root / "config" / "aggregator.toml")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Heard(Quiet):
    def __init__(self) -> None:
        self.updates: list[Update] = []

    def updated(self, update: Update) -> None:
        self.updates.append(update)


def test_connections_and_robots_txt_outlive_a_cycle_and_nothing_piles_up(tmp_path: Path, office: Office) -> None:
    with wiring.Engine(settings(tmp_path, office, "page"), Quiet()) as engine:
        engine.run(EVERYTHING, Quiet())
        before = descriptors(), threading.active_count()
        for _ in range(10):
            engine.run(EVERYTHING, Quiet())
        assert (descriptors(), threading.active_count()) == before
        assert office.connections == 1
        assert office.asked.count("/robots.txt") == 1
        assert office.asked.count("/page") == 11
        engine._client._used -= IDLE  # connections that were idle for so long may be dead without a sign of it
        engine.run(EVERYTHING, Quiet())
        assert (office.connections, office.asked.count("/robots.txt")) == (2, 1)
        engine.reload(engine.settings)
        engine.run(EVERYTHING, Quiet())
        assert (office.connections, office.asked.count("/robots.txt")) == (3, 2)


def test_rests_are_those_of_the_store_at_each_cycle(tmp_path: Path, office: Office) -> None:
    with wiring.Engine(settings(tmp_path, office, "feed"), Quiet()) as engine:
        assert engine.run(EVERYTHING, Quiet()).updates[0].outcome == "ok"
        with SqliteStore.open(engine.settings.database) as store:
            store._database._connection.execute(
                "INSERT INTO rest (host, until, status) VALUES (?, '2099-01-01T00:00:00Z', 429)", (office.host,)
            )
        assert engine.run(Selection(frozenset({"feed"})), Quiet()).updates[0].outcome == "error"
        assert engine.run(EVERYTHING, Quiet()).updates[0].outcome == "ok"


def test_a_cycle_that_failed_with_requests_under_way_is_no_end(
    tmp_path: Path, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wiring.Engine(settings(tmp_path, office, "feed", "slow"), Quiet()) as engine:

        def broken(_store: SqliteStore, _update: Update) -> None:
            assert office.reached.acquire(timeout=SOON)
            office.reached.release()  # it is saved twice: the second time that it could not be
            msg = "the disk is full"
            raise StoreError(msg)

        with monkeypatch.context() as patched:
            patched.setattr(SqliteStore, "save", broken)
            with pytest.raises(StoreError):
                engine.run(EVERYTHING, Quiet())  # without waiting for what is slow
        office.slow.set()
        heard = Heard()
        engine.run(EVERYTHING, heard)
        assert {update.source: str(update.outcome) for update in heard.updates} == {"feed": "ok", "slow": "ok"}


def test_what_is_abandoned_stays_so(tmp_path: Path, office: Office) -> None:
    with wiring.Engine(settings(tmp_path, office, "slow"), Quiet()) as engine:
        running = threading.Thread(target=engine.run, args=(EVERYTHING, Quiet()))
        running.start()
        assert office.reached.acquire(timeout=SOON)
        engine.abandon()
        running.join(SOON)
        assert not running.is_alive()
        engine.reload(engine.settings)
        assert engine.run(EVERYTHING, Quiet()).updates == ()
        assert office.asked == ["/slow"]


def test_who_is_due(tmp_path: Path, office: Office) -> None:
    made = settings(tmp_path, office, "feed")
    clock = SystemClock()
    assert wiring.due(made, clock.now())
    assert not made.database.exists()
    with wiring.Engine(made, Quiet()) as engine:
        engine.run(Selection(), Quiet())
    assert not wiring.due(made, clock.now())
    off = made.model_copy(update={"sources": (made.sources[0].model_copy(update={"enabled": False}),)})
    assert not wiring.due(off, clock.now())
