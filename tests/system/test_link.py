"""The commands of an editor: why an item is linked, pinning, rejecting, and taking it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.system.project import Project, Site

TALKS = "Zelenskyy and Putin agree to meet in Geneva"
FISH = "New rules for fisheries"
ARTICLE = """
title = "Will Zelenskyy and Putin meet in Geneva?"
url = "https://paper.example/summit"
text = "summit.txt"
takeaways = ["Zelenskyy and Putin may meet in Geneva.", "No troops will be sent to Ukraine."]
[[annotation]]
id = "office"
label = "Office"
sources = ["office"]
"""


@pytest.fixture
def paper(project: Project, site: Site) -> Project:
    """Give a project whose article is linked to one of two items."""
    project.source(("office", [site.url("/feed")]), ("elsewhere", [site.url("/elsewhere")]), allow=site.host)
    project.write("articles/summit.toml", ARTICLE)
    project.write("articles/summit.txt", "Zelenskyy and Putin may meet in Geneva.\n")
    date = "Thu, 01 Oct 2026 09:00:00 GMT"
    site.feed(
        "/feed",
        {"guid": "talks", "title": TALKS, "link": "https://office.example/talks", "date": date},
        {"guid": "fish", "title": FISH, "link": "https://office.example/fish", "date": date},
    )
    site.feed("/elsewhere", {"guid": "whales", "title": "Whales", "link": "https://elsewhere.example/whales"})
    assert project.call("run", "--all").status == 0
    assert linked(project) == [TALKS]
    return project


def linked(project: Project) -> list[str]:
    return sorted(item["title"] for item in project.feed("articles/summit/linked")["items"])


def test_an_editor_asks_why_and_decides(paper: Project) -> None:
    why = paper.call("link", "explain", "https://office.example/talks")
    assert (why.status, why.err) == (0, "")
    assert "linked under office" in why.out
    assert "passage (takeaway 1): Zelenskyy and Putin may meet in Geneva." in why.out
    assert "https://paper.example/summit#:~:text=Zelenskyy%20and%20Putin" in why.out
    assert re.search(r"summit: score (0\.\d\d|1\.00) \(threshold 0\.50\), linked under office", why.out)
    assert f"in its own words: {TALKS}" in why.out
    named = re.search(r"names what the article is about: (.+)", why.out)
    assert named
    assert {"Putin", "Zelenskyy"} <= set(named[1].split(", "))
    weighed = re.search(
        r"words in it, weighing (\d+\.\d) \(its twelve heaviest weigh \d+\.\d\):\n    title +(.+)", why.out
    )
    assert weighed
    words = dict(pair.rsplit(" ", 1) for pair in weighed[2].split(", "))
    assert {"Putin", "Zelenskyy", "Geneva", "meet"} <= words.keys()
    assert sum(map(float, words.values())) == pytest.approx(float(weighed[1]), abs=0.3)  # each is rounded
    why_not = paper.call("link", "explain", "fish").out
    assert "not linked: its score is below the threshold, 0.50" in why_not
    why_not = paper.call("link", "explain", "whales").out
    assert "not linked: no annotation names a source that it came through (elsewhere)" in why_not

    pinned = paper.run("link", "pin", "fish", "summit")
    assert (pinned.status, pinned.err) == (0, "")
    assert "linked to summit under office (until now it was not linked)" in pinned.out
    assert linked(paper) == [FISH, TALKS]
    assert "pinned by an editor" in paper.call("link", "explain", "fish").out

    rejected = paper.call("link", "reject", "https://office.example/talks", "summit").out
    assert "not linked to summit (until now it was linked under office)" in rejected
    assert "not linked: rejected by an editor" in paper.call("link", "explain", "talks").out
    paper.write("articles/summit.txt", "Another text.\n")  # all is linked anew
    paper.call("run", "--all")
    assert linked(paper) == [FISH]

    paper.call("link", "release", "fish", "summit")
    paper.call("link", "release", "talks", "summit")
    assert linked(paper) == [TALKS]
    assert paper.call("link", "release", "talks", "summit").out.endswith("(as before); nothing to publish\n")


def test_what_is_not_there_is_said(paper: Project) -> None:
    for arguments, status, words in (
        (("pin", "whales", "summit"), 1, "no annotation of summit names a source"),
        (("pin", "sharks", "summit"), 1, "no stored item has the id, the URL or the guid sharks"),
        (("pin", "talks", "winter"), 2, "no such article: winter (known: summit)"),
        (("explain", "sharks"), 1, "no stored item has the id, the URL or the guid sharks"),
        (("reject", "talks"), 2, "Missing argument 'ARTICLE'"),
    ):
        done = paper.call("link", *arguments)
        assert (done.status, words in done.err) == (status, True), done.err
