from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from aggregator.config.values import FetchSettings
from aggregator.errors import BadStatus, FetchError, ResponseTooLarge, Unreachable
from aggregator.fetch.http import HttpFetcher
from aggregator.fetch.replay import ReplayFetcher
from aggregator.model import Request, Response

if TYPE_CHECKING:
    from tests.fetch.conftest import MakePeer, MakeSite, Reply

FEED = b"<rss version='2.0'/>" * 500


def recording(path: Path, *allowed: str, **settings: object) -> HttpFetcher:
    made = FetchSettings.model_validate({"timeout": 5, "allow_hosts": allowed, **settings})
    return HttpFetcher(made, "tests/1", path)


def told(response: Response) -> tuple[Any, ...]:
    return response.url, response.status, response.body, response.moved_to


@pytest.mark.parametrize("name", ["run.warc.gz", "run.warc"])
def test_what_was_recorded_replays_the_same(site: MakeSite, reply: type[Reply], tmp_path: Path, name: str) -> None:
    web = site(
        {
            "/feed?a=&b=jcr:content": reply(200, FEED, {"ETag": '"v1"', "Content-Type": "text/xml"}),
            "/zipped": reply(200, gzip.compress(FEED), {"Content-Encoding": "gzip"}),
            "/moved": reply(308, b"gone there", {"Location": "/zipped#top"}),
            "/umlaut": reply(302, b"", {"Location": "/fr\xfch"}),
            "/fr%C3%BCh": reply(200, b"early"),
            "/gone": reply(410, b"no more"),
            "/busy": reply(503, b"", {"Retry-After": "30"}),
        }
    )
    good = [Request(web.url(path)) for path in ("/feed?a=&b=jcr:content", "/zipped", "/moved", "/umlaut")]
    bad = [Request(web.url(path)) for path in ("/gone", "/absent", "/busy")]
    with recording(tmp_path / name, web.address) as client:
        live = [told(client.fetch(request)) for request in good]
        statuses = [_status(client, request) for request in bad]
        assert not (tmp_path / name).exists()
    replayed = ReplayFetcher(tmp_path / name, FetchSettings())
    assert [told(replayed.fetch(request)) for request in good] == live
    assert [_status(replayed, request) for request in bad] == statuses
    assert statuses == [(410, None), (404, None), (503, 30.0)]
    assert abs(replayed.newest - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(Unreachable):
        replayed.fetch(Request(web.url("/never-asked")))


def _status(client: HttpFetcher | ReplayFetcher, request: Request) -> tuple[int, float | None]:
    with pytest.raises(BadStatus) as caught:
        client.fetch(request)
    return caught.value.status, caught.value.retry_after


def test_the_records(site: MakeSite, reply: type[Reply], tmp_path: Path) -> None:
    path = tmp_path / "run.warc.gz"
    web = site({"/feed?q=1": reply(200, gzip.compress(FEED), {"Content-Encoding": "gzip", "ETag": '"v1"'})})
    with recording(path, web.address) as client:
        assert client.fetch(Request(web.url("/feed?q=1"), etag='"v1"', last_modified="x")).status == 200
    assert "if-none-match" not in web.asked[0][1]
    assert "if-modified-since" not in web.asked[0][1]
    with path.open("rb") as file:
        response, request = [
            (record.rec_type, record.rec_headers, record.http_headers, record.raw_stream.read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert (response[0], request[0]) == ("response", "request")
    assert response[1]["WARC-Target-URI"] == request[1]["WARC-Target-URI"] == web.url("/feed?q=1")
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert response[1]["WARC-Date"] == request[1]["WARC-Date"]
    assert (response[3], response[2]["Content-Length"], response[2]["ETag"]) == (FEED, str(len(FEED)), '"v1"')
    assert "Content-Encoding" not in response[2]
    assert (request[2].protocol, request[2].statusline) == ("GET", "/feed?q=1 HTTP/1.1")
    assert (request[2]["Host"], request[2]["User-Agent"]) == (web.address, "tests/1")


def test_many_threads(site: MakeSite, reply: type[Reply], tmp_path: Path) -> None:
    path = tmp_path / "run.warc.gz"
    web = site({f"/{n}": reply(200, b"%d" % n * 1_000) for n in range(40)})
    with recording(path, web.address, per_host=8) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.fetch(Request(web.url(f"/{n}"))), range(40)))
    replayed = ReplayFetcher(path, FetchSettings())
    for n in range(40):
        assert replayed.fetch(Request(web.url(f"/{n}"))).body == b"%d" % n * 1_000


def test_a_status_counts_even_if_its_body_does_not_come(peer: MakePeer, tmp_path: Path) -> None:
    def talk(connection: socket.socket, _stop: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 503 Sp\xe4ter\r\nRetry-After: 9\r\nContent-Length: 100\r\n\r\nsorry")

    address = peer(talk)
    with recording(tmp_path / "run.warc.gz", address) as client:
        assert _status(client, Request(f"http://{address}/")) == (503, 9.0)
    replayed = ReplayFetcher(tmp_path / "run.warc.gz", FetchSettings())
    assert _status(replayed, Request(f"http://{address}/")) == (503, 9.0)


def test_a_failure_is_not_recorded(site: MakeSite, reply: type[Reply], tmp_path: Path) -> None:
    web = site({"/": reply(200, FEED), "/small": reply(200, b"abc")})
    with recording(tmp_path / "run.warc.gz", web.address, max_bytes=1_000) as client:
        with pytest.raises(ResponseTooLarge):
            client.fetch(Request(web.url("/")))
        client.fetch(Request(web.url("/small")))
    with pytest.raises(Unreachable):
        ReplayFetcher(tmp_path / "run.warc.gz", FetchSettings()).fetch(Request(web.url("/")))


def test_an_older_capture_is_replaced_at_the_end_and_not_by_a_failed_run(
    site: MakeSite, reply: type[Reply], tmp_path: Path
) -> None:
    path = tmp_path / "run.warc.gz"
    path.write_bytes(b"older")
    web = site({"/": reply(200, FEED)})
    with pytest.raises(BadStatus), recording(path, web.address) as client:
        _fetch(client, web.url("/"), web.url("/absent"))
    assert path.read_bytes() == b"older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.warc.gz"]
    client = recording(path, web.address)
    client.fetch(Request(web.url("/")))
    assert path.read_bytes() == b"older"
    client.close()
    client.close()
    assert ReplayFetcher(path, FetchSettings()).fetch(Request(web.url("/"))).body == FEED
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.warc.gz"]


def _fetch(client: HttpFetcher, *urls: str) -> None:
    for url in urls:
        client.fetch(Request(url))


def test_a_run_that_is_killed_leaves_an_older_capture_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.warc.gz"
    path.write_bytes(b"older")
    script = (
        "import os, sys, pathlib\n"
        "from aggregator.config.values import FetchSettings\n"
        "from aggregator.fetch.http import HttpFetcher\n"
        "HttpFetcher(FetchSettings(), 'tests/1', pathlib.Path(sys.argv[1]))\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == 9
    assert path.read_bytes() == b"older"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"run\.warc\.gz: the capture cannot be written: No such file"):
        recording(tmp_path / "absent" / "run.warc.gz")


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    script = (
        "import sys, aggregator.fetch\n"
        "print(*(m for m in ('requests', 'warcio') if m in sys.modules))\n"
        "import aggregator.fetch.http\n"
        "print('warcio' in sys.modules)\n"
        "del sys.modules['requests']\n"
        "import aggregator.fetch.replay\n"
        "print('requests' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n") == ["", "False", "False", ""]
