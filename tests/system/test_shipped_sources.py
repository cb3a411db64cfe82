"""The shipped configuration, run on documents in its sites' form: what is published, and what a change there means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import CHECKOUT
from tests.feedrules import check
from tests.sources.shipped import CAPTURES, SOURCES, Capture, keep

if TYPE_CHECKING:
    from tests.system.project import Done, Project

GOVUK = "https://www.gov.uk/government/speeches/a-word-at-the-osce-on-the-winter-truce-in-ukraine"


@pytest.fixture
def shipped(project: Project) -> Project:
    """Return a project with the shipped sources, all of them switched on."""
    text = (CHECKOUT / "config" / "sources.toml").read_text(encoding="utf-8")
    project.write("sources.toml", text.replace("\nenabled = false", "\nenabled = true"))
    return project


def replay(project: Project, day: int, *captures: Capture, changed: bytes | None = None) -> Done:
    """Run on these documents as they were on a day of October 2026; ``changed`` is the last one's body instead."""
    path = project.root / f"{day}.warc"
    keep(path, datetime(2026, 10, day, 12, tzinfo=UTC), *captures, changed=changed)
    return project.call("run", "--replay", str(path), "--json")


def one(done: Done, source: str) -> Any:  # noqa: ANN401 - JSON
    (report,) = (report for report in done.json["sources"] if report["id"] == source)
    return report


def test_every_source_is_published_in_feeds_that_are_valid_and_keeps_to_its_rights(shipped: Project) -> None:
    firsts = [capture for capture in CAPTURES if capture.number == 1]
    done = replay(shipped, 8, *firsts)
    assert done.status == 0
    assert {report["outcome"] for report in done.json["sources"]} == {"ok"}
    feeds = {name: data for name, (data, _) in shipped.files().items() if name.endswith((".atom", ".rss", ".json"))}
    assert len(feeds) > 3 * len(SOURCES)
    for name, data in feeds.items():
        if not name.endswith("status.json"):
            assert check(f"https://feeds.example.org/{name.removeprefix('feeds/')}", data, None) == [], name
    for source in SOURCES.values():
        items = shipped.feed(f"sources/{source.id}")["items"]
        assert len(items) > 1
        if source.content == "summary":
            assert not [item for item in items if "content_html" in item]


def test_a_section_of_a_source_shows_the_same_entries(shipped: Project) -> None:
    replay(shipped, 8, *(capture for capture in CAPTURES if capture.number == 1))
    for umbrella, section in (
        ("white-house", "white-house-actions"),
        ("white-house", "white-house-releases"),
        ("state", "state-europe"),
        ("un", "un-peace-security"),
    ):
        whole, part = ({item["id"] for item in shipped.feed(f"sources/{id_}")["items"]} for id_ in (umbrella, section))
        assert len(whole & part) == 1


@pytest.mark.parametrize("source", [source.id for source in SOURCES.values() if len(source.endpoint) > 1])
def test_a_switch_of_endpoint_makes_no_entries_and_no_edits(source: str, shipped: Project) -> None:
    captures = [capture for capture in CAPTURES if capture.source.id == source]
    assert one(replay(shipped, 8, captures[0]), source)["new"] == 3
    before = {item["id"]: item for item in shipped.feed(f"sources/{source}")["items"]}
    for day, capture in enumerate([*captures[1:], captures[0]], start=9):
        report = one(replay(shipped, day, capture), source)
        assert (report["endpoint"], report["new"], report["outcome"]) == (capture.endpoint.url, 0, "ok")
        after = {item["id"]: item for item in shipped.feed(f"sources/{source}")["items"]}
        assert after.keys() == before.keys()
        for id_, item in after.items():
            for key in ("title", "url", "date_published", "date_modified", "content_html", "summary"):
                assert item.get(key) == before[id_].get(key), (capture.name, key)


def test_an_edit_on_gov_uk_comes_under_a_new_id_and_is_a_version_of_the_same_entry(shipped: Project) -> None:
    (capture,) = (capture for capture in CAPTURES if capture.source.id == "uk-fcdo")
    replay(shipped, 3, capture)
    first = {item["url"]: item for item in shipped.feed("sources/uk-fcdo")["items"]}
    edited = capture.body.replace(b"2026-10-02T15:26:35Z", b"2026-10-05T09:00:00Z").replace(b"can ski", b"can ski well")
    report = one(replay(shipped, 6, capture, changed=edited), "uk-fcdo")
    assert (report["new"], report["changed"]) == (0, 1)
    second = {item["url"]: item for item in shipped.feed("sources/uk-fcdo")["items"]}
    assert second.keys() == first.keys()
    item = second[GOVUK]
    assert item["id"] == first[GOVUK]["id"] == f"{GOVUK}#2026-10-02T15:26:35Z"
    assert "can ski well" in item["summary"]
    assert item["_aggregator"]["versions"] == 2
    # the feed dates a document by its last change; first it was published when we first saw it dated
    assert item["date_published"] == first[GOVUK]["date_published"] == "2026-10-02T15:26:35Z"
    assert item["date_modified"] == "2026-10-06T12:00:00Z"


def test_a_new_stamp_on_gov_uk_alone_is_no_edit(shipped: Project) -> None:
    (capture,) = (capture for capture in CAPTURES if capture.source.id == "uk-fcdo")
    replay(shipped, 3, capture)
    for day in (6, 7):
        touched = capture.body.replace(b"2026-10-02T15:26:35Z", f"2026-10-{day:02}T09:00:00Z".encode())
        report = one(replay(shipped, day, capture, changed=touched), "uk-fcdo")
        assert (report["new"], report["changed"]) == (0, 0)
    (item,) = (item for item in shipped.feed("sources/uk-fcdo")["items"] if item["url"] == GOVUK)
    assert (item["date_published"], item["date_modified"]) == ("2026-10-02T15:26:35Z", "2026-10-02T15:26:35Z")
    assert item["_aggregator"]["versions"] == 1
