"""The configuration that is shipped: without a problem, complete, and fit for what the sites really send."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jmespath
import pytest
from bs4 import BeautifulSoup, Tag

from aggregator.config.endpoints import JsonEndpoint, JsonField, PageEndpoint, PageField, field_selector
from aggregator.config.load import load
from aggregator.config.schema import schema
from aggregator.config.values import Settings, Source

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "config/aggregator.toml"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(MAIN)


@pytest.fixture(scope="module")
def sources(settings: Settings) -> dict[str, Source]:
    return {source.id: source for source in settings.sources}


FOUR = ("white-house", "state", "un", "nato")


def test_the_four_official_sources_and_their_streams_that_no_other_carries_are_enabled(
    sources: dict[str, Source],
) -> None:
    assert {id_ for id_, source in sources.items() if source.enabled} == {
        *FOUR,
        *("un-press", "un-secretary-general", "nato-transcripts"),
    }


def test_each_of_the_four_stands_before_its_further_streams_and_all_before_the_neighbours(
    sources: dict[str, Source],
) -> None:
    belongs = [next((id_ for id_ in FOUR if source.startswith(id_)), "") for source in sources]
    assert list(dict.fromkeys(belongs)) == [*FOUR, ""]
    assert sorted(belongs, key=[*FOUR, ""].index) == belongs
    assert [id_ for id_ in sources if id_ in FOUR] == list(FOUR)


def test_the_first_endpoint_of_each_is_the_best(sources: dict[str, Source]) -> None:
    assert {id_: [endpoint.kind for endpoint in sources[id_].endpoint] for id_ in FOUR} == {
        "white-house": ["feed", "page"],
        "state": ["feed", "json", "page"],
        "un": ["feed", "page"],
        "nato": ["json"],
    }


def test_what_is_not_the_american_government_s_is_republished_as_summaries(sources: dict[str, Source]) -> None:
    in_full = {id_ for id_, source in sources.items() if source.content == "full"}
    assert in_full == {id_ for id_ in sources if id_.startswith(("white-house", "state"))} | {
        *("us-war-department", "federal-register"),
    }
    for id_, source in sources.items():
        owner = {"un": "© United Nations", "nato": "© NATO", "uk": "© Crown copyright"}.get(id_.partition("-")[0], "")
        assert (source.rights or "").startswith(owner)


def test_further_streams_are_asked_and_read_as_their_organisation_is(sources: dict[str, Source]) -> None:
    for id_, source in sources.items():
        for four in FOUR:
            if id_.startswith(f"{four}-"):
                for key in ("user_agent", "timezone", "language", "remove", "content", "rights"):
                    assert getattr(source, key) == getattr(sources[four], key), (id_, key)


def test_every_endpoint_is_on_the_site_of_its_organisation(sources: dict[str, Source]) -> None:
    for source in sources.values():
        home = urlsplit(source.home)
        for endpoint in source.endpoint:
            url = urlsplit(endpoint.url)
            assert url.scheme == home.scheme
            assert str(url.hostname).endswith(str(home.hostname).removeprefix("www.")), source.id


def test_every_setting_of_a_source_that_is_off_says_why() -> None:
    text = (ROOT / "config/sources.toml").read_text(encoding="utf-8")
    assert len(re.findall(r"(?m)^enabled = false # \w", text)) == text.count("\nenabled = false")


def test_aggregator_toml_shows_every_key_with_its_default() -> None:
    text = MAIN.read_text(encoding="utf-8")
    shown = tomllib.loads(re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text))
    definitions = schema()["$defs"]
    for table, reference in definitions["AggregatorFile"]["properties"].items():
        rules = definitions[reference["$ref"].rpartition("/")[2]]["properties"]
        assert set(shown[table]) == set(rules), table
        for key, rule in rules.items():
            if "default" in rule:
                assert shown[table][key] == rule["default"], key


def test_what_aggregator_toml_leaves_commented_out_is_the_default(settings: Settings) -> None:
    assert tomllib.loads(MAIN.read_text(encoding="utf-8"))["site"].keys() == {"title", "base_url"}
    assert (settings.publish.output, settings.fetch.proxy, settings.site.id) == ("feeds", "", None)
    assert settings.site.base_url == f"http://{settings.serve.host}:{settings.serve.port}/"


def test_the_summit_article_is_the_one_that_the_labels_are_about(settings: Settings, shared: Path) -> None:
    (article,) = settings.articles
    labelled = json.loads((shared / "eval/linking/articles/summit.json").read_text(encoding="utf-8"))
    assert (article.id, article.title, article.summary) == (labelled["id"], labelled["title"], labelled["summary"])
    assert list(article.takeaways) == labelled["takeaways"]
    assert f"{article.published}T00:00:00Z" == labelled["published"]
    assert [(one.label, one.scope, one.sources[0]) for one in article.annotation] == [
        (one["organisation"], one["scope"], one["source"]) for one in labelled["annotations"]
    ]
    assert [one.id for one in article.annotation] == ["state", "white-house", "un", "nato"]


def test_what_is_on_is_named_in_the_article_s_reference_list(settings: Settings) -> None:
    named = [source for annotation in settings.articles[0].annotation for source in annotation.sources]
    assert sorted(named) == sorted(source.id for source in settings.sources if source.enabled)


def test_the_annotations_are_in_the_words_of_the_article(settings: Settings, corpus: Path) -> None:
    text = (corpus / "articles/summit.txt").read_text(encoding="utf-8")
    for annotation in settings.articles[0].annotation:
        assert f"{annotation.label}: {annotation.scope}" in text


def read(item: Tag, field: PageField | None) -> str | None:
    if field is None:
        return None
    selector, attribute = field_selector(field.select)
    matches = item.select(selector)
    if not matches:
        return None
    found = matches[0 if field.pick == "first" else -1]
    return str(found.get(attribute) or "") if attribute else found.get_text(" ", strip=True)


def test_the_white_house_list_is_read_by_its_selectors(sources: dict[str, Source], corpus: Path) -> None:
    endpoint = sources["white-house"].endpoint[1]
    assert isinstance(endpoint, PageEndpoint)
    page = BeautifulSoup((corpus / "official/whitehouse/wh_news-listing_2025-01-23.html").read_bytes(), "lxml")
    items = page.select(endpoint.item)
    titled = [item for item in items if read(item, endpoint.title)]
    assert (len(items), len(titled)) == (10, 9)  # one was published without a title
    for item in titled:
        assert str(read(item, endpoint.link)).startswith("https://www.whitehouse.gov/")
    for item in items:
        assert datetime.fromisoformat(str(read(item, endpoint.date))).utcoffset() is not None
    assert read(page, endpoint.next) == "https://www.whitehouse.gov/news/page/2/"


@pytest.mark.parametrize(
    ("source", "capture", "unwanted", "wanted"),
    [
        ("white-house", "whitehouse/wh_news-feed_20261002T1800Z_first1.rss.xml", "Select Category", "$49 TRILLION"),
        (
            "state",
            "state/state_press-releases-feed_20261004_first3.rss.xml",
            "Press Statement",
            "I extend my congratulations",
        ),
    ],
)
def test_remove_takes_the_site_s_own_markup_and_leaves_the_text(
    sources: dict[str, Source], corpus: Path, source: str, capture: str, unwanted: str, wanted: str
) -> None:
    feed = (corpus / "official" / capture).read_text(encoding="utf-8")
    body = BeautifulSoup(feed.split("<content:encoded><![CDATA[")[1].split("]]>")[0], "lxml")
    assert unwanted in body.get_text()
    for selector in sources[source].remove:
        assert body.select(selector)
        for cut in body.select(selector):
            cut.decompose()
    assert unwanted not in body.get_text()
    assert wanted in body.get_text()


def test_remove_takes_nothing_from_the_texts_of_2021_and_2022(sources: dict[str, Source], corpus: Path) -> None:
    for source, captures in (("white-house", "whitehouse/wh_briefing-room*"), ("state", "state/*_202[12]*")):
        files = list((corpus / "official").glob(captures))
        assert files
        for file in files:
            for text in file.read_text(encoding="utf-8").split("<content:encoded><![CDATA[")[1:]:
                body = BeautifulSoup(text.split("]]>")[0], "lxml")
                assert not [found for selector in sources[source].remove for found in body.select(selector)]


def found(field: JsonField | None, row: object) -> Any:  # noqa: ANN401 - any value of JSON
    assert field is not None
    return jmespath.search(field.select, row)


def test_nato_s_answer_is_read_by_its_expressions(sources: dict[str, Source], corpus: Path) -> None:
    (endpoint,) = sources["nato"].endpoint
    assert isinstance(endpoint, JsonEndpoint)
    answer = json.loads(
        (corpus / "official/nato/nato_transcripts-search-servlet_20261004_first4.json").read_text("utf-8")
    )
    rows = jmespath.search(endpoint.items, answer)
    assert len(rows) == 4
    for row in rows:
        assert found(endpoint.link, row).startswith("/en/news-and-events/")
        assert found(endpoint.title, row).startswith(row["title"])
        assert len(found(endpoint.title, row)) > 40
        day = datetime.strptime(found(endpoint.date, row), str(endpoint.date_format)).replace(tzinfo=UTC)
        assert (day.year, day.month) in {(2026, 9), (2026, 10)}


def test_state_s_posts_are_read_as_wordpress_answers_them(sources: dict[str, Source]) -> None:
    """The form of https://developer.wordpress.org/rest-api/reference/posts/, in words of our own."""
    endpoint = sources["state"].endpoint[1]
    assert isinstance(endpoint, JsonEndpoint)
    post = {
        "guid": {"rendered": "https://www.state.gov/releases/preview/1/"},
        "link": "https://www.state.gov/releases/office-of-the-spokesman/2026/10/a-call/",
        "date_gmt": "2026-10-04T04:01:00",
        "title": {"rendered": "A Call &#8211; Readout"},
        "excerpt": {"rendered": "<p>They spoke.</p>"},
        "content": {"rendered": "<p>They spoke at length.</p>"},
    }
    (row,) = jmespath.search(endpoint.items, [post])
    read = {key: found(getattr(endpoint, key), row) for key in ("id", "title", "link", "date", "summary", "body")}
    assert read == {
        "id": "https://www.state.gov/releases/preview/1/",
        "title": "A Call &#8211; Readout",
        "link": "https://www.state.gov/releases/office-of-the-spokesman/2026/10/a-call/",
        "date": "2026-10-04T04:01:00Z",
        "summary": "<p>They spoke.</p>",
        "body": "<p>They spoke at length.</p>",
    }
    assert found(endpoint.date, {**post, "date_gmt": None}) is None
