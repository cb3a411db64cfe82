"""``link score`` as those know it who judge the linker."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Scope
from aggregator.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from tests.system.project import Project, Site

ARTICLE = """\
title = "A ceasefire for Ukraine"
url = "https://blog.example/ceasefire"
summary = "The White House speaks with Ukraine and Russia about a ceasefire and security guarantees."
takeaways = ["Ukraine asks for guarantees.", "Russia has not agreed to a ceasefire."]

[[annotation]]
id = "office"
label = "The Office"
sources = ["office"]
"""
KEYS = ["article", "item", "score", "takeaway", "reasons"]


@pytest.fixture
def judged(project: Project, site: Site) -> Project:
    project.source(("office", [site.url("/feed")]), ("other", [site.url("/other")]), allow=site.host)
    project.write("articles/ceasefire.toml", ARTICLE)
    return project


def test_stored_items_are_scored_whatever_their_source_and_their_score(judged: Project, site: Site) -> None:
    talks = {"guid": "1", "title": "Ceasefire in Ukraine", "body": "<p>Russia and Ukraine speak of guarantees.</p>"}
    site.feed("/feed", talks, {"guid": "2", "title": "Fisheries", "body": "<p>Cod and herring.</p>"})
    site.feed("/other", {"guid": "3", "title": "Readout", "body": "<p>On Russia, Ukraine and the ceasefire.</p>"})
    assert judged.call("link", "score", "ceasefire").out == ""  # there is no store yet
    assert not (judged.root / "var").exists()
    assert judged.call("run").status == 0
    with SqliteStore.to_read(judged.root / "var/aggregator.db") as store:
        entries = {entry.id: entry for entry in store.entries(Scope(), 10)}
    done = judged.run("link", "score", "ceasefire")
    assert (done.status, done.err) == (0, "")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [list(line) for line in lines] == [KEYS] * 3
    assert {line["item"] for line in lines} == set(entries)
    scores = {entries[line["item"]].item.title: line["score"] for line in lines}
    assert scores["Fisheries"] < scores["Readout"]
    assert scores["Fisheries"] < scores["Ceasefire in Ukraine"] <= 1
    for entry in entries.values():
        for link in entry.links:
            assert link.score == scores[entry.item.title]


def test_given_items_are_scored_without_a_store_and_each_for_itself(judged: Project) -> None:
    rows = [
        {"id": "a", "source": "nobody", "title": "Ceasefire in Ukraine", "summary": "Russia speaks.", "url": None},
        {"id": "b", "title": "Cod", "published": "yesterday", "more": 1},
    ]
    file = judged.root / "items.jsonl"
    file.write_text("\n\n".join(map(json.dumps, rows)))
    done = judged.call("link", "score", "ceasefire", "--items", "items.jsonl")
    lines = done.out.splitlines()
    assert [json.loads(line)["item"] for line in lines] == ["a", "b"]
    assert not (judged.root / "var").exists()
    file.write_text(json.dumps(rows[0]) + "\n")
    assert judged.call("link", "score", "ceasefire", "--items", "items.jsonl").out.splitlines() == lines[:1]


def test_what_a_line_does_not_say_or_says_in_half_a_character_is_no_hindrance(judged: Project) -> None:
    lines = [
        r'{"id": "half \ud83d", "title": "Ceasefire in Ukraine \ud83d"}',
        '{"id": "whole", "title": "Ceasefire in Ukraine"}',
        '{"id": "untitled", "summary": "Ukraine asks for guarantees and a ceasefire."}',
        '{"id": "null", "title": null, "summary": null, "source": null, "published": null}',
        '{"id": "bare"}',
    ]
    (judged.root / "items.jsonl").write_text("\n".join(lines))
    done = judged.call("link", "score", "ceasefire", "--items", "items.jsonl")
    assert (done.status, done.err) == (0, "")
    scores = {line["item"]: line["score"] for line in map(json.loads, done.out.splitlines())}
    assert list(scores) == ["half \ud83d", "whole", "untitled", "null", "bare"]
    assert scores["half \ud83d"] == scores["whole"] > 0 == scores["null"] == scores["bare"]
    assert scores["untitled"] > 0


def test_lines_that_are_no_items_are_all_named(judged: Project) -> None:
    lines = [
        '{"id": "a", "title": "x"}',
        "{",
        "[]",
        '{"title": "x"}',
        '{"id": "a", "title": 5}',
        '{"id": "a", "title": "x", "url": 1}',
    ]
    (judged.root / "items.jsonl").write_text("\n".join(lines))
    done = judged.call("link", "score", "ceasefire", "--items", "items.jsonl")
    assert (done.status, done.out) == (2, "")
    for number, what in (
        (2, "not JSON"),
        (3, "not a JSON object"),
        (4, '"id" is missing'),
        (5, '"title"'),
        (6, '"url"'),
    ):
        assert f"items.jsonl:{number}: {what}" in done.err
    assert judged.call("link", "score", "ceasefire", "--items", "nowhere.jsonl").status == 2
    done = judged.call("link", "score", "nothing")
    assert (done.status, "no such article: nothing (known: ceasefire)" in done.err) == (2, True)


def test_the_labelled_items_are_scored_in_the_form_that_the_tool_reads(judged: Project, shared: Path) -> None:
    items = shared / "eval/linking/items.jsonl"
    done = judged.call("link", "score", "ceasefire", "--items", str(items))
    assert done.status == 0
    assert len(done.out.splitlines()) == len(items.read_text(encoding="utf-8").splitlines())
    (judged.root / "scores.jsonl").write_text(done.out.replace('"ceasefire"', '"summit"'))
    tool = [sys.executable, str(shared / "tools/score_links.py"), str(judged.root / "scores.jsonl")]
    assert "summit" in subprocess.run(tool, capture_output=True, check=True, text=True).stdout
