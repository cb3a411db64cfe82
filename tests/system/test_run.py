"""The command ``run`` as its users know it: real process, real sockets, real files."""

from __future__ import annotations

import fcntl
import gzip
import re
from typing import TYPE_CHECKING

import feedparser
import pytest

from tests.feedrules import check
from tests.system.project import Answer, rss

if TYPE_CHECKING:
    from tests.system.project import Project, Site

FIRST = {"guid": "g1", "title": "Readout", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
SECOND = {"guid": "g2", "title": "Readout", "link": "https://office.example/2", "date": "Thu, 01 Oct 2026 10:00:00 GMT"}


def titles(project: Project, feed: str = "all") -> list[str]:
    return [item["title"] for item in project.feed(feed)["items"]]


def test_items_come_in_and_go_out_in_every_format(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST | {"body": "Ten <b>tanks</b>"}, SECOND)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    done = project.run("run", "--json")
    assert (done.status, done.err) == (0, "")
    report = done.json["sources"][0]
    assert {key: report[key] for key in ("id", "outcome", "endpoint", "new", "changed", "gone", "error")} == {
        "id": "office",
        "outcome": "ok",
        "endpoint": site.url("/feed"),
        "new": 2,
        "changed": 0,
        "gone": 0,
        "error": None,
    }
    expected = {f"{name}.{kind}" for name in ("all", "sources/office") for kind in ("atom", "rss", "json")}
    pages = {"index.html", "embed.js", "feed.css"}
    assert set(done.json["published"]) == expected | pages | {"status.json", "health.atom", "sources.opml"}
    for name in sorted(expected | pages | {"health.atom", "sources.opml"}):
        data = (project.root / "feeds" / name).read_bytes()
        assert gzip.decompress((project.root / "feeds" / f"{name}.gz").read_bytes()) == data
    for name in sorted(expected):
        path = project.root / "feeds" / name
        if path.suffix != ".json":
            assert [entry.title for entry in feedparser.parse(path.read_bytes()).entries] == ["Readout", "Readout"]
    assert [item["url"] for item in project.feed()["items"]] == [SECOND["link"], FIRST["link"]]


def test_an_unchanged_second_run_asks_conditionally_and_rewrites_nothing(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST, SECOND, etag='"v1"')
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    before = project.files()
    again = project.run("run", "--all", "--json")
    assert site.requests[-1][1]["if-none-match"] == '"v1"'
    assert (again.json["sources"][0]["outcome"], again.json["sources"][0]["new"]) == ("not_modified", 0)
    assert set(again.json["published"]) <= {"status.json"}
    after = project.files()
    del before["feeds/status.json"], after["feeds/status.json"]
    assert after == before


def test_a_source_is_left_alone_until_it_is_due(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    again = project.run("run", "--json")
    assert again.json["sources"][0]["outcome"] == "skipped"
    assert len(site.requests) == 1
    named = project.run("run", "--source", "office", "--json")
    assert named.json["sources"][0]["outcome"] == "ok"


def test_an_edit_is_a_version_and_not_an_entry(project: Project, site: Site) -> None:
    project.source(("office", [site.url("/feed")]), allow=site.host)
    site.feed("/feed", FIRST | {"body": "<p>Ten tanks</p>"})
    project.run("run")
    before = project.feed()["items"][0]
    site.feed("/feed", FIRST | {"body": "<p>Twelve tanks</p>"})
    done = project.run("run", "--all", "--json")
    assert (done.json["sources"][0]["new"], done.json["sources"][0]["changed"]) == (0, 1)
    (item,) = project.feed()["items"]
    assert item["id"] == before["id"]
    assert (item["_aggregator"]["versions"], item["content_html"]) == (2, "<p>Twelve tanks</p>")
    assert item["date_published"] == before["date_published"] < item["date_modified"]


def test_a_page_that_stands_for_the_feed_loses_nothing_and_the_next_endpoint_serves(
    project: Project, site: Site
) -> None:
    project.source(("office", [site.url("/feed"), site.url("/second")]), allow=site.host)
    site.feed("/feed", FIRST)
    project.run("run")
    site.answers["/feed"] = Answer(b"<!doctype html><title>Technical Difficulties</title><p>Sorry")
    site.feed("/second", FIRST, SECOND)
    done = project.run("run", "--all", "--json")
    assert (done.status, done.json["sources"][0]["endpoint"]) == (0, site.url("/second"))
    assert done.json["sources"][0]["new"] == 1
    assert titles(project) == ["Readout", "Readout"]
    status = project.run("status", "--json").json["sources"][0]
    assert status["state"] == "ok"
    (trouble,) = status["trouble"]
    assert trouble["kind"] == "fallback"
    assert "Technical Difficulties" in trouble["explanation"]


def test_a_dead_source_is_named_and_costs_nobody_anything(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("dead", [site.url("/nowhere")]), ("office", [site.url("/feed")]), allow=site.host)
    done = project.run("run", "--json")
    assert done.status == 0
    dead, office = done.json["sources"]
    assert (dead["outcome"], office["outcome"]) == ("error", "ok")
    assert site.url("/nowhere") in dead["error"]
    assert "404" in dead["error"]
    assert "source=dead" in done.err
    assert titles(project) == ["Readout"]


def test_nothing_could_be_done_when_every_source_fails_and_what_is_published_stays(
    project: Project, site: Site
) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    site.close()
    done = project.run("run", "--all", "--json")
    assert done.status == 1
    assert done.json["sources"][0]["outcome"] == "error"
    assert re.search(r"refused", done.json["sources"][0]["error"])
    assert titles(project) == ["Readout"]


def test_loopback_is_refused_unless_it_is_allowed(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow="elsewhere.example")
    done = project.run("run", "--json")
    assert done.status == 1
    assert "127.0.0.1" in done.json["sources"][0]["error"]
    assert site.requests == []


def test_a_gone_endpoint_rests(project: Project, site: Site) -> None:
    site.answers["/feed"] = Answer(b"", 410)
    site.feed("/second", FIRST)
    project.source(("office", [site.url("/feed"), site.url("/second")]), allow=site.host)
    for _ in range(2):
        project.run("run", "--source", "office")
    assert [path for path, _ in site.requests] == ["/feed", "/second", "/second"]
    project.run("run", "--all")
    assert [path for path, _ in site.requests][-2:] == ["/feed", "/second"]


def test_a_redesign_that_changes_every_guid_makes_no_new_entries(project: Project, site: Site) -> None:
    project.source(("office", [site.url("/feed")]), allow=site.host)
    site.feed("/feed", FIRST, SECOND)
    project.run("run")
    before = [item["id"] for item in project.feed()["items"]]
    site.feed("/feed", FIRST | {"guid": "/preview/1"}, SECOND | {"guid": "/preview/2"})
    done = project.run("run", "--all", "--json")
    assert done.json["sources"][0]["new"] == 0
    assert [item["id"] for item in project.feed()["items"]] == before


def test_the_same_document_through_two_sources_is_one_entry(project: Project, site: Site) -> None:
    site.feed("/a", FIRST)
    site.feed("/b", FIRST | {"guid": "other"}, SECOND)
    project.source(("alpha", [site.url("/a")]), ("beta", [site.url("/b")]), allow=site.host)
    project.run("run", "--source", "alpha")
    project.run("run", "--source", "beta")
    assert [item["url"] for item in project.feed()["items"]] == [SECOND["link"], FIRST["link"]]
    assert [item["url"] for item in project.feed("sources/beta")["items"]] == [SECOND["link"], FIRST["link"]]
    assert project.feed("sources/alpha")["items"][0]["id"] == project.feed("sources/beta")["items"][1]["id"]


def test_a_removed_source_is_withdrawn(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("gone", [site.url("/feed")]), ("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    assert not (project.root / "feeds/sources/gone.atom").exists()
    assert (project.root / "feeds/sources/office.atom").exists()


def test_a_removed_source_leaves_no_gap_in_the_combined_feed(project: Project, site: Site) -> None:
    busy = [
        {
            "guid": f"b{n}",
            "title": f"Bulletin {n}",
            "link": f"https://busy.example/{n}",
            "date": "Fri, 02 Oct 2026 09:00:00 GMT",
        }
        for n in range(9)
    ]
    site.feed("/busy", *busy)
    site.feed("/feed", FIRST, SECOND)
    project.source(("busy", [site.url("/busy")]), ("office", [site.url("/feed")]), allow=site.host)
    settings = project.root / "config" / "aggregator.toml"
    settings.write_text(settings.read_text() + "[publish]\nentries = 2\n")
    project.run("run")
    assert all(title.startswith("Bulletin") for title in titles(project))
    project.source(("office", [site.url("/feed")]), allow=site.host)
    settings.write_text(settings.read_text() + "[publish]\nentries = 2\n")
    project.run("run")
    assert titles(project) == ["Readout", "Readout"]


def test_an_output_that_was_lost_is_written_again(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    before = (project.root / "feeds/all.rss").read_bytes()
    (project.root / "feeds/all.rss").unlink()
    assert "all.rss" in project.run("run", "--json").json["published"]
    assert (project.root / "feeds/all.rss").read_bytes() == before


def test_publish_mends_what_other_hands_touched(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    before = (project.root / "feeds/all.rss").read_bytes()
    (project.root / "feeds/all.rss").write_bytes(b"scribble")
    assert "all.rss" in project.run("publish").out
    assert (project.root / "feeds/all.rss").read_bytes() == before


def test_a_run_while_another_is_at_work_exits_75_at_once(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run")
    with (project.root / "var" / "aggregator.db.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = project.run("run", "--all")
    assert done.status == 75
    assert "another run" in done.err
    assert project.run("run", "--all").status == 0


@pytest.mark.parametrize(
    "arguments", [("run", "--source", "nobody"), ("run", "--replay", "a", "--record", "b"), ("runn",), ("run", "--x")]
)
def test_wrong_usage_exits_2(project: Project, arguments: tuple[str, ...]) -> None:
    assert project.run(*arguments).status == 2


def test_a_broken_configuration_names_every_mistake_and_exits_2(project: Project) -> None:
    project.write("aggregator.toml", '[site]\ntitle = "T"\nbase_url = "feeds.example.org"\n[fetch]\ntimout = 3\n')
    project.write("sources.toml", '[[source]]\nid = "Bad Id"\ntitle = "X"\nhome = "https://x.example/"\n')
    done = project.run("run")
    assert done.status == 2
    for place in ("config/aggregator.toml:3", "config/aggregator.toml:5", "config/sources.toml:2"):
        assert place in done.err
    assert "timout" in done.err
    assert project.run("check").status == 2
    checked = project.run("check", "--json")
    assert (checked.status, checked.json["ok"]) == (2, False)
    assert {problem["line"] for problem in checked.json["problems"]} >= {2, 3, 5}


def test_the_configuration_is_named_before_or_after_the_command_or_by_the_environment(project: Project) -> None:
    path = str(project.root / "config" / "aggregator.toml")
    (project.root / "config").rename(project.root / "elsewhere")
    path = path.replace("/config/", "/elsewhere/")
    assert project.run("check").status == 2
    for arguments, env in (
        (("--config", path, "check"), {}),
        (("check", "--config", path), {}),
        (("check",), {"AGGREGATOR_CONFIG": path}),
    ):
        done = project.run(*arguments, env=env)
        assert (done.status, done.err) == (0, "")


def test_a_capture_that_was_recorded_replays_to_the_same_bytes(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST | {"body": "<p>Text</p>"}, SECOND, etag='"v1"')
    project.source(("office", [site.url("/feed")]), allow=site.host)
    assert project.run("run", "--all", "--record", "one.warc.gz").status == 0
    site.close()
    (project.root / "var").rename(project.root / "var-live")
    (project.root / "feeds").rename(project.root / "feeds-live")
    first = project.run("run", "--replay", "one.warc.gz", "--json")
    assert (first.status, first.json["sources"][0]["new"]) == (0, 2)
    files = project.files()
    second = project.run("run", "--replay", "one.warc.gz", "--json")
    assert (second.status, second.json["sources"][0]["new"], second.json["published"]) == (0, 0, [])
    assert project.files() == files


def test_a_url_that_is_not_in_the_capture_is_unreachable(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.run("run", "--record", "one.warc.gz")
    project.source(("office", [site.url("/feed")]), ("other", [site.url("/other")]), allow=site.host)
    done = project.run("run", "--replay", "one.warc.gz", "--json")
    assert [source["outcome"] for source in done.json["sources"]] == ["ok", "error"]
    assert len(site.requests) == 1


def test_one_bad_item_costs_that_item(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST, {"body": ""}, SECOND)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    done = project.run("run", "--json")
    assert (done.status, done.json["sources"][0]["new"]) == (0, 2)
    assert [trouble["kind"] for trouble in project.run("status", "--json").json["sources"][0]["trouble"]] == [
        "bad-items"
    ]


def test_a_valid_feed_without_items_is_an_error_of_its_source(project: Project, site: Site) -> None:
    site.answers["/feed"] = Answer(rss())
    project.source(("office", [site.url("/feed")]), allow=site.host)
    done = project.run("run", "--json")
    assert (done.status, done.json["sources"][0]["outcome"]) == (1, "error")


def test_hubs_are_named_in_the_feeds_and_told_of_those_that_changed(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST, etag='"v1"')
    project.source(("office", [site.url("/feed")]), allow=site.host)
    settings = project.root / "config" / "aggregator.toml"
    settings.write_text(settings.read_text() + f'[publish]\nhubs = ["{site.url("/hub")}"]\n')
    assert project.run("run").status == 0
    ((path, form),) = site.forms
    assert (path, form["hub.mode"]) == ("/hub", ["publish"])
    names = [f"{feed}.{kind}" for feed in ("all", "sources/office") for kind in ("atom", "json", "rss")]
    assert form["hub.url"] == [f"https://feeds.example.org/{name}" for name in names]
    for name in names:
        data = (project.root / "feeds" / name).read_bytes()
        assert site.url("/hub").encode() in data
        assert check(f"https://feeds.example.org/{name}", data, None) == []
    project.run("run", "--all")
    assert len(site.forms) == 1


def test_a_hub_that_fails_is_named_and_stops_nothing(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    site.answers["/hub"] = Answer(status=500)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    settings = project.root / "config" / "aggregator.toml"
    settings.write_text(settings.read_text() + f'[publish]\nhubs = ["{site.url("/hub")}"]\n')
    done = project.run("run")
    assert done.status == 0
    assert f"hub {site.url('/hub')}: HTTP 500" in done.err
    assert titles(project) == ["Readout"]
    # It is told again, of the same, until it takes it.
    site.answers["/hub"] = Answer(status=204)
    assert project.run("run").err == ""
    assert project.run("run", "--all").err == ""
    first, second = site.forms
    assert first == second
