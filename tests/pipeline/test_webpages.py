"""Pages are published with the feeds: written when something they show has changed, and taken away with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aggregator.errors import BadStatus
from aggregator.model import Verdict
from aggregator.pipeline import outputs
from aggregator.pipeline.judging import judge
from aggregator.publish.files import FileSink
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

TALKS = {
    "guid": "talks",
    "title": "Zelenskyy and Putin agree to meet in Geneva",
    "link": "https://office.example/talks",
    "date": "Thu, 01 Oct 2026 09:00:00 GMT",
}
FISH = TALKS | {"guid": "fish", "title": "New rules for fisheries", "link": "https://office.example/fish"}
ARTICLE: dict[str, Any] = {
    "title": "Will Zelenskyy and Putin meet in Geneva?",
    "url": "https://paper.example/summit",
    "takeaways": ["Zelenskyy and Putin may meet in Geneva."],
    "annotation": [{"id": "office", "label": "Office", "sources": ["office"]}],
}
PAGES = {"index.html", "articles/summit/index.html", "articles/summit/embed.html", "feed.css", "embed.js"}


@pytest.fixture
def paper(newsroom: Newsroom) -> Newsroom:
    newsroom.source()
    newsroom.articles["summit"] = dict(ARTICLE)
    newsroom.web.answers[FEED] = rss(TALKS)
    newsroom.look()
    return newsroom


def republish(paper: Newsroom, *, everything: bool = False) -> set[str]:
    """Publish once more; return what was written."""
    sink = FileSink(paper.root / "feeds")
    outputs.publish(paper.settings, paper.store, sink, paper.clock.time, everything=everything)
    return set(sink.written) & PAGES


def page(paper: Newsroom, path: str = "articles/summit/index.html") -> str:
    return (paper.root / "feeds" / path).read_text(encoding="utf-8")


def test_an_unchanged_site_writes_no_page(paper: Newsroom) -> None:
    assert all((paper.root / "feeds" / path).is_file() for path in PAGES)
    paper.look()
    assert republish(paper) == set()
    assert republish(paper, everything=True) == set()


def test_what_others_did_to_a_page_is_mended(paper: Newsroom) -> None:
    for path in PAGES:
        (paper.root / "feeds" / path).unlink()
    assert republish(paper) == PAGES
    (paper.root / "feeds/index.html").write_text("scribble")
    assert republish(paper, everything=True) == {"index.html"}


def test_a_statement_comes_edited_and_goes(paper: Newsroom) -> None:
    assert TALKS["title"] in page(paper)
    assert "Edited" not in page(paper).split("<footer class")[0]
    paper.web.answers[FEED] = rss(TALKS | {"body": "Zelenskyy and Putin meet in Geneva after all."})
    paper.look()
    paper.web.answers[FEED] = rss(TALKS | {"body": "Zelenskyy and Putin will not meet in Geneva at all."})
    paper.look()
    assert "Edited <time" in page(paper)
    judge(paper.settings, paper.store, "talks", "summit", Verdict.REJECT, paper.clock.time)
    assert republish(paper) == {"index.html", "articles/summit/index.html", "articles/summit/embed.html"}
    for path in ("index.html", "articles/summit/index.html", "articles/summit/embed.html"):
        assert TALKS["title"] not in page(paper, path)


def test_what_does_not_bear_on_the_article_changes_none_of_its_pages(paper: Newsroom) -> None:
    before = page(paper)
    paper.web.answers[FEED] = rss(TALKS, FISH)
    paper.look()
    assert page(paper) == before
    assert FISH["title"] not in page(paper, "index.html")


def test_the_index_tells_of_a_source_that_fails_and_is_not_written_for_every_failure(paper: Newsroom) -> None:
    assert "The one source answers." in page(paper, "index.html")
    paper.web.answers[FEED] = BadStatus(503)
    paper.look()
    assert "0 of 1 sources answer. Not at present: Office office (last on 1 October 2026)." in page(paper, "index.html")
    written = (paper.root / "feeds/index.html").stat().st_mtime_ns
    paper.look()
    assert (paper.root / "feeds/index.html").stat().st_mtime_ns == written


def test_passages_are_led_to_in_the_article_s_text(paper: Newsroom) -> None:
    assert 'href="https://paper.example/summit"' in page(paper)
    paper.articles["summit"]["body"] = f"Before. {ARTICLE['takeaways'][0]} After."
    assert "articles/summit/index.html" in republish(paper)
    assert "https://paper.example/summit#:~:text=Zelenskyy%20and%20Putin%20may%20meet%20in%20Geneva." in page(paper)


def test_an_article_that_leaves_takes_its_pages_along(paper: Newsroom) -> None:
    paper.articles.clear()
    assert republish(paper) == {"index.html"}
    assert not (paper.root / "feeds/articles").exists()
    assert TALKS["title"] in page(paper, "index.html")


def test_another_name_of_the_site_stands_on_every_page(paper: Newsroom) -> None:
    renamed = paper.settings.model_copy(
        update={"site": paper.settings.site.model_copy(update={"title": "Another record"})}
    )
    outputs.publish(renamed, paper.store, FileSink(paper.root / "feeds"), paper.clock.time)
    assert all("Another record" in page(paper, path) for path in ("index.html", "articles/summit/index.html"))
