"""What a hostile, huge or broken document may cost: that document, and not much time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import NotADocument, ParseError
from aggregator.model import Document
from aggregator.parse.bounds import ITEM_CAP
from aggregator.parse.page import soup_of, text_of

Read = Callable[..., Document]

ENDPOINTS = (
    {"kind": "feed"},
    {"kind": "json", "items": "items", "title": "title", "link": "link", "date": "join(' ', [a, b])"},
    {"kind": "page", "item": "item, li", "title": "title", "link": "a@href", "summary": ".x", "next": "a"},
    {"kind": "sitemap", "date": "([0-9]+/)+"},
)
RSS = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY e "x">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:base="/x/"><channel><title>T &amp; t</title><item>
<title>One</title><link>https://a.example/1</link><description><![CDATA[<p>Été</p>]]></description><dc:date>2024</dc:date>
<enclosure url="https://a.example/1.mp3" length="5" type="audio/mpeg"/></item>
<item><title>Two &#8217;</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk"><title>T</title>
<entry><id>urn:1</id><title type="html">&lt;b&gt;</title><link href="1"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x<br/></p></div></content></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "One", "link": "/1", "url": "u",
"authors": [{"name": "A"}], "tags": ["x"], "attachments": [{"url": "u", "size_in_bytes": 5}]}, {"id": "2"}]}"""
PAGE = """<html><head><base href="/b/"><title>T</title></head>
<body><ul><li><title>One</title><a href="1">x<br>y</a></li></ul></body></html>"""


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://source.example/2026/10/a-b</loc><lastmod>2026-10-01</lastmod></url>
<url><loc>https://source.example/c-d</loc><n:news><n:title>T</n:title><n:keywords>a, b</n:keywords></n:news></url>
</urlset>"""
INDEX = (
    """<sitemapindex><sitemap><loc>https://source.example/a.xml</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"""
)


def readable(read: Read, body: bytes) -> None:
    """Read ``body`` as every kind: a document with items, or a ``ParseError`` with a sentence."""
    for endpoint in ENDPOINTS:
        try:
            document = read(body, **endpoint)
            assert document.items or document.sitemaps
        except ParseError as error:
            sentence = str(error)
        else:
            continue
        assert 0 < len(sentence) < 1000
        assert "\n" not in sentence


READ_APART = f"""
import sys
from pydantic import TypeAdapter
from aggregator.config.endpoints import Endpoint
from aggregator.errors import ParseError
from aggregator.model import Response
from aggregator.parse import parse
body = sys.stdin.buffer.read()
for settings in {ENDPOINTS!r}:
    endpoint = TypeAdapter(Endpoint).validate_python({{"url": "https://a.example/", **settings}})
    try:
        print(len(parse(endpoint, Response(endpoint.url, 200, {{}}, body)).items))
    except ParseError as error:
        print(error)
"""


def read_apart(body: str, seconds: float = 60) -> list[str]:
    """Return a line for each kind, read in a process of its own: a hang, which holds the lock, fails the test.

    Work that is quadratic in these bodies takes minutes.
    """
    command = [sys.executable, "-W", "error", "-c", READ_APART]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, input=body.encode(), capture_output=True, check=True, timeout=seconds, cwd=root)
    return done.stdout.decode().splitlines()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_raise_nothing_but_parse_errors(read: Read, body: bytes) -> None:
    readable(read, body)
    readable(read, b"<rss><item>" + body)
    readable(read, b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>" + body + b"</title></entry></feed>")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.sampled_from([RSS, ATOM, JSON, PAGE, SITEMAP, INDEX]), st.data())
def test_mutated_documents_raise_nothing_but_parse_errors(read: Read, document: str, data: st.DataObject) -> None:
    body = document.encode()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 12)))
        piece = data.draw(st.sampled_from([b"", b"<", b">", b"&", b"&#x110000;", b"<!--", b"<![CDATA[", b"]]>", b"\0"]))
        body = body[:start] + (piece or data.draw(st.binary(max_size=4))) + body[end:]
    readable(read, body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.integers(0, len(RSS)))
def test_a_feed_cut_anywhere_gives_whole_items_only(read: Read, length: int) -> None:
    whole = read(RSS).items
    try:
        cut = read(RSS[:length])
    except ParseError:
        return
    assert [item.title for item in cut.items] == [item.title for item in whole][: len(cut.items)]


@pytest.mark.parametrize("count", [ITEM_CAP, ITEM_CAP + 1])
def test_items_are_capped(read: Read, count: int) -> None:
    rows = [f'{{"id": "{n}", "title": "t", "link": "/{n}"}}' for n in range(count)]
    documents = [
        read("<rss><channel>" + "<item><title>t</title></item>" * count + "</channel></rss>"),
        read("<rss><channel>" + "<item><title>t</title></item>" * count + "</channel><open></rss>"),
        read('{"version": "https://jsonfeed.org/version/1", "items": [' + ",".join(rows) + "]}"),
        read('{"items": [' + ",".join(rows) + "]}", kind="json", items="items", title="title", link="link"),
        read('<li><a href="/1">t</a></li>' * count, kind="page", item="li", title="a", link="a@href"),
    ]
    sentence = (f"the document holds {count:,} items; only the first 1,000 were taken",) if count > ITEM_CAP else ()
    assert {(len(document.items), document.rejected) for document in documents} == {(ITEM_CAP, sentence)}


def test_an_item_of_more_than_a_million_characters_is_bad(read: Read) -> None:
    first = "<item><guid>one</guid><title>t</title><description>{}</description></item>"
    feed = f"<rss>{first}<item><title>two</title></item></rss>"
    document = read(feed.format("a" * 1_000_000))
    assert [item.title.value for item in document.items if item.title] == ["two"]
    assert document.rejected == ("item 1: it holds 1,000,001 characters, more than 1,000,000: one",)
    assert len(read(feed.format("a" * 999_999)).items) == 2


def test_a_page_or_broken_feed_of_too_many_tags_says_so(read: Read) -> None:
    with pytest.raises(NotADocument, match="a page with 100,001 tags, more than 100,000"):
        read("<p>" * 100_001, **ENDPOINTS[2])
    with pytest.raises(NotADocument, match="not well-formed, with 100,002 tags, more than 100,000"):
        read("<rss><item>" + "<p>" * 100_000)
    with pytest.raises(NotADocument, match="an element of more than 1,000 attributes"):
        read("<p " + " ".join(map('a{}="a"'.format, range(1_001))) + ">", **ENDPOINTS[2])
    data = (
        "<li data-page='"
        + "{&quot;a&quot;: 1} " * 10_000
        + "'><!-- <p a=' --><script>a<b "
        + "c " * 2_000
        + "</script><title>t</title><a href='/'>a</a></li>"
    )
    assert len(read(data, **ENDPOINTS[2]).items) == 1


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint["kind"])
def test_json_nested_beyond_the_stack_is_no_document(read: Read, endpoint: dict[str, str]) -> None:
    with pytest.raises(NotADocument):
        read("[" * 100_000, **endpoint)
    with pytest.raises(NotADocument):
        read('{"items":' * 100_000 + "1" + "}" * 100_000, **endpoint)


def test_a_number_of_many_digits_is_no_document(read: Read) -> None:
    with pytest.raises(NotADocument, match="does not parse"):
        read('{"items": [' + "9" * 10_000 + "]}", **ENDPOINTS[1])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<rss>" + "<item>" * 20_000, id="items in items"),
        pytest.param("<rss><item><title>" + "<b>" * 20_000 + "x</title></item></rss>", id="deep title"),
        pytest.param("<rss><item><description>" + "<![CDATA[" * 20_000, id="open sections"),
        pytest.param("<rss><item>" + "<!--" * 20_000, id="open comments"),
        pytest.param("<!--" * 20_000 + "<rss>", id="comments before the root"),
        pytest.param("<!doctype " + "[" * 100_000 + "<rss>", id="open document type"),
        pytest.param("<rss><item>" + "<" * 100_000, id="angle brackets"),
        pytest.param("<rss><item><title>" + "&" * 100_000, id="ampersands"),
        pytest.param("<rss><item><title>" + "&a" * 20_000 + "</title></item></rss>", id="open entities"),
        pytest.param("<rss><item " + "a='b' " * 20_000, id="an open tag"),
        pytest.param("<html>" + "<div>" * 20_000 + "<li><a href=x><title>t", id="deep page"),
        pytest.param("<html><title>" * 20_000, id="open titles"),
        pytest.param("<script>" * 20_000 + "<html", id="open scripts"),
        pytest.param("<!--a-->" * 60 + "x", id="comments before text"),
        pytest.param("<?a?>" * 30 + "x", id="instructions before text"),
        pytest.param("<!a>" * 5_000 + "x", id="declarations before text"),
        pytest.param("<!doctype [" * 100 + "]" * 1_000_000, id="open document types"),
        pytest.param("<!doctype a>" * 8_000 + "<!doctype " * 1_000 + "a" * 1_000_000, id="document types"),
        pytest.param("<html>" + "<p>a" * 1_750_000, id="a long page"),
        pytest.param("<html><p " + " ".join(map("a{}=''".format, range(50_000))) + ">", id="attributes"),
        pytest.param("<html><p " + "/".join(map("a{}".format, range(50_000))) + ">", id="attributes by slashes"),
        pytest.param("<html>" + "<p a='<p b=\"" * 49_000, id="open quotes"),
        pytest.param("<rss>" + "<item><title>t</title></item>" * 220_000 + "<open></rss>", id="broken items"),
        pytest.param("<rss><item><title>t" + "<b>" * 3_000_000 + "</rss>", id="broken tags"),
        pytest.param("<urlset>" + "<url>" * 100_000, id="addresses in addresses"),
        pytest.param(
            "<urlset>" + "<url><loc>https://a.example/a-b</loc></url>" * 200_000 + "</urlset>", id="addresses"
        ),
        pytest.param(
            "<urlset><url><loc>https://a.example/" + "1/" * 3_000_000 + "</loc></url></urlset>", id="an address"
        ),
        pytest.param("https://a.example/" + "1/" * 100_000 + "a-b\n" * 2_000_000, id="lines"),
    ],
)
def test_a_hostile_document_costs_little(body: str) -> None:
    read_apart(body)


def test_a_sentence_holds_no_control_characters(read: Read) -> None:
    pages = [
        "<html><title>A\x1b]0;pwn\x07\x1b[2J\u202eB\x9b1m</title>",
        "<html><body>A&#27;[2J\rB",
        '{"\\u001b[2J": 1, "message": "A\\u001b]0;pwn\\u0007"}',
        "A\x1b]0;pwn\x07B",
        "<html><title>A&#155;0mB</title>",
    ]
    for page in pages:
        for endpoint in ENDPOINTS:
            with pytest.raises(ParseError) as caught:
                read(page, **endpoint)
            assert str(caught.value).isprintable(), ascii(str(caught.value))


def test_no_network_and_no_file_for_a_document_type(read: Read) -> None:
    for reference in ("&secret;", "%remote;"):
        body = (
            '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY secret SYSTEM "file:///etc/hostname">'
            f'<!ENTITY % remote SYSTEM "file:///etc/hostname">]><rss><item><title>a{reference}b</title></item></rss>'
        )
        title = read(body).items[0].title
        assert title
        assert title.value == f"a{reference}b"


def test_threads_read_what_one_thread_reads(read: Read) -> None:
    bodies = [RSS, ATOM, JSON, RSS.replace("</link>", ""), RSS.replace("&amp;", "&nbsp;"), ATOM.replace("</div>", "")]
    alone = [read(body) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            assert list(pool.map(read, bodies)) == alone


@pytest.mark.parametrize(
    ("endpoint", "body", "absent"),
    [
        (
            'JsonEndpoint(kind="json", url=U, items="i", title="t", link="l")',
            '{"i": [{"t": "t", "l": "l"}]}',
            "feedparser lxml bs4",
        ),
        ('FeedEndpoint(kind="feed", url=U)', "<rss><item><title>t</title></item></rss>", "feedparser bs4"),
        ('PageEndpoint(kind="page", url=U, item="a", title=":scope", link="@href")', "<a href=x>t</a>", "feedparser"),
    ],
)
def test_a_kind_brings_its_own_library_only(endpoint: str, body: str, absent: str) -> None:
    program = f"""
import sys
from aggregator.config.endpoints import FeedEndpoint, JsonEndpoint, PageEndpoint
from aggregator.model import Response
from aggregator.parse import parse
U = "https://a.example/"
assert parse({endpoint}, Response(U, 200, {{}}, {body.encode()!r})).items
print(*sorted(set({absent.split()!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_the_texts_of_a_page_cost_does_not_grow_with_how_deep_they_lie() -> None:
    def seconds(depth: int) -> float:
        soup = soup_of(f"<main>{'<b>' * depth}{'x<i>y</i>' * 2_000}</main>")
        begin = time.process_time()
        assert len(text_of(soup)) == 4_000
        return time.process_time() - begin

    seconds(1)
    assert seconds(400) < 10 * seconds(1) + 0.1
