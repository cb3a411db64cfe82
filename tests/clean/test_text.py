from __future__ import annotations

import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean import text
from aggregator.model import Markup

Kind = Literal["text", "html", "unknown"]


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("Readout of the Call", "Readout of the Call"),
        ("  Readout\u00a0of \n the\u2003Call ", "Readout of the Call"),
        ("Trade &amp; Tariffs", "Trade & Tariffs"),
        ("Trade &amp;amp; Tariffs", "Trade & Tariffs"),
        ("The Minister&#8217;s Call", "The Minister\u2019s Call"),
        ("The Minister&amp;#8217;s Call", "The Minister\u2019s Call"),
        ("&quot;Tommy&quot; the Spokesman", '"Tommy" the Spokesman'),
        ("R&D and Q&A", "R&D and Q&A"),
        ("Ministers &copy in hand", "Ministers &copy in hand"),
        ("<b>Bold</b> words", "Bold words"),
        ("Two<br/>lines", "Two lines"),
        ("&lt;em&gt;Roe&lt;/em&gt; in court", "Roe in court"),
        ("How to use the &lt;b&gt; tag", "How to use the <b> tag"),
        ("x <y> z", "x <y> z"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("A --> B", "A --> B"),
        ("<!-- internal -->Outside", "Outside"),
        ("<script>steal()</script>Statement", "Statement"),
        ("<s>economy</s> [elections]", "[elections]"),
        ("open <s>for ever", "open for ever"),
        (
            "soft\u00adhyphen zero\u200bwidth word\u2060joiner mark\ufeff object\ufffc",
            "softhyphen zerowidth wordjoiner mark object",
        ),
        ("over\u202eturned", "overturned"),
        ("The Minister\x92s Call", "The Minister\u2019s Call"),
        ("nul\x00 and \x1b[31mred", "nul and [31mred"),
        ("lone \ud800 surrogate, lost \ufffd letter", "lone surrogate, lost letter"),
        ("cafe\u0301", "café"),
        # joiners and marks stay where a script is written with them
        ("می\u200cخو\u0627\u0647م", "می\u200cخو\u0627\u0647م"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u200fשל\u05d5ם (UN)\u200f", "\u200fשל\u05d5ם (UN)\u200f"),
        ("left\u200f-to-right", "left-to-right"),
    ],
)
def test_title_of_unknown_kind(value: str, title: str) -> None:
    assert text.title(Markup(value)) == title


@pytest.mark.parametrize(
    ("value", "kind", "title"),
    [
        ("<b>Bold</b> &amp; proud", "text", "<b>Bold</b> &amp; proud"),
        ("<b>Bold</b> &amp; proud", "html", "Bold & proud"),
        ("about &amp;amp;", "html", "about &amp;"),
        ("about &lt;b&gt;x&lt;/b&gt;", "html", "about <b>x</b>"),
    ],
)
def test_a_declared_kind_is_believed(value: str, kind: Kind, title: str) -> None:
    assert text.title(Markup(value, kind)) == title


def test_no_title_is_empty() -> None:
    assert text.title(None) == text.title(Markup(" <b> </b> ")) == ""


def test_long_title_ends_at_a_word() -> None:
    title = text.title(Markup("Statement " * 100))
    assert len(title) <= text.LONGEST_TITLE
    assert title.endswith("Statement…")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Office of the Spokesman", "Office of the Spokesman"),
        ("SpokesmanOffice of the Spokesman", "SpokesmanOffice of the Spokesman"),
        ("press@ministry.example (Press Office)", "Press Office"),
        ("Press Office <press@ministry.example>", "Press Office"),
        ("Ann &quot;A&quot; Other", 'Ann "A" Other'),
        (" ", ""),
    ],
)
def test_name(value: str, name: str) -> None:
    assert text.name(value) == name


@pytest.mark.parametrize(
    ("value", "most", "short"),
    [
        ("Short.", 20, "Short."),
        ("The first sentence. And another one that is cut.", 30, "The first sentence. …"),
        ("Talks with Mr. Example about the treaty went on", 30, "Talks with Mr. Example about…"),
        ("One. Then a very long sentence that goes on", 30, "One. Then a very long…"),
        ("word " * 10, 14, "word word…"),
        ("unbreakable" * 5, 12, "unbreakable…"),
    ],
)
def test_shorten(value: str, most: int, short: str) -> None:
    assert text.shorten(value, most) == short
    assert len(short) <= max(most, len(value)) or len(value) <= most


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (
            '<p>We met. [&#8230;]</p>\n<p>The post <a href="/1">We</a> appeared first on <a href="/">A</a>.</p>',
            "<p>We met.…</p>",
        ),
        ("We met [&hellip;] The post We Met appeared first on A.", "We met…"),
        ("<p>The post The post office opens first appeared on A.</p>", ""),
        ("We met [...]", "We met…"),
        ("We met...", "We met..."),
        ("He said “we […] agree” and left.", "He said “we […] agree” and left."),
        ("<p>The post was vacant; it appeared first on Monday.</p><p>No.</p>",) * 2,
    ],
)
def test_feed_software_s_own_words_go(value: str, clean: str) -> None:
    assert text.without_boilerplate(value) == clean


def test_characters_that_count() -> None:
    counted = text.characters_that_count
    assert counted("At the U.S.\u2013EU Summit, “\uff37\uff45” agreed: 1 000") == counted(
        "AT THE US EU SUMMIT we agreed 1000"
    )
    assert counted("ﬁrst_draft") == "firstdraft"
    assert counted("कि") != counted("का")
    assert counted("Київ — 5") == "київ5"
    assert counted("\u00ad\u200b,;:!?-\u2013…'\"") == ""


@given(st.text())
def test_a_title_is_one_clean_line_and_stays_itself(value: str) -> None:
    title = text.title(Markup(value, "text"))
    assert title == " ".join(title.split())
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in title)
    assert unicodedata.is_normalized("NFC", title)
    assert text.title(Markup(title, "text")) == title


@given(st.text(alphabet="<>/!-sdelscript&#;mp8217 \u200b"))
def test_markup_of_any_shape_is_survived(value: str) -> None:
    assert "\u200b" not in text.title(Markup(value))


@pytest.mark.parametrize(
    "hostile",
    [
        "<s>",
        "<!--",
        "-->",
        "<script ",
        "&amp;",
        "The post ",
        " ",
        "[",
        "[…]",
        "a@b (",
        "<p The post x appeared first on ",
    ],
)
def test_no_text_takes_long(hostile: str) -> None:
    value = hostile * 200_000
    started = time.process_time()
    text.title(Markup(value))
    text.name(value)
    text.without_boilerplate(value)
    assert time.process_time() - started < 2


def test_combining_marks_in_a_row_are_thirty_at_most() -> None:
    assert text.composed("e\u0301") == "é"
    assert text.composed("e" + "\u0316" * 29 + "\u0301") == "é" + "\u0316" * 29
    assert text.composed("x" + "\u0316" * 1_000 + "y" + "\u0301" * 31) == "x" + "\u0316" * 30 + "ý" + "\u0301" * 29
    thai = "ที่นี่" * 50
    assert text.composed(thai) == thai


def test_no_mark_is_overlooked() -> None:
    marks = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]
    alike = {chr(code) for code in range(0x483, 0x488)}  # of one class each: already in order, and nothing composes
    assert [mark for mark in marks if mark not in alike and not text._MARK_RUN.search(mark * 31)] == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("<p>a</p> <p class=x> The post <a>b</a> appeared first on <a>c</a>.</p>", "<p>a</p>"),
        ("a The post The post-war order first appeared on c.", "a"),
        ("<p>a The post b appeared first on c.</p>", "<p>a"),
        ("<p>The post b appeared first on c.</p><p>a</p>", None),
        ("<p>The post b</p><p>appeared first on c.</p>", None),
    ],
)
def test_the_footer_of_wordpress(value: str, kept: str | None) -> None:
    assert text.without_boilerplate(value) == (kept or value)
