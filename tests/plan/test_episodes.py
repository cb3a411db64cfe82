"""A trouble is told when it begins and when it ends, and not at every look between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.model import Episode, Trouble
from aggregator.plan.episodes import episodes

BEFORE = datetime(2026, 10, 1, 12, tzinfo=UTC)
NOW = BEFORE + timedelta(hours=1)


def trouble(kind: str, explanation: str = "Why.", since: datetime = BEFORE) -> Trouble:
    return Trouble(kind, explanation, since)


def test_what_begins_and_what_ends() -> None:
    found = episodes("office", [trouble("timeout")], [trouble("quiet", "Nothing.", NOW)], NOW)
    assert found == (
        Episode("office", "quiet", NOW, "Nothing.", NOW),
        Episode("office", "timeout", BEFORE, "Why.", NOW, ended=NOW),
    )


def test_what_lasts_is_not_told_again() -> None:
    one, other = "nothing since 2026-10-01, 12 days", "nothing since 2026-10-01, 13 days"
    assert episodes("office", [trouble("quiet", one)], [trouble("quiet", other)], NOW) == ()
    failed, put_off = (
        "b serves, because: a: HTTP 404",
        "b serves, because: a: HTTP 404 (asked again after 2026-10-01 12:30 UTC)",
    )
    assert episodes("office", [trouble("fallback", failed)], [trouble("fallback", put_off)], NOW) == ()
    assert episodes("office", [], [], NOW) == ()


def test_what_is_explained_otherwise_is_the_same_episode() -> None:
    found = episodes("office", [trouble("fallback", "HTTP 403")], [trouble("fallback", "timed out")], NOW)
    assert found == (Episode("office", "fallback", BEFORE, "timed out", NOW),)


def test_several_of_a_kind_are_one_episode() -> None:
    both = [trouble("http-status", "/a: HTTP 404", NOW), trouble("http-status", "/b: HTTP 404", NOW)]
    (found,) = episodes("office", [], both, NOW)
    assert found.explanation == "/a: HTTP 404; /b: HTTP 404"
