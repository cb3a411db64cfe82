from __future__ import annotations

import base64
import re
import select
import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import trustme

from aggregator.errors import AddressRefused, Unreachable
from aggregator.model import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fetch.conftest import MakeFetcher, MakePeer, MakeSite, Reply, Site


class Proxy:
    """A forward proxy (RFC 9110, 9.3.6; RFC 9112, 3.2.2) that takes every name for one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    def __call__(self, connection: socket.socket, stop: threading.Event) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := connection.recv(65_536)):
                return
            head += more
        self.asked.append(head.decode("latin-1"))
        with socket.create_connection(("127.0.0.1", self.port)) as upstream:
            if head.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                upstream.sendall(re.sub(rb"^GET http://[^/]+", b"GET ", head))
            self._pass_on(connection, upstream, stop)

    @staticmethod
    def _pass_on(connection: socket.socket, upstream: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            readable, _, _ = select.select([connection, upstream], [], [], 0.02)
            for source in readable:
                data = source.recv(65_536)
                if not data:
                    return
                with suppress(OSError):
                    (upstream if source is connection else connection).sendall(data)


@pytest.fixture
def proxied(site: MakeSite, peer: MakePeer, reply: type[Reply]) -> tuple[Site, Proxy, str]:
    """Return a site that can be reached only through a proxy, the proxy, and its address."""
    web = site({"/feed?q=1": reply(200, b"abc"), "/local": reply(302, b"", {"Location": "http://127.0.0.1/"})})
    proxy = Proxy(web.port)
    return web, proxy, peer(proxy)


def test_http_through_a_proxy(proxied: tuple[Site, Proxy, str], fetcher: MakeFetcher) -> None:
    web, proxy, address = proxied
    client = fetcher(proxy=f"http://me:p%40ss@{address}")
    assert client.fetch(Request("http://feeds.example.org/feed?q=1")).body == b"abc"
    assert proxy.asked[0].startswith("GET http://feeds.example.org/feed?q=1 HTTP/1.1\r\n")
    assert f"Proxy-Authorization: Basic {base64.b64encode(b'me:p@ss').decode()}\r\n" in proxy.asked[0]
    assert web.asked[0][1]["host"] == "feeds.example.org"


def test_https_through_a_proxy(
    site: MakeSite, peer: MakePeer, fetcher: MakeFetcher, reply: type[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("feeds.example.org").configure_cert(context)
    web = site({"/feed": reply(200, b"abc")}, context)
    proxy = Proxy(web.port)
    with authority.cert_pem.tempfile() as authorities:
        monkeypatch.setenv("SSL_CERT_FILE", authorities)
        client = fetcher(proxy=f"http://{peer(proxy)}")
        assert client.fetch(Request("https://feeds.example.org/feed")).body == b"abc"
        with pytest.raises(Unreachable, match=r"^other\.example: certificate verify failed: Hostname mismatch"):
            client.fetch(Request("https://other.example/feed"))
    assert proxy.asked[0].startswith("CONNECT feeds.example.org:443 HTTP/1.")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "feeds.localhost", "2130706433", "[::1]", "10.0.0.1"])
def test_what_is_plainly_not_public_is_not_asked_of_a_proxy(
    proxied: tuple[Site, Proxy, str], fetcher: MakeFetcher, host: str
) -> None:
    _, proxy, address = proxied
    client = fetcher(proxy=f"http://{address}")
    for scheme in ("http", "https"):
        with pytest.raises(AddressRefused):
            client.fetch(Request(f"{scheme}://{host}/"))
    assert proxy.asked == []


def test_nor_after_a_redirect(proxied: tuple[Site, Proxy, str], fetcher: MakeFetcher) -> None:
    _, proxy, address = proxied
    with pytest.raises(AddressRefused):
        fetcher(proxy=f"http://{address}").fetch(Request("http://feeds.example.org/local"))
    assert len(proxy.asked) == 1


def test_an_allowed_host_is(proxied: tuple[Site, Proxy, str], fetcher: MakeFetcher) -> None:
    _, _, address = proxied
    client = fetcher("localhost:8000", proxy=f"http://{address}")
    assert client.fetch(Request("http://localhost:8000/feed?q=1")).body == b"abc"


def test_a_proxy_that_is_not_there(fetcher: MakeFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    client = fetcher(proxy=f"http://me:secret@{address}")
    for scheme in ("http", "https"):
        with pytest.raises(Unreachable, match=r"^feeds\.example\.org: the proxy: connection refused$"):
            client.fetch(Request(f"{scheme}://feeds.example.org/"))


def test_a_proxy_that_refuses(peer: MakePeer, fetcher: MakeFetcher) -> None:
    def refuse(connection: socket.socket, _stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    client = fetcher(proxy=f"http://{peer(refuse)}")
    with pytest.raises(Unreachable, match=r"^feeds\.example\.org: the proxy: tunnel connection failed: 403 Forbidden$"):
        client.fetch(Request("https://feeds.example.org/"))


@pytest.fixture(params=["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what names a proxy in the environment."""
    return lambda address: monkeypatch.setenv(request.param, f"http://{address}")


def test_a_proxy_of_the_environment_is_passed_by(
    proxied: tuple[Site, Proxy, str], fetcher: MakeFetcher, environment: Callable[[str], None]
) -> None:
    web, proxy, address = proxied
    environment(address)
    assert fetcher(web.address).fetch(Request(web.url("/feed?q=1"))).body == b"abc"
    assert proxy.asked == []
