from __future__ import annotations

import gc
import gzip
import socket
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadResponse, BadStatus, FetchError, ResponseTooLarge, Unreachable
from aggregator.model import Request

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakePeer, MakeSite, Reply

FEED = b"<rss version='2.0'/>" * 500


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n") and (more := connection.recv(65_536)):
        data += more
    return data


def test_a_document(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    pages = {"/feed?a=&b=jcr:content": reply(200, FEED, {"Content-Type": "application/rss+xml", "X-Two": "1"})}
    web = site(pages)
    response = fetcher(web.address).fetch(Request(web.url("/feed?a=&b=jcr:content")))
    assert (response.status, response.body, response.moved_to) == (200, FEED, None)
    assert response.url == web.url("/feed?a=&b=jcr:content")
    assert response.headers["content-type"] == "application/rss+xml"
    assert response.headers["x-two"] == "1"


def test_what_is_sent(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    web = site({"/": reply(200, b"", {"Set-Cookie": "a=1; Path=/"})})
    client = fetcher(web.address)
    client.fetch(Request(web.url("/").replace("//", "//me:pw@")))
    client.fetch(Request(web.url("/"), user_agent="Special/1\n (ж)"))
    (_, first), (_, second) = web.asked
    assert first["user-agent"] == "tests/1 (+https://example.org/)"
    assert second["user-agent"] == "Special/1 (?)"
    assert first["accept"].startswith("application/atom+xml, application/rss+xml, application/feed+json")
    assert first["accept-encoding"] == "gzip, deflate"
    assert first["host"] == web.address
    for fields in (first, second):
        assert not {"authorization", "cookie", "if-none-match", "accept-language"} & set(fields)


def test_a_conditional_get(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/feed": reply(200, FEED, {"ETag": '"v1"'})})
    client = fetcher(web.address)
    etag = client.fetch(Request(web.url("/feed"))).headers["etag"]
    response = client.fetch(Request(web.url("/feed"), etag=etag, last_modified="Sun, 04 Oct 2026 11:00:00 GMT"))
    assert (response.status, response.body, response.headers["etag"]) == (304, b"", '"v1"')
    assert web.asked[1][1]["if-modified-since"] == "Sun, 04 Oct 2026 11:00:00 GMT"
    client.fetch(Request(web.url("/feed")))
    assert web.connections == 1, "a connection is kept after a 200 and after a 304"


@pytest.mark.parametrize("field", ["Transfer-Encoding: chunked", "Content-Encoding: br", "Content-Length: 99999999"])
def test_a_304_has_no_body_whatever_its_header_says(peer: MakePeer, fetcher: MakeFetcher, field: str) -> None:
    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        while read_request(connection):
            connection.sendall(f"HTTP/1.1 304 Not Modified\r\n{field}\r\n\r\n".encode())

    address = peer(talk)
    client = fetcher(address, max_bytes=1_000, timeout=1)
    for _ in range(2):
        assert client.fetch(Request(f"http://{address}/", etag='"1"')).status == 304


def test_a_redirect(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    target = site({"/feed": reply(200, FEED)})
    start = site({"/feed": reply(301, b"moved", {"Location": target.url("/feed") + "#top"})})
    response = fetcher(start.address, target.address).fetch(Request(start.url("/feed")))
    assert (response.url, response.moved_to, response.body) == (target.url("/feed"), target.url("/feed"), FEED)


@pytest.mark.parametrize("status", [204, 206, 304, 404, 410, 429, 503])
def test_a_bad_status(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], status: int) -> None:
    web = site({"/": reply(status, b"", {"Retry-After": "7"})})
    with pytest.raises(BadStatus) as caught:
        fetcher(web.address).fetch(Request(web.url("/")))
    assert (caught.value.status, caught.value.retry_after) == (status, 7.0)
    assert str(caught.value).startswith(f"HTTP {status} ")


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(FEED[:4_000]) + gzip.compress(FEED[4_000:])),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
    ],
    ids=["gzip members", "deflate", "bare deflate"],
)
def test_a_compressed_body(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], encoding: str, data: bytes
) -> None:
    web = site({"/": reply(200, data, {"Content-Encoding": encoding})})
    assert fetcher(web.address).fetch(Request(web.url("/"))).body == FEED


ANSWERS: dict[str, tuple[bytes, type[FetchError], str]] = {
    "no answer": (b"", Unreachable, "connection closed without an answer"),
    "not http": (b"SSH-2.0-OpenSSH_9.6\r\n", BadResponse, "the answer is not HTTP"),
    "another protocol": (b"HTTP/9.9 200 OK\r\n\r\n", BadResponse, "not proper HTTP"),
    "short body": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", BadResponse, "ends early, 7 bytes are missing"),
    "short gzip body": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(FEED)[:-9],
        BadResponse,
        "gzip data of the answer ends early",
    ),
    "not gzip": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        BadResponse,
        "is not gzip data",
    ),
    "brotli": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        BadResponse,
        "not asked for",
    ),
    "chunks cut off": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        BadResponse,
        "ends early",
    ),
    "chunk cut off": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", BadResponse, "ends early"),
    "no chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", BadResponse, "ends early"),
    "other transfer coding": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        BadResponse,
        "transfer coding gzip, chunked was not asked for",
    ),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 3, 4\r\n\r\nabc", BadResponse, "not proper HTTP"),
    "large by its header": (b"HTTP/1.1 200 OK\r\nContent-Length: 50001\r\n\r\n", ResponseTooLarge, "50000 bytes"),
    "large in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"1000\r\n" + b"a" * 4096 + b"\r\n") * 20,
        ResponseTooLarge,
        "50000 bytes",
    ),
    "large without an end": (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 60_000, ResponseTooLarge, "50000 bytes"),
    "bomb": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10_000_000)),
        ResponseTooLarge,
        "50000 bytes",
    ),
    "one long header field": (b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 66_000, ResponseTooLarge, "65536 bytes"),
    "large header": (
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(70)) + b"\r\n",
        ResponseTooLarge,
        "65536 bytes",
    ),
    "interim answers without end": (b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000, ResponseTooLarge, "65536 bytes"),
    "hints without end": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 4_000, ResponseTooLarge, "65536 bytes"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_bad_answer(peer: MakePeer, fetcher: MakeFetcher, case: str) -> None:
    data, error, message = ANSWERS[case]

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)  # until the client closes: closing first would make this a reset

    address = peer(talk)
    with pytest.raises(error) as caught:
        fetcher(address, max_bytes=50_000).fetch(Request(f"http://{address}/"))
    assert str(caught.value).startswith(f"{address}: ")
    assert message in str(caught.value)


GOOD: dict[str, bytes] = {
    "chunks with extensions and trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 1\r\n\r\n"
    ),
    "until the end of the connection": b"HTTP/1.0 200 OK\r\n\r\nabc",
    "interim answers first": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
    ),
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc",
    "fields twice and folded": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: 1\r\nX-A: 2\r\nX-B: a\r\n b\r\n\r\nabc"),
}


@pytest.mark.parametrize("case", GOOD)
def test_an_unusual_answer(peer: MakePeer, fetcher: MakeFetcher, case: str) -> None:
    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(GOOD[case])

    address = peer(talk)
    response = fetcher(address).fetch(Request(f"http://{address}/"))
    assert response.body == b"abc"
    assert response.headers.get("x-a", "1, 2") == "1, 2"
    assert response.headers.get("x-b", "a b") == "a b"


def test_a_reset_while_the_body_comes(peer: MakePeer, fetcher: MakeFetcher) -> None:
    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    address = peer(talk)
    with pytest.raises(Unreachable, match=f"^{address}: connection reset$"):
        fetcher(address).fetch(Request(f"http://{address}/"))


def test_trouble_with_another_endpoint_is_not_blamed_on_this_one(peer: MakePeer, fetcher: MakeFetcher) -> None:
    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        read_request(connection)
        connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    address = peer(talk)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"127.0.0.1:{listener.getsockname()[1]}"
    client = fetcher(address, closed)
    try:
        client.fetch(Request(f"http://{closed}/"))
    except Unreachable:
        with pytest.raises(BadResponse, match="the answer is not HTTP"):
            client.fetch(Request(f"http://{address}/"))


def test_a_port_where_nobody_listens(fetcher: MakeFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unreachable, match=f"^{address}: connection refused$"):
        fetcher(address).fetch(Request(f"http://{address}/"))


@pytest.mark.parametrize("host", ["feeds.invalid", "a..b", "a" * 64 + ".example"])
def test_a_host_that_is_not_there(fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    if host == "feeds.invalid":

        def look_up(*_: object, **__: object) -> object:  # so that no name server is asked
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(Unreachable, match=f"^{host}: no such host$"):
        fetcher().fetch(Request(f"http://{host}/"))


def test_a_connection_closed_meanwhile_is_replaced(peer: MakePeer, fetcher: MakeFetcher) -> None:
    asked: list[bytes] = []
    answered = threading.Event()

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        asked.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
        answered.wait(5)
        read_request(connection)  # the next request is taken, and then the connection closed

    address = peer(talk)
    with fetcher(address) as client:
        for _ in range(3):
            assert client.fetch(Request(f"http://{address}/")).body == b"abc"
            answered.set()
    assert len(asked) == 3


def test_a_fresh_connection_that_brings_nothing_is_not_tried_again(peer: MakePeer, fetcher: MakeFetcher) -> None:
    asked: list[bytes] = []

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        asked.append(read_request(connection))

    address = peer(talk)
    with pytest.raises(Unreachable):
        fetcher(address).fetch(Request(f"http://{address}/"))
    assert len(asked) == 1


def test_per_host_and_threads(peer: MakePeer, fetcher: MakeFetcher) -> None:
    lock = threading.Lock()
    inside = 0
    most: list[int] = []

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        nonlocal inside
        while read_request(connection):
            with lock:
                inside += 1
                most.append(inside)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            with lock:
                inside -= 1
            connection.sendall(b"def")

    address = peer(talk)
    with fetcher(address, per_host=3, concurrency=12) as client, ThreadPoolExecutor(12) as pool:
        bodies = list(pool.map(lambda n: client.fetch(Request(f"http://{address}/{n}")).body, range(60)))
    assert bodies == [b"abcdef"] * 60
    assert max(most) <= 3


def test_nothing_is_left_open(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    webs = [site({"/": reply(200, FEED), "/gone": reply(410, FEED)}) for _ in range(6)]
    client = fetcher(*(web.address for web in webs), concurrency=1)  # keeps connections to fewer hosts than that
    for web in webs * 2:
        assert client.fetch(Request(web.url("/"))).body == FEED
        with pytest.raises(BadStatus):
            client.fetch(Request(web.url("/gone")))
    client.close()
    gc.collect()  # a socket that was left open would warn, and a warning is an error
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("resolve")] == []
