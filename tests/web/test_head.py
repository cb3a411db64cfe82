"""Reading the head of a request: strictly, and in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.head import Refused, parse
from aggregator.web.message import Request


def head(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("latin-1")


def test_a_request_is_read() -> None:
    request = parse(head("GET /all.atom?x HTTP/1.1", "HOST: a", "Accept:a", "accept: \t b\t", "X-Empty:"), 10)
    assert (request.method, request.target, request.keeps) == ("GET", "/all.atom?x", True)
    assert request.headers == {"host": "a", "accept": "a, b", "x-empty": ""}


@pytest.mark.parametrize(
    ("lines", "keeps"),
    [
        (("GET / HTTP/1.1", "Host: x"), True),
        (("GET / HTTP/1.1", "Host: x", "Connection: keep-alive"), True),
        (("GET / HTTP/1.1", "Host: x", "Connection: Upgrade, Close"), False),
        (("GET / HTTP/1.0",), False),
        (("POST / HTTP/1.1", "Host: x", "Content-Length: 0"), True),
        # What follows would be a body, and is not taken for a request.
        (("GET / HTTP/1.1", "Host: x", "Content-Length: 3"), False),
        (("GET / HTTP/1.1", "Host: x", "Content-Length: 0, 3"), False),
        (("GET / HTTP/1.1", "Host: x", "Transfer-Encoding: chunked"), False),
        (("GET / HTTP/1.1", "Host: x", "Content-Length: 0", "Transfer-Encoding: identity"), False),
    ],
)
def test_whether_the_connection_stays(lines: tuple[str, ...], *, keeps: bool) -> None:
    assert parse(head(*lines), 10).keeps is keeps


@pytest.mark.parametrize(
    ("target", "read"), [("http://x/a?b", "/a?b"), ("HTTPS://x:8", "/"), ("http://x?a", "?a"), ("*", "*")]
)
def test_the_forms_of_a_target(target: str, read: str) -> None:
    assert parse(head(f"GET {target} HTTP/1.1", "Host: x"), 10).target == read


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("",), 400),
        (("GET /",), 400),
        (("GET  / HTTP/1.1", "Host: x"), 400),
        (("GET / HTTP/1.1 ", "Host: x"), 400),
        (("GET /a b HTTP/1.1", "Host: x"), 400),
        (("GET / http/1.1", "Host: x"), 400),
        (("GET / HTTP/1.10", "Host: x"), 400),
        (("G(T / HTTP/1.1", "Host: x"), 400),
        (("GET / HTTP/1.1",), 400),
        (("GET / HTTP/1.1", "Host: x", "Host: y"), 400),
        (("GET / HTTP/1.1", "Host: x", "Content-Length: 0", "content-length: 5"), 400),
        (("GET / HTTP/1.1", "Host: x", "Name : y"), 400),
        (("GET / HTTP/1.1", "Host: x", " folded"), 400),
        (("GET / HTTP/1.1", "Host: x", "no colon"), 400),
        (("GET / HTTP/1.1", "Host: x", ": no name"), 400),
        (("GET / HTTP/1.1", "Host: x", "A: b\nC: d"), 400),
        (("GET / HTTP/1.1", "Host: x", "A: b\rC: d"), 400),
        (("GET / HTTP/1.1", "Host: x", "A: b\0"), 400),
        (("GET /\n HTTP/1.1", "Host: x"), 400),
        (("PRI * HTTP/2.0",), 505),
        (("GET / HTTP/0.9",), 505),
        (("GET / HTTP/1.1", "Host: x", *["A: b"] * 10), 431),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(lines: tuple[str, ...], status: int) -> None:
    with pytest.raises(Refused) as refused:
        parse(head(*lines), 10)
    assert refused.value.status == status


@given(st.binary(max_size=200))
def test_anything_is_a_request_or_refused(data: bytes) -> None:
    for whole in (data, b"GET / HTTP/1.1\r\nHost: x\r\n" + data):
        read = outcome(whole)
        if isinstance(read, Request):
            assert not any(character in "".join(read.headers.values()) for character in "\r\n\0")
        else:
            assert read in {400, 431, 505}


def outcome(data: bytes) -> Request | int:
    """Return what is read, or the status of the refusal."""
    try:
        return parse(data, 10)
    except Refused as refused:
        return refused.status


@pytest.mark.parametrize("filler", [" ", "\t", "a", ":", "a:", "\r\na:"])
def test_a_large_head_takes_no_longer_than_it_is_long(filler: str) -> None:
    # Were there a quadratic way through it, sixteen thousand would take minutes here, and the suite would not end.
    lines = head("GET / HTTP/1.1", "Host: x", "A: " + filler * 200_000 + "\0")
    with pytest.raises(Refused):
        parse(lines, 100)
