from __future__ import annotations

import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.clean import html, text
from aggregator.clean.allowed import ATTRIBUTES, BLOCKS, DROPPED, SCHEMES, TAGS
from aggregator.errors import BadItem
from aggregator.model import Markup

DATA = Path(__file__).parent.parent / "data" / "clean"
CASES = sorted(path.stem for path in DATA.glob("*.html") if not path.stem.endswith(".expected"))
HOSTILE = (DATA / "hostile.txt").read_text("utf-8").splitlines()

BASE = "https://www.ministry.example/news/feed/"
PAGE = "https://www.ministry.example/news/treaty/"
REMOVE = (".topper", "div.share")

VOID = {"br", "hr", "img", "wbr", "col"}
NOT_IN_PARAGRAPH = BLOCKS - {
    "caption",
    "dd",
    "dt",
    "figcaption",
    "summary",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
}


def body(value: str, *remove: str) -> str:
    return html.body(Markup(value), BASE, PAGE, remove)


class Strict(HTMLParser):
    """Reads HTML that may hold nothing but what is allowed, every element closed and in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        if tag in NOT_IN_PARAGRAPH:
            scope = self.open[
                max((n for n, name in enumerate(self.open) if name in {"td", "th", "caption"}), default=0) :
            ]
            assert "p" not in scope, f"{tag} in p"
        assert not (tag == "a" and "a" in self.open), "a in a"
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, frozenset()) | ATTRIBUTES["*"], f"{tag} {name}"
            if name in {"href", "src", "cite"}:
                assert urlsplit(value or "").scheme in SCHEMES
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pytest.fail(f"<{tag} {attrs}/>")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> too many"
        assert self.open.pop() == tag

    def handle_entityref(self, name: str) -> None:
        assert name in {"amp", "lt", "gt", "nbsp", "quot"}, name

    def handle_charref(self, name: str) -> None:
        pytest.fail(f"&#{name};")

    def handle_data(self, data: str) -> None:
        assert "&" not in data
        assert "<" not in data

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"declaration {decl}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"declaration {data}")

    def handle_pi(self, data: str) -> None:
        pytest.fail(f"instruction {data}")


def assert_strict(cleaned: str) -> None:
    reader = Strict()
    reader.feed(cleaned)
    reader.close()
    assert not reader.open, f"unclosed {reader.open}"


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    cleaned = body((DATA / f"{case}.html").read_text("utf-8"), *REMOVE)
    assert cleaned + "\n" == (DATA / f"{case}.expected.html").read_text("utf-8")
    assert (
        html.text_of_body(cleaned) + "\n"
        == html.to_text(cleaned) + "\n"
        == (DATA / f"{case}.expected.txt").read_text("utf-8")
    )
    assert_strict(cleaned)


@pytest.mark.parametrize("markup", HOSTILE)
def test_hostile_markup_is_harmless(markup: str) -> None:
    for value in (markup, f"<p>before {markup} after</p>", f"<table><tr><td>{markup}</table>", markup * 3):
        cleaned = body(value)
        assert_strict(cleaned)
        assert "evil.example" not in cleaned
        assert html.body(Markup(cleaned, "html"), BASE, PAGE) == cleaned
        assert "<" not in html.to_text("<p>before</p>") + html.struck_text(cleaned)


def test_the_item_s_own_text_kind_is_never_markup() -> None:
    value = "<script>alert(1)</script> & <b>"
    cleaned = html.body(Markup(value, "text"), BASE, PAGE)
    assert cleaned == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>"
    assert html.to_text(cleaned) == value


def test_scripts_leave_nothing_in_the_text() -> None:
    assert html.to_text("<p>Said.</p><script>var a = '<p>unsaid</p>';</script><style>p {}</style><!-- x -->") == "Said."


def test_text_has_a_line_for_each_block() -> None:
    source = (
        "Intro<div>One<p>Two\nlines</p></div>tail<br>break<ul><li>a</li><li>b</li></ul><table><tr><td>c<td>d</table>"
    )
    assert html.to_text(source) == "Intro\nOne\nTwo lines\ntail\nbreak\na\nb\nc\nd"


def test_struck_text() -> None:
    assert html.struck_text("<p>a <s>b</s> c <del>d <b>e</b></del> <span>f</span><strong>g</strong></p>") == "b d e"


def test_selectors_that_match_nothing_cut_nothing() -> None:
    assert body("<p>Said &amp; done.</p>", ".nothing", "nav > ul") == "<p>Said &amp; done.</p>"


def test_nothing_left_is_empty() -> None:
    assert body("<p> </p><script>x</script>") == body("") == body("<!-- -->") == ""


@pytest.mark.parametrize("tag", sorted(TAGS - VOID - {"col", "colgroup", "ruby", "rt", "rp"}))
def test_every_allowed_element_is_kept(tag: str) -> None:
    inside = {"tr": "<td>x</td>", "table": "<tr><td>x</td></tr>", "ul": "<li>x</li>", "ol": "<li>x</li>"}.get(tag, "x")
    attributes = {"a": ' href="https://a.example/"', "span": ' lang="fr"'}.get(tag, "")
    around = {
        **dict.fromkeys(("tbody", "thead", "tfoot", "caption"), "<table>{}</table>"),
        **dict.fromkeys(("td", "th"), "<table><tr>{}</tr></table>"),
        "tr": "<table>{}</table>",
    }.get(tag, "{}")
    inside = "<tr><td>x</td></tr>" if tag in {"tbody", "thead", "tfoot"} else inside
    cleaned = body(around.format(f"<{tag}{attributes}>{inside}</{tag}>"))
    assert f"<{tag}{attributes}>" in cleaned
    assert_strict(cleaned)


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 10_000 + "deep" + "</div>" * 10_000 + "<p>tail</p>",
        "<b>" * 100_000 + "deep<p>tail</p>",
        "<ul><li>" * 50_000 + "deep<p>tail</p>",
        "<table><tr><td>" * 30_000 + "deep<p>tail</p>",
        "<p></p>x" * 100_000 + "deep<p>tail</p>",
        "<a href=x>" * 20_000 + "deep<p>tail</p>",
        "\n" * 1_000_000 + "deep<p>tail</p>",
        "<p>" + " " * 1_000_000 + "deep<p>tail</p>",
        "<p " + "a=1 " * 200_000 + ">deep<p>tail</p>",
        "<b><i>" * 100 + "<p>deep" * 20_000 + "<p>tail</p>",
        "&nbsp;" * 200_000 + "deep<p>tail</p>",
        "<p>deep &amp; <a href='/a'>wide</a> and <b>bold</b>.</p>\n" * 20_000 + "<p>tail</p>",
    ],
    ids=lambda value: value[:12],
)
def test_no_shape_of_a_megabyte_crashes_or_takes_long(hostile: str) -> None:
    started = time.process_time()
    cleaned = body(hostile)
    said = html.to_text(cleaned)
    assert time.process_time() - started < 10
    assert "deep" in said
    assert said.endswith("tail")


@pytest.mark.parametrize(
    "hostile",
    [
        "\u0301\u0316" * 500_000,
        "<p><s>a</s>" + "\u0301\u0316" * 500_000,
        "&#x301;&#x316;" * 45_000,
        "<p " + " ".join(map("a{}=''".format, range(100_000))) + ">x</p>",
        "<p " + "/".join(map("a{}".format, range(100_000))) + ">x</p>",
        "<p " + " ".join(map("a{}=''".format, range(100_000))),
        ("<p " + " ".join(map("a{}".format, range(390))) + ">x</p>") * 400,
        "<a b='<a c=\"" * 45_000,
        "<script " * 100_000,
        "The post " * 150 + " appeared first on " * 80 + "<p",
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_nothing_costs_the_square_of_its_length(hostile: str) -> None:
    # In a process of its own: the work is done in C, where nothing but the process's end stops it.
    program = """
import sys
from aggregator.clean import html, text
from aggregator.model import Markup
value = sys.stdin.buffer.read().decode()
for kind in ("unknown", "html", "text"):
    said = html.to_text(html.body(Markup(value, kind), "https://a.example/", None))
    text.characters_that_count(said), html.plain(Markup(value, kind))
"""
    command = [sys.executable, "-c", program]
    subprocess.run(command, input=hostile.encode(), check=True, timeout=60, cwd=Path(__file__).parents[2])


def test_a_long_tag_keeps_its_first_attributes() -> None:
    data = "data:image/gif;base64," + "A" * 5_000
    assert body(f"<img src='{data}' data-src='/a.png' alt='A > B'>") == (
        '<img src="https://www.ministry.example/a.png" alt="A &gt; B">'
    )
    crowded = " ".join(map("a{}=''".format, range(1_000)))
    assert (
        body(f"<p>a <a href='/x' {crowded}>b</a> c</p>") == '<p>a <a href="https://www.ministry.example/x">b</a> c</p>'
    )
    script = "<script>if (a<b && c='" + "d " * 2_000 + "</script><!-- <p a='" + "d " * 2_000 + "--><p>e</p>"
    assert body(script) == "<p>e</p>"


def test_a_body_of_a_million_escapes_costs_its_item() -> None:
    with pytest.raises(BadItem, match="escaped"):
        body("&amp;" * 1_000_000)


ELEMENTS = sorted(TAGS | DROPPED | {"center", "font", "strike", "x-card", "tt", "marquee", "body", "html", "form"})
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in ELEMENTS]),
    st.sampled_from([f"</{tag}>" for tag in ELEMENTS]),
    st.sampled_from(
        ['<a href="/a">', '<a href="https://b.example/?c&d">', "<img src=/i>", "<!--", "-->", "<![CDATA[", "]]>"]
    ),
    st.sampled_from(
        ["text", " ", "\n", "&amp;", "&lt;", "&nbsp;", "\u00a0", "\u200b", "5 < 6", '"', "'", ">", "<p lang=fr>"]
    ),
    st.text(max_size=5),
)


@given(st.lists(PIECES, max_size=25).map("".join))
@example("<p><a href='/a'><p>x</p></a></p>")
@example("<table><a href='/a'><tr><td>x</table>")
@example("<a href='/a'><table><tr><td><a href='/b'>x</a></table></a>")
@example("<p><ruby><p>x")
@example("<table><p><table>x")
@example("<h1><h2>x</h2></h1>")
@example("<pre>\n\nx</pre>")
@example("<dl><dt><p>x<dd>y</dl>")
def test_any_markup_comes_out_strict_and_stays_itself(value: str) -> None:
    cleaned = body(value)
    assert_strict(cleaned)
    assert html.body(Markup(cleaned, "html"), BASE, PAGE) == cleaned
    assert html.text_of_body(cleaned) == html.to_text(cleaned)


@given(st.text())
@example("\x85")
@example("a\n \u3000\nb")
def test_text_comes_through_whole(value: str) -> None:
    cleaned = html.body(Markup(value, "text"), BASE, PAGE)
    assert_strict(cleaned)
    assert html.text_of_body(cleaned) == html.to_text(cleaned)
    assert html.text_of_body(cleaned).split() == text.normal(value).split()
