"""``opml export`` and ``opml import`` as their users know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.parse.opml import read

if TYPE_CHECKING:
    from tests.system.project import Project, Site

OWN = """\
# What we watch.

[[source]] # the first
id   = "office"
title= "Office"   # as they spell it
home = 'https://office.example/'
  [[source.endpoint]]
  kind = "feed"
  url = "https://office.example/feed"
# the end, without a line end"""


def listed(*feeds: tuple[str, str]) -> str:
    rows = "".join(f'<outline text="{title}" type="rss" xmlUrl="{url}"/>' for title, url in feeds)
    return f'<opml version="2.0"><head/><body><outline text="Folder">{rows}</outline></body></opml>'


def test_a_list_is_taken_in_and_its_feeds_come_in_at_the_next_run(project: Project, site: Site) -> None:
    body = f"<p>{'The minister was glad. ' * 100}</p>"
    site.feed("/feed", {"guid": "1", "title": "Talks", "link": "https://ministry.example/1", "body": body})
    project.source(allow=site.host)
    project.write("sources.toml", OWN)
    feeds = ("Office, once more", "https://office.example/feed"), ("The Ministry", site.url("/feed")), ("Nothing", "")
    (project.root / "list.opml").write_text(listed(*feeds))
    done = project.run("opml", "import", "list.opml")
    assert (done.status, done.err) == (0, "")
    assert f"added    the-ministry: The Ministry ({site.url('/feed')})" in done.out
    assert "skipped  Office, once more: already there: office" in done.out
    assert "skipped  Nothing: it names no feed (xmlUrl)" in done.out
    assert "1 source added to config/sources.toml, 2 skipped" in done.out
    text = (project.root / "config/sources.toml").read_text()
    assert text.startswith(OWN + "\n")
    assert project.call("run", "--source", "the-ministry").status == 0
    (item,) = project.feed("sources/the-ministry")["items"]
    assert (item["title"], "content_html" in item) == ("Talks", False)  # whose the text is, the list does not say
    again = project.call("opml", "import", "list.opml")
    assert "0 sources added" in again.out
    assert (project.root / "config/sources.toml").read_text() == text


def test_what_was_exported_is_there_already_when_it_is_imported(project: Project) -> None:
    project.write("sources.toml", OWN)
    done = project.call("opml", "export")
    assert (done.status, done.err) == (0, "")
    (outline,) = read(done.out.encode())
    assert (outline.title, outline.url) == ("Office", "https://office.example/feed")
    assert project.call("opml", "export", "list.opml").out == ""
    assert (project.root / "list.opml").read_text() == done.out
    assert "0 sources added to config/sources.toml, 1 skipped" in project.call("opml", "import", "list.opml").out
    assert (project.root / "config/sources.toml").read_text() == OWN


@pytest.mark.parametrize("text", ["", "<html><title>Sign in</title></html>", "<opml><body/></opml>", "<opml><body>"])
def test_what_is_no_list_changes_nothing_and_exits_1(project: Project, text: str) -> None:
    project.write("sources.toml", OWN)
    (project.root / "list.opml").write_text(text)
    done = project.call("opml", "import", "list.opml")
    assert done.status == 1
    assert "OPML" in done.err
    assert (project.root / "config/sources.toml").read_text() == OWN


def test_wrong_usage_and_a_wrong_configuration_exit_2_and_change_nothing(project: Project) -> None:
    (project.root / "list.opml").write_text(listed(("A", "https://a.example/feed")))
    broken = OWN.replace('kind = "feed"', 'kind = "fed"')
    project.write("sources.toml", broken)
    done = project.call("opml", "import", "list.opml")
    assert done.status == 2
    assert "config/sources.toml:8" in done.err
    assert (project.root / "config/sources.toml").read_text() == broken
    assert project.call("opml", "import", "nowhere.opml").status == 2
    assert project.call("opml", "import").status == 2
