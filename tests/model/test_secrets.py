"""What must not be read: hidden wherever it stands, and nothing else changed."""

from __future__ import annotations

import re
import tomllib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.secrets import HIDDEN, PARAMETERS, without_secrets
from tests.conftest import CHECKOUT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://office.example/feed?api_key=abc: HTTP 404", "https://office.example/feed?api_key=***: HTTP 404"),
        ("(https://office.example/?a=1&TOKEN=abc&b=2)", "(https://office.example/?a=1&TOKEN=***&b=2)"),
        ("https://office.example/?a=1;sig=a%2Bb#part", "https://office.example/?a=1;sig=***#part"),
        ("https://office.example/#access_token=abc", "https://office.example/#access_token=***"),
        ("https://office.example/?X-Amz-Signature=ab&X-Amz-Expires=9", "https://office.example/?X-Amz-Signature=***&X-Amz-Expires=***"),
        ("https://office.example/?api%5Fkey=abc", "https://office.example/?api%5Fkey=***"),
        ("/feed;jsessionid=ABC?x=1", "/feed;jsessionid=***"),
        ("http://user:pass@proxy.example:3128 refuses", "http://***@proxy.example:3128 refuses"),
        ("https://t0ken@office.example/", "https://***@office.example/"),
        ("https://a:b@c@office.example/", "https://***@office.example/"),
        (
            "https://relay.example/?url=https%3A%2F%2Foffice.example%2F%3Fapi_key%3Dabc%26b%3D1&c=2",
            "https://relay.example/?url=https%3A%2F%2Foffice.example%2F%3Fapi_key%3D***%26b%3D1&c=2",
        ),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("{'Cookie': 'a=b; c=d', 'Accept': 'x'}", "{'Cookie': '***', 'Accept': 'x'}"),
        ('{"proxy-authorization": "Basic abc"}', '{"proxy-authorization": "***"}'),
        ("X-Api-Key: abc", "X-Api-Key: ***"),
        ("['https://office.example/?key=a'b', 1]", "['https://office.example/?key=***', 1]"),
        ("http://o'hara:pass@proxy.example", "http://***@proxy.example"),
        ('href="/feed?key=abc"', 'href="/feed?key=***"'),
    ],
)  # fmt: skip
def test_a_secret_is_hidden_and_what_is_around_it_stays(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://office.example/?keyword=abc&monkey=b&authors=c&session=78&page_token_count=2",
        "https://office.example/@minister/status/1",
        "https://web.archive.org/web/2021/https://office.example/",
        "mail press@office.example",
        "the key = 3; no token is asked for",
        "sets a cookie and loads again",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) is text


PLAIN = st.text("abcdefghijklmnopqrstuvwxyz_-", min_size=1, max_size=12).filter(
    lambda name: (
        "".join(filter(str.isalnum, name)) not in PARAMETERS
        and not "".join(filter(str.isalnum, name)).startswith(("xamz", "xgoog"))
    )
)
VALUE = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-_~%+", max_size=20)


@given(st.lists(st.tuples(PLAIN, VALUE), max_size=5), st.sampled_from(["", "feed", "a/b.xml", "@office"]))
def test_addresses_without_secrets_are_the_same(pairs: list[tuple[str, str]], path: str) -> None:
    url = f"https://office.example/{path}?" + "&".join(f"{name}={value}" for name, value in pairs)
    if not re.search("%26|%3f|%23", url, re.IGNORECASE):
        assert without_secrets(url) == url


@given(st.text())
def test_to_hide_twice_is_to_hide_once(text: str) -> None:
    once = without_secrets(text)
    assert without_secrets(once) == once


SECRET = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=20)


@given(
    SECRET,
    st.sampled_from(sorted(PARAMETERS)),
    st.sampled_from([str.upper, str.lower, str.title, "-".join, lambda name: quote("_" + name)]),
    st.sampled_from(["?", "&", ";", "#", "?a=b&", "?url=https%3A%2F%2Fx%2F%3F"]),
    st.sampled_from([": HTTP 404", "&b=c", "#d", "", '"', " and more", "'>"]),
)
def test_no_spelling_of_a_name_gives_it_away(secret: str, name: str, spell: object, before: str, after: str) -> None:
    assert callable(spell)
    equals = "%3D" if "%3F" in before else "="
    shown = without_secrets(f"https://office.example/feed{before}{spell(name)}{equals}{secret}{after}")
    assert secret not in shown
    assert HIDDEN in shown
    assert shown.endswith(after)


def test_the_shipped_endpoints_carry_none() -> None:
    sources = tomllib.loads((CHECKOUT / "config" / "sources.toml").read_text(encoding="utf-8"))["source"]
    urls = [endpoint["url"] for source in sources for endpoint in source["endpoint"]]
    assert len(urls) > 10
    assert [without_secrets(url) for url in urls] == urls


@pytest.mark.parametrize("piece", ["?", "?a", "://", "cookie:", "?key=%3D", "%26key%3D", "://a@", "?" + "a" * 64])
def test_the_time_is_linear(piece: str) -> None:
    text = piece * (400_000 // len(piece))  # in the square of it, this would not end
    assert len(without_secrets(text)) > 0
