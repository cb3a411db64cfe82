"""One look at one source, step by step: requests are made in the pool, everything else between them.

    retrieve -> (follow) -> take in -> Update
       ^                       |
       +--- nothing of use ----+   the next endpoint

A step that needs the network is a job; what it brings is the look gone on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from aggregator import clean
from aggregator.config.endpoints import Endpoint
from aggregator.config.values import ScheduleSettings, Source
from aggregator.errors import NoItems, Stopped, StoreError
from aggregator.model import Document, Effort, RawItem, Shape, SourceState, Update
from aggregator.pipeline.follow import Followed, follow
from aggregator.pipeline.intake import Intake, old_among
from aggregator.pipeline.metered import Metered
from aggregator.pipeline.retrieve import Manner, Retrieved, retrieve
from aggregator.pipeline.stopping import NEVER, Stoppable
from aggregator.plan.shape import one_for_all, shape_of
from aggregator.plan.update import Failure, Served, failure, success
from aggregator.ports import Clock, Fetcher, Stop


@dataclass(frozen=True, slots=True)
class Look:
    """A source that is looked at, as far as the look has gone."""

    source: Source
    state: SourceState
    retrieved: Retrieved = field(default_factory=Retrieved)
    """What the endpoints gave, or the failures of those that were asked already."""
    followed: Followed | None = None
    seconds: float = 0.0
    """Spent on requests and on reading what they brought."""
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be asked for next: the source's endpoints, or the pages of ``items``."""

    look: Look
    items: tuple[RawItem, ...] = ()

    def done(self, fetcher: Fetcher, clock: Clock, manner: Manner, stop: Stop = NEVER) -> Look:
        """Make the requests and return the look gone on.  Never raises on bad input.

        Raises ``Stopped`` where not all of them could be made: what the others gave is no look at the source.
        """
        begin, look, asking = clock.monotonic(), self.look, Stoppable(fetcher, stop)
        metered = Metered(asking, clock)
        if self.items:
            look = replace(look, followed=follow(look.source, self.items, metered, clock))
        else:
            retrieved = retrieve(look.source, look.state, metered, manner, look.retrieved.failures)
            look = replace(look, retrieved=retrieved, followed=None)
        if asking.cut:
            msg = f"{look.source.id}: not looked at to the end: the program ends"
            raise Stopped(msg)
        spent, effort = clock.monotonic() - begin, look.effort
        parse = max(spent - sum(asked.seconds for asked in metered.asked), 0.0)
        effort = replace(effort, asked=(*effort.asked, *metered.asked), parse=effort.parse + parse)
        return replace(look, seconds=look.seconds + spent, effort=effort)


def step(look: Look, intake: Intake, schedule: ScheduleSettings, clock: Clock) -> Update | Job:
    """Return what the look came to, or what it needs to go on.  Raises ``StoreError``."""
    begin = clock.monotonic()
    outcome = _outcome(look, intake, schedule)
    effort = replace(look.effort, intake=look.effort.intake + clock.monotonic() - begin)
    if isinstance(outcome, Job):
        return replace(outcome, look=replace(outcome.look, effort=effort))
    document = look.retrieved.document
    effort = replace(effort, shown=len(document.items) if document else 0)
    return replace(outcome, effort=effort)


def _outcome(look: Look, intake: Intake, schedule: ScheduleSettings) -> Update | Job:
    retrieved = look.retrieved
    if retrieved.endpoint is None or retrieved.state is None:
        return _timed(failure(look.source, look.state, schedule, intake.now, retrieved.failures), look)
    if retrieved.document is None:
        cadence, rhythm = intake.learned(look.source, look.state, ())
        served = Served(retrieved.state, not_modified=retrieved.not_modified, cadence=cadence, rhythm=rhythm)
        return _timed(success(look.source, look.state, schedule, intake.now, served, retrieved.failures), look)
    shape = _shape(look.source, retrieved.endpoint, retrieved.document, intake.now)
    document = retrieved.document
    if one_for_all(look.state.endpoints.get(retrieved.endpoint.url), shape, retrieved.state.reading):
        document = _without_titles(document)
    try:
        if look.followed is None and (items := intake.to_follow(look.source, retrieved.endpoint, document)):
            return Job(look, tuple(items))
        taken = intake.take_in(look.source, retrieved.endpoint, document, look.followed)
    except StoreError:
        raise
    except NoItems as error:
        return _next(look, error.kind, str(error))
    except Exception as error:  # noqa: BLE001 - what breaks our own code costs this source, not the run
        return _next(look, "internal", f"cannot be taken in ({type(error).__name__}: {error})")
    endpoint = retrieved.state
    if not taken.complete:  # an unchanged answer must not stop the next look from reading what is left
        endpoint = replace(endpoint, etag=None, last_modified=None, body=None)
    cadence, rhythm = intake.learned(look.source, look.state, taken.items)
    served = Served(
        endpoint,
        taken.items,
        len(retrieved.document.items),
        taken.rejected,
        taken.unread,
        taken.complete,
        old=old_among(taken.items, retrieved.document),
        shape=shape,
        cadence=cadence,
        rhythm=rhythm,
    )
    update = success(look.source, look.state, schedule, intake.now, served, retrieved.failures)
    return _timed(replace(update, walk=document.walk), look)


def _without_titles(document: Document) -> Document:
    """Let what a broken selector finds, or the site's own name, replace no title that is known."""
    return replace(document, items=tuple(replace(item, derived=(*item.derived, "title")) for item in document.items))


def _shape(source: Source, endpoint: Endpoint, document: Document, now: datetime) -> Shape:
    """Return the shape of what the endpoint shows by itself; a backfill's further pages are no part of that."""
    items = tuple(raw for raw in document.items if raw.handle not in document.backfilled)
    dated = sum(clean.is_dated(raw, source, endpoint) for raw in items)
    return shape_of(replace(document, items=items), dated, now)


def _next(look: Look, kind: str, explanation: str) -> Job:
    """Return the job of asking the next endpoint, because of this one nothing can be used."""
    endpoint, state = look.retrieved.endpoint, look.retrieved.state
    assert endpoint is not None and state is not None  # noqa: S101, PT018 - it gave a document
    useless = Failure(endpoint.url, kind, explanation, reading=state.reading)
    return Job(replace(look, retrieved=Retrieved((*look.retrieved.failures, useless)), followed=None))


def _timed(update: Update, look: Look) -> Update:
    return replace(update, seconds=round(look.seconds, 3))
