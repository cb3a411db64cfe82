"""Costs depend on what is asked for, never on how much is stored: seen in SQLite's plans, and counted in its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Ages, Change, Episode, Item, Link, Outcome, Scope, SourceState, Update
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    import sqlite3

    from tests.store.conftest import Newsroom

SCOPES = (Scope(), Scope(source="nato"), Scope(article="summit"), Scope(article="summit", annotation="nato"))
LINKS = (Link("summit", "nato", 0.7), Link("summit", "un", 0.6))
# Walks along these indexes, from their newest end, that stop at the limit; what is small and read whole.
ALLOWED_SCANS = (
    "SCAN item USING COVERING INDEX item_newest",
    "SCAN episode USING INDEX episode_newest",
    "SCAN json_each",
    "SCAN shown",  # the feeds of the items at hand, which are found by key
    "SCAN site",
    "SCAN CONSTANT ROW",
)


@pytest.fixture
def connection(newsroom: Newsroom) -> sqlite3.Connection:
    assert isinstance(newsroom.store, SqliteStore)
    return newsroom.store._database._connection


def _items(newsroom: Newsroom, count: int, prefix: str) -> list[Item]:
    return [newsroom.item(f"{prefix}{number}") for number in range(count)]


def _fill(newsroom: Newsroom, count: int, prefix: str) -> list[Item]:
    items = _items(newsroom, count, prefix)
    for start in range(0, count, 100):
        newsroom.save("nato", *(newsroom.new(item, LINKS) for item in items[start : start + 100]))
    return items


def _cycle(newsroom: Newsroom, document: list[Item], turn: str) -> None:
    """Do what one look at a feed does: some items are new, edited, taken over by another source; most are not."""
    new = newsroom.item(f"new-{turn}")
    look = [(item, f"urn:entry:{item.guid}") for item in [*document, new]]
    feed = "https://nato.example/feed"
    newsroom.store.sightings("nato", feed, [str(item.guid) for item, _ in look])
    known = newsroom.store.known("nato", feed, look)
    newsroom.store.publications("nato", 60)
    newsroom.store.episodes(100, ["nato", "un"])
    edited = newsroom.item(document[0].title, guid=document[0].guid, title=f"Edited {turn}")
    first, second, third = (known.by_guid[str(item.guid)] for item in document[:3])
    newsroom.save(
        "nato",
        newsroom.new(new, LINKS),
        newsroom.look(Change.EDITED, first, edited, LINKS[:1], published=newsroom.at(-len(turn))),
        newsroom.look(Change.REREAD, second, replace(second.head, digest=f"digest {turn}")),
        newsroom.look(Change.SEEN, third, third.head),
    )
    fourth = known.by_guid[str(document[3].guid)]
    newsroom.save("un", newsroom.look(Change.JOINED, fourth, fourth.head))


def _trouble(newsroom: Newsroom, kind: str) -> None:
    """Save a trouble that begins and one that ends."""
    now = newsroom.at(1)
    episodes = (Episode("nato", kind, now, "Why.", now), Episode("nato", f"no {kind}", now, "Why.", now, now))
    newsroom.store.save(Update("nato", now, Outcome.OK, SourceState("nato"), episodes=episodes))


def _traced(connection: sqlite3.Connection, work: Callable[[], object]) -> set[str]:
    statements: set[str] = set()
    connection.set_trace_callback(statements.add)
    work()
    connection.set_trace_callback(None)
    return {each for each in statements if each.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}}


def _steps(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Count the instructions of SQLite's machine that ``work`` takes, in tens."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    connection.set_progress_handler(step, 10)
    work()
    connection.set_progress_handler(None, 10)
    return count


def test_no_statement_of_a_cycle_scans_or_sorts_history(newsroom: Newsroom, connection: sqlite3.Connection) -> None:
    document = _fill(newsroom, 30, "item-")
    statements = _traced(connection, lambda: _cycle(newsroom, document, "x"))
    statements |= _traced(connection, lambda: _trouble(newsroom, "quiet"))
    for scope in SCOPES:
        statements |= _traced(connection, partial(newsroom.store.entries, scope, 10))
        statements |= _traced(connection, partial(newsroom.store.revision, scope))
    assert len(statements) > 30
    for statement in statements:
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            assert "SCAN" not in step or step.startswith(ALLOWED_SCANS), (step, statement)
            assert "TEMP B-TREE" not in step, (step, statement)


def test_linking_an_article_anew_streams(newsroom: Newsroom, connection: sqlite3.Connection) -> None:
    _fill(newsroom, 30, "item-")
    (statement,) = _traced(connection, lambda: list(newsroom.store.to_link(["nato", "un"], newsroom.at(-1))))
    plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert not [step for step in plan if "TEMP B-TREE" in step or "SCAN item" in step or "SCAN origin" in step], plan


def test_steps_do_not_grow_with_history(newsroom: Newsroom, connection: sqlite3.Connection) -> None:
    document = _fill(newsroom, 30, "item-")
    _cycle(newsroom, document, "warm-up")
    few = _steps(connection, lambda: _cycle(newsroom, document, "few"))
    shown = {scope: _steps(connection, partial(newsroom.store.entries, scope, 10)) for scope in SCOPES}
    _fill(newsroom, 3000, "more-")
    assert _steps(connection, lambda: _cycle(newsroom, document, "many")) < 1.25 * few
    for scope, before in shown.items():
        assert _steps(connection, partial(newsroom.store.entries, scope, 10)) < 1.25 * before


def test_statements_do_not_grow_with_the_entries(newsroom: Newsroom, connection: sqlite3.Connection) -> None:
    _fill(newsroom, 200, "item-")
    for scope in SCOPES:
        assert len(newsroom.store.entries(scope, 200)) == 200
        assert len(_traced(connection, partial(newsroom.store.entries, scope, 200))) == 4


def test_archiving_costs_the_same_however_many_archives_there_are(
    newsroom: Newsroom, connection: sqlite3.Connection
) -> None:
    def turn(prefix: str) -> None:
        _fill(newsroom, 10, prefix)
        for scope in SCOPES:
            newsroom.store.archive(scope, 5, 5, ["nato"])
            newsroom.store.live(scope, 5, ["nato"])
            newsroom.store.unwritten(scope)

    statements = _traced(connection, lambda: turn("traced-"))
    for statement in statements:
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            assert "SCAN" not in step or step.startswith(ALLOWED_SCANS), (step, statement)
    for scope in SCOPES:
        for number in newsroom.store.unwritten(scope):
            newsroom.store.mark_archive(scope, number, "written")
    few = _steps(connection, lambda: turn("few-"))
    _fill(newsroom, 3000, "more-")
    for scope in SCOPES:
        newsroom.store.archive(scope, 5, 5)
        for number in newsroom.store.unwritten(scope):
            newsroom.store.mark_archive(scope, number, "written")
    assert _steps(connection, lambda: turn("many-")) < 1.25 * few


def test_letting_go_costs_what_a_step_looks_at(newsroom: Newsroom, connection: sqlite3.Connection) -> None:
    ages = Ages(texts=newsroom.at(24), versions=newsroom.at(24))

    def turn() -> None:
        newsroom.store.let_go(ages, 10, 20)
        newsroom.store.let_go_of_troubles(newsroom.at(24), 10, ["nato"])
        newsroom.store.plans()

    newsroom.save("nato", *(newsroom.new(item, ()) for item in _items(newsroom, 60, "bare-")))
    for scope in SCOPES[:2]:
        newsroom.store.archive(scope, 10, 10)
    for statement in _traced(connection, turn):
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            assert "SCAN" not in step or step.startswith((*ALLOWED_SCANS, "SCAN upkeep", "SCAN source")), step
            assert "TEMP B-TREE" not in step, (step, statement)
    few = _steps(connection, turn)
    _fill(newsroom, 2000, "more-")
    assert _steps(connection, turn) < 1.5 * few
