"""Characters, texts and URLs at the border: whatever comes in, what goes out is legal and means the same."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.render import text
from aggregator.render.languages import known_language
from tests import feedrules_values as values

ANYTHING = st.text(st.characters(codec=None))


class TestLegal:
    @pytest.mark.parametrize(
        ("given_", "expected"),
        [
            ("a\x00b\x0bc\x1f", "abc"),
            ("tab\tline\nreturn\r", "tab\tline\nreturn\r"),
            ("\x85\x9fA\x7f", "A"),
            ("\ud800lone\udfff", "lone"),
            ("\ufffe\uffff\ufdd0\U0001fffe\U0010ffff", ""),
            ("Zelenskyy\ufffds", "Zelenskyy?s"),
            ("“Ja” «так» 🕊 \xa0", "“Ja” «так» 🕊 \xa0"),
        ],
    )
    def test_examples(self, given_: str, expected: str) -> None:
        assert text.legal(given_) == expected

    @given(ANYTHING)
    def test_what_is_left_can_be_written_as_xml_and_read_back(self, value: str) -> None:
        element = etree.Element("a", b=text.legal(value))
        element.text = text.legal(value)
        read = etree.fromstring(etree.tostring(element, encoding="UTF-8"))
        assert (read.text or "") == read.get("b") == text.legal(value)
        assert list(values.characters(text.legal(value))) == []

    @given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffd")))
    def test_what_is_legal_is_left_alone(self, value: str) -> None:
        assert text.legal(value) == value


class TestUri:
    @pytest.mark.parametrize(
        ("given_", "expected"),
        [
            ("https://nato.example/jcr:content/x.json?a=&b=1", "https://nato.example/jcr:content/x.json?a=&b=1"),
            ("https://x.example/ä b", "https://x.example/%C3%A4%20b"),
            ("https://x.example/%e4?q=%zz&r=100%", "https://x.example/%e4?q=%25zz&r=100%25"),
            ("https://x.example/?a={b}|c[d]^", "https://x.example/?a=%7Bb%7D%7Cc%5Bd%5D%5E"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
            ("https://x.example/a#b#c", "https://x.example/a#b%23c"),
            ("https://x.example/\x00a\ud800", "https://x.example/a"),
            ("https://[2001:db8::1]:8080/a b", "https://[2001:db8::1]:8080/a%20b"),
            (" https://x.example/ ", "https://x.example/"),
        ],
    )
    def test_examples(self, given_: str, expected: str) -> None:
        assert text.uri(given_) == expected

    @given(ANYTHING)
    def test_is_ascii_without_blanks_and_stable(self, tail: str) -> None:
        uri = text.uri(f"https://x.example/{tail}")
        assert list(values.uri(uri)) == []
        assert text.uri(uri) == uri

    @given(ANYTHING)
    def test_never_raises_whatever_the_host(self, host: str) -> None:
        assert text.uri(f"https://{host}/").isascii()


class TestMarkup:
    @pytest.mark.parametrize("value", ["<b>bold", "</p>", "&amp;", "5&6", "&lt", "&#38;", "a <!-- b", "&apos;"])
    def test_is_seen(self, value: str) -> None:
        assert text.reads_as_markup(value)

    @pytest.mark.parametrize("value", ["Q&A", "AT&T", "R&D", "a < b", "1<2", "x & y", "<3", "plain", ""])
    def test_is_not_seen_where_there_is_none(self, value: str) -> None:
        assert not text.reads_as_markup(value)

    @given(ANYTHING)
    def test_what_is_not_seen_as_markup_passes_as_plain(self, value: str) -> None:
        if not text.reads_as_markup(value):
            assert list(values.plain(value, hexed=False)) == []

    @given(st.text(st.sampled_from("<>/&;#x36apb ]")))
    def test_a_literal_reads_back_as_what_it_was(self, value: str) -> None:
        element = etree.Element("a", b=text.literal(value))
        element.text = text.literal(value)
        written = text.written(etree.tostring(element, encoding="UTF-8"))
        read = etree.fromstring(written)
        assert (read.text or "").replace("\u2060", "") == (read.get("b") or "").replace("\u2060", "") == value
        assert list(values.plain(read.text or "", hexed=b"&#x" in written)) == []

    @given(st.text(st.sampled_from("<>/&;#x36apb ]")))
    def test_a_title_reads_back_as_text_or_as_html(self, value: str) -> None:
        element = etree.Element("a")
        element.text = text.title(value)
        written = text.written(etree.tostring(element, encoding="UTF-8"))
        read = etree.fromstring(written).text or ""
        assert value in {read, html.unescape(read)}
        assert list(values.plain(read, hexed=b"&#x" in written)) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jane Doe <jane@x.example>", "Jane Doe"),
        ("<jane@x.example>", ""),
        ("Jane\n  Doe", "Jane Doe"),
        ("a < b @ c > d", "a < b @ c > d"),
    ],
)
def test_a_person_has_a_name_and_no_mail_address(name: str, expected: str) -> None:
    assert text.person(name) == expected


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("audio/mpeg", "audio/mpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ("mp3", None),
        ("audio/mpeg\n", None),
        ("", None),
        (None, None),
    ],
)
def test_media_type(type_: str | None, expected: str | None) -> None:
    assert text.media_type(type_) == expected


def test_an_instant_is_utc_to_the_second() -> None:
    east = datetime(2025, 8, 19, 1, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=3)))
    assert text.instant(east) == "2025-08-18T22:30:00Z"
    assert text.instant(datetime(2025, 8, 19, tzinfo=UTC)) == "2025-08-19T00:00:00Z"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"),
        ("EN-us", "en-us"),
        ("en_GB", "en-GB"),
        ("uk", "uk"),
        ("english", None),
        ("xx", None),
        ("en-", None),
        ("en-ü", None),
        ("", None),
        (None, None),
    ],
)
def test_known_language(tag: str | None, expected: str | None) -> None:
    assert known_language(tag) == expected
