from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import BadResponse, ResponseTooLarge
from aggregator.fetch.body import PIECE, collect

TEXT = b"statement " * 20_000


def bare(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


ENCODED = {
    "": TEXT,
    "identity": TEXT,
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZIP": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "gzip, deflate": zlib.compress(gzip.compress(TEXT)),
    "gzip,gzip": gzip.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("size", [1, 7, PIECE])
def test_encodings(encoding: str, size: int) -> None:
    chunks = cut(ENCODED[encoding], size) if len(ENCODED[encoding]) < 10_000 else cut(ENCODED[encoding], 7_000)
    assert collect(chunks, encoding, len(TEXT), "h") == TEXT


@pytest.mark.parametrize("size", [1, 7, PIECE])
def test_deflate_without_the_zlib_header(size: int) -> None:
    assert collect(cut(bare(TEXT), size), "deflate", len(TEXT), "h") == TEXT


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.integers(1, 60))
def test_gzip_members_follow_each_other(parts: list[bytes], size: int) -> None:
    data = b"".join(map(gzip.compress, parts))
    assert collect(cut(data, size), "gzip", 10_000, "h") == b"".join(parts)


@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 400))
def test_however_the_octets_arrive(data: bytes, encoding: str, size: int) -> None:
    encoded = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
    assert collect(cut(encoded, size), encoding, 3_000, "h") == data


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 600, b"<!-- cached -->"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_padding_after_the_data_is_passed_over(padding: bytes, encoding: str) -> None:
    assert collect([ENCODED[encoding] + padding, padding], encoding, len(TEXT), "h") == TEXT


@pytest.mark.parametrize("length", range(PIECE - 3, PIECE + 4))
def test_a_body_about_as_long_as_a_piece(length: int) -> None:
    data = b"a" * length
    assert collect([gzip.compress(data) + gzip.compress(data)], "gzip", 10**6, "h") == data * 2


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_nothing_is_an_empty_body(encoding: str) -> None:
    assert collect([], encoding, 10, "h") == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@given(kept=st.floats(0.01, 0.99))
def test_truncated_data_is_a_bad_response(encoding: str, kept: float) -> None:
    data = ENCODED[encoding]
    with pytest.raises(BadResponse, match="ends early"):
        collect([data[: max(1, int(len(data) * kept))]], encoding, len(TEXT), "h")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_data_in_no_encoding_is_a_bad_response(encoding: str) -> None:
    with pytest.raises(BadResponse, match=f"^h: the answer is not {encoding} data"):
        collect([b"<rss>not compressed</rss>"], encoding, 1_000, "h")


def test_a_gzip_checksum_that_fails_is_a_bad_response() -> None:
    data = bytearray(gzip.compress(b"abc"))
    data[-5] ^= 1
    with pytest.raises(BadResponse):
        collect([bytes(data)], "gzip", 1_000, "h")


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip, gzip"])
def test_an_encoding_not_asked_for_is_a_bad_response(encoding: str) -> None:
    with pytest.raises(BadResponse, match="not asked for"):
        collect([b"x"], encoding, 1_000, "h")


@pytest.mark.parametrize("encoding", ENCODED)
def test_one_octet_over_the_cap_is_too_large(encoding: str) -> None:
    with pytest.raises(ResponseTooLarge, match=f"^h: .*{len(TEXT) - 1} bytes"):
        collect(cut(ENCODED[encoding], 5_000), encoding, len(TEXT) - 1, "h")


def _bomb(inner: bytes) -> Iterator[bytes]:
    compressor = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    for _ in range(30):
        if data := compressor.compress(inner):
            yield data
    yield compressor.flush()


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_costs_no_more_than_the_cap(layers: int) -> None:
    zeros = bytes(1_000_000)
    raw = b"".join(_bomb(zeros))
    if layers == 2:
        raw = b"".join(_bomb(raw))
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLarge):
            collect([raw], ", ".join(["gzip"] * layers), 1_000_000, "h")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000 * 1.25 + 10 * PIECE


def test_data_that_unfolds_to_nothing_is_capped_too() -> None:
    empty = gzip.compress(b"")

    def endless() -> Iterator[bytes]:
        while True:
            yield empty * 100

    with pytest.raises(ResponseTooLarge):
        collect(endless(), "gzip", 100_000, "h")
