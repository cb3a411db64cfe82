"""The scheduler: lets one worker do a few jobs again and again, never two at a time.

APScheduler goes by the wall clock; ``restart`` is for when that was set.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again."""

    name: str
    work: Callable[[], None]
    """Must not raise: who raises is only logged."""
    every: float
    """Seconds from one beginning to the next."""
    first: float = 0.0
    """Seconds from the start to the first beginning."""


class _Every(BaseTrigger):  # type: ignore[misc] # the library ships no types
    """Fires so many seconds after it was asked, whatever was missed.

    The library's own interval counts from when it should have fired, step by step: when the clock of a machine without
    battery is set from 1970 to the present, that is more steps than fit in memory.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        del previous
        return now + self._interval


class Ticking:
    """Does jobs in a thread of its own, from ``start`` to ``stop``."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        # It says at every tick that a job runs, and while a cycle takes long that another cannot.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin."""
        for job in self._jobs:
            self._scheduler.add_job(job.work, _Every(job.every), id=job.name, next_run_time=_in(job.first))
        self._scheduler.start()

    def restart(self) -> None:
        """Let every job begin anew, as at the start: what was planned went by another clock."""
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=_in(job.first))

    def hurry(self, name: str) -> None:
        """Let this job begin at once, or, when it is under way, again after its interval."""
        self._scheduler.modify_job(name, next_run_time=_in(0.0))

    def stop(self) -> None:
        """Begin nothing any more.  What is under way goes on."""
        self._scheduler.shutdown(wait=False)


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
