from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean import clean, raw_digest, reading, stand_in_date, text_of, with_digests
from aggregator.config.endpoints import JsonEndpoint, PageEndpoint
from aggregator.config.values import Source
from aggregator.errors import BadItem
from aggregator.model import Enclosure, Item, Markup, Moment, Precision, RawItem

MakeSource = Callable[..., Source]

PARAGRAPHS = "".join(f"<p>The ministers agreed on the article numbered {n} of the treaty.</p>\n" for n in range(20))
RAW = RawItem(
    guid="https://www.ministry.example/?p=1",
    link="/2026/treaty/?utm_source=feed",
    title=Markup("Treaty &amp;amp; Annex\u00a0signed\ufffc"),
    summary=Markup(
        "<p>The ministers agreed [&#8230;]</p><p>The post <a href='/'>Treaty</a> appeared first on <a>M</a>.</p>"
    ),
    content=Markup(PARAGRAPHS),
    published="Thu, 01 Oct 2026 22:22:29 +0000",
    updated="Fri, 02 Oct 2026 10:00:00 +0000",
    authors=("The Ministry", "the ministry", " "),
    categories=("Treaties", "Treaties", "Europe &amp; Asia"),
    enclosures=(
        Enclosure("/treaty.pdf", "Application/PDF; charset=x", 10),
        Enclosure("https://www.ministry.example/treaty.pdf"),
        Enclosure("javascript:alert(1)", "text/html", 1),
        Enclosure("https://a.example/b", "no type", -1),
    ),
    language="en_us",
    base="https://www.ministry.example/feed/",
)


def cleaned(source: Source, **changes: Any) -> Item:  # noqa: ANN401 -- any field of a raw item
    return clean(dataclasses.replace(RAW, **changes), source, source.endpoint[0])


def test_every_field_is_cleaned(source: Source) -> None:
    item = cleaned(source)
    assert item.title == "Treaty & Annex signed"
    assert item.guid == "https://www.ministry.example/?p=1"
    assert item.url == "https://www.ministry.example/2026/treaty/"
    assert item.summary == "The ministers agreed…"
    assert item.content == PARAGRAPHS.strip()
    assert item.published == Moment(datetime(2026, 10, 1, 22, 22, 29, tzinfo=UTC), Precision.SECOND)
    assert item.authors == ("The Ministry",)
    assert item.categories == ("Treaties", "Europe & Asia")
    assert item.enclosures == (
        Enclosure("https://www.ministry.example/treaty.pdf", "application/pdf", 10),
        Enclosure("https://a.example/b"),
    )
    assert item.language == "en-US"
    assert len(item.digest) == len(item.substance) == len(item.likeness or "") == 64


def test_without_a_summary_the_text_s_beginning_is_it(source: Source) -> None:
    item = cleaned(source, summary=None)
    assert item.summary is not None
    assert item.summary.startswith("The ministers agreed on the article numbered 0")
    assert item.summary.endswith("…")
    assert len(item.summary) <= 500


def test_a_summary_does_not_begin_with_title_or_byline(source: Source) -> None:
    body = Markup("<p>The Ministry</p><h1>Treaty &amp; Annex signed</h1><p>The ministers agreed.</p>")
    assert cleaned(source, summary=None, content=body).summary == "The ministers agreed."
    assert cleaned(source, summary=None, content=Markup("<p>The Ministry</p>")).summary == "The Ministry"


@pytest.mark.parametrize(
    ("summary", "content"),
    [
        (Markup("The ministers agreed &amp; signed."), None),
        (Markup("The ministers <b>agreed</b>", "text"), None),
        (Markup("<p>The ministers <b>agreed</b>.</p>"), "<p>The ministers <b>agreed</b>.</p>"),
        (Markup("word " * 200), "<p>" + ("word " * 200).strip() + "</p>"),
        (Markup(" "), None),
    ],
)
def test_a_body_that_came_as_the_summary_is_the_content(source: Source, summary: Markup, content: str | None) -> None:
    assert cleaned(source, summary=summary, content=None).content == content


def test_a_blank_content_is_no_content(source: Source) -> None:
    item = cleaned(source, content=Markup("<p>&nbsp;</p>"), summary=Markup("Said."))
    assert (item.content, item.summary) == (None, "Said.")


def test_selectors_of_the_source_cut_summary_and_content(make_source: MakeSource) -> None:
    source = make_source(remove=[".hero", "nav"])
    item = cleaned(
        source,
        summary=Markup("<div class='hero'>Hero</div><p>Said.</p>"),
        content=Markup("<section class='a hero'>Hero</section><p>Said &amp; done.</p>"),
    )
    assert (item.content, item.summary) == ("<p>Said &amp; done.</p>", "Said.")


def test_without_a_title_the_text_s_beginning_stands_for_it(source: Source) -> None:
    title = cleaned(source, title=None).title
    assert title.startswith("The ministers agreed on the article")
    assert len(title) <= 100


@pytest.mark.parametrize(
    "nothing",
    [
        {"title": None, "summary": None, "content": None},
        {"title": Markup(" <b> </b>"), "summary": Markup("<script>x</script>"), "content": Markup("<img src=x>")},
    ],
)
def test_an_item_that_says_nothing_is_bad(source: Source, nothing: dict[str, Any]) -> None:
    with pytest.raises(BadItem, match=r"neither title nor text: https://www\.ministry\.example"):
        cleaned(source, **nothing)


@pytest.mark.parametrize("lacking", [{"published": None, "updated": None}, {"title": Markup("—"), "content": None}])
def test_an_item_that_nothing_identifies_is_bad(source: Source, lacking: dict[str, Any]) -> None:
    with pytest.raises(BadItem, match="identify"):
        cleaned(source, guid=" \x00", link="javascript:alert(1)", **lacking)


def test_title_and_date_are_enough(source: Source) -> None:
    item = cleaned(source, guid=None, link=None)
    assert (item.guid, item.url) == (None, None)
    assert item.likeness


@pytest.mark.parametrize(
    ("published", "updated", "expected"),
    [
        ("2026-10-01T10:00:00Z", None, "2026-10-01T10:00:00+00:00"),
        (None, "2026-10-02T10:00:00Z", None),
        ("today", "2026-10-02T10:00:00Z", None),
        ("2099-01-01T00:00:00Z", None, "2099-01-01T00:00:00+00:00"),
        ("soon", None, None),
    ],
)
def test_date(source: Source, published: str | None, updated: str | None, expected: str | None) -> None:
    moment = cleaned(source, published=published, updated=updated).published
    assert (moment.at.isoformat() if moment else None) == expected


def test_a_touch_is_no_date_of_publication_but_may_stand_in_for_one(source: Source) -> None:
    first, second = (cleaned(source, published=None, updated=f"2026-10-0{day}T10:00:00Z") for day in (2, 3))
    assert first == second
    assert (first.published, first.likeness) == (None, None)
    raw = dataclasses.replace(RAW, published=None)
    assert stand_in_date(raw, source) == Moment(datetime(2026, 10, 2, 10, tzinfo=UTC))
    assert stand_in_date(dataclasses.replace(raw, updated="soon"), source) is None


@pytest.mark.parametrize(
    ("changes", "derived"),
    [
        ({}, ()),
        ({"title": None}, ("title",)),
        ({"title": Markup(" <b> </b>")}, ("title",)),
        ({"summary": None}, ("summary",)),
        ({"summary": Markup(" ")}, ("summary",)),
        ({"summary": Markup("<p hidden>x</p>")}, ("summary",)),
        ({"summary": Markup("word " * 200)}, ()),
        ({"summary": Markup(PARAGRAPHS)}, ()),
        ({"summary": Markup(PARAGRAPHS), "content": None}, ()),
        ({"summary": None, "content": None}, ()),
        ({"language": None}, ("language",)),
        ({"language": "english!"}, ("language",)),
        ({"title": None, "summary": None, "language": None}, ("language", "summary", "title")),
    ],
)
def test_what_was_filled_in_is_told(make_source: MakeSource, changes: dict[str, Any], derived: tuple[str, ...]) -> None:
    assert cleaned(make_source(language="fr"), **changes).derived == derived


def test_no_language_at_all_is_not_filled_in(source: Source) -> None:
    assert cleaned(source, language=None).derived == ()


def test_what_was_filled_in_is_no_part_of_the_digests(source: Source) -> None:
    item = cleaned(source)
    other = with_digests(dataclasses.replace(item, derived=("title",)), source)
    assert (other.digest, other.substance) == (item.digest, item.substance)


@pytest.mark.parametrize("hiding", ["style='display:none'", "style='Visibility: hidden'", "hidden"])
def test_hidden_text_is_in_no_summary(source: Source, hiding: str) -> None:
    markup = Markup(f"<p {hiding}>Skip. <b>Buy pills.</b></p><p>Visible.</p>")
    assert cleaned(source, summary=markup, content=None).summary == "Visible."
    assert cleaned(source, summary=None, content=markup).summary == "Visible."
    assert cleaned(source, summary=markup).summary == "Visible."


@pytest.mark.parametrize("kind", ["json", "page"])
def test_declared_date_format(make_source: MakeSource, kind: str) -> None:
    item = {"json": {"items": "pages"}, "page": {"item": "li"}}[kind]
    endpoint = {"kind": kind, "url": "https://a.example/", "title": "t", "link": "l", "date_format": "%d/%m/%Y"} | item
    source = make_source(endpoint=[endpoint])
    moment = cleaned(source, published="02/10/2026").published
    assert moment == Moment(datetime(2026, 10, 1, 22, tzinfo=UTC), Precision.DAY)


@pytest.mark.parametrize(
    ("language", "configured", "expected"),
    [
        ("en_us", None, "en-US"),
        ("EN", "fr", "en"),
        ("english!", "fr", "fr"),
        (None, None, None),
        ("zh-hant-tw", None, "zh-hant-TW"),
    ],
)
def test_language(make_source: MakeSource, language: str | None, configured: str | None, expected: str | None) -> None:
    assert cleaned(make_source(language=configured), language=language).language == expected


# --- digests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "other"},
        {"link": "https://www.ministry.example/2026/treaty/?utm_medium=mail#top"},
        {"updated": None},
        {"title": Markup("Treaty &amp; Annex signed")},
    ],
)
def test_what_is_not_published_does_not_change_the_digest(source: Source, changes: dict[str, Any]) -> None:
    assert cleaned(source, **changes).digest == cleaned(source).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"title": Markup("TREATY, &amp; annex — signed!")},
        {"link": "/2026/treaty-2/"},
        {"summary": None},
        {"content": Markup(PARAGRAPHS.replace("agreed", "<b>agreed</b>\u200b").replace(".", "\u00a0!"))},
        {"content": Markup("<script>var seen = 1;</script>" + PARAGRAPHS.replace("minis", "minis\u00ad"))},
        {"authors": ("Somebody",)},
        {"categories": ()},
        {"enclosures": ()},
        {"language": "fr"},
    ],
)
def test_what_is_no_substance(source: Source, changes: dict[str, Any]) -> None:
    assert cleaned(source, **changes).substance == cleaned(source).substance
    if changes.get("content") is None or "script" not in changes["content"].value:
        assert cleaned(source, **changes).digest != cleaned(source).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"title": Markup("Treaties and Annex signed")},
        {"content": Markup(PARAGRAPHS.replace("numbered 7", "numbered 8"))},
        {"content": Markup(PARAGRAPHS.replace("article", "<s>article</s>", 1))},
        {"published": "Thu, 01 Oct 2026 22:22:30 +0000"},
        {"published": "2026-10-02"},
        {"published": None, "updated": None},
    ],
)
def test_what_is_substance(source: Source, changes: dict[str, Any]) -> None:
    assert cleaned(source, **changes).substance != cleaned(source).substance


def test_struck_words_that_go_for_good_are_an_edit(source: Source) -> None:
    struck = cleaned(source, content=Markup("<p>I believe <s>not</s> so.</p>"))
    gone = cleaned(source, content=Markup("<p>I believe so.</p>"))
    live = cleaned(source, content=Markup("<p>I believe not so.</p>"))
    assert len({struck.substance, gone.substance, live.substance}) == 3
    assert text_of(struck) == text_of(gone) == "I believe so."


def test_likeness_is_of_title_and_day_where_the_source_is(make_source: MakeSource) -> None:
    brussels = make_source()
    late = cleaned(brussels, published="2026-10-01T22:30:00Z")
    assert late.likeness == cleaned(brussels, published="2026-10-02", title=Markup("TREATY Annex, signed")).likeness
    assert late.likeness != cleaned(brussels, published="2026-10-01").likeness
    assert late.likeness != cleaned(make_source(timezone="UTC"), published="2026-10-01T22:30:00Z").likeness


def test_digests_are_made_anew_after_a_merge(source: Source) -> None:
    item = cleaned(source)
    assert with_digests(item, source) == item
    day = dataclasses.replace(item, published=Moment(datetime(2026, 10, 1, 22, tzinfo=UTC), Precision.DAY))
    assert with_digests(day, source) == cleaned(source, published="2026-10-02")
    bare = dataclasses.replace(item, content=None)
    assert with_digests(bare, source).substance != item.substance
    assert with_digests(dataclasses.replace(bare, content=item.content), source) == item


def test_text_of(source: Source) -> None:
    assert text_of(cleaned(source, content=Markup("<p>One</p><p>Two</p>"))) == "One\nTwo"
    assert text_of(cleaned(source, content=None, summary=Markup("Said."))) == "Said."
    assert text_of(Item(title="t")) == ""


TEXTS = st.none() | st.text(max_size=3)
MARKUPS = st.none() | st.builds(Markup, st.text(max_size=3), st.sampled_from(["text", "html", "unknown"]))
RAWS = st.builds(
    RawItem,
    **dict.fromkeys(("guid", "link", "published", "updated", "language", "base"), TEXTS),
    **dict.fromkeys(("title", "summary", "content"), MARKUPS),
    **dict.fromkeys(("authors", "categories"), st.lists(st.text(max_size=2), max_size=2).map(tuple)),
    enclosures=st.lists(
        st.builds(Enclosure, st.text(max_size=2), TEXTS, st.none() | st.integers(0, 9)), max_size=2
    ).map(tuple),
)


@given(RAWS, RAWS)
def test_raw_digests_are_equal_where_the_items_are(one: RawItem, other: RawItem) -> None:
    assert (raw_digest(one) == raw_digest(other)) is (one == other)


def test_raw_digest_is_not_fooled_by_moved_text() -> None:
    assert raw_digest(RawItem(guid="1:a,")) != raw_digest(RawItem(guid="a", link=""))
    assert raw_digest(RawItem(authors=("a", "b"))) != raw_digest(RawItem(authors=("a",), categories=("b",)))
    assert raw_digest(RawItem(guid=None)) != raw_digest(RawItem(guid=""))
    assert raw_digest(RawItem(title=Markup("a", "text"))) != raw_digest(RawItem(title=Markup("a", "html")))


# --- reading ----------------------------------------------------------------------------------------


def test_reading_is_of_what_decides_the_cleaning(make_source: MakeSource) -> None:
    def made(**changes: Any) -> str:  # noqa: ANN401 -- any key of a source
        source = make_source(**changes)
        return reading(source, source.endpoint[0])

    page = {"kind": "page", "url": "https://a.example/", "item": "li", "title": "a", "link": "a@href"}
    plain = made()
    assert plain == made(title="Other", interval="5m", home="https://other.example/", rights="©")
    assert plain == made(endpoint=[{"kind": "feed", "url": "https://moved.example/feed/"}])
    different = [
        plain,
        made(timezone="UTC"),
        made(remove=["nav"]),
        made(language="fr"),
        made(endpoint=[page]),
        made(endpoint=[page | {"title": "b"}]),
        made(endpoint=[page | {"date_format": "%d %m %Y"}]),
    ]
    assert len(set(different)) == len(different)


def test_readings_name_every_kind_of_endpoint(make_source: MakeSource) -> None:
    json = JsonEndpoint.model_validate(
        {"kind": "json", "url": "https://a.example/", "items": "a", "title": "t", "link": "l"}
    )
    page = PageEndpoint.model_validate(
        {"kind": "page", "url": "https://a.example/", "item": "a", "title": "t", "link": "l"}
    )
    assert reading(make_source(), json) != reading(make_source(), page)


def test_a_sitemap_speaks_for_its_own_site_alone(make_source: MakeSource) -> None:
    source = make_source(endpoint=[{"kind": "sitemap", "url": "https://cdn.example/sitemap.xml"}])

    def of(link: str) -> Item:
        raw = RawItem(link=link, title=Markup("A statement", "text"), derived=("title",), updated="2026-10-01")
        return clean(raw, source, source.endpoint[0])

    for host in ("www.ministry.example", "press.ministry.example", "cdn.example:8080"):
        assert of(f"https://{host}/a").derived == ("title",)
    for host in ("ministry.example.evil.example", "myministry.example", "[::1"):
        with pytest.raises(BadItem, match="not an address of this site"):
            of(f"https://{host}/a")


@given(RAWS)
def test_any_raw_item_is_cleaned_or_bad(raw: RawItem) -> None:
    source = Source.model_validate(
        {
            "id": "a",
            "title": "A",
            "home": "https://a.example/",
            "endpoint": [{"kind": "feed", "url": "https://a.example/"}],
        },
    )
    try:
        item = clean(raw, source, source.endpoint[0])
    except BadItem:
        return
    assert item.title
    assert item.guid or item.url or item.likeness
    assert with_digests(item, source) == item
