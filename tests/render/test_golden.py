"""Each case of ``tests/data/render`` gives exactly these bytes, and they are valid and say what was put in.

The expected files are written anew with UPDATE_GOLDENS=1 in the environment; read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from aggregator.config.values import Settings
from aggregator.model import Site
from aggregator.render import EXTENSIONS, Renderer
from tests.feedrules import check

if TYPE_CHECKING:
    from tests.render.conftest import Case

DATA = Path(__file__).parent.parent / "data" / "render"
CASES = sorted(path.stem for path in DATA.glob("*.toml") if path.stem != "settings")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


@pytest.fixture(scope="module")
def renderer(settings: Settings, site: Site) -> Renderer:
    return Renderer(settings, site)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, extension: str, case: Callable[[str], Case], renderer: Renderer) -> None:
    given = case(name)
    expected = DATA / f"{name}.{extension}"
    rendered = renderer.render(given.plan, given.entries)[extension]
    if os.environ.get("UPDATE_GOLDENS"):
        expected.write_bytes(rendered)
    assert rendered.decode() == expected.read_text()


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("name", CASES)
def test_golden_is_valid(name: str, extension: str, case: Callable[[str], Case]) -> None:
    url = f"https://feeds.example.org/{case(name).plan.path}.{extension}"
    assert check(url, (DATA / f"{name}.{extension}").read_bytes(), TYPES[extension]) == []


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in DATA.iterdir()} == {*CASES, "settings"}


@pytest.mark.parametrize("name", CASES)
def test_nothing_withheld_gets_out(name: str) -> None:
    for extension in EXTENSIONS:
        assert "SECRET" not in (DATA / f"{name}.{extension}").read_text()


def parsed(name: str, extension: str) -> Any:  # noqa: ANN401 - feedparser has no types
    result = feedparser.parse(
        (DATA / f"{name}.{extension}").read_bytes(), sanitize_html=False, resolve_relative_uris=False
    )
    assert not result.bozo
    return result


@pytest.mark.parametrize("extension", ["atom", "rss"])
def test_a_reader_sees_what_was_put_in(extension: str) -> None:
    read = parsed("item_with_everything", extension)
    assert read.feed.title == "The White House"
    assert read.feed.link == "https://whitehouse.example/"
    (entry,) = read.entries
    assert entry.id == "https://whitehouse.example/?p=4711"
    assert entry.title == "Remarks on security guarantees"
    assert entry.link == "https://whitehouse.example/remarks/2025/08/guarantees/"
    assert tuple(entry.published_parsed[:6]) == (2025, 8, 19, 9, 30, 0)
    assert entry.summary == "What was said in the East Room, and to whom."
    assert entry.content[0].value.startswith("<p>We <s>will</s> [may] pay.</p>")
    assert [author["name"] for author in entry.authors if author] == ["Press Office", "Jane Doe"]
    assert [(tag.term, tag.scheme) for tag in entry.tags] == [
        ("white-house", "https://paper.example/2025/after-the-summit"),
        ("Remarks", None),
        ("Foreign policy", None),
    ]
    (enclosure,) = entry.enclosures
    assert (enclosure.href, enclosure.type) == ("https://whitehouse.example/audio/4711.mp3", "audio/mpeg")
    assert enclosure.length == "1234567"
    links = {link.rel: link.href for link in entry.links}
    assert links["related"] == "https://paper.example/2025/after-the-summit#white-house"
    assert links["via"] == "https://whitehouse.example/news/feed/"
    assert entry.source.title == "The White House"


def test_an_atom_reader_sees_when_it_changed_and_where_from() -> None:
    (entry,) = parsed("item_with_everything", "atom").entries
    assert tuple(entry.updated_parsed[:6]) == (2025, 8, 19, 12, 0, 7)
    assert entry.source.id == parsed("item_with_everything", "atom").feed.id
    assert entry.source.updated == "2025-08-19T12:00:07Z"
    assert {(link.rel, link.href) for link in entry.source.links} == {
        ("self", "https://feeds.example.org/sources/white-house.atom"),
        ("alternate", "https://whitehouse.example/"),
    }
    assert (entry.tags[0].term, entry.tags[0].label) == ("white-house", "The White House")


@pytest.mark.parametrize("name", CASES)
def test_the_formats_agree(name: str) -> None:
    atom, rss = parsed(name, "atom"), parsed(name, "rss")
    items = json.loads((DATA / f"{name}.json").read_bytes())["items"]
    assert len(atom.entries) == len(rss.entries) == len(items)
    for one, two, three in zip(atom.entries, rss.entries, items, strict=True):
        assert one.id == two.id == three["id"]
        assert alternates(one) == alternates(two) == [three[key] for key in ("url",) if key in three]
        assert one.published_parsed == two.published_parsed
        assert one.published == three["date_published"]
        assert one.updated == three["date_modified"]
        assert one.source.title == two.source.title == three["authors"][-1]["name"]
        assert {tag.term for tag in one.get("tags", [])} == set(three.get("tags", []))


def alternates(entry: Any) -> list[str]:  # noqa: ANN401 - feedparser has no types
    return [link.href for link in entry.links if link.rel == "alternate"]


def test_the_json_extension() -> None:
    (item,) = json.loads((DATA / "item_with_everything.json").read_bytes())["items"]
    assert item["_aggregator"] == {
        "source": "white-house",
        "endpoint": "https://whitehouse.example/news/feed/",
        "links": [
            {"kind": "source", "article": "summit", "annotation": "white-house"},
            {"kind": "source", "article": "summit", "annotation": "capitals"},
            {
                "kind": "subject",
                "article": "summit",
                "annotation": "white-house",
                "score": 0.82,
                "takeaway": 0,
                "quote": "Nobody in the room said who would pay.",
                "reasons": ["guarantees", "pay"],
            },
        ],
        "first_seen": "2025-08-19T10:05:00Z",
        "versions": 3,
        "sha256": "a1",
    }
    assert list(item["_aggregator"]) == ["source", "endpoint", "links", "first_seen", "versions", "sha256"]
    assert list(item["_aggregator"]["links"][-1]) == [
        "kind", "article", "annotation", "score", "takeaway", "quote", "reasons",
    ]  # fmt: skip
