"""Real captures of the two WordPress feeds, replayed in order of time: one entry per document, edits as versions."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest

if TYPE_CHECKING:
    from tests.system.project import Project

STREAMS = {
    "white-house": (
        "whitehouse.gov/briefing-room/feed/",
        "https://www.whitehouse.gov/",
        "wh_briefing-room-*.xml",
    ),
    "state": ("state.gov/rss-feed/press-releases/feed/", "https://www.state.gov/", "state_press-*.xml"),
}


def shown(folder: Path, pattern: str) -> list[tuple[str, str]]:
    """Return guid and title of every item of every capture, as the site gave them."""
    return [
        (entry["id"], entry["title"])
        for path in sorted(folder.rglob(pattern))
        for entry in feedparser.parse(path.read_bytes()).entries
    ]


@pytest.mark.parametrize("stream", STREAMS)
def test_the_captures_of_a_stream_give_one_entry_per_document(stream: str, project: Project, shared: Path) -> None:
    match, home, pattern = STREAMS[stream]
    tool, table = shared / "tools/captures_to_warc.py", shared / "corpus/official/captures.tsv"
    command = [sys.executable, str(tool), str(table), str(project.root / "warc"), "--match", match]
    subprocess.run(command, check=True, capture_output=True)
    project.write(
        "aggregator.toml",
        '[site]\ntitle = "T"\nbase_url = "https://feeds.example.org/"\n[publish]\nentries = 10000\n',
    )
    project.write(
        "sources.toml",
        f'[[source]]\nid = "{stream}"\ntitle = "T"\nhome = "{home}"\n'
        f'[[source.endpoint]]\nkind = "feed"\nurl = "https://www.{match}"\n',
    )
    changed = 0
    for capture in sorted((project.root / "warc").iterdir()):
        done = project.call("run", "--replay", str(capture), "--json")
        assert (done.status, done.json["sources"][0]["outcome"]) == (0, "ok")
        changed += done.json["sources"][0]["changed"]
    items = project.feed()["items"]
    seen = shown(shared / "corpus/official", pattern)
    guids = {guid for guid, _ in seen}
    print(f"{stream}: {len(seen)} items shown, {len(guids)} guids, {len(items)} entries, {changed} changes")  # noqa: T201 - the figure for the record
    assert len(items) == len(guids)
    assert len({item["id"] for item in items}) == len(items)
    assert sum(item["_aggregator"]["versions"] for item in items) == len(items) + changed
    # Titles that merely repeat are entries of their own: as many of each as there are guids under it.
    last_title = {guid: " ".join(title.replace("\xa0", " ").split()) for guid, title in seen}
    repeated = {title: count for title, count in Counter(last_title.values()).items() if count > 1}
    ours = Counter(item["title"] for item in items)
    assert {title: ours[title] for title in repeated} == repeated
