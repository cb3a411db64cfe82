"""A cycle and a publishing that are stopped: what is whole is kept, what is not is as if it had not been begun."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import Stopped
from aggregator.model import Update
from aggregator.pipeline import cycle, outputs
from aggregator.publish.files import FileSink
from tests.pipeline.newsroom import FEED, Newsroom, Quiet
from tests.system.project import rss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ITEM = {"guid": "1", "title": "Talks", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}
PAGE = b"<article><p>Twelve tanks were sent on Thursday, the ministry said.</p></article>"


class After:
    """Stops after it was asked so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path)
    yield newsroom
    newsroom.store.close()


def stopped(newsroom: Newsroom, stop: threading.Event) -> dict[str, Update]:
    ports = cycle.Ports(newsroom.web, newsroom.store, newsroom.clock, Quiet(), stop)
    updates = cycle.run(newsroom.settings, ports, cycle.Selection(everything=True))
    return {update.source: update for update in updates}


def test_what_came_before_is_saved_and_what_is_left_is_no_failure(newsroom: Newsroom) -> None:
    urls = [f"https://{name}.example/feed" for name in ("a", "b", "c")]
    for url in urls:
        newsroom.source(url[8], url)
    stop = threading.Event()

    def last() -> bytes:
        stop.set()
        return rss(ITEM)

    newsroom.web.answers = dict.fromkeys(urls, last)
    updates = stopped(newsroom, stop)
    assert len(updates) >= 1
    assert all(update.new == 1 for update in updates.values())
    assert newsroom.store.states().keys() == updates.keys()
    newsroom.web.answers = dict.fromkeys(urls, rss(ITEM))
    assert {source: str(update.outcome) for source, update in newsroom.look().items()} == dict.fromkeys("abc", "ok")


def test_a_look_that_was_stopped_in_the_middle_is_no_look(newsroom: Newsroom) -> None:
    office = newsroom.source("office", FEED, fulltext=True, body="article")
    stop = threading.Event()

    def page() -> bytes:
        stop.set()
        return PAGE

    items = [ITEM | {"guid": str(number), "link": f"https://office.example/{number}"} for number in (1, 2)]
    newsroom.web.answers = {FEED: rss(*items), "https://office.example/1": page, "https://office.example/2": PAGE}
    assert stopped(newsroom, stop) == {}
    assert newsroom.web.asked == [FEED, "https://office.example/1"]
    assert newsroom.store.states() == {}
    newsroom.web.answers["https://office.example/1"] = PAGE.replace(b"Twelve", b"Eleven")
    assert newsroom.look()["office"].new == 2
    assert all("tanks" in item["content_html"] for item in newsroom.items(f"sources/{office['id']}"))


def test_an_endpoint_that_was_not_asked_has_not_failed(newsroom: Newsroom) -> None:
    newsroom.source("office", FEED, "https://office.example/other")
    stop = threading.Event()

    def broken() -> bytes:
        stop.set()
        return b"no feed"

    newsroom.web.answers = {FEED: broken, "https://office.example/other": rss(ITEM)}
    assert stopped(newsroom, stop) == {}
    assert newsroom.store.states() == {}


def test_a_cycle_that_breaks_abandons_what_is_under_way(newsroom: Newsroom) -> None:
    for name in ("a", "b"):
        newsroom.source(name, f"https://{name}.example/feed")
    released = threading.Event()

    def hanging() -> bytes:
        assert released.wait(20)
        return rss(ITEM)

    class Breaking(Quiet):
        def updated(self, update: Update) -> None:
            del update
            raise KeyboardInterrupt

    newsroom.web.answers = {"https://a.example/feed": rss(ITEM), "https://b.example/feed": hanging}
    ports = cycle.Ports(newsroom.web, newsroom.store, newsroom.clock, Breaking(), abandon=released.set)
    with pytest.raises(KeyboardInterrupt):
        cycle.run(newsroom.settings, ports, cycle.Selection(everything=True))
    assert released.is_set()
    assert newsroom.store.states().keys() == {"a"}


def test_a_publishing_that_was_stopped_anywhere_is_gone_on_with(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.source("office", FEED)
    newsroom.articles["summit"] = {
        "title": "Will they talk?",
        "url": "https://paper.example/summit",
        "takeaways": ["Talks are near."],
        "annotation": [{"id": "office", "label": "Office", "sources": ["office"]}],
    }
    newsroom.web.answers = {FEED: rss(ITEM)}
    newsroom.look()
    sink = FileSink(tmp_path / "other")
    times = 0
    while True:
        before = len(sink.written)
        try:
            publish(newsroom, sink, After(times))
        except Stopped:
            times += 1
            assert len(sink.written) - before <= 6  # no more than one output's formats at a time
        else:
            break
    assert times > 10
    assert contents(tmp_path / "other") == contents(tmp_path / "feeds")


def publish(newsroom: Newsroom, sink: FileSink, stop: After) -> None:
    outputs.publish(newsroom.settings, newsroom.store, sink, newsroom.clock.now(), stop=stop)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
