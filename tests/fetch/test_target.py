from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import AddressRefused, TooManyRedirects
from aggregator.fetch.target import endpoint, escaped, outgoing, redirected

LISTING = (
    "https://www.nato.int/content/nato/en/news-and-events/articles/news/jcr:content/root/container/"
    "general_search.search.json?searchText=&searchType=wcm&sortBy=dateDesc&pageSize=25&page=1&tags=&languages=en"
    "&startDate=&endDate="
)


@pytest.mark.parametrize(
    "url",
    [
        LISTING,
        "https://example.org/a%2fb/%7Euser/;p=1,2?q=a+b&r=%20&s=(1)*'!$@:/?",
        "https://example.org:8443/a//b/../c",
        "http://[2001:db8::1]:8080/feed",
        "https://example.org/?a[]=1&b[c]=2",
    ],
)
def test_a_proper_url_goes_out_as_it_is(url: str) -> None:
    assert outgoing(url) == url


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org?a=1", "https://example.org/?a=1"),
        ("HTTPS://Example.ORG:443/Feed#latest", "https://example.org/Feed"),
        ("http://user:secret@example.org/feed", "http://example.org/feed"),
        ("http://public@127.0.0.1/", "http://127.0.0.1/"),
        ("http://example.org\\@127.0.0.1/", "http://127.0.0.1/"),
        ("https://example.org/a b?c=d e", "https://example.org/a%20b?c=d%20e"),
        ("https://example.org/früh?q=ж", "https://example.org/fr%C3%BCh?q=%D0%B6"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.org./", "https://example.org./"),
    ],
)
def test_what_may_not_stand_in_a_request_is_taken_out_or_escaped(url: str, sent: str) -> None:
    assert outgoing(url) == sent


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//example.org/",
        "feed.xml",
        "",
        "http://",
        "http:///path",
        "http://example.org:99999/",
        "http://example.org:http/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://%31%32%37.0.0.1/",
        "http://exa mple.org/",
        "http://-/",
        "http://①②⑦.⓪.⓪.①/",
        "http://.example.org/",
        "http://" + "ü" * 100 + ".example/",
    ],
)
def test_anything_but_http_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        outgoing(url)


@given(st.text(max_size=80))
def test_what_goes_out_is_clean_whatever_comes_in(rest: str) -> None:
    sent = outgoing("http://example.org/" + rest)
    assert sent.isascii()
    assert sent.isprintable()
    assert not set(sent) & set(' "<>\\^`{|}#')
    assert outgoing(sent) == sent


@given(st.text(max_size=40))
def test_any_authority_is_refused_or_becomes_a_host(authority: str) -> None:
    try:
        sent = outgoing(f"http://{authority}/")
    except AddressRefused:
        return
    host, port = endpoint(sent)
    assert host
    assert host.isascii()
    assert not set(host) & set("@/\\ %")
    assert 0 <= port <= 65_535


def test_endpoint() -> None:
    assert endpoint("https://example.org/") == ("example.org", 443)
    assert endpoint("http://[::1]:8080/") == ("::1", 8080)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/new?x=1", "https://example.org/new?x=1"),
        ("feed.xml", "https://example.org/a/feed.xml"),
        ("//cdn.example.org/feed", "https://cdn.example.org/feed"),
        ("http://other.example/#top", "http://other.example/"),
        ("https://me:pw@other.example/", "https://other.example/"),
        ("/fr\xc3\xbch", "https://example.org/fr%C3%BCh"),  # UTF-8, read as Latin-1
        ("/fr\xfch", "https://example.org/fr%C3%BCh"),  # Latin-1
        ("  /trimmed  ", "https://example.org/trimmed"),
    ],
)
def test_a_redirect_is_resolved(location: str, target: str) -> None:
    assert redirected("https://example.org/a/b", location) == target
    assert redirected("https://example.org/a/b", escaped(location.strip())) == target


@pytest.mark.parametrize("location", [None, "", "  ", "http://[::1"])
def test_a_redirect_to_nowhere(location: str | None) -> None:
    with pytest.raises((TooManyRedirects, AddressRefused)):
        redirected("https://example.org/", location)


def test_a_redirect_to_another_scheme_is_refused() -> None:
    with pytest.raises(AddressRefused):
        redirected("https://example.org/", "file:///etc/passwd")
