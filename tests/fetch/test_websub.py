"""Hubs are told what changed: guarded, in bounded time and memory, and none of them stops anything."""

from __future__ import annotations

import resource
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
import trustme

from aggregator.config.values import FetchSettings
from aggregator.fetch import websub

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fetch.conftest import MakePeer

TOPICS = ("https://feeds.example.org/all.atom", "https://feeds.example.org/all.rss")
SOON = 20
"""Seconds: the slow hubs here would go on for ever."""


def tell(*hubs: str, allow: tuple[str, ...] = (), topics: tuple[str, ...] = TOPICS, **settings: object) -> list[str]:
    made = FetchSettings.model_validate({"timeout": 5, "allow_hosts": allow, **settings})
    return list(websub.ping(hubs, topics, made, "tests/1 (+https://example.org/)"))


class Hub:
    """A hub that answers ``answer``, and what it was told."""

    def __init__(self, answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n", tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.tls = tls
        self.told: list[str] = []

    def __call__(self, connection: socket.socket, _stop: threading.Event) -> None:
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        head = b""
        while not head.endswith(b"atom") and not head.endswith(b"all.rss"):
            if not (more := connection.recv(65_536)):
                return
            head += more
        self.told.append(head.decode("latin-1"))
        connection.sendall(self.answer)
        connection.close()


def test_a_hub_is_told_of_all_that_changed(peer: MakePeer) -> None:
    hub = Hub()
    address = peer(hub)
    assert tell(f"http://{address}/hub?a=b", allow=(address,)) == []
    ((head, _, body),) = [told.partition("\r\n\r\n") for told in hub.told]
    assert head.startswith("POST /hub?a=b HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}\r\n" in head + "\r\n"
    assert "User-Agent: tests/1 (+https://example.org/)\r\n" in head + "\r\n"
    assert parse_qs(body) == {"hub.mode": ["publish"], "hub.url": list(TOPICS)}


def test_nobody_is_told_of_nothing(peer: MakePeer) -> None:
    hub = Hub()
    address = peer(hub)
    assert tell(f"http://{address}/", allow=(address,), topics=()) == []
    assert hub.told == []


def test_a_refusal_is_a_sentence_and_the_next_hub_is_told(peer: MakePeer) -> None:
    refusing, taking = Hub(b"HTTP/1.1 403 For\x1b[31mbidden\r\nContent-Length: 0\r\n\r\n"), Hub()
    one, two = peer(refusing), peer(taking)
    assert tell(f"http://{one}/", f"http://{two}/", allow=(one, two)) == [f"hub http://{one}/: HTTP 403 For[31mbidden"]
    assert len(taking.told) == 1


def test_a_private_hub_is_not_asked_unless_it_is_allowed(peer: MakePeer) -> None:
    hub = Hub()
    address = peer(hub)
    (sentence,) = tell(f"http://{address}/")
    assert "not a public address" in sentence
    assert hub.told == []


@pytest.mark.parametrize(
    "url", ["http://a..b/", "http://.a/", f"http://{'a' * 64}.example/", "http://a b/", "ftp://a/"]
)
def test_an_address_that_is_none_is_a_sentence(url: str) -> None:
    (sentence,) = tell(url)
    assert sentence.startswith(f"hub {url}: ")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["status line", "header"])
def test_a_hub_that_drips_its_answer_is_left_in_time(peer: MakePeer, head: bytes) -> None:
    def drip(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(head)
        while not stop.wait(0.05):
            connection.sendall(b"a")

    address = peer(drip)
    started = time.monotonic()
    (sentence,) = tell(f"http://{address}/", allow=(address,), timeout=0.3)
    assert sentence.endswith("no complete answer within 0.3 seconds")
    assert time.monotonic() - started < SOON


def test_the_body_of_an_answer_is_not_read(peer: MakePeer) -> None:
    sent: list[None] = []

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n")
        while not stop.is_set():
            connection.sendall(b"a" * 1_000_000)
            sent.append(None)

    address = peer(talk)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert tell(f"http://{address}/", allow=(address,)) == []
    assert len(sent) < 50
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize(("failures", "told"), [(1, True), (2, False)])
def test_a_connection_that_fails_is_tried_once_more(peer: MakePeer, failures: int, *, told: bool) -> None:
    hub, left = Hub(), [None] * failures

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        if left:
            left.pop()
            connection.recv(65_536)
        else:
            hub(connection, stop)

    address = peer(talk)
    sentences = tell(f"http://{address}/", allow=(address,))
    assert (len(hub.told), sentences) == (
        (1, []) if told else (0, [f"hub http://{address}/: 127.0.0.1: connection closed without an answer"])
    )


def test_hubs_are_told_through_the_proxy(peer: MakePeer) -> None:
    proxy = Hub()
    assert tell("http://hub.example.org/x", proxy=f"http://{peer(proxy)}") == []
    assert proxy.told[0].startswith("POST http://hub.example.org/x HTTP/1.1\r\n")


def test_authorities_are_those_of_ssl_cert_file(peer: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    address = peer(Hub(tls=context))
    with authority.cert_pem.tempfile() as authorities:
        monkeypatch.setenv("SSL_CERT_FILE", authorities)
        assert tell(f"https://{address}/", allow=(address,)) == []
