"""Every list in ``tests/data/opml``, and beside it the outlines that are read from it; and what no list may do."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import NoItems, NotADocument, ParseError
from aggregator.parse.opml import DEPTH_CAP, OUTLINE_CAP, read

DATA = Path(__file__).resolve().parent.parent / "data" / "opml"
CASES = sorted(DATA.glob("*.opml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    outlines = map(dataclasses.asdict, read(case.read_bytes()))
    found = [{name: value for name, value in outline.items() if value} for outline in outlines]
    assert found == json.loads(case.with_suffix(".expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1", "windows-1252"])
def test_every_encoding_is_read_as_declared_or_as_it_is(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><opml><body><outline text="Élysée" xmlUrl="https://x.example/"/>'
    )
    (outline,) = read(f"{text}</body></opml>".encode(encoding))
    assert outline.title == "Élysée"


def nested(depth: int) -> bytes:
    inner = '<outline text="f" xmlUrl="https://x.example/"/>'
    outer = '<outline text="d">' * depth
    return f"<opml><body>{outer}{inner}{'</outline>' * depth}</body></opml>".encode()


def test_folders_are_passed_through_to_the_depth_cap() -> None:
    assert len(read(nested(DEPTH_CAP - 3))) == 1
    for depth in (DEPTH_CAP, 1_000, 50_000):
        with pytest.raises(NotADocument):
            read(nested(depth))


def test_a_list_of_too_many_outlines_is_refused() -> None:
    row = '<outline text="f" xmlUrl="https://x.example/"/>'
    assert len(read(f"<opml><body>{row * OUTLINE_CAP}</body></opml>".encode())) == OUTLINE_CAP
    with pytest.raises(NotADocument, match="10,000"):
        read(f"<opml><body>{row * (OUTLINE_CAP + 1)}</body></opml>".encode())


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (b"", NotADocument, "an empty body where an OPML list was expected"),
        (b"<!doctype html><title>Sign in</title>", NotADocument, "an HTML page titled 'Sign in'"),
        (b'<rss version="2.0"><channel/></rss>', NotADocument, "<rss> where an OPML list was expected"),
        (b"<opml><body></body></opml>", NoItems, "without any outline"),
        (b"<opml><body><outline></opml>", NotADocument, "not well-formed"),
    ],
)
def test_what_is_no_list_is_named(body: bytes, error: type[ParseError], message: str) -> None:
    with pytest.raises(error, match=message):
        read(body)


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_no_bytes_raise_anything_else(before: bytes, inside: bytes) -> None:
    for body in (before, before + b"<opml><body><outline text='" + inside + b"'/></body></opml>"):
        with contextlib.suppress(NotADocument, NoItems):
            read(body)
