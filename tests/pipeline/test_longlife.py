"""A process that lives for long: what it holds does not grow with what it has done."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.longlife import World, files


@pytest.fixture
def threads() -> Iterator[int]:
    before = threading.active_count()
    yield before
    assert threading.active_count() == before


def live(world: World, cycles: int) -> int:
    """Live for so many cycles; return how many objects there are then."""
    end = world.cycles + cycles
    while world.cycles < end:
        world.tick()
    world.seen.clear()
    gc.collect()
    return len(gc.get_objects())


def test_neither_objects_nor_files_nor_threads_grow_with_the_cycles(tmp_path: Path, threads: int) -> None:
    world = World(tmp_path, sources=2, texts=timedelta(days=1), entries=5)
    before, opened = live(world, 20), files()
    looks = world.looks
    after = live(world, 40)
    assert world.looks - looks >= 40
    assert after - before < 20 * 40, "what a look leaves behind is told from the noise of caches"
    assert (files(), threading.active_count()) == (opened, threads)


@pytest.mark.slow
def test_memory_is_flat_day_by_day(tmp_path: Path, threads: int) -> None:
    world = World(tmp_path, sources=3, texts=timedelta(days=2), entries=5)
    for _ in world.days(3):
        pass
    opened, objects, held = files(), live(world, 1), []
    tracemalloc.start()
    try:
        for _ in world.days(6):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    # What is bounded still fills up: caches of words and names.  The table of interned strings doubles, once in a
    # while; what leaks does so every day.
    grown = sorted(later - earlier for earlier, later in pairwise(held))
    assert sum(grown[:-1]) < 1_500_000, held
    assert live(world, 1) - objects < 5_000
    assert (files(), threading.active_count()) == (opened, threads)
