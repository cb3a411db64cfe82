"""What an answer that is an error says of itself is kept, within bounds, live and from a capture."""

from __future__ import annotations

import gzip
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.config.values import FetchSettings
from aggregator.errors import BadStatus, Refusal
from aggregator.fetch.body import PREFIX
from aggregator.fetch.http import HttpFetcher
from aggregator.fetch.replay import ReplayFetcher
from aggregator.model import Request

if TYPE_CHECKING:
    from aggregator.ports import Fetcher
    from tests.fetch.conftest import MakeFetcher, MakePeer, MakeSite, Reply

PAGE = b"<html><title>Just a moment...</title></html>"
GZIP = {"Content-Encoding": "gzip"}


def refused(fetcher: Fetcher, url: str) -> Refusal:
    with pytest.raises(BadStatus) as raised:
        fetcher.fetch(Request(url))
    assert raised.value.answer is not None
    return raised.value.answer


@pytest.mark.parametrize(
    ("body", "headers", "kept"),
    [
        (PAGE, {}, PAGE),
        (gzip.compress(PAGE), GZIP, PAGE),
        (b"x" * 1_000_000, {}, b"x" * PREFIX),
        (gzip.compress(b"x" * 5_000_000), GZIP, b"x" * PREFIX),
        (b"no gzip", GZIP, b""),
        (b"", {}, b""),
    ],
    ids=["whole", "compressed", "long", "bomb", "broken", "empty"],
)
def test_an_error_keeps_its_header_and_the_beginning_of_its_body(
    site: MakeSite,
    reply: type[Reply],
    fetcher: MakeFetcher,
    tmp_path: Path,
    body: bytes,
    headers: dict[str, str],
    kept: bytes,
) -> None:
    web = site(
        {"/moved": reply(302, b"", {"Location": "/feed"}), "/feed": reply(403, body, {"CF-Ray": "8f2", **headers})}
    )
    settings = FetchSettings(timeout=5, allow_hosts=(web.address,))
    capture = tmp_path / "run.warc.gz"
    answers = [refused(fetcher(web.address), web.url("/moved"))]
    with HttpFetcher(settings, "tests/1", capture) as recording:
        answers.append(refused(recording, web.url("/moved")))
    answers.append(refused(ReplayFetcher(capture, settings), web.url("/moved")))
    for answer in answers:
        assert (answer.url, answer.headers["cf-ray"], len(answer.body)) == (web.url("/feed"), "8f2", len(kept))
        assert answer.body == kept


def test_the_body_of_an_error_that_never_ends_costs_no_more_than_the_deadline(
    peer: MakePeer, fetcher: MakeFetcher
) -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nServer: AkamaiGHost\r\nContent-Length: 100\r\n\r\nsorry")
        stop.wait(5)

    address = peer(talk)
    answer = refused(fetcher(address, timeout=0.3), f"http://{address}/")
    assert (answer.headers["server"], answer.body) == ("AkamaiGHost", b"")


def test_a_connection_serves_on_after_an_error(site: MakeSite, reply: type[Reply], fetcher: MakeFetcher) -> None:
    web = site({"/feed": reply(403, PAGE)})
    client = fetcher(web.address)
    for _ in range(3):
        refused(client, web.url("/feed"))
    assert web.connections == 1
