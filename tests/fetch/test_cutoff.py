"""Fetches that nobody waits for any more: they end at once, whatever they wait for, and bring nothing."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import trustme

from aggregator.config.values import FetchSettings
from aggregator.errors import Stopped
from aggregator.fetch.deadline import Cutoff, Deadline
from aggregator.fetch.http import HttpFetcher
from aggregator.fetch.websub import ping
from aggregator.model import Request, Response

if TYPE_CHECKING:
    from tests.fetch.conftest import MakePeer, MakeSite, Reply

TIMEOUT = 300.0
"""Seconds for a fetch: longer than the whole test may take."""
SOON = 20.0
"""Seconds: what was cut off and has not ended by then, has not been."""

HEAD = b"HTTP/1.1 200 OK\r\n"
SAID = {
    "nothing": b"",
    "half a header": HEAD + b"X-A: ",
    "half a body": HEAD + b"Content-Length: 1000000\r\n\r\nabc",
    "a body that ends with the connection": HEAD + b"\r\n<rss>",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "half of an error's body": b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\nabc",
}

Talk = Callable[[socket.socket, threading.Event], None]


class Cut:
    """A fetcher that can be cut off, and what is fetched with it in other threads."""

    def __init__(self, **settings: object) -> None:
        made = FetchSettings.model_validate({"timeout": TIMEOUT, **settings})
        self.cutoff = Cutoff()
        self.client = HttpFetcher(made, "tests/1", cutoff=self.cutoff)
        self.pool = ThreadPoolExecutor(8)

    def fetch(self, url: str, *, robots: bool = False) -> Future[Response]:
        return self.pool.submit(self.client.fetch, Request(url, robots=robots))

    def close(self) -> None:
        self.cutoff.cut()
        self.pool.shutdown()
        self.client.close()


@pytest.fixture
def cut() -> Iterator[Callable[..., Cut]]:
    made: list[Cut] = []

    def make(**settings: object) -> Cut:
        made.append(Cut(**settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def saying(said: bytes, reached: threading.Semaphore) -> Talk:
    """Return a peer that says this, and then nothing more."""

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(said)
        reached.release()
        while connection.recv(65_536):
            pass

    return talk


@pytest.mark.parametrize("said", SAID)
def test_an_answer_that_does_not_come(peer: MakePeer, cut: Callable[..., Cut], said: str) -> None:
    reached = threading.Semaphore(0)
    address = peer(saying(SAID[said], reached))
    client = cut(allow_hosts=[address])
    fetched = client.fetch(f"http://{address}/")
    assert reached.acquire(timeout=SOON)
    client.cutoff.cut()
    with pytest.raises(Stopped):
        fetched.result(SOON)
    with pytest.raises(Stopped):  # and what comes is not begun
        client.fetch(f"http://{address}/").result(SOON)
    assert not reached.acquire(blocking=False)


def test_a_handshake_and_a_body_over_tls(
    peer: MakePeer, cut: Callable[..., Cut], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    reached = threading.Semaphore(0)
    said = saying(SAID["a body that ends with the connection"], reached)

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            said(secure, stop)

    slow, silent = peer(talk), peer(saying(b"", reached))
    with authority.cert_pem.tempfile() as authorities:
        monkeypatch.setenv("SSL_CERT_FILE", authorities)
        client = cut(allow_hosts=[slow, silent])
        fetched = [client.fetch(f"https://{address}/") for address in (slow, silent)]
        assert all(reached.acquire(timeout=SOON) for _ in fetched)
        client.cutoff.cut()
        for one in fetched:
            with pytest.raises(Stopped):
                one.result(SOON)


def test_a_name_server_that_never_answers(cut: Callable[..., Cut], monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answered = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        asked.set()
        answered.wait(SOON)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    client = cut()
    fetched = client.fetch("http://slow.example/")
    assert asked.wait(SOON)
    client.cutoff.cut()
    with pytest.raises(Stopped):
        fetched.result(SOON)
    answered.set()
    for thread in threading.enumerate():
        if thread.name == "resolve slow.example":
            thread.join(SOON)


def test_a_turn_that_is_waited_for(peer: MakePeer, cut: Callable[..., Cut]) -> None:
    reached = threading.Semaphore(0)
    address = peer(saying(b"", reached))
    client = cut(allow_hosts=[address], per_host=1)
    fetched = [client.fetch(f"http://{address}/{number}") for number in range(3)]
    assert reached.acquire(timeout=SOON)
    client.cutoff.cut()
    for one in fetched:
        with pytest.raises(Stopped):
            one.result(SOON)
    assert not reached.acquire(blocking=False)


def test_a_crawl_delay(site: MakeSite, cut: Callable[..., Cut], reply: type[Reply]) -> None:
    web = site({"/robots.txt": reply(200, b"User-agent: *\nCrawl-delay: 60\n"), "/a": reply(), "/b": reply()})
    client = cut(allow_hosts=[web.address])
    assert client.fetch(web.url("/a"), robots=True).result(SOON).status == 200
    waiting = client.fetch(web.url("/b"), robots=True)
    client.cutoff.cut()
    with pytest.raises(Stopped):
        waiting.result(SOON)
    assert [path for path, _ in web.asked] == ["/robots.txt", "/a"]


def test_robots_txt_that_does_not_come_is_no_refusal(peer: MakePeer, cut: Callable[..., Cut]) -> None:
    reached = threading.Semaphore(0)
    address = peer(saying(HEAD, reached))
    client = cut(allow_hosts=[address])
    fetched = [client.fetch(f"http://{address}/{number}", robots=True) for number in range(2)]
    assert reached.acquire(timeout=SOON)
    client.cutoff.cut()
    for one in fetched:
        with pytest.raises(Stopped):
            one.result(SOON)


def test_a_hub_that_hangs(peer: MakePeer) -> None:
    reached = threading.Semaphore(0)
    address = peer(saying(b"", reached))
    settings, cutoff = FetchSettings(timeout=TIMEOUT, allow_hosts=(address,)), Cutoff()
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(ping, [f"http://{address}/"], ["https://feeds.example.org/all.atom"], settings, "t", cutoff)
        assert reached.acquire(timeout=SOON)
        cutoff.cut()
        with pytest.raises(Stopped):
            told.result(SOON)


def test_what_is_over_is_not_cut_off() -> None:
    cutoff, before, after = Cutoff(), Deadline(5), Deadline(5)
    with cutoff.over(before):
        pass
    cutoff.cut()
    assert not before.cut
    with cutoff.over(after):
        assert after.cut
    assert cutoff.is_cut
