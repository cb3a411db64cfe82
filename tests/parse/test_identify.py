"""What a document is said to be, and which feeds a page speaks of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Response
from aggregator.parse.discover import MOST, feeds_of
from aggregator.parse.identify import Rows, identify

URL = "https://office.example/en/news"


def answered(body: str | bytes, content_type: str = "text/html") -> Response:
    return Response(URL, 200, {"content-type": content_type}, body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("body", "kind", "form"),
    [
        ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "feed", "RSS 2.0"),
        ('<rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel/></rss>', "feed", "RSS 2.0"),
        ('<rss version="0.91"><channel/></rss>', "feed", "RSS 0.91"),
        ("<rss><channel/></rss>", "feed", "RSS of no version"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed", "Atom 1.0"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>', "feed", "Atom 1.0"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>', "feed", "Atom 0.3"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>',
            "feed",
            "RSS 1.0 (RDF)",
        ),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed", "JSON Feed 1.1"),
        ('{"pages": []}', "json", "a JSON object with the keys pages"),
        ("[1]", "json", "a JSON list"),
        ("{broken", "other", "JSON that does not parse where JSON was expected (line 1, column 2: "),
        ("<!doctype html><title>News</title>", "page", "an HTML page titled 'News'"),
        ("<!doctype html><title>Technical Difficulties</title>", "error-page", "titled 'Technical Difficulties'"),
        ("<html><head><title> Just a moment...</title></head></html>", "error-page", "titled 'Just a moment...'"),
        ("<html><title>404 Not Found</title></html>", "error-page", "titled '404 Not Found'"),
        ("<html><title>Signing of the agreement</title></html>", "page", "titled 'Signing of the agreement'"),
        ("<title>News &amp; talks</title><ul><li>A", "page", "an HTML page titled 'News & talks'"),
        ("<!-- made by hand --><ul><li>A talk</ul>", "page", "an HTML page without a title that begins 'A talk'"),
        ("<title>404 Not Found</title><p>It is not here.", "error-page", "titled '404 Not Found'"),
        ('<?xml version="1.0"?><article><title>A talk</title></article>', "other", "an XML document <article>"),
        ("<urlset><url/></urlset>", "other", "an XML document <urlset>"),
        ("", "other", "an empty body"),
        (b"%PDF-1.7", "other", "a PDF file"),
    ],
)
def test_a_document_is_recognised_by_what_it_is(body: str | bytes, kind: str, form: str) -> None:
    identity = identify(answered(body))
    assert identity.kind == kind
    assert form in identity.form


def test_the_lists_of_a_json_answer_are_named_as_items_would_be() -> None:
    body = '{"total": 2, "data": {"pages": [{"title": "A", "link": "/a"}, {}], "a b": [{"x": 1}], "ids": [1, 2]}}'
    assert identify(answered(body)).rows == (
        Rows("data.pages[]", 2, ("title", "link")),
        Rows('data."a b"[]', 1, ("x",)),
    )
    assert identify(answered('[{"title": "A"}]')).rows == (Rows("[]", 1, ("title",)),)


def test_feeds_that_a_page_announces_come_before_links_that_look_like_feeds() -> None:
    page = """<!doctype html><html><head><base href="/en/"><title>News</title>
    <link rel="Alternate nofollow" type="application/rss+xml; charset=utf-8" title="All  news" href="feed.xml">
    <link rel="alternate" type="application/atom+xml" href="https://other.example/atom">
    <link rel="alternate" type="application/feed+json" href="/feed.json">
    <link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" type="text/css" href="/x.css">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
    </head><body><a href="/news/feed/">News</a><a href="feed.xml">again</a><a href="/subscribe"><img> RSS feed</a>
    <a href="/press?format=rss">Press</a><a href="/feedback">Tell us</a><a href="/atomic-energy">IAEA</a>
    <a href="/brassard">no</a><a>nowhere RSS</a></body></html>"""
    assert [
        (link.url.removeprefix("https://office.example"), link.title, link.found) for link in feeds_of(page, URL)
    ] == [
        ("/en/feed.xml", "All news", "announced"),
        ("https://other.example/atom", None, "announced"),
        ("/feed.json", None, "announced"),
        ("/news/feed/", "News", "linked"),
        ("/subscribe", "RSS feed", "linked"),
        ("/press?format=rss", "Press", "linked"),
    ]


def test_not_more_links_are_named_than_anyone_reads() -> None:
    page = "<html>" + "".join(f'<a href="/feed/{n}">x</a>' for n in range(1_000))
    assert len(feeds_of(page, URL)) == MOST


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: f"<html><a href='{text}'>".encode(errors="replace")),
    )
)
def test_nothing_fails(body: bytes) -> None:
    identify(answered(body))


def test_a_page_nested_beyond_reason_is_read_as_far_as_it_goes() -> None:
    assert identify(answered("<html>" + "<div>" * 100_000)).kind == "page"
