from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.pace import PerHost, retry_after

NOW = datetime(2026, 10, 4, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("-5", 0.0),
        ("Sun, 04 Oct 2026 12:02:00 GMT", 120.0),
        ("Sunday, 04-Oct-26 12:02:00 GMT", 120.0),
        ("Sun Oct  4 12:02:00 2026", 120.0),
        ("Sun, 04 Oct 2026 14:02:00 +0200", 120.0),
        ("Sun, 04 Oct 2026 11:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("1.5", None),
        ("12 minutes", None),
        ("٣", None),  # a digit, but not of HTTP's
        ("Sun, 99 Oct 2026 12:02:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_whatever_stands_in_retry_after(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_a_host_is_asked_only_so_often_at_a_time() -> None:
    pace = PerHost(2)
    lock = threading.Lock()
    both = threading.Barrier(2, timeout=5)
    at_once: list[int] = []
    inside = 0

    def visit(_: int) -> None:
        nonlocal inside
        with pace.turn("example.org"):
            with lock:
                inside += 1
                at_once.append(inside)
            both.wait()
            with lock:
                inside -= 1

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(visit, range(6)))
    assert max(at_once) == 2


def test_hosts_do_not_wait_for_each_other() -> None:
    pace = PerHost(1)
    with pace.turn("a.example"), pace.turn("b.example") as waited:
        assert waited < 1


def test_a_host_is_forgotten_after_its_turn_even_if_that_fails() -> None:
    pace = PerHost(1)

    def fail() -> None:
        with pace.turn("a.example"):
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            fail()
    assert not pace._hosts
