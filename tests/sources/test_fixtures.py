"""Every endpoint of every shipped source reads a document in its site's form: a selector that no longer fits fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from aggregator.config.endpoints import Endpoint, FeedEndpoint, JsonField, PageField
from aggregator.config.values import Source
from aggregator.errors import AggregatorError
from aggregator.model import Response
from aggregator.parse import fulltext
from tests.sources.shipped import CAPTURES, FOLDER, READ, SOURCES, Capture, check, read, shown

FOLLOWED = [source for source in SOURCES.values() if source.fulltext]
"""The sources whose items' own pages are read."""
DECLARED = (*READ, "item", "items", "next", "date_format")


def test_every_endpoint_has_a_fixture_and_every_fixture_an_endpoint() -> None:
    expected = {name for capture in CAPTURES for name in (capture.fixture, f"{capture.name}.expected.json")}
    expected |= {f"{source.id}.page.html" for source in FOLLOWED}
    assert {path.name for path in FOLDER.iterdir()} == expected


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_what_comes_in(capture: Capture) -> None:
    document = read(capture.endpoint, capture.body)
    items = check(capture.source, capture.endpoint, document)
    expected = json.loads((FOLDER / f"{capture.name}.expected.json").read_text(encoding="utf-8"))
    found = [shown(capture.source, raw, item) for raw, item in zip(document.items, items, strict=True)]
    assert {"next": document.next_url, "items": found} == expected
    assert len(items) > 1


@pytest.mark.parametrize("source", FOLLOWED, ids=lambda source: source.id)
def test_the_text_of_an_item_s_own_page(source: Source) -> None:
    body = (FOLDER / f"{source.id}.page.html").read_bytes()
    page = fulltext(source.body or "", Response(source.home, 200, {}, body))
    assert page is not None
    paragraphs = body.count(b"<p>") - 1  # all but the footer's
    assert page.body.value.count("<p>") == paragraphs
    assert "Follow us" not in page.body.value
    assert fulltext("b.no-such-class", Response(source.home, 200, {}, body)) is None


def _changed() -> Iterator[object]:
    """Yield each endpoint once per declared field, with an expression there that fits nothing."""
    misfits = {
        "items": "no_such_key[]",
        "item": "b.no-such-class",
        "date_format": "%d/%m/%Y",
        "json": JsonField(select="no_such_key"),
        "page": PageField(select="b.no-such-class"),
    }
    for capture in CAPTURES:
        endpoint = capture.endpoint
        for field in DECLARED:
            if getattr(endpoint, field, None):
                value = misfits.get(field) or misfits[endpoint.kind]
                yield pytest.param(capture, endpoint.model_copy(update={field: value}), id=f"{capture.name}-{field}")


@pytest.mark.parametrize(("capture", "changed"), list(_changed()))
def test_a_declaration_that_no_longer_fits_is_noticed(capture: Capture, changed: Endpoint) -> None:
    with pytest.raises((AssertionError, AggregatorError)):
        check(capture.source, changed, read(changed, capture.body))


@pytest.mark.parametrize("source", list(SOURCES.values()), ids=lambda source: source.id)
def test_what_is_declared_to_be_cut_is_there_and_is_cut(source: object) -> None:
    captures = [capture for capture in CAPTURES if capture.source is source]
    for selector in captures[0].source.remove:
        mark = selector.removeprefix(".").encode()
        assert mark in b"".join(capture.body for capture in captures)
        rest = tuple(other for other in captures[0].source.remove if other != selector)
        changed = captures[0].source.model_copy(update={"remove": rest})
        feeds = [capture for capture in captures if isinstance(capture.endpoint, FeedEndpoint)]
        contents = [
            [item.content for item in check(as_, capture.endpoint, read(capture.endpoint, capture.body))]
            for capture in feeds
            for as_ in (captures[0].source, changed)
        ]
        assert contents[::2] != contents[1::2] or selector == ".wp-block-spacer"  # blank: it would go anyway
