"""The scheduler's jobs: one at a time, none missed, none made up for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.job import Job as Scheduled

from aggregator.daemon.ticking import Job, Ticking

SOON = 20.0
"""Seconds: what does not happen by then does not happen."""


class Work:
    """A job that counts how often it began, and is done when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.at_once = 0
        self.most = 0

    def __call__(self) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begun.release()
        self.go.wait(SOON)
        self.at_once -= 1


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go.set()


def test_the_first_tick_is_at_once_and_others_follow(work: Work) -> None:
    work.go.set()
    ticking = Ticking([Job("tick", work, 0.05)])
    ticking.start()
    assert all(work.begun.acquire(timeout=SOON) for _ in range(3))
    ticking.stop()


def test_two_jobs_never_overlap_and_a_tick_that_lasts_does_not_pile_up(work: Work) -> None:
    ticking = Ticking([Job("tick", work, 0.01), Job("maintenance", work, 3600)])
    ticking.start()
    assert work.begun.acquire(timeout=SOON)
    for _ in range(50):
        ticking.hurry("tick")
    work.go.set()
    assert all(work.begun.acquire(timeout=SOON) for _ in range(3))
    ticking.stop()
    assert work.most == 1


def scheduled(ticking: Ticking, name: str = "tick") -> Scheduled:
    return ticking._scheduler.get_job(name)


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_tick_planned_by_a_clock_that_was_ahead_is_planned_anew(work: Work, hours: int) -> None:
    work.go.set()
    ticking = Ticking([Job("tick", work, 3600), Job("maintenance", work, 3600, first=600)])
    ticking.start()
    assert work.begun.acquire(timeout=SOON)
    # As it is after the clock was set back: what was planned by the old one lies far ahead.
    ahead = datetime.now(UTC) + timedelta(hours=hours)
    for name in ("tick", "maintenance"):
        ticking._scheduler.modify_job(name, next_run_time=ahead)
    ticking.restart()
    assert work.begun.acquire(timeout=SOON)
    assert scheduled(ticking, "maintenance").next_run_time < datetime.now(UTC) + timedelta(seconds=601)
    ticking.stop()


def test_years_that_were_slept_through_are_one_tick(work: Work) -> None:
    ticking = Ticking([Job("tick", work, 5)])
    ticking.start()
    assert work.begun.acquire(timeout=SOON)
    job = scheduled(ticking)
    now = datetime.now(UTC)
    job.next_run_time = datetime(1970, 1, 1, tzinfo=UTC)
    # What the library asks a job at each waking: with its own intervals these would be 350 million.
    assert job._get_run_times(now) == [job.next_run_time]
    assert job.trigger.get_next_fire_time(None, now) == now + timedelta(seconds=5)
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    ticking.stop()
