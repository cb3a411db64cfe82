"""Retry-After, obeyed for the whole host."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import BadStatus, HostRests
from aggregator.model import Request, Rest

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakePeer, MakeSite, Reply


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_has_enough_is_left_alone(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], status: int
) -> None:
    web = site({"/busy": reply(status, b"", {"Retry-After": "3600"}), "/feed": reply()})
    other = site({"/feed": reply()})
    client = fetcher(web.address, other.address)
    errors = []
    for path in ("/busy", "/feed"):
        with pytest.raises(HostRests) as caught:
            client.fetch(Request(web.url(path)))
        errors.append(caught.value)
    assert [path for path, _ in web.asked] == ["/busy"]
    (rest,) = client.rests()
    assert (rest.host, rest.status) == (web.address, status)
    assert abs(rest.until - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=5)
    for error in errors:
        assert (error.status, error.until) == (status, rest.until)
        assert f"{web.address} asks to be left alone until {rest.until:%Y-%m-%d %H:%M:%S} UTC" in str(error)
    assert client.fetch(Request(other.url("/feed"))).status == 200


@pytest.mark.parametrize(
    ("status", "value"), [(429, None), (503, "soon"), (503, "0"), (500, "60"), (403, "60"), (404, "60")]
)
def test_other_answers_do_not_speak_for_the_host(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], status: int, value: str | None
) -> None:
    web = site({"/bad": reply(status, b"", {"Retry-After": value} if value else {}), "/feed": reply()})
    client = fetcher(web.address)
    with pytest.raises(BadStatus) as caught:
        client.fetch(Request(web.url("/bad")))
    assert not isinstance(caught.value, HostRests)
    assert client.fetch(Request(web.url("/feed"))).status == 200
    assert client.rests() == ()


def test_the_host_that_a_redirect_led_to_rests(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    target = site({"/busy": reply(503, b"", {"Retry-After": "60"})})
    start = site({"/": reply(302, b"", {"Location": target.url("/busy")}), "/feed": reply()})
    client = fetcher(start.address, target.address)
    with pytest.raises(HostRests, match=target.address):
        client.fetch(Request(start.url("/")))
    assert client.fetch(Request(start.url("/feed"))).status == 200
    assert [rest.host for rest in client.rests()] == [target.address]


def test_a_rest_is_a_day_at_most(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/": reply(503, b"", {"Retry-After": "999999999999"})})
    client = fetcher(web.address)
    with pytest.raises(HostRests):
        client.fetch(Request(web.url("/")))
    assert client.rests()[0].until - datetime.now(UTC) <= timedelta(days=1)


def test_what_was_remembered_is_obeyed_until_it_is_over(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]
) -> None:
    web = site({"/": reply()})
    now = datetime.now(UTC)
    client = fetcher(web.address, rests=(Rest(web.address, now + timedelta(hours=1), 429),))
    with pytest.raises(HostRests, match="HTTP 429 earlier"):
        client.fetch(Request(web.url("/")))
    assert web.asked == []
    assert fetcher(web.address, rests=(Rest(web.address, now, 429),)).fetch(Request(web.url("/"))).status == 200


def test_who_waits_for_a_turn_meanwhile_is_not_sent(peer: MakePeer, fetcher: MakeFetcher) -> None:
    waiting = threading.Event()
    asked = []

    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        asked.append(connection.recv(65_536))
        waiting.wait(5)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")

    address = peer(talk)
    client = fetcher(address, per_host=1)
    with ThreadPoolExecutor(4) as pool:
        pending = [pool.submit(client.fetch, Request(f"http://{address}/{n}")) for n in range(4)]
        waiting.set()
        assert all(isinstance(each.exception(), HostRests) for each in pending)
    assert len(asked) == 1
