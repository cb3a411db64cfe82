"""The shipped sources, each endpoint with its fixture, and what comes in through it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from aggregator import clean
from aggregator.clean import identity
from aggregator.config.endpoints import Endpoint, FeedEndpoint, JsonEndpoint, PageEndpoint
from aggregator.config.load import load
from aggregator.config.values import Source
from aggregator.model import Document, Item, Moment, Precision, RawItem, Response
from aggregator.parse import parse
from tests.conftest import CHECKOUT

FOLDER = CHECKOUT / "tests" / "data" / "sources"
SOURCES = {source.id: source for source in load(CHECKOUT / "config" / "aggregator.toml").sources}
SUFFIXES: dict[type[Endpoint], str] = {FeedEndpoint: "xml", JsonEndpoint: "json", PageEndpoint: "html"}

EVERY = frozenset({"title", "link", "date"})
"""Declared, these must find something for every item; the other fields for one item at least."""
READ = {"id": "guid", "title": "title", "link": "link", "date": "published", "summary": "summary", "body": "content"}
"""The declared fields, and where what they find arrives in a raw item."""


class Capture(NamedTuple):
    """An endpoint of a shipped source; ``number`` counts from 1, as its fixture does."""

    source: Source
    number: int

    @property
    def endpoint(self) -> Endpoint:
        return self.source.endpoint[self.number - 1]

    @property
    def name(self) -> str:
        return f"{self.source.id}.{self.number}"

    @property
    def fixture(self) -> str:
        return f"{self.name}.{SUFFIXES[type(self.endpoint)]}"

    @property
    def body(self) -> bytes:
        return (FOLDER / self.fixture).read_bytes()


CAPTURES = tuple(
    Capture(source, number) for source in SOURCES.values() for number in range(1, len(source.endpoint) + 1)
)


def keep(path: Path, moment: datetime, *captures: Capture, changed: bytes | None = None) -> None:
    """Write a WARC of these documents as they were at ``moment``; ``changed`` is the last one's body instead."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for capture in captures:
            body = changed if changed is not None and capture is captures[-1] else capture.body
            record = writer.create_warc_record(
                capture.endpoint.url,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders("200 OK", [], protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)


def read(endpoint: Endpoint, body: bytes) -> Document:
    """Return ``body`` read as the answer of ``endpoint``."""
    return parse(endpoint, Response(endpoint.url, 200, {}, body))


def check(source: Source, endpoint: Endpoint, document: Document) -> list[Item]:
    """Return the items of ``document``, cleaned; fail where something that is declared finds nothing."""
    assert document.rejected == ()
    for field, arrives in READ.items():
        if getattr(endpoint, field, None):
            found = [getattr(raw, arrives) for raw in document.items]
            assert all(found) if field in EVERY else any(found), field
    if getattr(endpoint, "next", None):
        assert document.next_url
    items = [clean.clean(raw, source, endpoint) for raw in document.items]
    for raw, item in zip(document.items, items, strict=True):
        assert item.title.strip()
        assert item.url is not None
        assert identity.stands_on(source, item.url), item.url
        assert dated(source, raw, item) is not None
    if isinstance(endpoint, FeedEndpoint):
        assert all(item.summary for item in items)
    return items


def dated(source: Source, raw: RawItem, item: Item) -> Moment:
    """Return what dates a new item: its publication, else (gov.uk) its last change."""
    moment = item.published or clean.stand_in_date(raw, source)
    assert moment is not None, item.title
    return moment


def shown(source: Source, raw: RawItem, item: Item) -> dict[str, Any]:
    """Return what comes in of one item, as the expectations beside the fixtures have it."""
    return {
        "title": item.title,
        "url": item.url,
        "guid": item.guid,
        "entry_id": identity.entry_id(source, item),
        "date": _date(source, dated(source, raw, item)),
        "authors": list(item.authors),
        "summary": item.summary,
        "text": clean.text_of(item).split("\n") if raw.content or item.content else None,
    }


def _date(source: Source, moment: Moment) -> str:
    """Return a day as the source's day, an instant in UTC: the precision shows."""
    if moment.precision is Precision.DAY:
        return moment.at.astimezone(source.zone).date().isoformat()
    return moment.at.isoformat().replace("+00:00", "Z")
