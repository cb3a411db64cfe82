"""What the pages say of a statement, and what they must never say."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag

from aggregator.link.anchor import anchor
from aggregator.model import Entry, Item, Link, Moment, Precision, SourceState
from aggregator.render import PageRenderer, health_line, page_file, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.config.values import Settings
    from aggregator.model import Site
    from aggregator.render.page_values import Page

AT = datetime(2025, 8, 19, 22, 30, tzinfo=UTC)
QUOTE = "Guarantees hang on who pays."
LINK = Link("summit", "white-house", 0.8, takeaway=0, quote=QUOTE)


def entry(title: str = "Remarks", source: str = "white-house", link: Link = LINK, **fields: Any) -> Entry:  # noqa: ANN401 - of Entry and Item
    item = {key: fields.pop(key) for key in ("url", "summary", "content", "language", "published") if key in fields}
    known: dict[str, Any] = {"url": f"https://{source}.example/x", "published": Moment(AT)}
    made = Entry(
        id=f"urn:x:{title}",
        source=source,
        sources=(source,),
        endpoint="https://e.example/feed",
        item=Item(title, **(known | item)),
        first_seen=AT + timedelta(hours=1),
        published=AT,
        updated=AT,
        versions=1,
        links=(link,),
    )
    return replace(made, **fields)


@pytest.fixture(scope="module")
def renderer(settings: Settings, site: Site) -> PageRenderer:
    return PageRenderer(settings, site)


def named(settings: Settings, path: str) -> Page:
    (page,) = (page for page in pages(settings) if page.path == path)
    return page


@pytest.fixture
def drawn(settings: Settings, renderer: PageRenderer) -> Any:  # noqa: ANN401 - a function
    """Return what draws a page of the first article with these entries below its first annotation."""

    def draw(*entries: Entry, path: str = "articles/summit/index", anchors: Any = None) -> BeautifulSoup:  # noqa: ANN401
        annotation = "alliance" if entries and entries[0].source == "nato" else "white-house"
        data = renderer.article(
            named(settings, path), settings.articles[0], {annotation: entries}, {} if anchors is None else anchors
        )
        return BeautifulSoup(data, "lxml")

    return draw


def one(soup: BeautifulSoup, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def said(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(one(soup, selector).get_text(" ").split())


def test_every_page_has_its_path(settings: Settings) -> None:
    assert [page.path for page in pages(settings)] == [
        "index",
        "articles/summit/index",
        "articles/summit/embed",
        "articles/ports/index",
        "articles/ports/embed",
    ]


def test_a_statement_has_its_date_its_title_its_source_and_its_passage(drawn: Any) -> None:  # noqa: ANN401
    soup = drawn(entry("Remarks on guarantees", summary="What was said."))
    assert said(soup, ".statements h3") == "Remarks on guarantees"
    assert one(soup, ".statements h3 a")["href"] == "https://white-house.example/x"
    assert said(soup, ".origin") == "The White House · white-house.example"
    assert said(soup, ".excerpt") == "What was said."
    assert one(soup, ".statements time")["datetime"] == "2025-08-19T22:30:00Z"
    assert said(soup, ".passage q") == QUOTE
    assert one(soup, ".passage > a")["href"] == "https://paper.example/2025/after-the-summit"
    assert one(soup, ".on a")["href"] == "#_point_1"


def test_the_passage_is_led_to_where_it_is_known_to_stand(drawn: Any) -> None:  # noqa: ANN401
    place = anchor(f"Before it. {QUOTE} After it.", QUOTE)
    soup = drawn(entry(), anchors={QUOTE: place})
    assert one(soup, ".passage > a")["href"] == (
        "https://paper.example/2025/after-the-summit#:~:text=Guarantees%20hang%20on%20who%20pays."
    )


@pytest.mark.parametrize(
    ("source", "precision", "words", "machine"),
    [
        ("white-house", Precision.SECOND, "19 Aug 2025", "2025-08-19T22:30:00Z"),
        ("nato", Precision.SECOND, "20 Aug 2025", "2025-08-19T22:30:00Z"),
        ("nato", Precision.DAY, "20 Aug 2025", "2025-08-20"),
    ],
)
def test_a_day_is_that_of_the_source(drawn: Any, source: str, precision: Precision, words: str, machine: str) -> None:  # noqa: ANN401
    link = LINK if source == "white-house" else replace(LINK, annotation="alliance")
    soup = drawn(entry(source=source, link=link, published=Moment(AT, precision)))
    date = one(soup, ".statements .date time")
    assert (date.get_text(), date["datetime"]) == (words, machine)


def test_a_statement_without_a_date_says_when_it_was_first_seen(drawn: Any) -> None:  # noqa: ANN401
    seen = AT + timedelta(hours=1)
    unknown = entry()
    soup = drawn(replace(unknown, item=replace(unknown.item, published=None), published=seen, first_seen=seen))
    assert said(soup, ".statements .date") == "First seen 19 Aug 2025"
    assert "First seen" not in drawn(entry()).get_text()


def test_an_edit_after_publication_is_marked_and_a_mere_revision_is_not(drawn: Any) -> None:  # noqa: ANN401
    later = AT + timedelta(days=3)
    assert said(drawn(entry(versions=2, updated=later)), ".origin .edited") == "Edited 22 August 2025"
    assert drawn(entry(versions=2)).select(".edited") == []
    assert drawn(entry(versions=1, updated=later)).select(".edited") == []


def test_each_annotation_says_when_its_last_came_or_that_none_has(drawn: Any) -> None:  # noqa: ANN401
    soup = drawn(entry())
    last = [" ".join(row.get_text(" ").split()) for row in soup.select(".contents li")]
    assert last == [
        "The White House last item on 19 August 2025",
        "NATO nothing yet",
        "Washington & Brussels nothing yet",
    ]
    assert len(soup.select(".authority .empty")) == 2


def test_older_ones_are_in_the_feed(drawn: Any) -> None:  # noqa: ANN401
    many = [entry(f"Number {number}") for number in range(11)]
    soup = drawn(*many)
    assert len(soup.select(".statements > li")) == 10
    assert "older ones in the feed" in soup.get_text()
    assert "older ones" not in drawn(*many[:10]).get_text()
    assert len(drawn(*many, path="articles/summit/embed").select(".aggregator-statements li")) == 4


HOSTILE = """<script>hacked()</script>" onload="x' {{ 1 + 1 }} </style></title>"""


@pytest.mark.parametrize("path", ["articles/summit/index", "articles/summit/embed"])
def test_whatever_an_item_says_is_text(drawn: Any, path: str) -> None:  # noqa: ANN401
    link = replace(LINK, quote=HOSTILE, takeaway=None, sentence=f"It says {HOSTILE}")
    hostile = entry(HOSTILE, link=link, summary=HOSTILE, content=f"<p>{HOSTILE}</p>", language='en"><script>')
    soup = drawn(hostile, path=path)
    assert soup.select("script, [onload]") == []
    assert soup.get_text().count("<script>hacked()</script>") == (3 if path.endswith("index") else 1)
    assert "<p>" not in soup.get_text()


def test_only_http_addresses_are_links(drawn: Any) -> None:  # noqa: ANN401
    soup = drawn(entry(url="javascript:hacked()"), entry("Two", url=None))
    assert soup.select(".statements h3 a") == []
    assert "javascript:" not in str(soup)


def test_nothing_but_the_summary_is_told_where_the_texts_are_not_ours(drawn: Any) -> None:  # noqa: ANN401
    link = replace(LINK, annotation="alliance", sentence="SECRET sentence of the text.")
    told = entry(source="nato", link=link, summary="A summary.", content="<p>SECRET sentence of the text.</p>")
    assert "SECRET" not in str(drawn(told))
    assert said(drawn(told), ".excerpt") == "A summary."
    quoted = entry(link=replace(LINK, sentence="The sentence that bears on it."), summary="It begins so.")
    assert said(drawn(quoted), ".excerpt") == "The sentence that bears on it."


def test_an_excerpt_is_short_and_never_the_title_again(drawn: Any) -> None:  # noqa: ANN401
    assert drawn(entry("Remarks by the Secretary", summary="by the secretary!")).select(".excerpt") == []
    titled = entry("Fact Sheet: Ports", link=replace(LINK, sentence="Fact Sheet: Ports"), summary="Two are open.")
    assert said(drawn(titled), ".excerpt") == "Two are open."
    excerpt = said(drawn(entry(summary="word " * 200)), ".excerpt")
    assert len(excerpt) < 250
    assert excerpt.endswith("word …")


def test_the_policy_allows_the_page_s_own_style_and_nothing_else(drawn: Any) -> None:  # noqa: ANN401
    soup = drawn(entry())
    policy = str(one(soup, "meta[http-equiv=Content-Security-Policy]")["content"])
    digest = b64encode(sha256(one(soup, "style").get_text().encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert soup.select("script, img, iframe, link[rel=stylesheet], [style]") == []


def test_every_feed_can_be_discovered(drawn: Any) -> None:  # noqa: ANN401
    found = [link["href"] for link in drawn().select("link[rel=alternate]")]
    names = ("linked", "white-house", "alliance", "capitals")
    assert found == [f"{name}.{extension}" for name in names for extension in ("atom", "rss", "json")]


def test_the_fragment_works_anywhere(settings: Settings, renderer: PageRenderer) -> None:
    data = renderer.article(
        named(settings, "articles/summit/embed"), settings.articles[0], {"white-house": (entry("Žluťoučký 🕊"),)}, {}
    )
    assert data.isascii()
    text = data.decode()
    assert not re.search(r"<(html|head|body|style|script|h[1-6])\b| style=| id=", text)
    assert all(href.startswith("https://") for href in re.findall('href="([^"]*)"', text))


def test_the_same_entries_give_the_same_bytes_whoever_renders_them(settings: Settings, site: Site) -> None:
    def once() -> Sequence[bytes]:
        renderer = PageRenderer(settings, site)
        index, *others = pages(settings)
        entries = {"white-house": (entry(),)}
        return [
            renderer.index(index, {"summit": entries}, (), "All is well."),
            *(renderer.article(page, settings.articles[0], entries, {}) for page in others),
        ]

    assert once() == once()


def test_the_index_lists_articles_or_else_what_is_new(settings: Settings, site: Site) -> None:
    index = named(settings, "index")
    with_articles = PageRenderer(settings, site).index(index, {"summit": {"white-house": (entry(),)}}, (), "Health.")
    soup = BeautifulSoup(with_articles, "lxml")
    assert [link["href"] for link in soup.select(".listing h2 a")] == [
        "articles/summit/index.html",
        "articles/ports/index.html",
    ]
    assert said(soup, ".briefs .line") == "Remarks"
    assert said(soup, ".health").startswith("Health.")
    assert one(soup, ".subscribe .list a")["href"] == "sources.opml"
    alone = settings.model_copy(update={"articles": ()})
    without = PageRenderer(alone, site).index(index, {}, (entry("Something new", links=()),), "Health.")
    assert said(BeautifulSoup(without, "lxml"), ".briefs .line") == "Something new"


WELL = SourceState("", last_attempt=AT, last_success=AT)
ILL = replace(WELL, failures=3)


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ({}, "No source has been looked at yet."),
        ({"white-house": WELL, "nato": WELL, "un": WELL}, "All 3 sources answer."),
        ({"white-house": WELL}, "1 of 3 sources answers; the others are still to be looked at."),
        ({"white-house": WELL, "un": WELL}, "2 of 3 sources answer; the others are still to be looked at."),
        (
            {"white-house": WELL, "nato": ILL, "un": WELL},
            "2 of 3 sources answer. Not at present: NATO (last on 19 August 2025).",
        ),
        (
            {"white-house": WELL, "nato": replace(ILL, last_success=None)},
            "1 of 3 sources answer. Not at present: NATO (never yet).",
        ),
    ],
)
def test_health_in_one_sentence(settings: Settings, states: dict[str, SourceState], sentence: str) -> None:
    assert health_line(settings, states, AT) == sentence
    assert health_line(settings, states, AT + timedelta(days=90)) == sentence


def test_what_is_published_beside_the_pages_asks_nobody_for_anything() -> None:
    style = page_file("feed.css").decode()
    assert "url(" not in style
    assert "@import" not in style
    script = re.sub(r"/\*.*?\*/|//[^\n]*", "", page_file("embed.js").decode(), flags=re.DOTALL)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b", script
    )
