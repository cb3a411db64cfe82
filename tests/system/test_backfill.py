"""``run --backfill``: real process, real sockets, and the subscribers' feeds left as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.system.project import Answer, rss

if TYPE_CHECKING:
    from tests.system.project import Project, Site


def page(*numbers: int) -> bytes:
    """Return statements; the greater its number, the older one is."""
    return rss(
        *(
            {
                "guid": f"g{number}",
                "title": f"Statement {number}",
                "link": f"https://office.example/{number}",
                "date": f"{28 - number:02} Sep 2026 09:00:00 GMT",
            }
            for number in numbers
        )
    )


def listing(*numbers: int) -> bytes:
    rows = (f"<li><a href='/{n}'>Item {n}</a><time>{28 - n} September 2026</time></li>" for n in numbers)
    return f"<html><ul>{''.join(rows)}</ul></html>".encode()


def test_a_backfill_brings_older_items_once_below_the_newer_ones(project: Project, site: Site) -> None:
    site.answers["/feed?x=1"] = Answer(page(1, 2), headers={"ETag": '"v1"'})
    site.answers["/feed?x=1&paged=2"] = Answer(page(2, 3, 4))
    site.answers["/feed?x=1&paged=3"] = Answer(page(5))
    project.source(("office", [site.url("/feed?x=1")]), allow=site.host)
    path = project.root / "config/sources.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'page_param = "paged"\n', encoding="utf-8")
    assert project.call("run", "--json").json["sources"][0]["new"] == 2
    before = project.feed()["items"]

    done = project.run("run", "--source", "office", "--backfill", "50", "--record", "capture.warc.gz", "--json")
    report = done.json["sources"][0]
    assert (done.status, done.err) == (0, "")
    assert (report["outcome"], report["new"], report["changed"], report["error"]) == ("ok", 3, 0, None)
    assert "all.json" in done.json["published"]
    assert report["backfill"] == {"pages": 2, "end": f"{site.url('/feed?x=1&paged=4')}: HTTP 404 Not Found"}
    asked = [path for path, _ in site.requests]
    assert asked[-4:] == ["/feed?x=1", "/feed?x=1&paged=2", "/feed?x=1&paged=3", "/feed?x=1&paged=4"]
    assert not [headers for _, headers in site.requests if "if-none-match" in headers]
    items = project.feed()["items"]
    assert items[:2] == before
    assert [item["title"] for item in items] == [f"Statement {number}" for number in range(1, 6)]

    again = project.call("run", "--source", "office", "--backfill", "1", "--json")
    assert (again.json["sources"][0]["new"], again.json["sources"][0]["changed"]) == (0, 0)
    assert set(again.json["published"]) <= {"status.json"}
    told = project.call("run", "--source", "office", "--backfill", "1").out.splitlines()[0]
    url = site.url("/feed?x=1")
    assert told == f"office: nothing new from {url}; 1 further page read (that was all that was asked for)"
    assert "backfill" not in project.call("run", "--source", "office", "--json").json["sources"][0]

    count = len(site.requests)
    for folder in ("var", "feeds"):
        for file in sorted((project.root / folder).rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
    replayed = project.call("run", "--replay", "capture.warc.gz", "--backfill", "50", "--json")
    assert (replayed.json["sources"][0]["new"], len(site.requests)) == (5, count)
    (source,) = project.call("status", "--json").json["sources"]
    assert source["trouble"] == []


def test_pages_are_walked_as_robots_txt_allows(project: Project, site: Site) -> None:
    site.answers["/news"] = Answer(listing(1), headers={"Content-Type": "text/html"})
    site.answers["/news?page=2"] = Answer(listing(2), headers={"Content-Type": "text/html"})
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /news?page=3\n", headers={})
    project.source(allow=site.host)
    project.write(
        "sources.toml",
        '[[source]]\nid = "office"\ntitle = "O"\nhome = "https://office.example/"\n[[source.endpoint]]\n'
        f'kind = "page"\nurl = "{site.url("/news")}"\nitem = "li"\ntitle = "a"\nlink = "a"\n'
        'date = "time"\npage_param = "page"\n',
    )
    report = project.call("run", "--backfill", "9", "--json").json["sources"][0]
    assert (report["outcome"], report["new"]) == ("ok", 2)
    assert "/news?page=3" not in [path for path, _ in site.requests]
    (trouble,) = project.call("status", "--json").json["sources"][0]["trouble"]
    assert trouble["kind"] == "bad-items"
    assert "robots.txt does not allow" in trouble["explanation"]


def test_a_backfill_is_of_one_page_at_least(project: Project) -> None:
    for number in ("0", "-1", "all"):
        assert project.call("run", "--backfill", number).status == 2
