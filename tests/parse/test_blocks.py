"""What stands in the place of a document is recognised; what is a document, or an article about such things, is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import Mislabelled, NoItems, NotADocument, ParseError, StandIn
from aggregator.model import Response
from aggregator.model.troubles import KINDS
from aggregator.parse import parse
from aggregator.parse.blocks import recognised
from aggregator.parse.claims import lie
from tests.parse.forms import ASKED, FORMS, Form

LISTING = "".join(f"<li class=post><a href='/{n}'>Readout of call number {n} with the minister</a>" for n in range(60))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_stand_in_is_recognised(form: Form) -> None:
    block = recognised(form.status, form.headers, form.body.encode(), asked=ASKED, url=form.url)
    assert block is not None
    assert block.kind == form.kind
    assert form.kind in KINDS
    assert form.seen in block.seen


def test_every_kind_of_stand_in_has_a_form() -> None:
    pages = {"error-page", "maintenance", "javascript-page"}
    assert {form.kind for form in FORMS} == pages | {k.word for k in KINDS.values() if k.severity == "block"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_same_words_in_a_page_with_much_to_read_are_a_page(form: Form) -> None:
    """A listing or an article that speaks of such things, without the headers of the one that blocks."""
    words = form.title.replace("|", ",").replace(" - ", ", ") or "News"
    title = f"<title>Office | After {words}, a report</title>"
    article = f"<!doctype html><html><head>{title}</head><body>{LISTING}</body></html>"
    assert recognised(200, {"server": "nginx", "cf-ray": "8f"}, article.encode(), asked=ASKED, url=ASKED) is None
    quoting = (
        f"<!doctype html><html><head><title>News</title></head><body>{LISTING}<pre>{form.title}</pre></body></html>"
    )
    assert recognised(200, {}, quoting.encode(), asked=ASKED, url=ASKED) is None


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (404, {"server": "cloudflare", "cf-ray": "8f2"}, "<html><title>404 Not Found</title><h1>Not Found</h1></html>"),
        (403, {"server": "cloudflare", "cf-ray": "8f2"}, '{"code": "rest_forbidden", "message": "Not allowed."}'),
        (500, {}, "<html><title>Error</title></html>"),
        (403, {"server": "nginx"}, "<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"),
        (200, {}, "<!doctype html><title>News</title><form action=/search><input name=q></form><ul></ul>"),
        (200, {}, f"<!doctype html><title>News</title>{LISTING}<form><input type=password></form>"),
        (200, {}, "<!doctype html><title>Login of the new ambassador</title><h1>News</h1>"),
        (200, {}, "<!doctype html><title>Statement on the maintenance of peace</title><p>Peace.</p>"),
        (200, {}, "<!doctype html><title>500 days of war</title><p>A speech.</p>"),
        (200, {}, "<!doctype html><title>Errors of judgment: a lecture</title><p>Come.</p>"),
        (200, {}, "<!doctype html><title>News</title><script>track()</script><p>No news today.</p>"),
        (200, {}, '{"title": "Just a moment...", "html": "<html><title>Access Denied</title></html>"}'),
        (200, {}, '<rss version="2.0"><channel><title>Technical Difficulties</title></channel></rss>'),
        (200, {}, ""),
    ],
)
def test_what_says_nothing_of_a_block_is_none(status: int, headers: dict[str, str], body: str) -> None:
    assert recognised(status, headers, body.encode(), asked=ASKED, url=ASKED) is None


def test_no_real_capture_is_taken_for_a_block(corpus: Path) -> None:
    captures = [path for path in corpus.rglob("*") if path.suffix in {".xml", ".json", ".html"}]
    assert len(captures) > 130
    wrong = {
        path.name: block
        for path in captures
        if (block := recognised(200, {}, path.read_bytes(), asked=ASKED, url=ASKED)) is not None
    }
    assert wrong == {}


@given(
    st.integers(100, 599),
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: f"<html>{t}".encode(errors="replace"))),
)
def test_nothing_fails(status: int, body: bytes) -> None:
    recognised(status, {"content-type": "text/html; charset=utf-7"}, body, asked="http://[", url="//")


# --- in the place of what an endpoint declares --------------------------------------------------------

FEED = {"kind": "feed", "url": ASKED}
PAGE = {"kind": "page", "url": ASKED, "item": "li", "title": "a", "link": "a"}
JSON = {"kind": "json", "url": ASKED, "items": "[]", "title": "title", "link": "link"}
ITEM = "<item><title>A</title><link>https://office.example/1</link></item>"


def read(endpoint: dict[str, str], body: str, content_type: str = "") -> str | None:
    """Return how a document is mislabelled, by the way that every document goes."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - endpoints are made of tables here only

    from aggregator.config.endpoints import Endpoint  # noqa: PLC0415 - the same

    made: Endpoint = TypeAdapter(Endpoint).validate_python(endpoint)
    return parse(made, Response(ASKED, 200, {"content-type": content_type}, body.encode())).mislabelled


@pytest.mark.parametrize("endpoint", [FEED, PAGE, JSON], ids=["feed", "page", "json"])
def test_a_stand_in_is_told_whatever_was_declared(endpoint: dict[str, str]) -> None:
    with pytest.raises(
        StandIn, match=r"HTTP 200: a page of technical difficulties \('Technical Difficulties'\)"
    ) as raised:
        read(endpoint, "<!doctype html><title>Technical Difficulties</title><p>We are sorry.</p>")
    assert raised.value.kind == "technical-difficulties"


def test_a_page_whose_items_are_found_is_never_judged() -> None:
    assert read(PAGE, "<title>Just a moment...</title><ul><li><a href='/1'>One</a></ul>", "text/html") is None


@pytest.mark.parametrize(
    ("endpoint", "body", "content_type", "error", "page"),
    [
        (FEED, "<!doctype html><title>News</title><p>Read.</p>", "text/html", NotADocument, True),
        (FEED, "<!doctype html><title>News</title><p>Read.</p>", "application/rss+xml", Mislabelled, True),
        (JSON, "<!doctype html><title>News</title><p>Read.</p>", "application/json", Mislabelled, True),
        (JSON, "<rss/>", "application/json", NotADocument, False),
        (FEED, '{"pages": []}', "application/json", NotADocument, False),
        (PAGE, "<!doctype html><title>News</title>", "text/html", NoItems, None),
    ],
)
def test_what_came_instead_is_told(
    endpoint: dict[str, str], body: str, content_type: str, error: type[ParseError], *, page: bool | None
) -> None:
    with pytest.raises(ParseError) as raised:
        read(endpoint, body, content_type)
    assert type(raised.value) is error
    assert getattr(raised.value, "page", None) is page
    assert ("HTML served as" in str(raised.value)) is (error is Mislabelled)


@pytest.mark.parametrize(
    "type_", ["application/rss+xml", "text/xml", "text/html", "text/plain", "application/octet-stream", ""]
)
def test_the_types_that_feeds_come_as_are_no_lies(type_: str) -> None:
    assert read(FEED, f'<rss version="2.0"><channel>{ITEM}</channel></rss>', type_) is None


def test_a_type_that_cannot_be_is_told() -> None:
    assert read(JSON, '[{"title": "A", "link": "/a"}]', "text/html; charset=utf-8") == "JSON served as text/html"
    assert read(FEED, f"<rss><channel>{ITEM}</channel></rss>", "Application/JSON") == "XML served as application/json"
    assert read(PAGE, "<ul><li><a href='/1'>One</a></ul>", "image/png") == "HTML served as image/png"
    assert lie("text/html", "page") is None
