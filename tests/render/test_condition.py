"""``/health``: live, ready, lag and stuck, from what is known alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.model import Pulse, SourceState, Trouble
from aggregator.render.condition import condition, is_live

if TYPE_CHECKING:
    from aggregator.config.values import Settings

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HEART = Pulse(NOW - 5 * HOUR, ticked=NOW - MINUTE, last_cycle=NOW - 2 * MINUTE)


def state(id_: str, due: datetime | None, interval: float | None = 300, **more: Any) -> SourceState:  # noqa: ANN401 - fields by name
    return replace(SourceState(id_, due, interval, last_attempt=NOW - HOUR), **more)


def all_of(settings: Settings, **waits: timedelta) -> dict[str, SourceState]:
    """Return states in which each source is due in the future, but for those that have waited."""
    later = {source.id: state(source.id, NOW + HOUR) for source in settings.sources}
    return later | {id_: state(id_, NOW - wait) for id_, wait in waits.items()}


def test_all_is_well(settings: Settings) -> None:
    assert condition(settings, all_of(settings), HEART, NOW) == {
        "live": True,
        "ready": True,
        "last_cycle": "2026-10-01T11:58:00Z",
        "lag_seconds": 0,
        "stuck": [],
        "config": None,
        "error": None,
    }


@pytest.mark.parametrize(
    ("pulse", "live"),
    [
        (None, True),
        (Pulse(NOW), True),
        (Pulse(NOW - 15 * MINUTE), True),
        (Pulse(NOW - 16 * MINUTE), False),
        (Pulse(NOW - 9 * HOUR, ticked=NOW - 15 * MINUTE), True),
        (Pulse(NOW - 9 * HOUR, ticked=NOW - 16 * MINUTE), False),
        (Pulse(NOW - 9 * HOUR, ticked=NOW - 40 * MINUTE, alive=NOW - MINUTE), True),  # a long cycle
        (Pulse(NOW - 9 * HOUR, ticked=NOW - 40 * MINUTE, alive=NOW - 16 * MINUTE), False),
        (Pulse(NOW + HOUR, ticked=NOW + HOUR), True),
    ],
)
def test_live_is_who_has_given_a_sign_of_life_lately(pulse: Pulse | None, *, live: bool) -> None:
    assert is_live(pulse, NOW) is live


def test_ready_is_who_can_read_the_store_and_has_looked_or_has_nothing_to_look_at(settings: Settings) -> None:
    none_looked_at = {source.id: SourceState(source.id, NOW + HOUR) for source in settings.sources}
    off = settings.model_copy(
        update={"sources": tuple(one.model_copy(update={"enabled": False}) for one in settings.sources)}
    )
    assert not condition(settings, {}, HEART, NOW)["ready"]
    assert condition(off, {}, HEART, NOW)["ready"]
    assert condition(settings, none_looked_at, HEART, NOW)["ready"]
    assert not condition(settings, {"nato": SourceState("nato", NOW)}, HEART, NOW)["ready"]
    assert condition(settings, {"nato": state("nato", NOW - HOUR)}, HEART, NOW)["ready"]
    unreadable = condition(off, None, HEART, NOW, "the disk is full")
    assert (unreadable["ready"], unreadable["error"]) == (False, "the disk is full")


def test_lag_is_the_longest_wait_of_those_that_are_switched_on(settings: Settings) -> None:
    states = all_of(settings, nato=10 * MINUTE, un=3 * MINUTE, gone=9 * HOUR)
    assert condition(settings, states, HEART, NOW)["lag_seconds"] == 600
    off = settings.model_copy(
        update={"sources": tuple(one.model_copy(update={"enabled": one.id != "nato"}) for one in settings.sources)}
    )
    assert condition(off, states, HEART, NOW)["lag_seconds"] == 180


def test_a_source_without_a_time_waits_since_the_daemon_began(settings: Settings) -> None:
    states = all_of(settings) | {"nato": SourceState("nato")}
    told = condition(settings, states, HEART, NOW)
    assert told["lag_seconds"] == 5 * 3600
    # Its spacing is not known yet: max_interval stands for it.
    assert told["stuck"] == []
    told = condition(settings, states, replace(HEART, started=NOW - 7 * HOUR), NOW)
    assert [(one["source"], one["due"]) for one in told["stuck"]] == [("nato", None)]
    assert condition(settings, states, None, NOW)["lag_seconds"] == 0


@pytest.mark.parametrize(
    ("waits", "interval", "stuck"),
    [
        (60 * MINUTE, 300, False),
        (61 * MINUTE, 300, True),
        (2 * HOUR, 3 * 3600, False),
        (3 * HOUR + MINUTE, 3 * 3600, True),
        (6 * HOUR, None, False),
        (6 * HOUR + MINUTE, None, True),
        (-2 * HOUR, 300, False),
    ],
)
def test_stuck_is_who_missed_a_whole_look(
    settings: Settings, waits: timedelta, interval: float | None, *, stuck: bool
) -> None:
    states = all_of(settings) | {"nato": state("nato", NOW - waits, interval)}
    told = condition(settings, states, replace(HEART, started=NOW - 24 * HOUR), NOW)
    assert [one["source"] for one in told["stuck"]] == ["nato"] * stuck


def test_it_is_said_why(settings: Settings) -> None:
    trouble = (Trouble("timeout", "Slow.", NOW), Trouble("fallback", "So be it.", NOW))
    states = all_of(settings) | {"nato": state("nato", NOW - 2 * HOUR, trouble=trouble)}
    assert condition(settings, states, HEART, NOW)["stuck"] == [
        {
            "source": "nato",
            "due": "2026-10-01T10:00:00Z",
            "reason": "due since 2026-10-01 at 10:00 UTC, and not looked at; before that: timeout, fallback",
        }
    ]


def test_without_a_daemon_the_last_look_stands_for_the_last_cycle(settings: Settings) -> None:
    states = all_of(settings) | {"nato": state("nato", NOW, last_attempt=NOW - MINUTE)}
    assert condition(settings, states, None, NOW)["last_cycle"] == "2026-10-01T11:59:00Z"
    assert condition(settings, states, Pulse(NOW), NOW)["last_cycle"] == "2026-10-01T11:59:00Z"
    assert condition(settings, {}, None, NOW)["last_cycle"] is None


def test_what_the_daemon_says_is_passed_on(settings: Settings) -> None:
    heart = replace(HEART, config="sources.toml:3: unknown key", error="feeds: the disk is full")
    told = condition(settings, all_of(settings), heart, NOW)
    assert (told["config"], told["error"]) == (heart.config, heart.error)
    assert told["ready"]


def test_after_a_long_downtime_nobody_is_stuck_before_there_was_time_to_look(settings: Settings) -> None:
    states = all_of(settings) | {"nato": state("nato", NOW - 30 * 24 * HOUR, 300)}
    told = condition(settings, states, replace(HEART, started=NOW - MINUTE), NOW)
    assert (told["stuck"], told["lag_seconds"]) == ([], 60)


def test_where_the_store_cannot_be_read_nobody_is_said_to_wait(settings: Settings) -> None:
    told = condition(settings, None, HEART, NOW, "the disk is gone")
    assert (told["ready"], told["stuck"], told["lag_seconds"], told["error"]) == (False, [], 0, "the disk is gone")


def test_sources_that_left_the_configuration_make_nobody_ready(settings: Settings) -> None:
    assert not condition(settings, {"gone": state("gone", NOW + HOUR, 300)}, HEART, NOW)["ready"]
