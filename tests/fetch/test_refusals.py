from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AddressRefused, Unreachable
from aggregator.fetch.connection import connect
from aggregator.fetch.deadline import Deadline
from aggregator.fetch.guard import Guard
from aggregator.model import Request

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakeSite, Reply


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what makes names lead to addresses (``host`` or ``host:port``) in this test."""

    def serve(**hosts: list[str]) -> None:
        def look_up(host: str, port: int, **_: object) -> list[object]:
            found: list[object] = []
            for entry in hosts.get(host.replace(".", "_"), [host]):
                address, _colon, other = entry.partition(":")
                found.append((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(other or port))))
            return found

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return serve


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "public@127.0.0.1",
        "example.org:80@127.0.0.1",
    ],
)
def test_this_machine_is_refused_however_it_is_written(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], host: str
) -> None:
    web = site({"/": reply(200)})
    client = fetcher()
    for scheme in ("http", "https"):
        with pytest.raises(AddressRefused, match="is not a public address"):
            client.fetch(Request(f"{scheme}://{host}:{web.port}/"))
    assert web.connections == 0


def test_a_name_that_leads_to_this_machine(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], name_server: Callable[..., None]
) -> None:
    web = site({"/": reply(200)})
    name_server(rebind_example=["127.0.0.1", "10.0.0.1"])
    with pytest.raises(AddressRefused, match=r"^rebind\.example: 10\.0\.0\.1 is not a public address"):
        fetcher().fetch(Request(f"http://rebind.example:{web.port}/"))
    assert web.connections == 0


def test_a_redirect_to_this_machine(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    secret = site({"/": reply(200)})
    web = site({"/": reply(302, b"", {"Location": secret.url("/")})})
    with pytest.raises(AddressRefused):
        fetcher(web.address).fetch(Request(web.url("/")))
    assert secret.connections == 0


def test_an_allowed_name_may_lead_anywhere(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], name_server: Callable[..., None]
) -> None:
    web = site({"/": reply(200, b"abc")})
    name_server(intranet_example=["127.0.0.1"])
    response = fetcher("intranet.example").fetch(Request(f"http://Intranet.example:{web.port}/"))
    assert response.body == b"abc"
    with pytest.raises(AddressRefused):
        fetcher("intranet.example:1").fetch(Request(f"http://intranet.example:{web.port}/"))


def test_the_next_address_is_tried_when_one_refuses(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], name_server: Callable[..., None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    web = site({"/": reply(200, b"abc")})
    name_server(two_example=[f"127.0.0.1:{closed}", f"127.0.0.1:{web.port}"], none_example=[f"127.0.0.1:{closed}"] * 2)
    client = fetcher("two.example", "none.example")
    assert client.fetch(Request("http://two.example/")).body == b"abc"
    with pytest.raises(Unreachable, match=r"^none\.example: connection refused$"):
        client.fetch(Request("http://none.example/"))


def test_a_silent_address_leaves_time_for_the_next(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], name_server: Callable[..., None]
) -> None:
    web = site({"/": reply(200, b"abc")})
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        address = full.getsockname()
        for filler in (first, second):  # what comes after them gets no answer to its SYN
            filler.setblocking(False)  # noqa: FBT003 - the signature of socket
            filler.connect_ex(address)
        name_server(slow_example=[f"127.0.0.1:{address[1]}", f"127.0.0.1:{web.port}"])
        assert fetcher("slow.example", timeout=1).fetch(Request("http://slow.example/")).body == b"abc"


def test_the_peer_itself_is_asked_after_connecting(site: MakeSite, reply: type[Reply]) -> None:
    web = site({"/": reply(200)})
    asked: list[str] = []

    class OnlyBefore(Guard):
        def check(self, host: str, port: int, address: str) -> None:
            asked.append(address)
            if len(asked) > 1:
                super().check(host, port, address)

    with Deadline(5).running(), pytest.raises(AddressRefused, match=r"^127\.0\.0\.1 is not"):
        connect("127.0.0.1", web.port, OnlyBefore())
    assert asked == ["127.0.0.1", "127.0.0.1"]
    assert web.asked == []
