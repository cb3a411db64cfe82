"""``sources add``: an address becomes a source, shown before it is written, and the file stays as it was before it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import CHECKOUT
from tests.system.project import Answer, rss

if TYPE_CHECKING:
    from tests.system.project import Project, Site

HTML = {"Content-Type": "text/html; charset=utf-8"}
DATA = CHECKOUT / "tests/data/draft"
ITEMS = [
    {
        "guid": f"g{n}",
        "title": f"Statement {n} on the ferry",
        "link": f"https://office.example/{n}",
        "date": f"Thu, {n:02} Oct 2026 09:00:00 GMT",
    }
    for n in range(1, 6)
]
ENDPOINT = '{ kind = "feed", url = "https://a.example/feed" }'
BEFORE = '# mine  \n[[source]] # odd   spacing\nid = "old"\ntitle = "Old"\nhome = "https://old.example/"\n'
ARTICLE = """
title = "The ferry to Varnholm and the fog"
url = "https://paper.example/ferry"
takeaways = ["The ferry to Varnholm calls on three days a week."]
[[annotation]]
id = "harbour"
label = "Harbour Office"
sources = ["old"]
"""


def written(project: Project) -> list[dict[str, Any]]:
    sources: list[dict[str, Any]] = tomllib.loads((project.root / "config/sources.toml").read_text())["source"]
    return sources


def ready(project: Project, site: Site, extra: str = "") -> bytes:
    """Allow the site, configure one source, and return what sources.toml holds."""
    project.source(allow=site.host)
    project.write(
        "sources.toml", f'{BEFORE}{extra}[[source.endpoint]]\nkind = "feed"\nurl = "{site.url("/old.xml")}" # last line'
    )
    return (project.root / "config/sources.toml").read_bytes()


def test_a_source_is_added_previewed_and_published_by_the_readmes_steps_in_under_a_minute(
    project: Project, site: Site
) -> None:
    site.answers["/news/"] = Answer((DATA / "drupal_views.html").read_bytes(), headers=HTML)
    before = ready(project, site)
    begin = time.monotonic()
    added = project.run("sources", "add", site.url("/news/"))
    tested = project.call("sources", "test", "harbour-office-news")
    run = project.run("run", "--source", "harbour-office-news")
    seconds = time.monotonic() - begin
    assert (added.status, tested.status, run.status) == (0, 0, 0), (added.err, tested.err, run.err)
    assert "+8 new, 0 changed, 0 known; nothing was stored" in added.out
    assert "+8 new, 0 changed, 0 known; nothing was stored" in tested.out
    assert len(project.feed("sources/harbour-office-news")["items"]) == 8
    assert (project.root / "feeds/sources/harbour-office-news.atom").is_file()
    assert seconds < 60
    after = (project.root / "config/sources.toml").read_bytes()
    assert after.startswith(before)
    source = written(project)[1]
    assert {key: source[key] for key in ("id", "title", "home", "language", "content")} == {
        "id": "harbour-office-news",
        "title": "Harbour Office: News",
        "home": site.url("/"),
        "language": "en",
        "content": "summary",
    }
    (endpoint,) = source["endpoint"]
    assert (endpoint["kind"], endpoint["item"], endpoint["date"]) == ("page", "div.views-row", "time@datetime")
    assert "were drafted from what repeats there: 8 of 8 with title and link" in after.decode()
    assert project.call("check").status == 0
    again = project.call("sources", "add", site.url("/news"))
    assert (again.status, after) == (2, (project.root / "config/sources.toml").read_bytes())
    assert "the source harbour-office-news reads that already" in again.err


def test_a_feed_and_its_page_become_two_endpoints_and_each_is_previewed(project: Project, site: Site) -> None:
    page = (DATA / "wordpress_classic_theme.html").read_text(encoding="utf-8")
    titles = [
        "Statement on the Ferry to Varnholm",
        "Remarks at the Guild of Mapmakers",
        "Report: A Year of Quiet Tides",
    ]
    items = [ITEMS[n] | {"title": title} for n, title in enumerate(titles)]
    items[0]["body"] = "<p>The ferry to Varnholm calls on three days a week.</p>"
    link = '<link rel="alternate" type="application/rss+xml" title="All" href="/feed/">'
    site.answers["/"] = Answer(page.replace("</head>", f"{link}</head>").encode(), headers=HTML)
    site.feed("/feed/", *items)
    ready(project, site)
    project.write("articles/ferry.toml", ARTICLE)
    done = project.call(
        "sources", "add", site.url("/"), "--id", "harbour", "--title", " The  Harbour Office ", "--json"
    )
    report = done.json
    assert (done.status, done.err, report["added"], report["source"]["id"]) == (0, "", True, "harbour")
    assert [(table["kind"], table["url"]) for table in report["endpoints"]] == [
        ("feed", site.url("/feed/")),
        ("page", site.url("/")),
    ]
    assert report["feeds"] == [
        {"url": site.url("/feed/"), "found": "announced", "items": 3, "chosen": True, "unfit": None}
    ]
    feed, listing = report["trials"]
    assert (feed["new"], listing["new"], listing["fields"]["title"]["declared"]) == (3, 8, "h2")
    assert report["articles"] == [{"article": "ferry", "items": 1, "annotations": ["harbour"]}]
    source = written(project)[1]
    assert (source["id"], source["title"]) == ("harbour", "The Harbour Office")
    assert sorted(path.name for path in project.root.iterdir()) == ["config"]
    asked = [path for path, _ in site.requests]
    assert sorted(asked) == ["/", "/feed/", "/robots.txt"]  # each once, the previews included


def test_a_dry_run_writes_nothing_and_shows_what_would_be_written(project: Project, site: Site) -> None:
    site.feed("/feed", *ITEMS)
    before = ready(project, site)
    done = project.call("sources", "add", site.url("/feed"), "--dry-run")
    assert done.status == 0
    assert f'kind = "feed"\n  url = "{site.url("/feed")}"' in done.out
    assert "Statement 5 on the ferry" in done.out
    assert done.out.endswith("nothing was written\n")
    assert (project.root / "config/sources.toml").read_bytes() == before


def test_after_a_redesign_a_dry_run_drafts_the_page_anew_and_says_who_reads_it(project: Project, site: Site) -> None:
    site.answers["/news/"] = Answer((DATA / "drupal_views.html").read_bytes(), headers=HTML)
    selectors = 'item = "li.gone"\ntitle = "a"\nlink = "a"'
    project.source(allow=site.host)
    url = site.url("/news/")
    project.write("sources.toml", f'{BEFORE}[[source.endpoint]]\nkind = "page"\nurl = "{url}"\n{selectors}\n')
    before = (project.root / "config/sources.toml").read_bytes()
    tested = project.call("sources", "test", "old")
    assert tested.status == 1
    assert f"probably redesigned: aggregator sources add '{url}' --dry-run drafts them anew" in tested.out
    (tried,) = project.call("sources", "test", "old", "--json").json["tried"]
    assert "--dry-run" in tried["suggestion"]
    done = project.call("sources", "add", url, "--dry-run")
    assert (done.status, done.err) == (0, "")
    assert "the source old reads this already" in done.out
    assert 'item = "div.views-row"' in done.out
    assert done.out.endswith("nothing was written\n")
    report = project.call("sources", "add", url, "--dry-run", "--json").json
    assert (report["added"], report["read_by"], len(report["trials"][0]["items"])) == (False, "old", 8)
    assert report["endpoints"][0]["item"] == "div.views-row"
    refused = project.call("sources", "add", url, "--yes")
    assert (refused.status, "with --dry-run it is drafted anew" in refused.err) == (2, True)
    assert (project.root / "config/sources.toml").read_bytes() == before


@pytest.mark.parametrize(("answer", "added"), [("n", False), ("", True)])
def test_on_a_terminal_it_asks_and_takes_silence_for_yes(
    project: Project,
    site: Site,
    answer: str,
    added: bool,  # noqa: FBT001 - a row of the table
) -> None:
    site.feed("/feed", *ITEMS)
    ready(project, site)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "sources", "add", site.url("/feed")],
        cwd=project.root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with process:
        while b"Add it?" not in shown:
            assert select.select([ours], [], [], 60)[0], shown
            shown += os.read(ours, 4096)
        os.write(ours, f"{answer}\n".encode())
        assert process.wait(60) == 0
    os.close(ours)
    assert len(written(project)) == 1 + added


def test_where_nothing_is_found_it_says_what_was_tried_and_what_to_do(project: Project, site: Site) -> None:
    page = '<!doctype html><html><title>News</title><div id="root"></div><script src="/app.js"></script></html>'
    site.answers["/news"] = Answer(page.encode(), headers=HTML)
    site.answers["/forbidden"] = Answer(b"", 403)
    site.answers["/sitemap.xml"] = Answer(b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>')
    before = ready(project, site)
    for path, sentences in {
        "/news": ("it is an HTML page titled 'News'", "filled in by a script", "no feed at 15 usual addresses"),
        "/forbidden": ("HTTP 403", "try --user-agent"),
        "/sitemap.xml": ("an XML document <urlset>", 'kind = "sitemap"'),
        "/nowhere": ("HTTP 404", "give the address of the page that lists the documents"),
    }.items():
        done = project.call("sources", "add", site.url(path))
        assert (done.status, done.err) == (1, "")
        for sentence in (*sentences, "nothing was added"):
            assert sentence in done.out
    report = project.call("sources", "add", site.url("/news"), "--json")
    assert (report.status, report.json["added"], report.json["source"]) == (1, False, None)
    assert (project.root / "config/sources.toml").read_bytes() == before
    project.source(allow="elsewhere.example")
    done = project.call("sources", "add", site.url("/news"))
    assert done.status == 1
    assert "fetch.allow_hosts in aggregator.toml" in done.out


def test_what_cannot_be_added_exits_2_before_anything_is_asked(project: Project, site: Site) -> None:
    site.feed("/feed", *ITEMS)
    before = ready(project, site)
    for arguments, sentence in (
        (("ftp://x.example/",), "http"),
        ((site.url("/feed"), "--id", "Bad Id"), "an id is made of"),
        ((site.url("/feed"), "--id", "old"), "there is a source of that id"),
        ((site.url("/feed"), "--user-agent", "two\nlines"), "one line of ASCII"),
        ((site.url("/old.xml"),), "the source old reads that already"),
    ):
        done = project.call("sources", "add", *arguments)
        assert done.status == 2
        assert sentence in done.err
    project.write("sources.toml", 'source = [{ id = "a", title = "A", home = "https://a.example/", endpoint = [] }]')
    brackets = (project.root / "config/sources.toml").read_text().replace("[] }]", f"[{ENDPOINT}] }}]")
    project.write("sources.toml", brackets)
    done = project.call("sources", "add", site.url("/feed"))
    assert (done.status, "write every source as a [[source]] of its own" in done.err) == (2, True)
    assert site.requests == []
    assert project.call("sources", "add", site.url("/feed"), "--dry-run").status == 0
    (project.root / "config/sources.toml").write_bytes(before)
    site.answers["/page"] = Answer(
        b'<!doctype html><html><link rel="alternate" type="application/rss+xml" href="/old.xml">'
    )
    site.feed("/old.xml", *ITEMS)
    done = project.call("sources", "add", site.url("/page"))
    assert (done.status, "the source old reads that already" in done.err) == (2, True)
    assert (project.root / "config/sources.toml").read_bytes() == before


def test_the_user_agent_of_a_source_on_the_same_host_is_used_and_that_is_told(project: Project, site: Site) -> None:
    site.feed("/feed", *ITEMS)
    ready(project, site, 'user_agent = "Mozilla/5.0 (X11)"\n')
    done = project.call("sources", "probe", site.url("/feed"))
    assert "  asked as      Mozilla/5.0 (X11) (user_agent of old)\n" in done.out
    report = project.call("sources", "probe", site.url("/feed"), "--user-agent", "Curious/1.0", "--json").json
    assert (report["user_agent"], report["user_agent_of"]) == ("Curious/1.0", None)
    done = project.call("sources", "add", site.url("/feed"), "--yes")
    assert (done.status, "asked as Mozilla/5.0 (X11) (user_agent of old)" in done.out) == (0, True)
    assert written(project)[1]["user_agent"] == "Mozilla/5.0 (X11)"
    site.answers["/second"] = Answer(rss(*ITEMS[:2]))
    project.call("sources", "add", site.url("/second"), "--user-agent", "Curious/2.0", "--yes")
    assert written(project)[2]["user_agent"] == "Curious/2.0"
    agents = {headers["user-agent"] for _, headers in site.requests}
    assert agents == {"Mozilla/5.0 (X11)", "Curious/1.0", "Curious/2.0"}


def test_a_page_of_json_is_added_with_its_expressions(project: Project, site: Site) -> None:
    rows = '{"pages": [{"title": "Speech", "description": "on the light", "link": "/a", "pageDate": "01 October 2026"},'
    rows += '{"title": "Speech", "description": "on the ferry", "link": "/b", "pageDate": "02 October 2026"}]}'
    site.answers["/api"] = Answer(rows.encode(), headers={"Content-Type": "application/json"})
    ready(project, site)
    done = project.call("sources", "add", site.url("/api"), "--yes", "--id", "api")
    assert (done.status, "Speech on the light" in done.out) == (0, True)
    (endpoint,) = written(project)[1]["endpoint"]
    assert (endpoint["items"], endpoint["title"], endpoint["date"]) == (
        "pages[]",
        "join(' ', [title, description])",
        "pageDate",
    )
