"""What any store must keep of how sources do: publications of the newest items, and troubles from beginning to end."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Change, Episode, Moment, Outcome, Precision, SourceState, Update
from aggregator.store import database
from aggregator.store.health import KEPT
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from aggregator.ports import Store
    from tests.store.conftest import Newsroom

WH, UN = "white-house", "un"
NOON = datetime(2025, 8, 20, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def save(store: Store, *episodes: Episode, source: str = WH) -> None:
    store.save(Update(source, NOON, Outcome.OK, SourceState(source), episodes=episodes))


def episode(kind: str, hours: float, ended: float | None = None, **fields: str) -> Episode:
    over = None if ended is None else at(ended)
    return Episode(fields.get("source", WH), kind, at(hours), fields.get("why", "Why."), over or at(hours), over)


def test_publications_are_the_newest_first_with_their_precision(newsroom: Newsroom) -> None:
    day = newsroom.item("day", published=Moment(NOON, Precision.DAY))
    undated = newsroom.item("undated", published=None)
    newsroom.save(
        WH, newsroom.new(day, hours=2), newsroom.new(undated, hours=3), newsroom.new(newsroom.item("a"), hours=1)
    )
    newsroom.save(UN, newsroom.new(newsroom.item("b"), hours=9))
    expected = (Moment(at(3)), Moment(at(2), Precision.DAY), Moment(at(1)))
    assert newsroom.store.publications(WH, 10) == expected
    assert newsroom.store.publications(WH, 2) == expected[:2]
    newsroom.save(UN, newsroom.look(Change.JOINED, newsroom.stored(WH, day), day))
    assert newsroom.store.publications(UN, 10) == (Moment(at(9)), Moment(at(2), Precision.DAY))
    assert newsroom.store.publications("nobody", 10) == ()


def test_an_episode_is_one_from_beginning_to_end(store: Store) -> None:
    begun = episode("quiet", 0)
    save(store, begun)
    assert store.episodes(10, [WH, UN]) == (begun,)
    explained = replace(begun, explanation="Otherwise.", updated=at(1))
    save(store, explained)
    assert store.episodes(10, [WH, UN]) == (explained,)
    over = replace(explained, updated=at(2), ended=at(2))
    save(store, over)
    save(store, over)
    assert store.episodes(10, [WH, UN]) == (over,)
    again = episode("quiet", 3)
    save(store, again)
    assert store.episodes(10, [WH, UN]) == (again, over)


def test_what_lasts_comes_before_what_is_over_each_the_newest_first(store: Store) -> None:
    lasting = [episode("timeout", 1), episode("quiet", 0)]
    over = [episode("robots", 2, ended=9), episode("moved", 3, ended=8)]
    other = episode("timeout", 0.5, source=UN)
    save(store, *over, *lasting)
    save(store, other, source=UN)
    assert store.episodes(10, [WH, UN]) == (lasting[0], other, lasting[1], *over)
    assert store.episodes(2, [WH, UN]) == (lasting[0], other)


def test_what_lasts_of_other_sources_takes_no_place(store: Store) -> None:
    save(store, *(episode(f"kind-{number}", number, source=UN) for number in range(3)), source=UN)
    over = episode("timeout", 0, ended=1)
    save(store, over)
    assert store.episodes(2, [WH]) == (over,)
    assert store.episodes(2, []) == ()


def test_a_source_that_fails_at_every_other_look_does_not_fill_the_store(store: Store) -> None:
    lasting = episode("quiet", -1)
    save(store, lasting, *(episode("timeout", hours, ended=hours + 0.5) for hours in range(KEPT + 10)))
    save(store, episode("timeout", KEPT + 10, ended=KEPT + 10.5))
    kept = store.episodes(2 * KEPT, [WH, UN])
    assert (len(kept), kept[0]) == (KEPT + 1, lasting)
    assert kept[1].since == at(KEPT + 10)


def test_troubles_of_an_older_schema_become_episodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "aggregator.db"
    steps = database._migrations()
    with monkeypatch.context() as older:
        older.setattr(database, "_migrations", lambda: {number: steps[number] for number in (1, 2, 3)})
        SqliteStore.open(path).close()
    connection = sqlite3.connect(path)
    trouble = '[{"kind": "quiet", "explanation": "Why.", "since": "2025-08-20T12:00:00.000000Z"}]'
    connection.execute("INSERT INTO source (id, failures, trouble) VALUES (?, 0, ?)", (WH, trouble))
    connection.execute("INSERT INTO source (id, failures, trouble) VALUES (?, 0, '[]')", (UN,))
    connection.commit()
    connection.close()
    with SqliteStore.open(path) as store:
        assert store.episodes(10, [WH, UN]) == (episode("quiet", 0),)
