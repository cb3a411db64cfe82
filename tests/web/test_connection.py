"""Clients that are slow, rude, many or gone: none of them holds another up, and each gets what is due to it."""

from __future__ import annotations

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import ServeError
from aggregator.model import SourceState
from aggregator.web import Limits, Server, serving
from tests.web.conftest import ATOM, FILES
from tests.web.served import Client, Table, client, served

if TYPE_CHECKING:
    from collections.abc import Mapping

ASK = b"GET /all.json HTTP/1.1\r\nHost: x\r\n\r\n"


def test_many_requests_come_over_one_connection(http: Client) -> None:
    for _ in range(50):
        assert http.ask("/all.json").body == FILES["all.json"]
        assert http.ask("/nothing").status == 404


def test_requests_that_come_at_once_are_answered_in_order(http: Client) -> None:
    targets = ["/all.json", "/all.atom", "/health/live", "/nothing", "/feed.css"] * 5
    http.send(b"".join(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for target in targets))
    replies = [http.reply() for _ in targets]
    assert [reply.status for reply in replies] == [200, 200, 200, 404, 200] * 5
    assert [reply.body for reply in replies[1::5]] == [ATOM] * 5


def test_a_request_may_come_in_pieces(http: Client) -> None:
    for at in range(len(ASK)):
        http.send(ASK[at : at + 1])
    assert http.reply().body == FILES["all.json"]


def test_a_connection_ends_when_that_is_asked_for(server: Server) -> None:
    for asked in (
        b"GET /all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /all.atom HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ):
        with client(server) as http:
            http.send(asked)
            reply = http.reply()
            assert (reply.body, reply["connection"]) == (ATOM, "close")
            assert http.ended()


def test_a_body_is_not_taken_for_a_request(http: Client) -> None:
    http.send(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(ASK)}\r\n\r\n".encode() + ASK + ASK)
    assert http.reply().status == 405
    assert http.reply().body == FILES["all.json"]


def test_what_is_no_request_or_too_long_is_refused(server: Server) -> None:
    for asked in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /" + b"a" * 70_000,
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 70_000,
    ):
        with client(server) as http:
            http.send(asked)
            assert b" 400 " in http.socket.recv(100), asked[:40]


@pytest.mark.parametrize("said", [b"", b"GET / HTT", ASK])
def test_who_says_nothing_more_is_left(folder: Path, said: bytes) -> None:
    limits = Limits(idle=1) if said == ASK else Limits(head=0.2)
    with served(folder, limits) as server, client(server) as http:
        http.send(said)
        if said == ASK:
            assert http.reply().status == 200
        assert http.ended()


def test_who_says_it_letter_by_letter_is_left_all_the_same(folder: Path) -> None:
    with served(folder, Limits(head=0.3)) as server, client(server) as http:
        http.send(b"GET / HTTP/1.1\r\n")
        http.socket.settimeout(0.05)
        ended = False
        while not ended:
            try:
                http.send(b"A: b\r\n")
                ended = not http.socket.recv(1)
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True


def opened() -> int:
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_who_reads_nothing_is_left_and_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(30_000_000))
    (tmp_path / "all.json").write_bytes(b"{}")
    impatient = Limits(send=0.2)
    with served(tmp_path, impatient) as server, ExitStack() as stack:
        with client(server) as http:  # so that what the server itself needs is open
            assert http.ask("/large.bin", "HEAD").status == 200
            ours = opened() - 2
        lazy = [stack.enter_context(client(server)) for _ in range(6)]
        for one in lazy:
            one.send(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            assert one.socket.recv(1)
        with client(server) as http:
            for _ in range(100_000):
                assert http.ask("/all.json").body == b"{}"
                if opened() <= ours + 8:  # the six of the lazy ones, and both ends of this one
                    break
        assert opened() <= ours + 8
        for one in lazy:
            size = 0
            try:
                while piece := one.socket.recv(1_000_000):
                    size += len(piece)
            except ConnectionResetError:
                pass
            assert size < 30_000_000


def test_what_was_opened_for_a_client_that_is_gone_is_closed(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(30_000_000))
    with served(tmp_path) as server:
        with client(server) as http:
            assert http.ask("/large.bin", "HEAD").status == 200
        before = opened()
        for _ in range(10):
            with client(server) as http:
                http.send(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                assert http.socket.recv(1_000)
        with client(server) as http:
            assert len(http.ask("/large.bin").body) == 30_000_000
            for _ in range(100_000):
                http.ask("/nothing")
                if opened() <= before + 2:
                    break
            assert opened() <= before + 2


def test_a_crowd_is_served(server: Server) -> None:
    def visit(number: int) -> set[int]:
        with client(server) as http:
            return {http.ask(("/all.atom", "/nothing", "/health/live")[(number + at) % 3]).status for at in range(9)}

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(visit, range(100))) == [{200, 404}] * 100


@dataclass
class Slow(Table):
    """A desk whose states take their time."""

    asked: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)

    def states(self) -> Mapping[str, SourceState]:
        """Wait until somebody says go."""
        self.asked.set()
        assert self.go.wait(20)
        return {}


def test_a_page_that_takes_its_time_holds_nobody_up(folder: Path) -> None:
    desk = Slow(folder, output=".")
    with serving(desk) as server, client(server) as slow, client(server) as http:
        slow.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" + ASK)
        assert desk.asked.wait(20)
        assert http.ask("/all.json").body == FILES["all.json"]
        assert http.ask("/health/live").status == 200
        desk.go.set()
        assert b'"live": true' in slow.reply().body
        assert slow.reply().body == FILES["all.json"]


def test_a_mistake_of_ours_costs_one_answer(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Table):
        def metrics(self) -> bytes:
            message = "a mistake\x1b[2J"
            raise RuntimeError(message)

    with serving(Broken(folder, output=".")) as server, client(server) as http:
        with caplog.at_level(logging.WARNING, "aggregator"):
            reply = http.ask("/metrics")
        assert (reply.status, reply.body) == (500, b"500 Internal Server Error\n")
        assert http.ask("/all.json").status == 200
    assert "a mistake" in caplog.text
    assert "\x1b" not in caplog.text


WHOLE = (ASK, b"GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", b"HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
PARTS = (b"GET ", b"/ HTTP/1.1", b"Host: x\r\n", b"Content-Length: 9\r\n", b"\0", b"\xff" * 50, b"A: b\r\n" * 200)
ENDS = (b"\r\n", b"\r\n\r\n", b"\n\n")
PIECES = st.sampled_from(WHOLE + PARTS + ENDS)


@settings(max_examples=50)
@given(st.lists(PIECES | st.binary(max_size=30), max_size=12))
def test_whatever_comes_is_answered_or_refused_and_the_server_goes_on(server: Server, pieces: list[bytes]) -> None:
    with client(server) as http:
        try:
            for piece in pieces:
                http.send(piece)
            http.socket.shutdown(socket.SHUT_WR)
            said = http.rest()
        except OSError:  # it was left in the middle of what it said
            said = b""
        assert said == b"" or said.startswith(b"HTTP/1.1 ")
    with client(server) as http:
        assert http.ask("/all.json").body == FILES["all.json"]


def test_it_stops_whatever_its_clients_do(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(30_000_000))
    before = set(threading.enumerate())
    desk = Slow(tmp_path, output=".")
    with ExitStack() as stack:
        with serving(desk) as server:
            idle, half, lazy, waiting = (stack.enter_context(client(server)) for _ in range(4))
            assert idle.ask("/nothing").status == 404
            half.send(b"GET / HT")
            lazy.send(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            waiting.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert desk.asked.wait(20)
        assert not server.running
        assert idle.ended()
        assert half.ended()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((server.host, server.port))
        desk.go.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
        assert not thread.is_alive()


def test_an_answer_under_way_is_finished_when_it_stops(folder: Path) -> None:
    desk = Slow(folder, output=".")
    with serving(desk, Limits(grace=20)) as server, client(server) as http:
        http.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert desk.asked.wait(20)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        desk.go.set()
        assert http.reply().status == 200
        assert http.ended()
        stopping.join(20)


def test_it_listens_on_ipv6_and_by_name(folder: Path) -> None:
    for host in ("::1", "localhost"):
        with serving(Table(folder, host, output=".")) as server, client(server) as http:
            assert http.ask("/all.json").status == 200
            assert server.url.startswith("http://[::1]:" if ":" in server.host else "http://127.0.0.1:")


def test_a_port_that_is_taken_is_an_error_at_once(folder: Path) -> None:
    with served(folder) as server:
        taken = Table(folder, port=server.port)
        with pytest.raises(ServeError, match="Address already in use"), serving(taken):
            pass


def test_a_reload_moves_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "all.json").write_bytes(b'"other"')
    desk = Table(folder, output=".")
    with serving(desk) as server, client(server) as http:
        assert http.ask("/all.json").body == FILES["all.json"]
        desk.folder = tmp_path
        assert http.ask("/all.json").body == b'"other"'
