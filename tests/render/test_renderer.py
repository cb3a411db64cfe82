"""The bytes: the same for the same entries, valid whatever the entries hold, and what decides them is known."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from lxml import etree

from aggregator.config.values import Settings
from aggregator.model import Enclosure, Entry, Item, Link, Site
from aggregator.render import EXTENSIONS, Renderer, feeds
from tests.feedrules import check

if TYPE_CHECKING:
    from tests.render.conftest import Case

A = "{http://www.w3.org/2005/Atom}"
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml; charset=utf-8", "json": "application/feed+json"}

NASTY = st.sampled_from(
    [
        "</b>",
        "<script>",
        "&amp;",
        "&lt;",
        "5&6",
        "]]>",
        "<!--",
        "&#x26;",
        "\x00",
        "\ud800",
        "\U0001fffe",
        "\r\n",
        "�",
        "\x85",
    ]
)
TEXT = st.lists(st.one_of(st.text(st.characters(codec=None), max_size=8), NASTY), max_size=6).map("".join)
NOISE = st.lists(st.sampled_from(["a", "]]>", "\U0001fffe", "\U0001ffff", "\x00", "\x9f", "🕊", "\r"]), max_size=6)
CONTENT = NOISE.map("".join).map(lambda noise: f'<p title="{noise}">{noise.replace(">", "&gt;")}<br></p>')
MOMENTS = st.datetimes(datetime(1950, 1, 2), datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as asked
LOOKS = st.datetimes(datetime(2020, 1, 2), datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as asked
ITEMS = st.builds(
    Item,
    title=TEXT,
    url=st.none() | TEXT.map(lambda tail: f"https://un.example/{tail}"),
    summary=st.none() | TEXT,
    content=st.none() | CONTENT,
    authors=st.lists(TEXT, max_size=2).map(tuple),
    categories=st.lists(TEXT, max_size=2).map(tuple),
    enclosures=st.lists(
        st.builds(
            Enclosure, TEXT.map(lambda tail: f"https://un.example/{tail}"), st.none() | TEXT, st.none() | st.integers()
        ),
        max_size=2,
    ).map(tuple),
    language=st.sampled_from([None, "en", "xx", "no such thing"]),
)
LINKS = st.lists(
    st.builds(
        Link,
        article=st.sampled_from(["summit", "ports", "gone"]),
        annotation=st.sampled_from(["white-house", "alliance", "capitals"]),
        score=st.floats(0, 1),
        takeaway=st.none() | st.integers(0, 3),
        quote=st.none() | TEXT,
        reasons=st.lists(TEXT, max_size=2).map(tuple),
    ),
    max_size=3,
).map(tuple)


@st.composite
def entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    """Draw entries as a store might give them, with anything in them that a source might say."""
    return tuple(
        Entry(
            id=f"urn:uuid:00000000-0000-5000-8000-{number:012}",
            source=draw(st.sampled_from(["white-house", "nato", "un", "gone"])),
            sources=tuple(draw(st.sets(st.sampled_from(["white-house", "nato", "un", "gone"])))),
            endpoint="https://un.example/" + draw(TEXT),
            item=draw(ITEMS),
            first_seen=draw(LOOKS),
            published=draw(MOMENTS),
            updated=draw(MOMENTS),
            versions=draw(st.integers(1, 9)),
            links=draw(LINKS),
        )
        for number in range(draw(st.integers(0, 3)))
    )


@pytest.fixture(scope="module")
def renderer(settings: Settings, site: Site) -> Renderer:
    return Renderer(settings, site)


@pytest.fixture(scope="module")
def everything(case: Callable[[str], Case]) -> Case:
    return case("item_with_everything")


@bounds(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=entries(), number=st.integers(0, 9))
def test_whatever_a_source_says_the_feed_is_valid(
    drawn: tuple[Entry, ...], number: int, settings: Settings, renderer: Renderer
) -> None:
    plan = feeds(settings)[number]
    files = renderer.render(plan, drawn)
    assert tuple(files) == EXTENSIONS
    for extension, data in files.items():
        assert check(f"https://feeds.example.org/{plan.path}.{extension}", data, TYPES[extension]) == []
    assert len(etree.fromstring(files["atom"]).findall(f"{A}entry")) == len(json.loads(files["json"])["items"])
    assert files == renderer.render(plan, drawn)


@bounds(max_examples=100, deadline=None)
@given(noise=NOISE)
def test_content_gets_no_markup_that_was_not_in_it(noise: list[str], everything: Case, renderer: Renderer) -> None:
    """The marks that stand for & and < in titles must not turn into them where a source wrote them in its text."""
    plain = "".join(noise).replace(">", "&gt;")
    item = replace(everything.entries[0].item, content=f"<p>{plain}</p>")
    files = renderer.render(everything.plan, [replace(everything.entries[0], item=item)])
    content = etree.fromstring(files["atom"]).findtext(f"{A}entry/{A}content")
    assert content is not None
    assert content == json.loads(files["json"])["items"][0]["content_html"]
    assert content.count("<") == 2
    assert content.count("&") == plain.count("&gt;")


def test_the_same_in_another_process_under_another_seed_clock_and_locale(everything: Case, renderer: Renderer) -> None:
    program = textwrap.dedent("""
        import hashlib, sys
        sys.path.insert(0, ".")
        from tests.render.conftest import DATA, _entry
        import tomllib
        from datetime import datetime, UTC
        from pathlib import Path
        from aggregator.config.values import Settings
        from aggregator.model import Site
        from aggregator.render import Renderer, feeds
        table = tomllib.loads((DATA / "settings.toml").read_text())
        settings = Settings.model_validate({"site": table["site"], "root": Path("/elsewhere"),
            "sources": tuple(table["source"]), "articles": tuple(table["article"])})
        site = Site("urn:uuid:6f1d3c3e-58a4-4c1a-9a55-0f5f3ad4a1b2", datetime(2025, 8, 1, 6, 0, tzinfo=UTC))
        case = tomllib.loads((DATA / "item_with_everything.toml").read_text())
        renderer, (plan,) = Renderer(settings, site), [p for p in feeds(settings) if p.path == case["feed"]]
        print(renderer.fingerprint(plan))
        for data in renderer.render(plan, [_entry(entry) for entry in case["entry"]]).values():
            print(hashlib.sha256(data).hexdigest())
    """)
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parent.parent.parent,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8", "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(runs) == 1
    assert runs.pop().splitlines()[0] == renderer.fingerprint(everything.plan)


def test_an_entry_is_the_same_in_every_feed(everything: Case, settings: Settings, renderer: Renderer) -> None:
    later = replace(everything.entries[0], id="urn:x-test:later", updated=datetime(2025, 9, 1, tzinfo=UTC))
    rendered = set()
    for plan in feeds(settings):
        root = etree.fromstring(renderer.render(plan, [later, everything.entries[0]])["atom"])
        rendered.add(etree.tostring(root.findall(f"{A}entry")[1], with_tail=False))
    assert len(rendered) == 1


def test_the_order_is_the_stores(everything: Case, renderer: Renderer) -> None:
    shuffled = [replace(everything.entries[0], id=f"urn:x-test:{number}") for number in (3, 1, 2)]
    files = renderer.render(everything.plan, shuffled)
    assert [item["id"] for item in json.loads(files["json"])["items"]] == [
        "urn:x-test:3",
        "urn:x-test:1",
        "urn:x-test:2",
    ]
    ids = [node.text for node in etree.fromstring(files["atom"]).findall(f"{A}entry/{A}id")]
    assert ids == ["urn:x-test:3", "urn:x-test:1", "urn:x-test:2"]


def test_a_guid_is_a_permalink_only_where_it_is_the_url(everything: Case, renderer: Renderer) -> None:
    entry = everything.entries[0]
    url = str(entry.item.url)
    files = renderer.render(everything.plan, [replace(entry, id=url), entry])
    guids = etree.fromstring(files["rss"]).findall("channel/item/guid")
    assert [(guid.text, guid.get("isPermaLink")) for guid in guids] == [(url, "true"), (entry.id, "false")]


def test_a_feed_is_as_new_as_its_newest_entry(everything: Case, renderer: Renderer) -> None:
    entry = everything.entries[0]
    older = replace(entry, id="urn:x-test:older", updated=entry.updated - timedelta(days=400))
    root = etree.fromstring(renderer.render(everything.plan, [older, entry])["atom"])
    assert root.findtext(f"{A}updated") == "2025-08-19T12:00:07Z"


def test_a_title_that_is_no_title_is_made_of_what_there_is(everything: Case, renderer: Renderer) -> None:
    entry = everything.entries[0]
    blank = replace(entry.item, title=" \x00 ")
    items = [blank, replace(blank, summary=None), replace(blank, summary=None, url=None)]
    files = renderer.render(everything.plan, [replace(entry, item=item) for item in items])
    titles = [item["title"] for item in json.loads(files["json"])["items"]]
    assert titles == ["What was said in the East Room, and to whom.", str(entry.item.url), "The White House"]


def test_another_source_that_lists_an_item_does_not_decide_over_it(
    everything: Case, settings: Settings, site: Site
) -> None:
    """The owner, the White House, gives its texts whole; NATO, which lists the item too, gives summaries only."""
    entry = replace(everything.entries[0], sources=("nato", "white-house"))
    owner, other, _ = settings.sources
    ours = replace(entry, source="nato")
    of = {
        "both": (settings, entry),
        "owner says": (
            settings.model_copy(update={"sources": (owner.model_copy(update={"rights": "A"}), other)}),
            entry,
        ),
        "stricter owner": (settings, ours),
        "owner gone": (settings.model_copy(update={"sources": (other.model_copy(update={"content": "full"}),)}), entry),
    }
    shown = {}
    for name, (configured, one) in of.items():
        files = Renderer(configured, site).render(everything.plan, [one])
        (item,), atom = json.loads(files["json"])["items"], etree.fromstring(files["atom"])
        rights = [node.text for node in atom.findall(f"{A}entry//{A}rights")]
        shown[name] = ("content_html" in item, rights, item["_aggregator"]["source"])
    assert shown == {
        "both": (True, [], "white-house"),
        "owner says": (True, ["A", "A"], "white-house"),
        "stricter owner": (False, ["© NATO", "© NATO"], "nato"),
        "owner gone": (False, [], "nato"),
    }


def test_dates_that_readers_take_for_mistakes_are_left_out(everything: Case, renderer: Renderer) -> None:
    early = datetime(1989, 12, 31, 23, 59, 59, tzinfo=UTC)
    entry = replace(everything.entries[0], published=early, updated=early)
    files = renderer.render(everything.plan, [entry])
    atom, rss = etree.fromstring(files["atom"]), etree.fromstring(files["rss"])
    (item,) = json.loads(files["json"])["items"]
    assert (atom.find(f"{A}entry/{A}published"), rss.find("channel/item/pubDate")) == (None, None)
    assert atom.findtext(f"{A}entry/{A}updated") == "2025-08-19T10:05:00Z"
    assert ("date_published" in item, item["date_modified"]) == (False, "2025-08-19T10:05:00Z")
    for extension, data in files.items():
        assert check(f"https://feeds.example.org/{everything.plan.path}.{extension}", data, TYPES[extension]) == []


def test_nothing_is_updated_before_it_is_published(everything: Case, renderer: Renderer) -> None:
    published = everything.entries[0].published
    entry = replace(everything.entries[0], updated=published - timedelta(days=1))
    (item,) = json.loads(renderer.render(everything.plan, [entry])["json"])["items"]
    assert item["date_modified"] == item["date_published"]


class TestFingerprint:
    CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {  # noqa: RUF012 - a table of the tests below
        "site title": lambda table: table["site"].update(title="Other"),
        "base_url": lambda table: table["site"].update(base_url="https://other.example/"),
        "entries": lambda table: table["publish"].update(entries=50),
        "source title": lambda table: table["sources"][1].update(title="Other"),
        "source home": lambda table: table["sources"][1].update(home="https://other.example/"),
        "source rights": lambda table: table["sources"][1].update(rights="Other"),
        "source content": lambda table: table["sources"][1].update(content="full"),
        "source language": lambda table: table["sources"][1].update(language="fr"),
        "article title": lambda table: table["articles"][0].update(title="Other"),
        "article url": lambda table: table["articles"][0].update(url="https://other.example/"),
        "annotation label": lambda table: table["articles"][0]["annotation"][0].update(label="Other"),
        "annotation sources": lambda table: table["articles"][0]["annotation"][0].update(sources=("un",)),
        "fewer sources": lambda table: table.update(sources=table["sources"][:2]),
        "fewer articles": lambda table: table.update(articles=table["articles"][:1]),
    }

    @pytest.mark.parametrize("change", CHANGES)
    def test_changes_with_all_that_decides_the_bytes(self, change: str, settings: Settings, site: Site) -> None:
        table = settings.model_dump(exclude={"schedule"})
        self.CHANGES[change](table)
        changed = Settings.model_validate(table)
        assert changed != settings
        plan = feeds(settings)[0]
        assert Renderer(changed, site).fingerprint(plan) != Renderer(settings, site).fingerprint(plan)

    @pytest.mark.parametrize(
        "update",
        [
            {"root": Path("/elsewhere")},
            {"sources": "interval"},
        ],
        ids=["root", "interval"],
    )
    def test_does_not_change_with_what_does_not(self, update: dict[str, Any], settings: Settings, site: Site) -> None:
        if update.get("sources"):
            slower = tuple(source.model_copy(update={"interval": 900.0}) for source in settings.sources)
            update = {"sources": slower}
        changed = settings.model_copy(update=update)
        plan = feeds(settings)[0]
        assert Renderer(changed, site).fingerprint(plan) == Renderer(settings, site).fingerprint(plan)

    def test_is_of_the_feed_and_of_the_site(self, settings: Settings, site: Site, renderer: Renderer) -> None:
        prints = {renderer.fingerprint(plan) for plan in feeds(settings)}
        assert len(prints) == len(feeds(settings))
        other = Renderer(settings, replace(site, id="urn:uuid:00000000-0000-4000-8000-000000000000"))
        assert other.fingerprint(feeds(settings)[0]) not in prints


def test_what_renders_nothing_does_not_import_feedgen() -> None:
    program = "import sys, aggregator.render; sys.exit('feedgen' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
