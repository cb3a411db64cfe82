from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import HostRests
from aggregator.fetch.pace import LONGEST_DELAY, PerHost, Rests, retry_after
from aggregator.model import Rest

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
        ("Sun, 01 Oct 99999999999 12:02:00 GMT", None),
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


def test_turns_are_so_far_apart_and_who_waits_for_that_takes_no_turn() -> None:
    pace = PerHost(1)
    apart = 1.0
    begun: list[float] = []

    def visit(_: int) -> None:
        with pace.turn("a.example", apart):
            begun.append(time.monotonic())

    with pace.turn("a.example"):
        first = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        visits = pool.map(visit, range(2))
        with pace.turn("a.example", counts=False) as waited, pace.turn("b.example", apart):
            assert waited < apart / 2
        list(visits)
    assert begun[0] - first >= 0.99 * apart
    assert begun[1] - begun[0] >= 0.99 * apart


def test_the_wait_between_turns_is_told() -> None:
    pace = PerHost(1)
    with pace.turn("a.example", 1.0) as waited:
        assert waited < 0.5
    with pace.turn("a.example", 1.0) as waited:
        assert waited > 0
    with pace.turn("a.example", counts=False) as waited:
        assert waited < 0.5


def test_a_host_rests_until_the_last_time_it_named() -> None:
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 2))
    rests = Rests([Rest("a.example", later, 503)])
    rests.add(Rest("a.example", soon, 429))
    rests.add(Rest("b.example:8080", soon, 429))
    rests.add(Rest("over.example", datetime.now(UTC), 429))
    for host in ("b.example", "c.example", "over.example"):
        rests.check(host)
    with pytest.raises(HostRests) as caught:
        rests.check("a.example")
    assert (caught.value.status, caught.value.until) == (503, later)
    assert 7100 < (caught.value.retry_after or 0) <= 7200
    assert f"a.example asks to be left alone until {later:%Y-%m-%d %H:%M:%S} UTC" in str(caught.value)
    assert set(rests.current()) == {Rest("a.example", later, 503), Rest("b.example:8080", soon, 429)}


def test_what_a_wrong_clock_remembered_is_over_within_a_day() -> None:
    rests = Rests([Rest("a.example", datetime(2099, 1, 1, tzinfo=UTC), 503)])
    (rest,) = rests.current()
    assert rest.until - datetime.now(UTC) <= timedelta(days=1)


class Clocks:
    """A wall clock that can be put, and one that only goes on."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 0.0

    def go_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds

    def rests(self, *hosts: str) -> list[str]:
        """Return which of ``hosts`` are left alone."""
        found = []
        for host in hosts:
            try:
                self.known.check(host)
            except HostRests:
                found.append(host)
        return found

    known: Rests


@pytest.fixture
def clocks() -> Clocks:
    clocks = Clocks()
    clocks.known = Rests((), lambda: clocks.wall, lambda: clocks.seconds)
    return clocks


def test_a_rest_is_over_in_time_though_the_clock_is_put_back(clocks: Clocks) -> None:
    clocks.wall += timedelta(days=365)
    clocks.known.add(Rest("a.example", clocks.wall + timedelta(minutes=5), 429))
    clocks.wall -= timedelta(days=365)
    clocks.go_on(299)
    assert clocks.rests("a.example") == ["a.example"]
    clocks.go_on(2)
    assert clocks.rests("a.example") == []
    assert clocks.known.current() == ()


def test_a_rest_is_over_after_a_sleep_during_which_only_the_clock_went_on(clocks: Clocks) -> None:
    clocks.known.add(Rest("a.example", clocks.wall + timedelta(minutes=5), 503))
    clocks.wall += timedelta(hours=1)
    assert clocks.rests("a.example") == []


def test_rests_that_are_over_are_forgotten(clocks: Clocks) -> None:
    for number in range(500):
        clocks.known.add(Rest(f"host-{number}.example", clocks.wall + timedelta(minutes=1), 429))
        clocks.go_on(10)
    assert len(clocks.known._hosts) < 10


def test_a_host_that_was_asked_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = PerHost(1)
    for host in ("a.example", "b.example"):
        with pace.turn(host):
            pass
    pace.forget()
    assert set(pace._begun) == {"a.example", "b.example"}
    begun = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begun + LONGEST_DELAY + 1)
    pace.forget()
    assert pace._begun == {}
