"""The configured sources as a subscription list: compared with ``tests/data/opml/written/*.opml``, and read back."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from aggregator.config.endpoints import FeedEndpoint, JsonEndpoint
from aggregator.config.load import load
from aggregator.config.values import Settings, SiteSettings, Source
from aggregator.model import Outline
from aggregator.parse.opml import read
from aggregator.render import feeds
from aggregator.render.opml import opml, published
from tests.conftest import CHECKOUT

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "opml" / "written"
JSON = JsonEndpoint.model_validate(
    {"kind": "json", "url": "https://b.example/api?a=1&b=2", "items": "rows", "title": "t", "link": "u"}
)


def test_names_are_written_out_and_a_source_without_a_feed_has_the_one_that_is_given_back_to_it() -> None:
    settings = Settings(
        root=Path("/srv"),
        site=SiteSettings(title="Record <official> & more", base_url="https://feeds.example.org/"),
        sources=(
            Source(
                id="a",
                title='Ministère "des" Affaires & <Co>',
                home="https://a.example/",
                language="fr",
                endpoint=(JSON, FeedEndpoint(kind="feed", url="https://a.example/feed?x=1&y=2")),
            ),
            Source(id="b", title="B", home="https://b.example/", endpoint=(JSON,), enabled=False),
        ),
    )
    written = opml(settings)
    assert written == (GOLDEN / "names_and_feeds.opml").read_bytes()
    assert read(written) == (
        Outline('Ministère "des" Affaires & <Co>', "https://a.example/feed?x=1&y=2", "https://a.example/", "fr"),
        Outline("B", "https://feeds.example.org/sources/b.atom", "https://b.example/"),
    )


def test_the_shipped_sources_are_written_the_same_each_time_and_read_back() -> None:
    settings = load(CHECKOUT / "config/aggregator.toml")
    assert opml(settings) == opml(settings)
    assert [outline.title for outline in read(opml(settings))] == [source.title for source in settings.sources]


def test_every_feed_that_is_published_is_in_the_list_in_folders_and_in_order() -> None:
    settings = load(CHECKOUT / "config/aggregator.toml")
    written = published(settings)
    assert written == published(settings)
    addresses = [f"{settings.site.base_url}{plan.path}.atom" for plan in feeds(settings)]
    assert [outline.url for outline in read(written)] == addresses
    root = etree.fromstring(written)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    folders = [outline.get("text") for outline in root.findall("body/outline") if outline.get("xmlUrl") is None]
    assert folders == ["Sources", *(article.title for article in settings.articles)]
    for outline in root.iter("outline"):
        assert outline.get("text")
        assert len(outline) or (outline.get("type") == "rss" and outline.get("htmlUrl"))
