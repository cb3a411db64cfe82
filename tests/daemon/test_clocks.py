"""Clocks that jump, and work that falls silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.daemon.clocks import JUMP, Halt, Jumps, Life


class Machine:
    """Two clocks that go together until one is set."""

    def __init__(self) -> None:
        self.wall = 1_790_000_000.0
        self.steady = 50.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize("jump", [-3600.0, 3600.0, -86_400.0 * 365, 56 * 86_400.0 * 365])
def test_a_clock_that_is_set_is_noticed_once(machine: Machine, jump: float) -> None:
    jumps = Jumps(lambda: machine.wall, lambda: machine.steady)
    machine.pass_by(1)
    assert jumps.since_last() is None
    machine.wall += jump
    machine.pass_by(1)
    assert jumps.since_last() == pytest.approx(jump)
    machine.pass_by(1)
    assert jumps.since_last() is None


def test_a_machine_that_slept_is_a_jump(machine: Machine) -> None:
    jumps = Jumps(lambda: machine.wall, lambda: machine.steady)
    machine.wall += 7 * 3600  # the steady clock stands still meanwhile
    assert jumps.since_last() == pytest.approx(7 * 3600)


@given(st.lists(st.floats(0, 600), max_size=50))
def test_a_clock_that_is_put_right_little_by_little_never_jumps(waits: list[float]) -> None:
    machine = Machine()
    jumps = Jumps(lambda: machine.wall, lambda: machine.steady)
    for wait in waits:
        machine.pass_by(wait)
        machine.wall += wait * 0.0005  # as fast as NTP slews
        assert wait * 0.0005 < JUMP
        assert jumps.since_last() is None


def test_who_asks_whether_to_stop_is_alive_and_who_hangs_is_not(machine: Machine) -> None:
    life = Life(lambda: machine.steady)
    halt = Halt(life)
    machine.pass_by(100)
    assert life.silence() == 100
    assert not halt.is_set()
    assert life.silence() == 0
    halt.set()
    machine.pass_by(300)
    assert life.silence() == 300
    assert halt.is_set()
    assert life.silence() == 0
