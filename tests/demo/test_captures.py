from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
import pytest
from bs4 import BeautifulSoup

import aggregator.demo
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.link import Linker
from aggregator.model import Item
from tests.shingles import shared_with, shingles

FOLDER = Path(aggregator.demo.__file__).parent
CAPTURES = FOLDER / "captures"
FIRST, SECOND = "2025-08-22T20:00:00Z", "2025-08-22T21:00:00Z"
NO_BREAK = "\u00a0"


class Capture(NamedTuple):
    file: str
    url: str
    captured_at: str
    content_type: str
    status: str

    @property
    def text(self) -> str:
        return (CAPTURES / self.file).read_text(encoding="utf-8")


def _index() -> list[Capture]:
    with (CAPTURES / "captures.tsv").open(newline="", encoding="utf-8") as table:
        return [Capture(**row) for row in csv.DictReader(table, delimiter="\t")]


INDEX = _index()


def _capture(moment: str, url_part: str, suffix: str) -> Capture:
    (found,) = (one for one in INDEX if one.captured_at == moment and url_part in one.url and one.file.endswith(suffix))
    return found


def _feed(moment: str, url_part: str) -> list[Any]:
    parsed = feedparser.parse(_capture(moment, url_part, ".xml").text.encode(), sanitize_html=False)
    assert not parsed.bozo
    entries: list[Any] = parsed.entries
    return entries


def _state_json() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(_capture(SECOND, "wp-json", ".json").text)
    return rows


def _nato() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_capture(SECOND, "nato.int", ".json").text)
    return document


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(FOLDER / "config" / "aggregator.toml")


# --- the index --------------------------------------------------------------------------------------


def test_the_index_and_the_folder_agree() -> None:
    named = {one.file for one in INDEX}
    assert named == {path.name for path in CAPTURES.iterdir()} - {"captures.tsv", "README.md"}
    assert {one.status for one in INDEX} == {"200"}
    assert len({(one.url, one.captured_at) for one in INDEX}) == len(INDEX)


def test_the_rows_are_in_the_order_of_two_moments_an_hour_apart() -> None:
    moments = [datetime.fromisoformat(one.captured_at) for one in INDEX]
    assert moments == sorted(moments)
    first, second = sorted(set(moments))
    assert (second - first).total_seconds() == 3600
    assert first.tzinfo == UTC


def test_every_endpoint_was_captured_and_every_capture_is_an_endpoint(settings: Settings) -> None:
    endpoints = {endpoint.url for source in settings.sources for endpoint in source.endpoint}
    assert endpoints == {one.url for one in INDEX}
    firsts = {source.endpoint[0].url for source in settings.sources}
    for moment in (FIRST, SECOND):
        assert firsts <= {one.url for one in INDEX if one.captured_at == moment}


@pytest.mark.parametrize("capture", INDEX, ids=lambda one: one.file)
def test_every_capture_says_that_it_is_invented(capture: Capture) -> None:
    if "wp-json" not in capture.url:  # a bare list has no place for it: README.md says it
        assert "Invented for the demonstration" in capture.text[:500]


# --- the items --------------------------------------------------------------------------------------


def test_every_capture_holds_the_expected_number_of_items() -> None:
    assert {
        (moment, host): len(_feed(moment, host))
        for moment, host in [
            (FIRST, "whitehouse"),
            (SECOND, "whitehouse"),
            (FIRST, "state.gov"),
            (FIRST, "news.un.org"),
        ]
    } == {
        (FIRST, "whitehouse"): 9,
        (SECOND, "whitehouse"): 10,
        (FIRST, "state.gov"): 9,
        (FIRST, "news.un.org"): 10,
    }
    assert len(_state_json()) == 9
    assert len(_nato()["pages"]) == 9


def test_items_date_from_the_days_around_the_article() -> None:
    stamps = [entry.published_parsed for host in ("whitehouse", "news.un.org") for entry in _feed(SECOND, host)]
    stamps += [entry.published_parsed for entry in _feed(FIRST, "state.gov")]
    days = [datetime(stamp[0], stamp[1], stamp[2], tzinfo=UTC) for stamp in stamps]
    days += [datetime.fromisoformat(row["date_gmt"]).replace(tzinfo=UTC) for row in _state_json()]
    days += [datetime.strptime(page["pageDate"], "%d %B %Y").replace(tzinfo=UTC) for page in _nato()["pages"]]
    assert datetime(2025, 8, 18, tzinfo=UTC) <= min(days)
    assert max(days) < datetime(2025, 8, 24, tzinfo=UTC)


# --- the form of each site --------------------------------------------------------------------------


def test_the_white_house_writes_as_its_theme_does() -> None:
    entries = _feed(SECOND, "whitehouse")
    assert all(re.fullmatch(r"https://www\.whitehouse\.gov/\?p=\d+", entry.id) for entry in entries)
    assert len({entry.id for entry in entries}) == len(entries)
    titles = Counter(entry.title for entry in entries)
    assert titles[f"Readout of the President’s{NO_BREAK}Call"] == 2  # noqa: RUF001 - the site's own apostrophe
    assert all(NO_BREAK in title for title in titles)
    for entry in entries:
        body = BeautifulSoup(entry.content[0].value, "lxml")
        first = body.find("div")
        assert first is not None
        assert first.get("class") == ["alignfull", "has-wide-width", "wp-block-whitehouse-topper"]
        assert first.find("form", role="search") is not None
        assert "appeared first on" in entry.summary
        assert "appeared first on" in body.get_text()


def test_one_white_house_item_is_edited_and_one_is_new() -> None:
    earlier = {entry.id: entry for entry in _feed(FIRST, "whitehouse")}
    later = {entry.id: entry for entry in _feed(SECOND, "whitehouse")}
    assert len(later.keys() - earlier.keys()) == 1
    assert earlier.keys() < later.keys()
    changed = [guid for guid in earlier if earlier[guid].content[0].value != later[guid].content[0].value]
    assert len(changed) == 1
    assert earlier[changed[0]].title == later[changed[0]].title


def test_state_writes_as_its_theme_does() -> None:
    text = _capture(FIRST, "state.gov", ".xml").text
    entries = _feed(FIRST, "state.gov")
    assert sum("/releases/preview/" in entry.id for entry in entries) == len(entries) - 1
    assert sum("?post_type=state_briefing&" in entry.id for entry in entries) == 1
    assert all("wp-block-default-hero-container" in entry.summary for entry in entries)
    assert sum("<script>" in entry.summary for entry in entries) == 1
    assert "Ports &amp;amp; Customs" in text
    assert "SpokespersonOffice of the Spokesperson" in text
    assert Counter(entry.title for entry in entries)[f"Call with Ukrainian Foreign{NO_BREAK}Minister"] == 2
    assert max(entry.published_parsed[:4] for entry in entries) == (2025, 8, 23, 4)  # embargoed: ahead of both looks


def test_state_s_second_answer_is_an_error_page_and_its_json_serves() -> None:
    page = _capture(SECOND, "rss-feed", ".html")
    assert "<title>Technical Difficulties</title>" in page.text
    assert page.content_type.startswith("text/html")
    assert not feedparser.parse(page.text.encode()).entries

    before = {entry.link: entry.id for entry in _feed(FIRST, "state.gov")}
    rows = {row["link"]: row["guid"]["rendered"] for row in _state_json()}
    assert len(rows.keys() - before.keys()) == 1
    assert {before[link] == guid for link, guid in rows.items() if link in before} == {True}
    assert not any(row["date_gmt"].endswith("Z") for row in _state_json())


def test_un_writes_as_its_feed_does() -> None:
    text = _capture(SECOND, "news.un.org", ".xml").text
    entries = _feed(SECOND, "news.un.org")
    assert all(
        re.fullmatch(r"https://news\.un\.org/feed/view/en/story/2025/08/\d+", entry.link) and entry.id == entry.link
        for entry in entries
    )
    dates = re.findall("<pubDate>(.*)</pubDate>", text)
    assert len(dates) == len(entries)
    assert all(date.endswith(" 12:00:00 +0000") for date in dates)
    assert re.search(r"<title> \S.* \S|\S  \S.*</title>", text)
    assert len(re.findall(r"<source url=\"[^\"]+\" />", text)) == len(entries)


def test_nato_writes_as_its_search_servlet_does() -> None:
    document = _nato()
    titles = Counter(page["title"] for page in document["pages"])
    assert titles["Remarks"] == 2
    assert titles["Speech "] == 1
    assert document["numberOfPages"] == 1
    assert all(page["link"].startswith("/en/news-and-events/") for page in document["pages"])
    assert any(page["link"].endswith("?selectedLocale=null") for page in document["pages"])


# --- what the demonstration is to show --------------------------------------------------------------


def _items() -> Iterator[tuple[str, Item, str]]:
    for host, source in (("whitehouse", "white-house"), ("news.un.org", "un")):
        for entry in _feed(SECOND, host):
            body = BeautifulSoup(entry.content[0].value if "content" in entry else entry.summary, "lxml")
            for chrome in body.select(".wp-block-whitehouse-topper"):
                chrome.decompose()
            yield source, Item(title=entry.title, guid=entry.id), body.get_text(" ", strip=True)
    for row in _state_json():
        body = BeautifulSoup(row["content"]["rendered"], "lxml")
        for chrome in body.select(".wp-block-default-hero-container, script"):
            chrome.decompose()
        yield "state", Item(title=row["title"]["rendered"], guid=row["link"]), body.get_text(" ", strip=True)
    for page in _nato()["pages"]:
        yield "nato", Item(title=f"{page['title']} {page['description']}", guid=page["link"]), page["description"]


def test_items_of_every_source_are_linked_and_the_others_are_not(settings: Settings) -> None:
    linker = Linker(settings.articles, settings.link.threshold)
    linked: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for source, item, text in _items():
        links = linker.link(item, text, frozenset({source}))
        assert {link.annotation for link in links} <= {source}
        (linked if links else others)[source] += 1
        if re.search("hurricane|lighthouse|nominations|embass|tuna|turtle|anchor|saint orlan", text, re.IGNORECASE):
            assert not links, item.title
    assert set(linked) == set(others) == {"white-house", "state", "un", "nato"}


# --- nobody else's words ----------------------------------------------------------------------------


def _statements(capture: Capture) -> Iterator[str]:
    """Yield what the items of a capture say; what surrounds them is the sites' form."""
    if capture.file.endswith(".xml"):
        for entry in feedparser.parse(capture.text.encode(), sanitize_html=False).entries:
            yield from (entry.title, entry.summary, *(content.value for content in entry.get("content", ())))
    elif "wp-json" in capture.url:
        yield from (row["title"]["rendered"] + " " + row["content"]["rendered"] for row in _state_json())
    elif capture.file.endswith(".json"):
        yield from (page["title"] + " " + page["description"] for page in _nato()["pages"])
    else:
        yield capture.text


def test_no_text_is_copied_from_the_real_captures(corpus: Path) -> None:
    ours = shingles(statement for capture in INDEX for statement in _statements(capture))
    assert len(ours) > 1000
    assert not list(shared_with(corpus, ours))
