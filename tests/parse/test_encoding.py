"""Which characters come out, whatever is declared, and wherever."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Document
from aggregator.parse.encoding import decode, scrub

Read = Callable[..., Document]

UKRAINIAN = "Заява Міністерства «про безпеку» — №5"
FRENCH = "Déclaration à l\u2019été \u2013 5 €"


def feed(title: str, encoding: str | None = None) -> str:
    declared = f' encoding="{encoding}"' if encoding else ""
    return (
        f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>T</title>'
        f"<item><title>{title}</title></item></channel></rss>"
    )


def title(document: Document) -> str:
    assert document.items[0].title
    return document.items[0].title.value


@pytest.mark.parametrize(
    ("text", "declared", "actual", "content_type"),
    [
        pytest.param(UKRAINIAN, "windows-1251", "cp1251", "", id="declared in the document"),
        pytest.param(UKRAINIAN, None, "cp1251", "text/xml; charset=windows-1251", id="declared in the header alone"),
        pytest.param(UKRAINIAN, "windows-1251", "cp1251", "text/xml; charset=ISO-8859-1", id="a server's default"),
        pytest.param(
            UKRAINIAN, "windows-1252", "cp1251", 'text/xml; charset="Windows-1251"', id="header over document"
        ),
        pytest.param(UKRAINIAN, None, "utf-8", "text/xml", id="nothing declared"),
        pytest.param(UKRAINIAN, "windows-1251", "utf-8", "", id="UTF-8 that says windows-1251"),
        pytest.param(UKRAINIAN, "utf-16", "utf-8", "", id="UTF-8 that says UTF-16"),
        pytest.param(UKRAINIAN, "no-such-thing", "utf-8", "text/xml; charset=neither", id="unknown labels"),
        pytest.param(UKRAINIAN, "utf-8", "utf-16", "", id="UTF-16 with its mark"),
        pytest.param(UKRAINIAN, "utf-16", "utf-16-le", "", id="UTF-16 little-endian without"),
        pytest.param(UKRAINIAN, "utf-16", "utf-16-be", "", id="UTF-16 big-endian without"),
        pytest.param(UKRAINIAN, "utf-8", "utf-32", "", id="UTF-32 with its mark"),
        pytest.param(UKRAINIAN, "utf-32", "utf-32-be", "", id="UTF-32 big-endian without"),
        pytest.param(UKRAINIAN, "koi8-u", "utf-8-sig", "text/xml; charset=koi8-u", id="a mark over everything"),
        pytest.param(FRENCH, "utf-8", "cp1252", "text/xml; charset=utf-8", id="windows-1252 that says UTF-8"),
        pytest.param(FRENCH, "iso-8859-1", "cp1252", "", id="ISO-8859-1 means windows-1252"),
        pytest.param("首相は今日", "iso-2022-jp", "iso-2022-jp", "", id="an encoding of seven bits"),
        pytest.param("聲明与说明", "gb2312", "gb18030", "", id="a superset of what is declared"),
    ],
)
def test_text_survives(read: Read, text: str, declared: str | None, actual: str, content_type: str) -> None:
    body = feed(text, declared).encode(actual)
    assert title(read(body, content_type)) == text


def test_a_stray_byte_costs_no_other_character(read: Read) -> None:
    body = feed(UKRAINIAN + " caf\N{COPYRIGHT SIGN}", "utf-8").encode().replace("©".encode(), b"\xe9")
    assert title(read(body)) == UKRAINIAN + " café"


def test_a_byte_outside_the_declared_encoding_is_marked(read: Read) -> None:
    body = feed(UKRAINIAN, "windows-1251").encode("cp1251").replace(b"</title></item>", b"\x98</title></item>")
    assert title(read(body)) == UKRAINIAN + "\N{REPLACEMENT CHARACTER}"


def test_python_codecs_are_no_charsets() -> None:
    for codec in ("rot13", "hex", "punycode", "unicode_escape", "utf-7", "idna"):
        assert decode(b"\\u0041+AEE- \xe9", f"text/xml; charset={codec}") == "\\u0041+AEE- é"


def test_a_page_declares_in_its_head(read: Read) -> None:
    page = f'<html><head><meta charset="windows-1251"><title>T</title></head><body><a href="/1">{UKRAINIAN}</a></body>'
    found = read(page.encode("cp1251"), kind="page", item="a", title=":scope", link="@href")
    assert title(found) == UKRAINIAN


def test_json_in_utf_16(read: Read) -> None:
    body = '{"items": [{"t": "Заява", "l": "/1"}]}'
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        found = read(body.encode(encoding), kind="json", items="items", title="t", link="l")
        assert title(found) == "Заява"


@given(
    st.text(st.characters(exclude_characters="\0\ufeff", codec="utf-8")), st.sampled_from(["8", "8-sig", "16", "32"])
)
def test_unicode_comes_back(text: str, form: str) -> None:
    assert decode(text.encode(f"utf-{form}")) == text


@given(st.binary(), st.sampled_from(["", "text/xml; charset=utf-8", "x; charset=gbk", "x; charset=cp1251", "charset="]))
def test_any_bytes_decode(body: bytes, content_type: str) -> None:
    for prefix in (b"", codecs.BOM_UTF16_LE, b"\0<\0?", b"<?xml version='1.0' encoding='iso-2022-kr'?>"):
        decode(prefix + body, content_type).encode()


@given(st.text(st.characters()))
def test_scrubbed_text_is_legal(text: str) -> None:
    clean = scrub(text)
    assert all(character in "\t\n\r" or character >= " " for character in clean)
    clean.encode()
