"""The one Update that a cycle brings to a source, whatever happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import Change, EndpointState, ItemUpdate, Outcome, SourceState, Trouble, Update
from aggregator.plan.schedule import due_after_failure, due_after_success, interval_after

MOVED = 3
"""Looks in a row that permanent redirects led to the same place, before that is said."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an endpoint did not serve."""

    url: str
    kind: str
    explanation: str
    retry_after: float | None = None
    """Seconds."""
    until: datetime | None = None
    """Its host asked to be left alone until then."""
    rests: EndpointState | None = None
    """HTTP 410: the endpoint is not asked again, until its declaration (its reading) changes."""

    def __str__(self) -> str:
        return f"{self.url}: {self.explanation}"


@dataclass(frozen=True, slots=True)
class Served:
    """What an endpoint gave."""

    endpoint: EndpointState
    items: tuple[ItemUpdate, ...] = ()
    total: int = 0
    """Items in the document; 0 when nothing had changed since the last look."""
    rejected: tuple[str, ...] = ()
    not_modified: bool = False


def success(
    source: Source,
    state: SourceState,
    schedule: ScheduleSettings,
    now: datetime,
    served: Served,
    failures: Sequence[Failure] = (),
) -> Update:
    """Return the update of a source that an endpoint served; ``failures`` are of the endpoints before it."""
    new = sum(item.change is Change.NEW for item in served.items)
    interval = interval_after(source, state, schedule, now, new=new)
    endpoint = _located(served.endpoint, state, now)
    troubles = []
    if failures:
        why = "; ".join(map(str, failures))
        troubles.append(("fallback", f"{served.endpoint.url} serves, because: {why}"))
    if served.rejected:
        others = f" (and {len(served.rejected) - 1} more)" if len(served.rejected) > 1 else ""
        troubles.append(("bad-items", f"{served.rejected[0]}{others}; {served.total} items were read"))
    elif not served.total:
        # Nothing has changed, so what could not be used then cannot be used now.
        troubles += [(each.kind, each.explanation) for each in state.trouble if each.kind == "bad-items"]
    if endpoint.moves >= MOVED:
        to = f"answers with a permanent redirect to {endpoint.moved_to}, look after look"
        troubles.append(("moved", f"{endpoint.url} {to}: put that address into sources.toml"))
    return Update(
        source=source.id,
        at=now,
        outcome=Outcome.NOT_MODIFIED if served.not_modified else Outcome.OK,
        endpoint=served.endpoint.url,
        items=served.items,
        rejected=served.rejected,
        state=replace(
            state,
            next_due=due_after_success(source, interval, now),
            interval=interval,
            failures=0,
            last_attempt=now,
            last_success=now,
            last_item=now if new else state.last_item,
            endpoint=served.endpoint.url,
            trouble=_dated(troubles, state, now),
            endpoints=_endpoints(source, state, failures, endpoint),
        ),
    )


def failure(
    source: Source,
    state: SourceState,
    schedule: ScheduleSettings,
    now: datetime,
    failures: Sequence[Failure],
) -> Update:
    """Return the update of a source of which no endpoint served; ``failures`` is one for each."""
    waits = [failed.retry_after or 0.0 for failed in failures]
    waits += [(failed.until - now).total_seconds() for failed in failures if failed.until]
    count = state.failures + 1
    return Update(
        source=source.id,
        at=now,
        outcome=Outcome.ERROR,
        error="; ".join(map(str, failures)),
        state=replace(
            state,
            next_due=due_after_failure(source, count, schedule, now, max(waits, default=0.0)),
            failures=count,
            last_attempt=now,
            trouble=_dated([(failed.kind, str(failed)) for failed in failures], state, now),
            endpoints=_endpoints(source, state, failures, None),
        ),
    )


def skipped(source: Source, state: SourceState, now: datetime, reason: str | None = None) -> Update:
    """Return the update of a source that was not looked at."""
    return Update(source=source.id, at=now, outcome=Outcome.SKIPPED, state=state, error=reason)


def _dated(troubles: Sequence[tuple[str, str]], state: SourceState, now: datetime) -> tuple[Trouble, ...]:
    """Return the troubles, each since it was first seen without a break."""
    since = {trouble.kind: trouble.since for trouble in state.trouble}
    return tuple(Trouble(kind, explanation, since.get(kind, now)) for kind, explanation in troubles)


def _located(served: EndpointState, state: SourceState, now: datetime) -> EndpointState:
    """Return ``served`` with how many looks in a row permanent redirects have led to where it answers.

    A second look at the same instant, as when a capture is replayed again, does not count.
    """
    before = state.endpoints.get(served.url)
    if served.moved_to is None or before is None or before.moved_to != served.moved_to:
        return replace(served, moves=0 if served.moved_to is None else 1)
    return replace(served, moves=before.moves if state.last_attempt == now else min(before.moves + 1, MOVED))


def _endpoints(
    source: Source, state: SourceState, failures: Sequence[Failure], served: EndpointState | None
) -> MappingProxyType[str, EndpointState]:
    """Return what to remember of each configured endpoint; those no longer configured are forgotten."""
    resting = {failed.url: failed.rests for failed in failures if failed.rests}
    endpoints = {}
    for endpoint in source.endpoint:
        known = state.endpoints.get(endpoint.url)
        if served and endpoint.url == served.url:
            known = served
        known = resting.get(endpoint.url, known)
        if known:
            endpoints[endpoint.url] = known
    return MappingProxyType(endpoints)
