"""Bytes to ``RawItem``: what a source said, untouched.

One module a kind of document; each is imported when its kind is first met, because each brings a library of its own.
Nothing here cleans, resolves, dates or guesses what a text means: that is ``clean``.  Nothing here reads anything but
the response it was given.
"""

from __future__ import annotations

from aggregator.config.endpoints import Endpoint, FeedEndpoint, JsonEndpoint, SitemapEndpoint
from aggregator.model import Document, FullText, Response
from aggregator.parse.parts import absolute

__all__ = ["PARSER_VERSION", "absolute", "fulltext", "parse"]

PARSER_VERSION = 1
"""Grows whenever the same bytes are read otherwise, so that what we read better does not look like a source's edit."""


def parse(endpoint: Endpoint, response: Response) -> Document:
    """Read ``response`` as ``endpoint`` declares it: at least one item, in the document's order.

    An index of sitemaps has none: it says where they are (``Document.sitemaps``).

    An item that cannot be read costs that item and leaves a sentence in ``Document.rejected``.
    Raises ``NotADocument`` when the body is something else than declared, ``NoItems`` when it is of the right kind and
    holds no item.  The body decides what it is; its content type helps with nothing but the encoding.
    """
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
