"""How soon a statement is found, and at how many looks: the schedule replayed on real publication times.

    python -m benchmarks.schedule [--shared ../shared] [--part 1 | 2]

Every item of two official feeds, White House and State Department, 2021 and 2022, is taken to be in the feed from its
pubDate on, in a document of the ten newest.  Looks are planned by the functions of ``aggregator.plan`` themselves,
which learn from what they have found so far and from nothing else.  Between 2021-08-14 and 2022-02-02 nothing was
captured: the two periods are replayed one by one.
"""

from __future__ import annotations

import argparse
import csv
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import EndpointState, Hints, Moment, Rhythm
from aggregator.plan.rhythm import learned
from aggregator.plan.schedule import due_after_success, spacing

SOURCES = ("state", "white-house")
ZONE = "America/New_York"
HOLE = datetime(2021, 8, 14, tzinfo=UTC), datetime(2022, 2, 2, tzinfo=UTC)
"""Nothing was captured then."""
SHOWN = 10
"""Items in the document."""
OFFSETS = 8
"""A fixed interval is begun at so many moments, evenly apart, and its figures are the means."""
MINUTE, DAY = 60.0, 86_400.0

Times = Sequence[datetime]
Policy = Callable[[Times, int, datetime], datetime]
"""From what was found so far, in the order of publication, how much of that was new at the look made now, and now:
when to look again."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a policy came to; times in minutes."""

    looks: float
    """A day."""
    median: float
    late: float
    """The 95th percentile."""
    most: float
    missed: int
    """Pushed out of the document before it was looked at."""
    longest: float
    """Between two looks."""


def periods(shared: Path, source: str) -> list[list[datetime]]:
    """Return when the items of ``source`` were published, before and after the hole."""
    with (shared / "eval" / "schedule" / f"{source}.csv").open(encoding="utf-8") as file:
        times = sorted(datetime.fromisoformat(row["published"]) for row in csv.DictReader(file))
    return [[at for at in times if at < HOLE[0]], [at for at in times if at >= HOLE[1]]]


def replay(parts: Sequence[Times], policy: Callable[[], Policy], offset: float = 0.0) -> Figures:
    """Return what ``policy``, begun anew for each part, comes to.

    The first look is ``offset`` seconds after the tenth item.
    """
    looks, missed, seconds = 0, 0, 0.0
    delays: list[float] = []
    gaps: list[float] = []
    for times in parts:
        plan = policy()
        begin = now = times[SHOWN - 1] + timedelta(seconds=offset)
        published = bisect_right(times, now)
        found, new = list(times[:published]), published
        while now < times[-1]:
            due = plan(found, new, now)
            gaps.append((due - now).total_seconds())
            now, before = due, published
            published = bisect_right(times, now)
            first = max(before, published - SHOWN)
            missed, looks, new = missed + first - before, looks + 1, published - first
            found += times[first:published]
            delays += [(now - at).total_seconds() for at in times[first:published]]
        seconds += (now - begin).total_seconds()
    delays.sort()
    late = delays[int(0.95 * len(delays))]
    return Figures(
        looks / seconds * DAY,
        median(delays) / MINUTE,
        late / MINUTE,
        delays[-1] / MINUTE,
        missed,
        max(gaps) / MINUTE,
    )


def fixed(seconds: float) -> Policy:
    """Look every so many seconds."""
    return lambda _found, _new, now: now + timedelta(seconds=seconds)


def entry_frequency(found: Times, _new: int, now: datetime) -> datetime:
    """Look as Miniflux documents for POLLING_SCHEDULER=entry_frequency, with its defaults.

    The minutes of a week by the entries of the last week, between 5 minutes and 24 hours (miniflux.1:
    SCHEDULER_ENTRY_FREQUENCY_FACTOR 1, _MIN_INTERVAL 5, _MAX_INTERVAL 1440).
    """
    weekly = len(found) - bisect_right(found, now - timedelta(days=7))
    return now + timedelta(seconds=min(max(7 * DAY / weekly, 5 * MINUTE), DAY) if weekly else DAY)


def ours(hints: Hints | None = None, zone: str = ZONE) -> Policy:
    """Look when ``aggregator.plan`` says, with the shipped settings; ``hints`` are what the document asks for."""
    url = "https://office.example/feed"
    source = Source.model_validate(
        {
            "id": "office",
            "title": "Office",
            "home": "https://office.example/",
            "timezone": zone,
            "endpoint": (FeedEndpoint(kind="feed", url=url),),
        }
    )
    schedule, endpoint = ScheduleSettings(), EndpointState(url, hints=hints)
    rhythm: Rhythm | None = None

    def plan(found: Times, new: int, now: datetime) -> datetime:
        nonlocal rhythm
        if new:
            rhythm = learned([Moment(at) for at in found[-LEARNED:]], source.zone, now)
        seconds = spacing(source, rhythm, SHOWN, schedule, now)
        return due_after_success(source, rhythm, endpoint, schedule, now, seconds)

    return plan


LEARNED = 300
"""Publications that the store is asked for."""

WORDPRESS = Hints(period=3_600.0)
"""``sy:updatePeriod`` hourly, as WordPress writes it into every feed."""
AN_HOUR = Hints(ttl=3_600.0)
"""``ttl`` 60."""

POLICIES: dict[str, Callable[[], Policy]] = {
    "every 5 min": lambda: fixed(5 * MINUTE),
    "every 15 min": lambda: fixed(15 * MINUTE),
    "every 60 min": lambda: fixed(60 * MINUTE),
    "every 6 h": lambda: fixed(360 * MINUTE),
    "Miniflux, entry frequency": lambda: entry_frequency,
    "learned": ours,
    "learned, `updatePeriod` hourly": lambda: ours(WORDPRESS),
    "learned, `ttl` 60": lambda: ours(AN_HOUR),
}


def evenly(parts: Sequence[Times], looks: float) -> Figures:
    """Return what a fixed interval of so many looks a day comes to, whenever it is begun."""
    seconds = DAY / looks
    runs = [replay(parts, lambda: fixed(seconds), seconds * number / OFFSETS) for number in range(OFFSETS)]
    return Figures(
        looks,
        mean(run.median for run in runs),
        mean(run.late for run in runs),
        max(run.most for run in runs),
        round(mean(run.missed for run in runs)),
        max(run.longest for run in runs),
    )


def row(source: str, name: str, run: Figures, same: Figures) -> str:
    """Return a row of the table; ``same`` is what a fixed interval of as many looks comes to."""
    return (
        f"| {name} | `{source}` | {run.looks:.1f} | {run.median:.1f} | {run.late:.0f} | {run.most:.0f} "
        f"| {run.missed} | {run.longest:.0f} | {same.median:.1f} | {same.late:.0f} |"
    )


def rows(parts: Sequence[Times], source: str) -> Iterator[str]:
    """Yield a row of the table for each policy."""
    for name, policy in POLICIES.items():
        run = replay(parts, policy)
        yield row(source, name, run, evenly(parts, run.looks))


def main() -> None:
    """Print the table of ``docs/operations.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--part", type=int, choices=(1, 2), help="2021 or 2022 alone")
    given = parser.parse_args()
    print("| looks | source | a day | median | 95 % | most | missed | longest | evenly: median | 95 % |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for source in SOURCES:
        parts = periods(given.shared, source)
        for line in rows(parts[given.part - 1 : given.part] if given.part else parts, source):
            print(line)


if __name__ == "__main__":
    main()
