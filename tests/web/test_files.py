"""The published files over loopback: what is sent, when nothing is, and what never is."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from urllib.parse import quote

import pytest

from aggregator.publish.files import FileSink
from aggregator.web import Server
from aggregator.web.files import Files
from aggregator.web.message import Answer, Request
from tests.web.conftest import ATOM, FILES
from tests.web.served import Client, client, served

TAKES = ("gzip", "deflate, GZIP;q=0.5, br", "x-gzip ; q=1.0", "gzip;q=0.001")
REFUSES = ("", "identity", "gzip;q=0", "gzip; q=0.000, br", "deflate", "gzippy", "notgzip", "gzip;q=x")
TYPES = {
    "/all.atom": "application/atom+xml; charset=utf-8",
    "/all.rss": "application/rss+xml; charset=utf-8",
    "/all.json": "application/json; charset=utf-8",
    "/": "text/html; charset=utf-8",
    "/embed.js": "text/javascript; charset=utf-8",
    "/feed.css": "text/css; charset=utf-8",
    "/sources.opml": "text/x-opml; charset=utf-8",
    "/articles/summit/embed.html": "text/html; charset=utf-8",
    "/articles/summit/annotations.jsonld": "application/ld+json",
    "/all.atom.gz": "application/gzip",
}


def test_every_kind_of_file_has_its_media_type(http: Client) -> None:
    for path, media_type in TYPES.items():
        reply = http.ask(path)
        assert (reply.status, reply["content-type"]) == (200, media_type), path
        assert "content-encoding" not in reply.headers
        assert reply["x-content-type-options"] == "nosniff"


def test_who_takes_gzip_gets_the_compressed_copy_under_the_type_of_the_file(http: Client, folder: Path) -> None:
    for path in ("/all.atom", "/", "/sources.opml"):
        name = path.strip("/") or "index.html"
        packed = (folder / f"{name}.gz").read_bytes()
        for encodings, coding, data in (
            *((one, "gzip", packed) for one in TAKES),
            *((one, None, FILES[name]) for one in REFUSES),
        ):
            reply = http.ask(path, Accept_Encoding=encodings)
            assert (reply.status, reply.headers.get("content-encoding")) == (200, coding), (path, encodings)
            assert reply.body == data
            assert reply["content-type"] == TYPES[path]
            assert "Accept-Encoding" in reply["vary"]
    assert http.ask("/nothing", Accept_Encoding="gzip").status == 404
    assert "content-encoding" not in http.ask("/status.json", Accept_Encoding="gzip").headers
    copy = http.ask("/all.atom.gz", Accept_Encoding="gzip")
    assert "content-encoding" not in copy.headers
    assert gzip.decompress(copy.body) == ATOM


def test_a_browser_is_given_a_feed_as_xml(http: Client) -> None:
    for path in ("/all.atom", "/all.rss"):
        own, shown = http.ask(path, Accept="*/*"), http.ask(path, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
        assert shown["content-type"] == "application/xml; charset=utf-8"
        assert own.body == shown.body
        assert own["etag"] != shown["etag"]
        assert own["vary"] == "Accept, Accept-Encoding"
    assert http.ask("/all.json", Accept="text/html")["content-type"] == TYPES["/all.json"]


def test_each_representation_has_a_tag_of_its_own_and_is_not_sent_twice(http: Client) -> None:
    forms = [
        {},
        {"Accept_Encoding": "gzip"},
        {"Accept": "text/html"},
        {"Accept": "text/html", "Accept_Encoding": "gzip"},
    ]
    tags = [http.ask("/all.atom", **form)["etag"] for form in forms]
    assert len(set(tags)) == 4
    assert all(tag.startswith('"') for tag in tags)
    for form, tag in zip(forms, tags, strict=True):
        for listed in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            reply = http.ask("/all.atom", **form, If_None_Match=listed)
            assert (reply.status, reply["etag"], reply.body) == (304, tag, b"")
            assert "content-type" not in reply.headers
            assert "content-encoding" not in reply.headers
            assert reply["cache-control"]
            assert reply["vary"]
            assert reply["access-control-allow-origin"] == "*"
        for other in set(tags) - {tag}:
            assert http.ask("/all.atom", **form, If_None_Match=other).status == 200


def test_dates_serve_where_no_tag_is_given(http: Client) -> None:
    seen = http.ask("/all.atom")["last-modified"]
    assert http.ask("/all.atom", If_Modified_Since=seen).status == 304
    assert http.ask("/all.atom", If_Modified_Since=seen, Accept_Encoding="gzip").status == 304
    assert http.ask("/all.atom", If_Modified_Since=seen, If_None_Match='"other"').status == 200
    assert http.ask("/all.atom", If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT").status == 200
    assert http.ask("/all.atom", If_Match='"other"').status == 412


def test_head_is_get_without_the_bytes(http: Client) -> None:
    for target in ("/", "/all.atom", "/nothing", "/health", "/status"):
        for form in ({}, {"Accept_Encoding": "gzip"}):
            whole, head = http.ask(target, **form), http.ask(target, "HEAD", **form)
            assert head.body == b""
            assert head.status == whole.status
            assert set(head.headers) == set(whole.headers)
            if target not in {"/health", "/status"}:  # which tell the time
                assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


def test_a_part_is_sent_of_the_representation_that_is_meant(http: Client, folder: Path) -> None:
    packed = (folder / "all.atom.gz").read_bytes()
    for form, data in (({}, ATOM), ({"Accept_Encoding": "gzip"}, packed)):
        reply = http.ask("/all.atom", **form, Range="bytes=5-14")
        assert (reply.status, reply.body, reply["content-range"]) == (206, data[5:15], f"bytes 5-14/{len(data)}")
        assert http.ask("/all.atom", **form, Range="bytes=-7").body == data[-7:]
        assert http.ask("/all.atom", **form, Range="bytes=7-").body == data[7:]
        tag = reply["etag"]
        assert http.ask("/all.atom", **form, Range="bytes=0-1", If_Range=tag).status == 206
        assert http.ask("/all.atom", **form, Range="bytes=0-1", If_Range='"former"').body == data
        assert http.ask("/all.atom", **form, Range="bytes=0-1", If_Range=f"W/{tag}").status == 200
        assert http.ask("/all.atom", **form, Range="bytes=0-1", If_None_Match=tag).status == 304
        beyond = http.ask("/all.atom", **form, Range=f"bytes={len(data)}-")
        assert (beyond.status, beyond["content-range"]) == (416, f"bytes */{len(data)}")
    assert http.ask("/all.atom", Range="bytes=0-1,4-5").body == ATOM
    assert http.ask("/all.atom", "HEAD", Range="bytes=0-1").status == 200
    assert http.ask("/all.atom")["accept-ranges"] == "bytes"


def test_what_other_sites_may_read_and_what_a_browser_may_do(http: Client) -> None:
    for path in ("/all.atom", "/all.rss", "/all.json", "/articles/summit/embed.html", "/embed.js"):
        reply = http.ask(path, Origin="https://other.example")
        assert reply["access-control-allow-origin"] == "*"
        assert reply["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in http.ask("/").headers
    for path in ("/all.json", "/feed.css", "/embed.js", "/nothing", "/sources.opml", "/health", "/metrics"):
        assert http.ask(path)["content-security-policy"].startswith("default-src 'none'; base-uri 'none'"), path
    assert "style-src 'self'" in http.ask("/all.atom")["content-security-policy"]
    assert "frame-ancestors" in http.ask("/")["content-security-policy"]
    assert "frame-ancestors" not in http.ask("/articles/summit/embed.html")["content-security-policy"]
    for path in ("/", "/all.atom", "/nothing", "/health", "/status", "/metrics"):
        reply = http.ask(path)
        assert reply["x-content-type-options"] == "nosniff"
        assert reply["referrer-policy"]
        assert "script-src" not in reply["content-security-policy"]


def test_how_long_it_keeps(http: Client) -> None:
    assert http.ask("/all.atom")["cache-control"] == "public, max-age=60"
    assert http.ask("/archive/all/1.atom")["cache-control"] == "public, max-age=604800, immutable"
    # The archive to come is named already, and must be found as soon as it is there.
    assert http.ask("/archive/all/2.atom")["cache-control"] == "no-cache"
    assert http.ask("/articles/archive/linked.atom")["cache-control"] == "public, max-age=60"
    assert http.ask("/health")["cache-control"] == "no-store"


def test_nothing_can_be_changed(http: Client, folder: Path) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"):
        for target in ("/all.atom", "/nothing", "/status"):
            reply = http.ask(target, method)
            assert (reply.status, reply["allow"]) == (405, "GET, HEAD, OPTIONS"), method
    assert (folder / "all.atom").read_bytes() == ATOM


def test_a_browser_may_ask_whether_it_may_ask(http: Client) -> None:
    asked = {"Origin": "https://other.example", "Access_Control_Request_Method": "GET"}
    reply = http.ask("/all.json", "OPTIONS", **asked, Access_Control_Request_Headers="if-none-match")
    assert (reply.status, reply["access-control-allow-origin"], reply["allow"]) == (204, "*", "GET, HEAD, OPTIONS")
    assert "GET" in reply["access-control-allow-methods"]
    assert reply["access-control-allow-headers"] == "*"
    for target in ("/status", "/metrics", "/health", "*"):
        assert "access-control-allow-origin" not in http.ask(target, "OPTIONS", **asked).headers


def test_a_folder_is_its_page(http: Client) -> None:
    assert http.ask("/articles/summit/").body == FILES["articles/summit/index.html"]
    reply = http.ask("/articles/summit?x")
    assert (reply.status, reply["location"]) == (301, "./summit/")
    for target in ("/articles/", "/articles", "/archive/", "/all.atom/", "/all.atom/x"):
        assert http.ask(target).status == 404, target


def test_what_lies_elsewhere_or_is_hidden_is_never_sent(folder: Path, http: Client) -> None:
    (folder / "out.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "outer").symlink_to(folder.parent)
    (folder / "within.atom").symlink_to(folder / "all.atom")
    (folder / "round").symlink_to(folder / "round")
    (folder / ".htpasswd").write_text("secret")
    (folder / f".unfinished-{os.getpid()}-all.atom").write_text("secret")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    os.mkfifo(folder / "pipe.atom")
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "index.html")
    out = folder.parent / "secret.txt"
    targets = [
        "/out.txt", "/outer/secret.txt", "/outer/", "/outer", "/within.atom", "/round", "/.htpasswd", "/.git/config",
        f"/.unfinished-{os.getpid()}-all.atom", "/pipe.atom", "/pipe/", "/../secret.txt", "/%2e%2e/secret.txt",
        "/..%2fsecret.txt", "/..\\secret.txt", "/..%5csecret.txt", "//secret.txt", f"/{quote(str(out))}", f"/{out}",
        "/articles/..%2f../../secret.txt", "/secret.txt%00.atom", "/all.atom%00", "/%252e%252e/secret.txt",
        "/outer%2fsecret.txt", "/a" * 4_000,
    ]  # fmt: skip
    for target in targets:
        for form in ({}, {"Accept_Encoding": "gzip"}):
            reply = http.ask(target, **form)
            assert reply.status in {301, 404}, target
            assert b"secret" not in reply.body
            assert reply.status == 404 or reply["location"].startswith("./"), target
    assert http.ask("/outer/index.html").status == 404


def test_a_file_that_is_replaced_is_sent_anew_and_one_that_is_removed_is_gone(tmp_path: Path) -> None:
    sink = FileSink(tmp_path)
    with served(tmp_path) as server, client(server) as http:
        assert http.ask("/all.atom").status == 404
        tags = set()
        for number in range(5):
            data = b"<feed>%d</feed>" % number  # of one length, and within one second
            sink.write("all.atom", data)
            for form in ({}, {"Accept_Encoding": "gzip"}):
                reply = http.ask("/all.atom", **form)
                assert (gzip.decompress(reply.body) if form else reply.body) == data
                tags.add(reply["etag"])
        assert len(tags) == 10
        (tmp_path / "all.atom").write_bytes(b"mended by hand")  # the copy is of what was there before
        assert http.ask("/all.atom", Accept_Encoding="gzip").body == b"mended by hand"
        sink.remove("all.atom")
        assert http.ask("/all.atom").status == 404


def test_a_file_that_is_too_large_to_be_kept_is_sent_whole_all_the_same(tmp_path: Path) -> None:
    data = os.urandom(1_000_000) * 9
    (tmp_path / "large.bin").write_bytes(data)
    with served(tmp_path) as server, client(server) as http:
        first = http.ask("/large.bin")
        assert first.body == data
        assert http.ask("/large.bin", If_None_Match=first["etag"]).status == 304
        assert http.ask("/large.bin", Range="bytes=5000000-5000009").body == data[5_000_000:5_000_010]
        http.send(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        (tmp_path / "other").write_bytes(b"small")
        (tmp_path / "other").replace(tmp_path / "large.bin")
        assert http.reply().body in {data, b"small"}
        assert http.ask("/large.bin").body == b"small"


def test_memory_is_bounded(tmp_path: Path) -> None:
    files = Files(memory=10_000, largest=4_000)

    def ask(name: str) -> Answer:
        result = files.answer(str(tmp_path), name, Request("GET", f"/{name}", {}))
        return result if isinstance(result, Answer) else result()

    for number in range(20):
        (tmp_path / f"{number}.atom").write_bytes(b"%d" % number * 1_000)
        assert ask(f"{number}.atom").length in {1_000, 2_000}
        assert ask("0.atom").status == 200
        assert files.held <= 10_000
    assert isinstance(files.answer(str(tmp_path), "0.atom", Request("GET", "/0.atom", {})), Answer)  # asked for often
    assert not isinstance(files.answer(str(tmp_path), "1.atom", Request("GET", "/1.atom", {})), Answer)
    (tmp_path / "large").write_bytes(bytes(4_001))
    before = files.held
    answer = ask("large")
    assert (answer.length, files.held) == (4_001, before)
    answer.body.close()


def test_a_file_that_may_not_be_read_is_forbidden_not_absent(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "all.atom").write_bytes(ATOM)
    (tmp_path / "all.atom").chmod(0)
    with served(tmp_path) as server, client(server) as http:
        assert http.ask("/all.atom").status == 403


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    with served(tmp_path / "later") as server, client(server) as http:
        assert http.ask("/").status == 404
        FileSink(tmp_path / "later").write("index.html", b"now")
        assert http.ask("/").body == b"now"


def test_connections_do_not_get_mixed_up(server: Server) -> None:
    with client(server) as one, client(server) as two:
        one.send(b"GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n")
        two.send(b"GET /all.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert two.reply().body == FILES["all.json"]
        assert one.reply().body == ATOM
