"""A source that has moved for good: seen look after look, then told; the configured address is asked all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import ScheduleSettings, Source
from aggregator.model import EndpointState, Outcome, SourceState
from aggregator.plan.update import MOVED, Failure, Served, failure, success

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
OLD, NEW, OTHER = "https://x.gov/feed/", "https://x.gov/releases/feed/", "https://elsewhere.gov/"
SOURCE = Source(id="x", title="X", home="https://x.gov/", endpoint=(FeedEndpoint(kind="feed", url=OLD),))


def look(state: SourceState, moved_to: str | None, *, later: int = 1) -> SourceState:
    """Return the state after a look that was led to ``moved_to``, so many hours after the last one."""
    now = (state.last_attempt or NOW) + timedelta(hours=later)
    served = Served(EndpointState(OLD, moved_to=moved_to), not_modified=True)
    update = success(SOURCE, state, ScheduleSettings(), now, served)
    assert (update.outcome, update.state.failures) == (Outcome.NOT_MODIFIED, 0)
    return update.state


def looks(*targets: str | None) -> SourceState:
    state = SourceState("x")
    for target in targets:
        state = look(state, target)
    return state


def test_a_move_is_told_when_it_was_seen_often_enough() -> None:
    for times in range(MOVED):
        assert looks(*[NEW] * times).trouble == ()
    state = looks(*[NEW] * MOVED)
    (trouble,) = state.trouble
    assert trouble.kind == "moved"
    assert OLD in trouble.explanation
    assert NEW in trouble.explanation
    assert state.endpoints[OLD].moved_to == NEW


def test_it_is_told_since_then_and_in_the_same_words() -> None:
    assert looks(*[NEW] * (MOVED + 5)).trouble == looks(*[NEW] * MOVED).trouble


def test_another_target_or_none_begins_anew() -> None:
    for between in (OTHER, None):
        assert looks(NEW, NEW, between, NEW, NEW).trouble == ()
    assert looks(*[NEW] * MOVED, None).trouble == ()


def test_a_failed_look_between_changes_nothing() -> None:
    state = looks(NEW, NEW)
    failed = failure(SOURCE, state, ScheduleSettings(), NOW + timedelta(hours=9), (Failure(OLD, "timeout", "late"),))
    assert [trouble.kind for trouble in look(failed.state, NEW).trouble] == ["moved"]


def test_the_same_capture_replayed_again_is_no_further_look() -> None:
    state = looks(NEW)
    for _ in range(MOVED):
        state = look(state, NEW, later=0)
    assert state.trouble == ()
