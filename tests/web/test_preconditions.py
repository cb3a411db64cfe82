"""Whether the client has it, and which part it wants: RFC 9110, 13 and 14."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.preconditions import Verdict, http_date, part, verdict

TAG = '"abc"'
MODIFIED = int(datetime(2026, 10, 1, 9, tzinfo=UTC).timestamp())
SAME, BEFORE, AFTER = (http_date(MODIFIED + offset) for offset in (0, -1, 1))


def test_a_date_is_written_as_http_has_it() -> None:
    assert SAME == "Thu, 01 Oct 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Verdict.SEND),
        ({"if-none-match": '"abc"'}, Verdict.UNCHANGED),
        ({"if-none-match": 'W/"abc"'}, Verdict.UNCHANGED),
        ({"if-none-match": '"x", W/"y" , "abc"'}, Verdict.UNCHANGED),
        ({"if-none-match": '"a,b","abc"'}, Verdict.UNCHANGED),
        ({"if-none-match": "*"}, Verdict.UNCHANGED),
        ({"if-none-match": " * "}, Verdict.UNCHANGED),
        ({"if-none-match": '"xabc", "abcx"'}, Verdict.SEND),
        ({"if-none-match": "abc"}, Verdict.SEND),
        ({"if-none-match": '"*"'}, Verdict.SEND),
        ({"if-none-match": ""}, Verdict.SEND),
        ({"if-modified-since": SAME}, Verdict.UNCHANGED),
        ({"if-modified-since": AFTER}, Verdict.UNCHANGED),
        ({"if-modified-since": BEFORE}, Verdict.SEND),
        ({"if-modified-since": "Thursday, 01-Oct-26 09:00:00 GMT"}, Verdict.UNCHANGED),
        ({"if-modified-since": "Thu Oct  1 09:00:00 2026"}, Verdict.UNCHANGED),
        ({"if-modified-since": "yesterday"}, Verdict.SEND),
        ({"if-modified-since": "Thu, 01 Oct 99999999999 09:00:00 GMT"}, Verdict.SEND),
        # A tag goes before a date, whatever that says (13.2.2).
        ({"if-none-match": '"x"', "if-modified-since": AFTER}, Verdict.SEND),
        ({"if-none-match": '"abc"', "if-modified-since": BEFORE}, Verdict.UNCHANGED),
        ({"if-match": '"abc"'}, Verdict.SEND),
        ({"if-match": "*"}, Verdict.SEND),
        ({"if-match": '"x"'}, Verdict.FAILED),
        ({"if-match": 'W/"abc"'}, Verdict.FAILED),
        ({"if-match": '"x"', "if-none-match": '"abc"'}, Verdict.FAILED),
        ({"if-match": '"abc"', "if-none-match": '"abc"'}, Verdict.UNCHANGED),
        ({"if-match": '"abc"', "if-unmodified-since": BEFORE}, Verdict.SEND),
        ({"if-unmodified-since": BEFORE}, Verdict.FAILED),
        ({"if-unmodified-since": SAME}, Verdict.SEND),
        ({"if-unmodified-since": "never"}, Verdict.SEND),
    ],
)
def test_verdicts(headers: dict[str, str], expected: Verdict) -> None:
    assert verdict(headers, TAG, MODIFIED) is expected


@given(st.sampled_from(["if-none-match", "if-modified-since", "if-match", "if-unmodified-since"]), st.text())
def test_no_header_is_too_odd_to_be_judged(name: str, value: str) -> None:
    assert verdict({name: value}, TAG, MODIFIED) in Verdict


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=0-100", (0, 100)),
        ("bytes=10-19", (10, 10)),
        ("bytes=90-", (90, 10)),
        ("bytes=-10", (90, 10)),
        ("bytes=-1000", (0, 100)),
        ("Bytes = 1-2 ", (1, 2)),
        ("bytes=99-999999999999999999", (99, 1)),
        ("bytes=100-", (100, 0)),
        ("bytes=101-", (101, 0)),
        ("bytes=999999-", (999999, 0)),
        ("bytes=100-200", (100, 0)),
        ("bytes=-0", (100, 0)),
        # the whole
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=0-9999999999999999999999", None),
        ("items=0-1", None),
        ("0-1", None),
    ],
)
def test_parts(wanted: str, expected: tuple[int, int] | None) -> None:
    assert part({"range": wanted}, TAG, MODIFIED, 100) == expected


@pytest.mark.parametrize(
    ("condition", "holds"),
    [(TAG, True), ('"x"', False), (f"W/{TAG}", False), (SAME, True), (BEFORE, False), (AFTER, False), ("", False)],
)
def test_a_part_is_of_what_the_client_has(condition: str, *, holds: bool) -> None:
    assert part({"range": "bytes=0-1", "if-range": condition}, TAG, MODIFIED, 100) == ((0, 2) if holds else None)


@given(st.binary(max_size=50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_what_slicing_gives(data: bytes, first: int, last: int) -> None:
    found = part({"range": f"bytes={first}-{last}"}, TAG, MODIFIED, len(data))
    if last < first:
        assert found is None
    else:
        assert found is not None
        assert data[found[0] : found[0] + found[1]] == data[first : last + 1]
    suffix = part({"range": f"bytes=-{last}"}, TAG, MODIFIED, len(data))
    assert suffix is not None
    assert data[suffix[0] : suffix[0] + suffix[1]] == (data[-last:] if last else b"")


@given(st.text(max_size=60), st.integers(0, 100))
def test_no_range_is_out_of_bounds(wanted: str, size: int) -> None:
    found = part({"range": f"bytes={wanted}"}, TAG, MODIFIED, size)
    if found is not None and found[1]:
        assert 0 <= found[0] < found[0] + found[1] <= size
