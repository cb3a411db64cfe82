"""The one Update that a cycle brings to a source, whatever happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import (
    Cadence,
    Change,
    EndpointState,
    ItemUpdate,
    Outcome,
    Rhythm,
    Setback,
    Shape,
    SourceState,
    Trouble,
    Update,
)
from aggregator.model.troubles import kind_of
from aggregator.plan.cadence import quiet
from aggregator.plan.episodes import episodes
from aggregator.plan.schedule import ask_again, due_after_failure, due_after_success, spacing
from aggregator.plan.shape import changed, learned, remembered

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
    reading: str = ""
    """How the endpoint would have been read."""
    gone: bool = False
    """HTTP 410: the endpoint is not asked again, until its declaration (its reading) changes."""
    page: bool = False
    """An HTML page came, where none was expected."""

    def __str__(self) -> str:
        return f"{self.url}: {self.explanation}"

    def wait(self, now: datetime) -> float:
        """Return for how many seconds the server wishes to be left alone."""
        return max(self.retry_after or 0.0, (self.until - now).total_seconds() if self.until else 0.0)


@dataclass(frozen=True, slots=True)
class Served:
    """What an endpoint gave."""

    endpoint: EndpointState
    items: tuple[ItemUpdate, ...] = ()
    total: int = 0
    """Items in the document; 0 when nothing had changed since the last look."""
    rejected: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """A sentence for each item whose page could not be read for its text."""
    complete: bool = True
    """Whether no item waits for its page to be read at a later look."""
    not_modified: bool = False
    old: int = 0
    """New items that only the further pages of a backfill showed: no news."""
    shape: Shape | None = None
    """Of the document; None when nothing had changed."""
    cadence: Cadence | None = None
    """As learned now; None: as before."""
    rhythm: Rhythm | None = None
    """As learned now; None: as before."""


def success(
    source: Source,
    state: SourceState,
    schedule: ScheduleSettings,
    now: datetime,
    served: Served,
    failures: Sequence[Failure] = (),
) -> Update:
    """Return the update of a source that an endpoint served; ``failures`` are of the endpoints before it."""
    failures = _in_the_light_of(source, state, failures)
    new = sum(item.change is Change.NEW for item in served.items) - served.old
    endpoint = learned(_located(served.endpoint, state, now), state.endpoints.get(served.endpoint.url), served.shape)
    cadence, rhythm = served.cadence or state.cadence, served.rhythm or state.rhythm
    interval = spacing(source, rhythm, endpoint.last.items if endpoint.last else 0, schedule, now)
    troubles = _passed_over(source, state, served, failures) + _shown(state, served)
    trouble = _dated(troubles + _lately(endpoint, cadence, now), state, now)
    return Update(
        source=source.id,
        at=now,
        outcome=Outcome.NOT_MODIFIED if served.not_modified else Outcome.OK,
        episodes=episodes(source.id, state.trouble, trouble, now),
        endpoint=served.endpoint.url,
        items=served.items,
        rejected=served.rejected,
        state=replace(
            state,
            next_due=due_after_success(source, rhythm, endpoint, schedule, now, interval),
            interval=interval,
            failures=0,
            last_attempt=now,
            last_success=now,
            last_item=now if new else state.last_item,
            endpoint=served.endpoint.url,
            trouble=trouble,
            cadence=cadence,
            rhythm=rhythm,
            endpoints=_endpoints(source, state, now, failures, endpoint),
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
    failures = _in_the_light_of(source, state, failures)
    trouble = _dated([(failed.kind, str(failed)) for failed in failures] + _lasting(state, failures), state, now)
    longest = max((failed.wait(now) for failed in failures), default=0.0)
    count = state.failures + 1
    return Update(
        source=source.id,
        at=now,
        outcome=Outcome.ERROR,
        episodes=episodes(source.id, state.trouble, trouble, now),
        error="; ".join(map(str, failures)),
        state=replace(
            state,
            next_due=due_after_failure(source, count, schedule, now, longest),
            failures=count,
            last_attempt=now,
            trouble=trouble,
            endpoints=_endpoints(source, state, now, failures),
        ),
    )


def skipped(source: Source, state: SourceState, now: datetime, reason: str | None = None) -> Update:
    """Return the update of a source that was not looked at."""
    return Update(source=source.id, at=now, outcome=Outcome.SKIPPED, state=state, error=reason)


def _in_the_light_of(source: Source, state: SourceState, failures: Sequence[Failure]) -> list[Failure]:
    """Return the failures as they look to one who knows what their endpoints used to give."""
    kinds = {endpoint.url: endpoint.kind for endpoint in source.endpoint}
    told = []
    for failed in failures:
        known = state.endpoints.get(failed.url)
        if known and known.reading == failed.reading:
            kind, explanation = remembered(failed, known, kinds.get(failed.url, ""))
            told.append(replace(failed, kind=kind, explanation=explanation))
        else:
            told.append(failed)
    return told


def _lasting(state: SourceState, failures: Sequence[Failure]) -> list[tuple[str, str]]:
    """Return the troubles of a source that works, which one look that failed does not end: nobody saw them end."""
    said = {"fallback", *(failed.kind for failed in failures)}
    return [
        (one.kind, one.explanation)
        for one in state.trouble
        if kind_of(one.kind).severity == "warning" and one.kind not in said
    ]


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


def _lately(endpoint: EndpointState, cadence: Cadence | None, now: datetime) -> list[tuple[str, str]]:
    """Return the troubles that one look alone does not show."""
    troubles = list(changed(endpoint))
    if silence := quiet(cadence, now):
        troubles.append(("quiet", silence))
    if endpoint.moves >= MOVED:
        to = f"answers with a permanent redirect to {endpoint.moved_to}, look after look"
        troubles.append(("moved", f"{endpoint.url} {to}: put that address into sources.toml"))
    return troubles


def _passed_over(
    source: Source, state: SourceState, served: Served, failures: Sequence[Failure]
) -> list[tuple[str, str]]:
    """Return the trouble that an endpoint serves which is not the first, with what became of those before it."""
    reasons = {failed.url: failed.explanation for failed in failures}
    before = []
    for endpoint in source.endpoint:
        if endpoint.url == served.endpoint.url:
            break
        known = state.endpoints.get(endpoint.url)
        if endpoint.url in reasons:
            before.append(f"{endpoint.url}: {reasons[endpoint.url]}")
        elif known and known.setback:
            again = f"{known.setback.until:%Y-%m-%d %H:%M} UTC"
            before.append(f"{endpoint.url}: {known.setback.explanation} (asked again after {again})")
    return [("fallback", f"{served.endpoint.url} serves, because: {'; '.join(before)}")] if before else []


def _shown(state: SourceState, served: Served) -> list[tuple[str, str]]:
    """Return the troubles with single items of what an endpoint shows.

    Where nothing has changed since its last look, what could not be used then cannot be used now; and pages that gave
    no text, and wait for another try, are not well because new ones came first.
    """
    before = [one for one in state.trouble if state.endpoint == served.endpoint.url]
    if not served.total:
        return [(one.kind, one.explanation) for one in before if one.kind in {"bad-items", "fulltext"}]
    troubles = []
    if served.rejected:
        troubles.append(("bad-items", f"{_first(served.rejected)}; {served.total} items were read"))
    if served.unread:
        troubles.append(("fulltext", _first(served.unread)))
    elif not served.complete:
        troubles += [(one.kind, one.explanation) for one in before if one.kind == "fulltext"]
    return troubles


def _first(sentences: Sequence[str]) -> str:
    return sentences[0] + (f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else "")


def _endpoints(
    source: Source,
    state: SourceState,
    now: datetime,
    failures: Sequence[Failure],
    served: EndpointState | None = None,
) -> MappingProxyType[str, EndpointState]:
    """Return what to remember of each configured endpoint; those no longer configured are forgotten."""
    failed = {one.url: one for one in failures}
    endpoints = {}
    for endpoint in source.endpoint:
        known = state.endpoints.get(endpoint.url)
        if served and endpoint.url == served.url:
            known = served
        elif endpoint.url in failed:
            known = _set_back(failed[endpoint.url], known, state, now)
        if known:
            endpoints[endpoint.url] = known
    return MappingProxyType(endpoints)


def _set_back(failed: Failure, known: EndpointState | None, state: SourceState, now: datetime) -> EndpointState:
    """Return what to remember of an endpoint that did not serve.

    A second look at the same instant, as when a capture is replayed again, does not count.
    """
    if failed.gone:
        return EndpointState(failed.url, reading=failed.reading, rests=True)
    if known is None or known.reading != failed.reading:
        known = EndpointState(failed.url, reading=failed.reading)
    count = known.setback.count if known.setback else 0
    count = max(count + (state.last_attempt != now), 1)
    until = ask_again(state.id, count, now, failed.wait(now))
    return replace(known, setback=Setback(failed.kind, failed.explanation, count, until))
