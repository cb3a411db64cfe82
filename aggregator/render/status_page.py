"""``/status``: how the program and each source are doing, as a page for the operator.  Shows times, never ages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from aggregator.config.values import Settings, Source
from aggregator.model import Pulse, SourceState, without_secrets
from aggregator.model.troubles import kind_of
from aggregator.render import text
from aggregator.render.answering import health_line
from aggregator.render.condition import condition
from aggregator.render.days import minute_of
from aggregator.render.page_values import Day
from aggregator.render.status import summary

_IN_TROUBLE = frozenset({"failing", "blocked", "resting"})


@dataclass(frozen=True, slots=True)
class Told:
    """A trouble, and what can be done about it."""

    name: str
    word: str
    since: Day
    explanation: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How one source is doing."""

    id: str
    title: str
    home: str
    state: str
    bad: bool
    """Whether it does not answer at present."""
    items: int
    cadence: str | None
    endpoint: str | None
    last_success: Day | None
    last_item: Day | None
    next_due: Day | None
    stuck: str | None
    """Why it is taken to be stuck; None: it is not."""
    troubles: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class StatusView:
    """What the page shows."""

    generated: Day
    line: str
    live: bool
    config: str | None
    error: str | None
    started: Day | None
    """None: no daemon runs in this process."""
    last_cycle: Day | None
    overdue: Day | None
    """Since when the source is due that waits for longest."""
    sources: tuple[SourceRow, ...]

    @property
    def troubled(self) -> tuple[SourceRow, ...]:
        """Return the sources that something is to be said of, those that do not answer first."""
        found = [row for row in self.sources if row.troubles or row.stuck]
        return tuple(sorted(found, key=lambda row: not (row.bad or row.stuck)))


def status_page(
    settings: Settings,
    states: Mapping[str, SourceState] | None,
    pulse: Pulse | None,
    now: datetime,
    unreadable: str | None = None,
) -> bytes:
    """Return the page; the arguments are those of ``condition``."""
    from aggregator.render import html  # noqa: PLC0415 - Jinja2 takes 0.04 s to import, and no cycle needs this

    view = status_view(settings, states, pulse, now, unreadable)
    return html.status(view, text.trimmed(settings.site.title))


def status_view(
    settings: Settings,
    states: Mapping[str, SourceState] | None,
    pulse: Pulse | None,
    now: datetime,
    unreadable: str | None = None,
) -> StatusView:
    """Return what the page shows."""
    told = condition(settings, states, pulse, now, unreadable)
    known = states or {}
    stuck = {one["source"]: one["reason"] for one in told["stuck"]}
    words = cast("list[Mapping[str, str]]", summary(settings, known, now)["sources"])
    due = [
        state.next_due
        for source in settings.sources
        if source.enabled and (state := known.get(source.id)) and state.next_due and state.next_due < now
    ]
    return StatusView(
        generated=minute_of(now),
        line=health_line(settings, known, now)
        if states is not None
        else "What is known of the sources cannot be read.",
        live=told["live"],
        config=told["config"] and text.trimmed(told["config"]),
        error=told["error"] and text.trimmed(told["error"]),
        started=_day(pulse.started) if pulse else None,
        last_cycle=_day(datetime.fromisoformat(told["last_cycle"])) if told["last_cycle"] else None,
        overdue=_day(min(due, default=None)),
        sources=tuple(
            _row(source, known.get(source.id, SourceState(source.id)), word["state"], stuck.get(source.id))
            for source, word in zip(settings.sources, words, strict=True)
        ),
    )


def _row(source: Source, state: SourceState, word: str, stuck: str | None) -> SourceRow:
    troubles = state.trouble if source.enabled else ()
    return SourceRow(
        id=source.id,
        title=text.trimmed(source.title),
        home=text.uri(without_secrets(source.home)),
        state=word,
        bad=word in _IN_TROUBLE,
        items=state.items,
        cadence=state.cadence.usually if state.cadence else None,
        endpoint=text.uri(without_secrets(state.endpoint)) if state.endpoint else None,
        last_success=_day(state.last_success),
        last_item=_day(state.last_item),
        next_due=_day(state.next_due) if source.enabled else None,
        stuck=stuck,
        troubles=tuple(
            Told(
                name=kind_of(trouble.kind).name,
                word=trouble.kind,
                since=minute_of(trouble.since),
                explanation=text.trimmed(without_secrets(trouble.explanation)),
                suggestion=kind_of(trouble.kind).suggest(source.id),
            )
            for trouble in troubles
        ),
    )


def _day(moment: datetime | None) -> Day | None:
    return None if moment is None else minute_of(moment)
