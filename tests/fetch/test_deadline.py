from __future__ import annotations

import gc
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import trustme

from aggregator.errors import DeadlineExceeded
from aggregator.fetch.deadline import Deadline, current
from aggregator.model import Request

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakePeer

TIMEOUT = 0.3
"""Seconds for a whole fetch in these tests."""
SOON = 20
"""Seconds: all the slow peers here would go on for ever."""
TICK = 0.05
"""Seconds between what the slow peers say: far less than any timeout per read."""

Talk = Callable[[socket.socket, threading.Event], None]


def drip(head: bytes, repeated: bytes) -> Talk:
    """Return a peer that says ``head`` at once and then ``repeated`` octet by octet for ever."""

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(head)
        while not stop.is_set():
            for octet in repeated:
                connection.sendall(bytes([octet]))
                if stop.wait(TICK):
                    return

    return talk


def silent(connection: socket.socket, _stop: threading.Event) -> None:
    while connection.recv(65_536):
        pass


SLOW: dict[str, Talk] = {
    "silence": silent,
    "status line": drip(b"", b"HTTP/1.1 200 " + b"O" * 1_000),
    "header": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"),
    "interim answers": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"a"),
    "body without length": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "chunk size": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 1_000),
    "trailers": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X-A: 1\r\n"),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_slow_answer(peer: MakePeer, fetcher: MakeFetcher, case: str) -> None:
    address = peer(SLOW[case])
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded, match=rf"^{address}: no complete answer within {TIMEOUT} seconds$"):
        fetcher(address, timeout=TIMEOUT).fetch(Request(f"http://{address}/"))
    assert TIMEOUT <= time.monotonic() - started < SOON


def test_trailers_that_come_fast_and_without_end(peer: MakePeer, fetcher: MakeFetcher) -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        while not stop.is_set():
            connection.sendall(b"X-A: 1\r\n" * 1_000)

    address = peer(talk)
    with pytest.raises(DeadlineExceeded):
        fetcher(address, timeout=TIMEOUT).fetch(Request(f"http://{address}/"))


def test_a_slow_handshake(peer: MakePeer, fetcher: MakeFetcher) -> None:
    # A handshake record (RFC 8446, 5.1) of 16,384 octets, of which one comes now and then.
    address = peer(drip(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00"))
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded, match=f"{TIMEOUT} seconds"):
        fetcher(address, timeout=TIMEOUT).fetch(Request(f"https://{address}/"))
    assert time.monotonic() - started < SOON


def test_a_slow_body_over_tls(peer: MakePeer, fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"a")

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            slow(secure, stop)

    address = peer(talk)
    started = time.monotonic()
    with authority.cert_pem.tempfile() as authorities:
        monkeypatch.setenv("SSL_CERT_FILE", authorities)
        with pytest.raises(DeadlineExceeded):
            fetcher(address, timeout=TIMEOUT).fetch(Request(f"https://{address}/"))
    assert time.monotonic() - started < SOON


def test_redirects_share_one_deadline(peer: MakePeer, fetcher: MakeFetcher) -> None:
    hops: list[bytes] = []

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        hops.append(connection.recv(65_536))
        stop.wait(TIMEOUT * 0.4)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n\r\n" % len(hops))

    address = peer(talk)
    with pytest.raises(DeadlineExceeded):
        fetcher(address, timeout=TIMEOUT).fetch(Request(f"http://{address}/"))
    assert 1 < len(hops) <= 3


def test_a_name_server_that_never_answers(fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        answered.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        with pytest.raises(DeadlineExceeded, match=r"^slow\.example: "):
            fetcher(timeout=TIMEOUT).fetch(Request("http://slow.example/"))
    finally:
        answered.set()
    for thread in threading.enumerate():
        if thread.name == "resolve slow.example":
            thread.join(5)
            assert not thread.is_alive()


def test_waiting_for_a_turn_is_not_held_against_the_server(peer: MakePeer, fetcher: MakeFetcher) -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        while connection.recv(65_536):
            stop.wait(0.4)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    address = peer(talk)
    client = fetcher(address, timeout=1, per_host=1)
    failed: list[BaseException] = []

    def fetch() -> None:
        try:
            client.fetch(Request(f"http://{address}/"))
        except DeadlineExceeded as error:
            failed.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_nothing_is_left_behind(peer: MakePeer, fetcher: MakeFetcher) -> None:
    address = peer(SLOW["body"])
    before = threading.active_count()
    client = fetcher(address, timeout=0.1)
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            client.fetch(Request(f"http://{address}/"))
    assert threading.active_count() <= before + 3  # a thread of the peer's for each connection, none of the client's
    gc.collect()  # a socket that was left open would warn, and a warning is an error
    with pytest.raises(AttributeError):
        current()


def test_a_deadline_counts_down() -> None:
    deadline = Deadline(100)
    assert 99 < deadline.remaining() <= 100
    deadline.extend(50)
    assert 149 < deadline.remaining() <= 150


def test_a_deadline_passes() -> None:
    deadline = Deadline(100)
    deadline.extend(-101)
    assert deadline.expired
    with pytest.raises(TimeoutError, match="100 seconds"):
        deadline.remaining()
