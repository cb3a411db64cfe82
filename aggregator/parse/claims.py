"""Content types that cannot be true.

Most that are wrong are harmless: feeds come as text/html, text/plain and application/octet-stream, and are feeds.  What
is told is what no server says by default: then somebody has changed something, or something stands before the server.
"""

from __future__ import annotations

import re
from typing import Literal

from aggregator.config.endpoints import Endpoint
from aggregator.errors import Mislabelled, NotADocument, ParseError, StandIn
from aggregator.model import Response

Found = Literal["feed", "json", "page"]

_WORDS: dict[Found, str] = {"feed": "XML", "json": "JSON", "page": "HTML"}
_FEED = r"application/(?:rss|atom|rdf)\+xml"
_JSON = r"(?:application|text)/(?:[\w.-]+\+)?json"
_PAGE = r"text/html|application/xhtml\+xml"
_FILE = r"(?:image|audio|video|font)/.*|application/(?:pdf|zip|gzip)"

_LIES: dict[Found, re.Pattern[str]] = {
    "feed": re.compile(rf"{_JSON}|{_FILE}"),
    "json": re.compile(rf"{_PAGE}|{_FEED}|{_FILE}|(?:text|application)/xml"),
    "page": re.compile(rf"{_FEED}|{_JSON}|{_FILE}"),
}
"""What a body is, and what it is not served as."""


def mislabelled(endpoint: Endpoint, response: Response) -> str | None:
    """Return in words that what ``endpoint`` could be read from is served as something else; None where that can be."""
    if endpoint.kind == "sitemap" and response.body.startswith(b"\x1f\x8b"):
        return None  # sitemap.xml.gz is ordinary, and servers call it what it is (RFC 1952)
    found: Found = "json" if response.body.lstrip()[:1] in {b"{", b"["} else "feed"
    return lie(response.headers.get("content-type", ""), "page" if endpoint.kind == "page" else found)


def explained(error: ParseError, endpoint: Endpoint, response: Response) -> ParseError:
    """Return what a document that could not be read comes to: a known stand-in, a lie, or what it was."""
    from aggregator.parse.blocks import recognised  # noqa: PLC0415 - only documents that fail need it
    from aggregator.parse.looks import Looks  # noqa: PLC0415 - the same

    block = recognised(200, response.headers, response.body, asked=endpoint.url, url=response.url)
    if block:
        return StandIn(block.kind, f"HTTP 200: {block.seen}")
    if not isinstance(error, NotADocument) or endpoint.kind == "page":
        return error
    page = Looks(200, response.headers, response.body, endpoint.url, response.url).is_html
    untrue = lie(response.headers.get("content-type", ""), "page") if page else None
    return Mislabelled(f"{error}; it is {untrue}", page=True) if untrue else NotADocument(str(error), page=page)


def lie(content_type: str, found: Found) -> str | None:
    """Return in words that a body of the kind ``found`` is served as something else; None where that can be."""
    claim = content_type.partition(";")[0].strip().lower()
    return f"{_WORDS[found]} served as {claim}" if _LIES[found].fullmatch(claim) else None
