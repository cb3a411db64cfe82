from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from aggregator.config.values import FetchSettings
from aggregator.errors import AddressRefused, BadResponse, BadStatus, ResponseTooLarge, TooManyRedirects, Unreachable
from aggregator.fetch.replay import ReplayFetcher
from aggregator.model import Request

FEED = b"<rss version='2.0'/>" * 500
URL = "https://example.org/feed"
Fields = tuple[tuple[str, str], ...]


class Capture:
    """A WARC file in the making."""

    def __init__(self, path: Path, *, zipped: bool = True) -> None:
        self.path = path
        self._buffer = BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=zipped)

    def add(
        self,
        url: str = URL,
        body: bytes = FEED,
        fields: Fields = (),
        *,
        status: str = "200 OK",
        date: str = "2026-10-04T12:00:00Z",
        kind: str = "response",
    ) -> Capture:
        head = StatusAndHeaders(status, list(fields), protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            http_headers=head,
            warc_headers_dict={"WARC-Date": date},
        )
        self._writer.write_record(record)
        return self

    def save(self) -> Path:
        self.path.write_bytes(self._buffer.getvalue())
        return self.path


@pytest.fixture(params=["capture.warc.gz", "capture.warc"])
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Capture:
    return Capture(tmp_path / request.param, zipped=request.param.endswith(".gz"))


def replay(path: Path, **settings: object) -> ReplayFetcher:
    return ReplayFetcher(path, FetchSettings.model_validate(settings))


def test_an_answer(capture: Capture) -> None:
    capture.add(fields=(("Content-Type", "text/xml"), ("X-A", "1"), ("x-a", "2"), ("ETag", '"v1"')))
    response = replay(capture.save()).fetch(Request(URL, etag='"v1"'))
    assert (response.status, response.url, response.body, response.moved_to) == (200, URL, FEED, None)
    assert (response.headers["content-type"], response.headers["x-a"]) == ("text/xml", "1, 2")


def test_the_last_record_of_a_url_serves(capture: Capture) -> None:
    for number in range(20):
        capture.add(body=b"%d" % number).add(f"https://example.org/{number}", b"other %d" % number)
    client = replay(capture.save())
    assert client.fetch(Request(URL)).body == b"19"
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: client.fetch(Request(f"https://example.org/{n % 20}")).body, range(200)))
    assert bodies == [b"other %d" % (n % 20) for n in range(200)]


def test_the_newest_date_of_any_record_is_the_clock(capture: Capture) -> None:
    capture.add(date="2026-10-04T12:00:00Z")
    capture.add("https://example.org/", b"GET / HTTP/1.1\r\n\r\n", date="2026-10-05T08:30:00.250Z", kind="resource")
    capture.add(date="2026-10-03T12:00:00Z")
    client = replay(capture.save())
    assert client.newest == datetime(2026, 10, 5, 8, 30, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("captured", "asked"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/", "https://example.org#top"),
        ("https://EXAMPLE.org:443/a", "https://example.org/a"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/ü", "https://example.org/%C3%BC"),
        ("<https://example.org/wget>", "https://example.org/wget"),
        ("https://example.org/jcr:content/x.json?a=&b=", "https://example.org/jcr:content/x.json?a=&b="),
    ],
)
def test_the_same_url_written_otherwise(capture: Capture, captured: str, asked: str) -> None:
    assert replay(capture.add(captured).save()).fetch(Request(asked)).body == FEED


def test_a_url_that_is_not_there(capture: Capture) -> None:
    client = replay(capture.add().save())
    for url in (URL + "/", URL + "?a=1", URL.replace("https", "http"), "https://example.org/Feed"):
        with pytest.raises(Unreachable, match="not in the capture"):
            client.fetch(Request(url))
    with pytest.raises(AddressRefused):
        client.fetch(Request("file:///etc/passwd"))


def test_records_that_are_no_answers_are_passed_over(capture: Capture) -> None:
    capture.add(kind="resource").add("dns:example.org", b"127.0.0.1").add("https://example.org/2")
    client = replay(capture.save())
    with pytest.raises(Unreachable):
        client.fetch(Request(URL))
    assert client.fetch(Request("https://example.org/2")).body == FEED


def test_redirects_lead_through_the_capture(capture: Capture) -> None:
    capture.add(status="301 Moved", fields=(("Location", "/new#a"),)).add("https://example.org/new")
    capture.add("https://example.org/gone", status="302 Found", fields=(("Location", "https://elsewhere.example/"),))
    capture.add("https://example.org/loop", status="302 Found", fields=(("Location", "/loop"),))
    client = replay(capture.save())
    response = client.fetch(Request(URL))
    assert response.url == response.moved_to == "https://example.org/new"
    with pytest.raises(Unreachable, match=r"^https://elsewhere\.example/: not in the capture"):
        client.fetch(Request("https://example.org/gone"))
    with pytest.raises(TooManyRedirects):
        client.fetch(Request("https://example.org/loop"))


@pytest.mark.parametrize("status", [204, 304, 404, 410, 503])
def test_statuses_are_those_of_a_live_fetch(capture: Capture, status: int) -> None:
    later = (("Retry-After", "Sun, 04 Oct 2026 12:01:00 GMT"),)
    client = replay(capture.add(status=f"{status} Status", fields=later, body=b"").save())
    with pytest.raises(BadStatus) as caught:
        client.fetch(Request(URL, etag='"v1"'))
    assert (caught.value.status, caught.value.retry_after) == (status, 60.0)


CHUNKED = b"10\r\n" + FEED[:16] + b"\r\n%x\r\n" % (len(FEED) - 16) + FEED[16:] + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ((("Content-Encoding", "gzip"),), gzip.compress(FEED)),
        ((("Content-Encoding", "deflate"),), zlib.compress(FEED)),
        ((("Transfer-Encoding", "chunked"),), CHUNKED),
        ((("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")), None),
        ((("Content-Encoding", "gzip"),), FEED),  # decoded when it was captured, the header fields left as they were
        ((("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")), FEED),
        ((("Content-Length", "3"),), FEED),
    ],
    ids=["gzip", "deflate", "chunked", "chunked gzip", "not gzip", "neither chunked nor gzip", "wrong length"],
)
def test_bodies_are_decoded(capture: Capture, fields: Fields, body: bytes | None) -> None:
    if body is None:
        data = gzip.compress(FEED)
        body = b"%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n"
    assert replay(capture.add(body=body, fields=fields).save()).fetch(Request(URL)).body == FEED


def test_bodies_are_capped(capture: Capture) -> None:
    capture.add().add("https://example.org/bomb", gzip.compress(bytes(10**6)), (("Content-Encoding", "gzip"),))
    client = replay(capture.save(), max_bytes=9_000)
    for url in (URL, "https://example.org/bomb"):
        with pytest.raises(ResponseTooLarge, match=r"^example\.org: .*9000 bytes"):
            client.fetch(Request(url))


def test_damaged_encoding(capture: Capture) -> None:
    capture.add(body=gzip.compress(FEED)[:-10], fields=(("Content-Encoding", "gzip"),))
    with pytest.raises(BadResponse, match="ends early"):
        replay(capture.save()).fetch(Request(URL))


def test_files_that_are_no_captures(tmp_path: Path) -> None:
    def unreadable(name: str, data: bytes, message: str) -> None:
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(BadResponse, match=f"{name}: the capture cannot be read: {message}"):
            replay(path)

    whole = Capture(tmp_path / "whole.warc.gz").add().save().read_bytes()
    plain = Capture(tmp_path / "whole.warc", zipped=False).add().add().save().read_bytes()
    unreadable("empty.warc.gz", b"", "it holds no record")
    unreadable("feed.xml", FEED, "it is not a WARC file")
    unreadable("feed.xml.gz", gzip.compress(FEED), "it is not a WARC file")
    unreadable("binary.warc", bytes(range(256)) * 9, "it is not a WARC file")
    unreadable("cut.warc.gz", whole[:-60], "it ends in the middle of a record")
    unreadable("cut.warc", plain[:-60], "it ends in the middle of a record")
    unreadable("one-member.warc.gz", gzip.compress(plain), "its records are not gzipped one by one")
    with pytest.raises(BadResponse, match="No such file"):
        replay(tmp_path / "absent.warc.gz")
    with pytest.raises(BadResponse, match="Is a directory"):
        replay(tmp_path)


def test_a_capture_that_vanishes(capture: Capture) -> None:
    path = capture.add().save()
    client = replay(path)
    path.unlink()
    with pytest.raises(BadResponse, match="No such file"):
        client.fetch(Request(URL))


def test_captures_made_by_the_shared_tool(shared: Path, tmp_path: Path) -> None:
    rows = [
        ("a.xml", URL, "2026-10-04T12:00:00Z", "application/rss+xml", ""),
        ("b.html", "https://example.org/gone?a=&b=jcr:x", "2026-10-04T12:00:00Z", "text/html", "410"),
        ("b.html", URL, "2026-10-05T12:00:00Z", "text/html", "200"),
    ]
    (tmp_path / "a.xml").write_bytes(FEED)
    (tmp_path / "b.html").write_bytes(b"<p>Gone</p>")
    table = "\n".join("\t".join(row) for row in [("file", "url", "captured_at", "content_type", "status"), *rows])
    (tmp_path / "captures.tsv").write_text(table + "\n", encoding="utf-8")
    tool = shared / "tools" / "captures_to_warc.py"
    subprocess.run([sys.executable, tool, tmp_path / "captures.tsv", tmp_path / "out"], check=True, capture_output=True)
    first, second = sorted((tmp_path / "out").iterdir())
    client = replay(first)
    assert client.newest == datetime(2026, 10, 4, 12, tzinfo=UTC)
    response = client.fetch(Request(URL))
    assert (response.body, response.headers["content-type"]) == (FEED, "application/rss+xml")
    with pytest.raises(BadStatus, match="HTTP 410"):
        client.fetch(Request("https://example.org/gone?a=&b=jcr:x"))
    assert replay(second).fetch(Request(URL)).body == b"<p>Gone</p>"
