"""What sites ask of their visitors, as whole runs obey it: real processes, real sockets, one store between them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.system.project import Answer

if TYPE_CHECKING:
    from tests.system.project import Project, Site

ITEM = {"guid": "g1", "title": "Readout", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
BUSY = Answer(b"", 429, {"Retry-After": "3600"})
ROBOTS = {"Content-Type": "text/plain"}


def asked(site: Site) -> list[str]:
    paths = [path for path, _ in site.requests]
    site.requests.clear()
    return paths


def source(project: Project, name: str) -> Any:  # noqa: ANN401 - JSON is what it is
    return next(each for each in project.call("status", "--json").json["sources"] if each["id"] == name)


def with_page(project: Project, site: Site, *, pages: int = 1) -> None:
    """Configure a source that has a page, and a feed behind it."""
    project.source(("office", []), allow=site.host, extra='user_agent = "Office reader/1"')
    path = project.root / "config" / "sources.toml"
    path.write_text(
        path.read_text()
        + f'[[source.endpoint]]\nkind = "page"\nurl = "{site.url("/news/")}"\nitem = "li"\ntitle = "a"\n'
        + f'link = "a@href"\nnext = "a.next@href"\npages = {pages}\n'
        + f'[[source.endpoint]]\nkind = "feed"\nurl = "{site.url("/feed")}"\n'
    )
    for number in range(1, 4):
        following = f"<a class=next href='/page/{number + 1}/'>older</a>"
        html = f"<ul><li><a href='/{number}'>Statement {number}</a></ul>{following}".encode()
        site.answers[f"/page/{number}/"] = Answer(html, headers={"Content-Type": "text/html"})
    site.answers["/news/"] = site.answers["/page/1/"]
    site.feed("/feed", ITEM)


def test_a_page_is_read_where_robots_txt_allows_it(project: Project, site: Site) -> None:
    with_page(project, site, pages=3)
    rules = b"User-agent: office reader\nDisallow: /page/3\n\nUser-agent: *\nDisallow: /"
    site.answers["/robots.txt"] = Answer(rules, headers=ROBOTS)
    done = project.run("run", "--json")
    assert (done.json["sources"][0]["endpoint"], done.json["sources"][0]["new"]) == (site.url("/news/"), 2)
    assert {fields["user-agent"] for _, fields in site.requests} == {"Office reader/1"}
    assert asked(site) == ["/robots.txt", "/news/", "/page/2/"]
    (trouble,) = source(project, "office")["trouble"]
    assert "robots.txt does not allow /page/3/" in trouble["explanation"]


def test_a_page_that_robots_txt_forbids_is_named_and_the_next_endpoint_serves(project: Project, site: Site) -> None:
    with_page(project, site)
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /news", headers=ROBOTS)
    done = project.call("run", "--json")
    assert done.json["sources"][0]["endpoint"] == site.url("/feed")
    assert asked(site) == ["/robots.txt", "/feed"]
    (trouble,) = source(project, "office")["trouble"]
    assert (trouble["kind"], source(project, "office")["state"]) == ("fallback", "ok")
    assert f"{site.host}: robots.txt does not allow /news/" in trouble["explanation"]
    site.answers["/feed"] = Answer(status=404)
    project.call("run", "--all")
    assert [trouble["kind"] for trouble in source(project, "office")["trouble"]] == ["robots", "http-status"]


def test_robots_txt_is_kept_in_a_capture_and_never_asked_for_in_a_replay(project: Project, site: Site) -> None:
    with_page(project, site)
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /other", headers=ROBOTS)
    assert project.call("run", "--record", "one.warc").status == 0
    asked(site)
    capture = project.root / "one.warc"
    forbidding = capture.read_bytes().replace(b"Disallow: /other", b"Disallow: /news/")
    assert forbidding != capture.read_bytes(), "robots.txt is in it"
    capture.write_bytes(forbidding)
    done = project.call("run", "--replay", "one.warc", "--json")
    assert done.json["sources"][0]["endpoint"] == site.url("/news/")
    assert asked(site) == []


def test_a_host_that_has_enough_is_left_alone_in_this_run_and_the_next(project: Project, site: Site) -> None:
    site.answers["/busy"] = BUSY
    site.feed("/feed", ITEM)
    project.source(("first", [site.url("/busy"), site.url("/feed")]), ("second", [site.url("/feed")]), allow=site.host)
    settings = project.root / "config" / "aggregator.toml"
    settings.write_text(settings.read_text() + "concurrency = 1\n")
    done = project.call("run", "--json")
    assert done.status == 1
    assert asked(site) == ["/busy"]
    done = project.call("run", "--source", "second", "--json")
    assert asked(site) == []
    assert f"{site.host} asks to be left alone until " in done.json["sources"][0]["error"]
    for name in ("first", "second"):
        state = source(project, name)
        assert (state["state"], {trouble["kind"] for trouble in state["trouble"]}) == ("resting", {"host-rests"})
        until = state["trouble"][0]["explanation"].partition("until ")[2].removesuffix(" UTC")
        assert state["next_due"][:16] == until[:16].replace(" ", "T")


def test_all_ignores_what_hosts_asked_for_and_forgets_it(project: Project, site: Site) -> None:
    site.answers["/feed"] = BUSY
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.call("run")
    assert project.call("run", "--all").status == 1
    assert asked(site) == ["/feed", "/feed"], "it is asked again, and says the same"
    project.call("run", "--source", "office")
    assert asked(site) == [], "which is remembered"
    site.feed("/feed", ITEM)
    assert project.call("run", "--all").status == 0
    assert project.call("run", "--source", "office").status == 0
    assert asked(site) == ["/feed", "/feed"]
    assert source(project, "office")["state"] == "ok"


def test_a_rest_that_is_over_is_over(project: Project, site: Site) -> None:
    site.answers["/feed"] = BUSY
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.call("run")
    with sqlite3.connect(project.root / "var" / "aggregator.db") as database:
        (until,) = database.execute("UPDATE rest SET until = '2026-01-01T00:00:00.000000Z' RETURNING host").fetchone()
    database.close()
    assert until == site.host
    site.feed("/feed", ITEM)
    assert project.call("run", "--source", "office").status == 0
    with sqlite3.connect(project.root / "var" / "aggregator.db") as database:
        assert database.execute("SELECT count(*) FROM rest").fetchone() == (0,)
    database.close()


def test_a_host_that_rests_leaves_the_endpoints_of_others(project: Project, site: Site) -> None:
    site.answers["/busy"] = BUSY
    site.feed("/feed", ITEM)
    project.source(
        ("office", [site.url("/busy"), site.url("/feed").replace("127.0.0.1", "localhost")]), allow=site.host
    )
    settings = project.root / "config" / "aggregator.toml"
    settings.write_text(settings.read_text().replace("allow_hosts = [", 'allow_hosts = ["localhost", '))
    done = project.call("run", "--json")
    assert (done.status, done.json["sources"][0]["new"]) == (0, 1)


@pytest.mark.parametrize("status", [301, 308])
def test_a_source_that_has_moved_for_good_is_reported_and_goes_on_serving(
    project: Project, site: Site, status: int
) -> None:
    site.answers["/feed"] = Answer(b"", status, {"Location": "/new/feed"})
    site.feed("/new/feed", ITEM, etag='"v1"')
    project.source(("office", [site.url("/feed")]), allow=site.host)
    for _ in range(2):
        project.call("run", "--all")
        assert source(project, "office")["trouble"] == []
    project.call("run", "--all")
    (trouble,) = source(project, "office")["trouble"]
    assert (trouble["kind"], source(project, "office")["state"]) == ("moved", "ok")
    assert f"{site.url('/new/feed')}, look after look: put that address into sources.toml" in trouble["explanation"]
    assert asked(site) == ["/feed", "/new/feed"] * 3
    project.source(("office", [site.url("/new/feed")]), allow=site.host)
    assert project.call("run", "--all", "--json").json["sources"][0]["new"] == 0
    assert source(project, "office")["trouble"] == []


def test_a_redirect_for_now_is_not_reported(project: Project, site: Site) -> None:
    site.answers["/feed"] = Answer(b"", 302, {"Location": "/new/feed"})
    site.feed("/new/feed", ITEM)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    for _ in range(4):
        project.call("run", "--all")
    assert source(project, "office")["trouble"] == []


def test_for_as_long_as_an_answer_is_fresh_it_is_not_asked_for_again(project: Project, site: Site) -> None:
    """Said by the headers of one look, remembered through a 304 that does not say it, taken back by one that does."""
    begin = datetime.now(UTC)
    dates = [begin - timedelta(hours=3 * number) for number in range(1, 17)]
    links = [f"https://office.example/{number}" for number in range(len(dates))]
    items = [ITEM | {"guid": link, "link": link, "date": at.isoformat()} for link, at in zip(links, dates, strict=True)]
    site.feed("/feed", *items, etag='"1"')
    site.answers["/feed"].headers["Cache-Control"] = "max-age=18000"
    project.source(("office", [site.url("/feed")]), allow=site.host)

    def wait(*options: str) -> float:
        """Return for how many hours the source is left alone."""
        assert project.call("run", *options).status == 0
        state = json.loads(project.call("status", "--json").out)["sources"][0]
        due, now = (datetime.fromisoformat(state[name]) for name in ("next_due", "last_success"))
        return (due - now) / timedelta(hours=1)

    assert wait() == pytest.approx(5, abs=0.001)
    assert asked(site) == ["/feed"]
    assert wait() == pytest.approx(5, abs=0.001)
    assert asked(site) == [], "it is not due"
    del site.answers["/feed"].headers["Cache-Control"]
    assert wait("--all") == pytest.approx(5, abs=0.001), "a 304 that says nothing of it"
    site.answers["/feed"].headers |= {"Cache-Control": "max-age=18000", "Age": "1800"}
    assert wait("--source", "office") == pytest.approx(4.5, abs=0.001)
    site.answers["/feed"].headers["Cache-Control"] = "no-cache"
    assert wait("--all") < 4
    site.answers["/feed"].headers["Cache-Control"] = "max-age=18000"
    project.source(("office", [site.url("/feed")]), allow=site.host, extra='interval = "10m"')
    assert wait("--all") < 0.2, "what the operator says comes first"


def test_status_tells_when_a_source_publishes(project: Project, site: Site) -> None:
    monday = datetime(2026, 9, 7, 14, tzinfo=UTC)
    days = [monday + timedelta(days=day, hours=hour) for day in range(60) for hour in (0, 1)]
    items = [
        ITEM | {"guid": f"g{at}", "link": f"https://office.example/{at:%d%m%H}", "date": at.isoformat()}
        for at in days
        if at.weekday() < 5
    ]
    site.feed("/feed", *items)
    project.source(("office", [site.url("/feed")]), allow=site.host, extra='timezone = "America/New_York"')
    project.call("run")
    assert source(project, "office")["rhythm"] == "mostly Mon-Fri, 10-12 h"
    assert ", mostly Mon-Fri, 10-12 h" in project.call("status").out
