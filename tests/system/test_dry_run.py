"""``sources test``: what a source would bring, compared with what is stored, and nothing changed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.system.project import Answer

if TYPE_CHECKING:
    from tests.system.project import Project, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
FIRST = {"guid": "g1", "title": "Readout", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
SECOND = {"guid": "g2", "title": "Visit", "link": "https://office.example/2", "date": "Thu, 01 Oct 2026 10:00:00 GMT"}
THIRD = {"guid": "g3", "title": "Talks", "link": "https://office.example/3", "date": "Thu, 01 Oct 2026 11:00:00 GMT"}

PAGE = """<!doctype html><title>News</title><ul>
<li><h3><a href="/en/1?utm_source=x">Talks&nbsp; on a ceasefire</a></h3>
  <time datetime="2026-10-01T09:00:00+02:00"></time>
  <div class="text"><nav>Home</nav><p>A statement <span class="ad">Buy</span><span class="ad">Now</span></p></div></li>
<li><h3><a href="/en/2">Remarks</a></h3><time datetime="soon"></time></li>
<li><h3>No link at all</h3></li>
</ul>"""
ENDPOINT = """
id = "office"
title = "Office"
home = "https://office.example/"
timezone = "Europe/Brussels"
remove = [".ad", "nav", ".gone"]
[[source.endpoint]]
kind = "feed"
url = "{feed}"
[[source.endpoint]]
kind = "page"
url = "{page}"
item = "li"
title = "h3"
link = "h3 a@href"
date = "time@datetime"
summary = ".lead"
body = ".text"
"""
ARTICLE = """
title = "Talks on a ceasefire in Geneva"
url = "https://paper.example/talks"
takeaways = ["Geneva hosts talks on a ceasefire."]
[[annotation]]
id = "office"
label = "The Office"
sources = ["office"]
"""


def state(project: Project) -> dict[str, bytes]:
    """Return all that a run would change."""
    files = [*project.root.glob("var/*.db"), *project.root.glob("var/*.lock"), *project.root.glob("feeds/**/*.*")]
    return {str(file): file.read_bytes() for file in files}


def page(project: Project, site: Site) -> None:
    site.answers["/news"] = Answer(PAGE.encode(), headers=HTML)
    project.source(allow=site.host)
    project.write("sources.toml", "[[source]]" + ENDPOINT.format(feed=site.url("/feed"), page=site.url("/news")))
    project.write("articles/talks.toml", ARTICLE)


def test_a_source_never_run_shows_everything_as_new_and_leaves_nothing_behind(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST, SECOND)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    done = project.run("sources", "test", "office")
    assert (done.status, done.err) == (0, "")
    assert "+2 new, 0 changed, 0 known; nothing was stored" in done.out
    assert "+ 2026-10-01T10:00:00Z  Visit" in done.out
    assert sorted(path.name for path in project.root.iterdir()) == ["config"]


def test_it_compares_with_the_store_as_a_run_would_and_writes_nothing(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST | {"body": "<p>Ten tanks</p>"}, SECOND, etag='"v1"')
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.call("run")
    site.feed("/feed", FIRST | {"body": "<p>Twelve tanks</p>"}, SECOND, THIRD, etag='"v1"')
    before = state(project)
    done = project.call("sources", "test", "office", "--json")
    assert (done.status, done.err) == (0, "")
    assert "if-none-match" not in site.requests[-1][1]
    report = done.json
    assert {key: report[key] for key in ("found", "new", "changed", "known", "repeated", "rejected")} == {
        "found": 3,
        "new": 1,
        "changed": 1,
        "known": 1,
        "repeated": 0,
        "rejected": [],
    }
    assert [(item["title"], item["change"]) for item in report["items"]] == [
        ("Readout", "edited"),
        ("Visit", "known"),
        ("Talks", "new"),
    ]
    assert state(project) == before
    announced = {item["id"]: item["change"] for item in report["items"]}
    run = project.call("run", "--all", "--json").json["sources"][0]
    assert (run["outcome"], run["new"], run["changed"]) == ("not_modified", 0, 0)
    site.feed("/feed", FIRST | {"body": "<p>Twelve tanks</p>"}, SECOND, THIRD, etag='"v2"')
    run = project.call("run", "--all", "--json").json["sources"][0]
    assert (run["new"], run["changed"]) == (1, 1)
    assert {item["id"] for item in project.feed()["items"]} == set(announced)


def test_it_runs_while_a_run_holds_the_lock(project: Project, site: Site) -> None:
    import fcntl  # noqa: PLC0415 - only here

    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.call("run")
    with (project.root / "var" / "aggregator.db.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = project.call("sources", "test", "office")
    assert done.status == 0
    assert "+0 new, 0 changed, 1 known" in done.out


def test_it_shows_each_endpoint_each_selector_what_cleaning_changed_and_the_link(project: Project, site: Site) -> None:
    page(project, site)
    report: dict[str, Any] = project.call("sources", "test", "office", "--json").json
    feed, listing = report["tried"]
    assert (feed["outcome"], feed["content_type"]) == ("http-status", None)
    assert "404" in feed["explanation"]
    assert (listing["outcome"], listing["content_type"], listing["bytes"]) == ("ok", HTML["Content-Type"], len(PAGE))
    assert report["endpoint"] == site.url("/news")
    assert report["found"] == 3
    assert len(report["rejected"]) == 1
    assert "link selector 'h3 a@href' finds nothing" in report["rejected"][0]
    assert {name: (field["declared"], field["found"]) for name, field in report["fields"].items()} == {
        "title": ("h3", 2),
        "link": ("h3 a@href", 2),
        "date": ("time@datetime", 2),
        "summary": (".lead", 0),
        "body": (".text", 1),
    }
    assert report["fields"]["date"]["understood"] == 1
    assert report["removed"] == {".ad": 2, "nav": 1, ".gone": 0}
    talks, remarks = report["items"]
    assert talks["published"] == "2026-10-01T07:00:00Z"
    assert talks["cleaned"]["title"]["after"] == "Talks on a ceasefire"
    assert talks["cleaned"]["link"] == {"before": "/en/1?utm_source=x", "after": site.url("/en/1")}
    assert talks["cleaned"]["body_bytes"]["before"] > talks["cleaned"]["body_bytes"]["after"]
    assert talks["cleaned"]["removed"] == {".ad": 2, "nav": 1, ".gone": 0}
    (link,) = talks["links"]
    assert (link["article"], link["annotation"], link["linked"]) == ("talks", "office", True)
    assert (remarks["published"], remarks["precision"], remarks["links"][0]["linked"]) == (None, None, False)


def test_the_text_is_readable(project: Project, site: Site) -> None:
    page(project, site)
    done = project.call("sources", "test", "office")
    assert done.status == 0
    for line in (
        f"  page    {site.url('/news')}",
        "          http-status: HTTP 404 Not Found",
        f"          serves (text/html; charset=utf-8, {len(PAGE)} bytes)",
        "+ no date               Remarks",
        "title was 'Talks\\xa0 on a ceasefire'",
        "linked to talks/office, score 0.",
        "cut: .ad (2), nav (1)",
        "+2 new, 0 changed, 0 known, 1 rejected; nothing was stored",
    ):
        assert line in done.out
    assert all(len(line) < 160 for line in done.out.splitlines())


def test_what_a_source_says_is_shown_as_it_is_and_steers_no_terminal(project: Project, site: Site) -> None:
    site.answers["/list"] = Answer(b'{"rows": [{"t": "[bold]Red\\u001b[31m alert", "u": "/1", "d": "[1]"}]}')
    project.source(allow=site.host)
    project.write(
        "sources.toml",
        '[[source]]\nid = "office"\ntitle = "O"\nhome = "https://office.example/"\n[[source.endpoint]]\n'
        f'kind = "json"\nurl = "{site.url("/list")}"\nitems = "rows"\nlink = "u"\ntitle = "join(\' \', [t, d])"\n',
    )
    done = project.call("sources", "test", "office")
    assert done.status == 0
    assert "join(' ', [t, d])" in done.out
    assert "[bold]Red[31m alert [1]" in done.out
    assert "\x1b" not in done.out


def test_when_no_endpoint_serves_it_says_why_and_exits_1(project: Project, site: Site) -> None:
    site.answers["/feed"] = Answer(b"<!doctype html><title>Technical Difficulties</title>", headers=HTML)
    project.source(("office", [site.url("/feed"), site.url("/no")]), allow=site.host)
    done = project.call("sources", "test", "office")
    assert done.status == 1
    assert "technical-difficulties: HTTP 200: a page of technical difficulties ('Technical Difficulties')" in done.out
    assert "no endpoint serves" in done.out
    report = project.call("sources", "test", "office", "--json").json
    assert [tried["outcome"] for tried in report["tried"]] == ["technical-difficulties", "http-status"]
    assert (report["endpoint"], report["items"]) == (None, [])
    assert not (project.root / "var").exists()


def test_items_of_which_none_can_be_used_are_no_success(project: Project, site: Site) -> None:
    site.feed("/feed", {"title": "Neither link nor date"})
    project.source(("office", [site.url("/feed")]), allow=site.host)
    done = project.call("sources", "test", "office", "--json")
    assert (done.status, done.json["tried"][0]["outcome"]) == (1, "no-items")


def test_the_next_endpoint_is_asked_where_nothing_of_the_first_can_be_used(project: Project, site: Site) -> None:
    site.feed("/feed", {"title": "Neither link nor date"})
    site.feed("/second", FIRST)
    project.source(("office", [site.url("/feed"), site.url("/second")]), allow=site.host)
    report = project.call("sources", "test", "office", "--json").json
    assert [tried["outcome"] for tried in report["tried"]] == ["no-items", "ok"]
    assert (report["endpoint"], report["new"], report["rejected"]) == (site.url("/second"), 1, [])


def test_an_item_shown_twice_is_counted_once(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST, FIRST, SECOND)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    report = project.call("sources", "test", "office", "--json").json
    assert (report["found"], report["new"], report["repeated"]) == (3, 2, 1)


def test_a_resting_endpoint_is_asked_all_the_same(project: Project, site: Site) -> None:
    site.answers["/feed"] = Answer(b"", 410)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    project.call("run")
    site.feed("/feed", FIRST)
    assert project.call("sources", "test", "office").status == 0


@pytest.mark.parametrize("arguments", [("nobody",), (), ("office", "more")])
def test_wrong_usage_exits_2(project: Project, arguments: tuple[str, ...]) -> None:
    done = project.call("sources", "test", *arguments)
    assert done.status == 2


def test_a_damaged_store_is_named(project: Project, site: Site) -> None:
    site.feed("/feed", FIRST)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    (project.root / "var").mkdir()
    (project.root / "var" / "aggregator.db").write_bytes(b"no database" * 100)
    done = project.call("sources", "test", "office")
    assert done.status == 1
    assert "not an SQLite database" in done.err


def test_an_item_is_dated_by_its_last_change_where_nothing_else_dates_it_as_in_a_run(
    project: Project, site: Site
) -> None:
    entry = '<entry><id>urn:x:1</id><title>Guidance</title><link href="https://office.example/1"/>'
    site.answers["/feed"] = Answer(
        f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}<updated>2026-10-01T09:00:00Z</updated></entry></feed>'.encode()
    )
    project.source(("office", [site.url("/feed")]), allow=site.host)
    report = project.call("sources", "test", "office", "--json").json
    assert (report["items"][0]["published"], report["fields"]["date"]["understood"]) == ("2026-10-01T09:00:00Z", 1)
    feed = project.call("sources", "probe", site.url("/feed"), "--json").json["feed"]
    assert (feed["newest"], feed["samples"][0]["published"]) == ("2026-10-01T09:00:00Z", "2026-10-01T09:00:00Z")
    project.call("run")
    assert project.feed()["items"][0]["date_published"] == report["items"][0]["published"]
