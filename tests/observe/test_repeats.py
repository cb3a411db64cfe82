"""What goes wrong again and again is said at growing distances, and counted in between."""

from __future__ import annotations

import logging
from itertools import pairwise

import pytest

from aggregator.observe.repeats import ANSWER, FIRST, KEPT, LONGEST, Repeats


class World:
    """A log and its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self._repeats = Repeats(lambda: self.now)

    def say(self, message: str, level: int = logging.WARNING, error: Exception | None = None) -> int | None:
        """Say it; return how often it was held back before, None where it is held back now."""
        exc_info = (type(error), error, None) if error else None
        record = logging.LogRecord("aggregator", level, "", 0, "%s", (message,), exc_info)
        return getattr(record, "repeated", 0) if self._repeats.filter(record) else None


def test_the_same_warning_comes_at_growing_distances() -> None:
    world, said = World(), []
    for minute in range(0, 7 * 24 * 60, 5):
        world.now = 60.0 * minute
        if (held := world.say("the hub is down")) is not None:
            said.append((minute, held))
    assert said[:5] == [(0, 0), (15, 2), (45, 5), (105, 11), (225, 23)]
    distances = [after - before for (before, _), (after, _) in pairwise(said)]
    assert distances == sorted(distances)
    assert max(distances) == LONGEST / 60
    assert len(said) < 16
    assert sum(held + 1 for _, held in said) + 24 * 12 > 7 * 24 * 12  # all but those still held back were counted


def test_what_was_away_for_a_day_is_new() -> None:
    world = World()
    assert world.say("down") == 0
    world.now += FIRST
    assert world.say("down") == 0
    world.now += LONGEST + 1
    assert world.say("down") == 0
    world.now += FIRST
    assert world.say("down") == 0


@pytest.mark.parametrize(("message", "level"), [("up", logging.WARNING), ("down", logging.ERROR)])
def test_another_warning_is_said(message: str, level: int) -> None:
    world = World()
    assert (world.say("down"), world.say("down"), world.say(message, level)) == (0, None, 0)


def test_defects_are_told_apart_by_what_they_are() -> None:
    world = World()
    failed = "a job failed"
    assert world.say(failed, error=ValueError("a")) == 0
    assert world.say(failed, error=ValueError("b")) == 0
    assert world.say(failed, error=ValueError("a")) is None


def test_what_is_no_warning_always_passes() -> None:
    world = World()
    assert [world.say("source=office outcome=ok", logging.INFO) for _ in range(3)] == [0, 0, 0]


def test_who_asks_gets_an_answer_each_time() -> None:
    repeats = Repeats(lambda: 0.0)
    record = logging.LogRecord("aggregator", logging.ERROR, "", 0, "broken", None, None)
    vars(record).update(ANSWER)
    assert [repeats.filter(record) for _ in range(3)] == [True, True, True]


def test_only_so_many_are_remembered() -> None:
    world = World()
    for number in range(20 * KEPT):
        assert world.say(f"warning {number}") == 0
    assert len(world._repeats._said) == KEPT
    assert world.say(f"warning {20 * KEPT - 1}") is None
    assert world.say("warning 0") == 0
