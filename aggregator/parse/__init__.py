"""Bytes to ``RawItem``: what a source said, untouched.

One module a kind of document; each is imported when its kind is first met, because each brings a library of its own.
Nothing here cleans, resolves, dates or guesses what a text means: that is ``clean``.  Nothing here reads anything but
the response it was given.
"""

from __future__ import annotations

from dataclasses import replace

from aggregator.config.endpoints import Endpoint, FeedEndpoint, JsonEndpoint, SitemapEndpoint
from aggregator.errors import ParseError
from aggregator.model import Document, FullText, Response
from aggregator.parse.claims import explained, mislabelled
from aggregator.parse.parts import absolute

__all__ = ["PARSER_VERSION", "absolute", "fulltext", "parse"]

PARSER_VERSION = 1
"""Grows whenever the same bytes are read otherwise, so that what we read better does not look like a source's edit."""


def parse(endpoint: Endpoint, response: Response) -> Document:
    """Read ``response`` as ``endpoint`` declares it: at least one item, in the document's order.

    An index of sitemaps has none: it says where they are (``Document.sitemaps``).

    An item that cannot be read costs that item and leaves a sentence in ``Document.rejected``.
    Raises ``NotADocument`` when the body is something else than declared (``Mislabelled`` when its content type says
    it is not), ``NoItems`` when it is of the right kind and holds no item; and for either ``StandIn``, when it is a
    page that is known to be sent in the place of documents.  The body decides what it is; its content type helps with
    nothing but the encoding, and is told of where it cannot be true.
    """
    try:
        document = _read(endpoint, response)
    except ParseError as error:
        raise explained(error, endpoint, response) from error
    return replace(document, mislabelled=mislabelled(endpoint, response))


def _read(endpoint: Endpoint, response: Response) -> Document:
    if isinstance(endpoint, FeedEndpoint):
        from aggregator.parse import syndication  # noqa: PLC0415 - lxml, and feedparser for what is broken

        return syndication.read(response)
    if isinstance(endpoint, JsonEndpoint):
        from aggregator.parse import json_paths  # noqa: PLC0415 - a run without JSON endpoints needs no evaluator

        return json_paths.read(endpoint, response)
    if isinstance(endpoint, SitemapEndpoint):
        from aggregator.parse import sitemap  # noqa: PLC0415 - lxml

        return sitemap.read(endpoint, response)
    from aggregator.parse import page  # noqa: PLC0415 - bs4 is the slowest import of all

    return page.read(endpoint, response)


def fulltext(body: str, response: Response) -> FullText | None:
    """Read the text that the selector ``body`` finds on an item's page; None where it finds none.

    Raises ``NotADocument`` when the response is no page.
    """
    from aggregator.parse import article_page  # noqa: PLC0415 - bs4 is the slowest import of all

    return article_page.read(body, response)
