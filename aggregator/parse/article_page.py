"""Reads the page of one item for its text (``fulltext``), and for what a list may have left out."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup

from aggregator.article.html import linked_data
from aggregator.model import FullText, Markup, Response
from aggregator.parse.encoding import decode
from aggregator.parse.page import attribute, base_of, soup_of, text_of

_TITLES = ("meta[property='og:title']@content", "h1", "title")
_DATES = ("meta[property='article:published_time']@content", "meta[itemprop='datePublished']@content")
"""https://ogp.me/#type_article and https://schema.org/datePublished."""


def read(selector: str, response: Response) -> FullText | None:
    """Return what ``selector`` finds, matches inside matches once; None where it finds no text at all.

    Raises ``NotADocument`` when the response is no page.
    """
    soup = soup_of(decode(response.body, response.headers.get("content-type", "")))
    found = soup.select(selector)
    chosen = {id(element) for element in found}
    outermost = [element for element in found if not any(id(parent) in chosen for parent in element.parents)]
    if not any(text_of(element) for element in outermost):
        return None
    title = next(_values(soup, _TITLES), None)
    return FullText(
        url=base_of(soup, response.url),
        body=Markup("\n".join(element.decode_contents().strip() for element in outermost), "html"),
        title=Markup(title, "text") if title else None,
        published=next(_values(soup, _DATES), None) or _published(soup),
    )


def _values(soup: BeautifulSoup, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        css, _, name = selector.partition("@")
        element = soup.select_one(css)
        if element is not None and (value := attribute(element, name) if name else text_of(element)):
            yield value


def _published(soup: BeautifulSoup) -> str | None:
    """Return the date of publication that the page's structured data give (https://schema.org/datePublished)."""
    dates = (node.get("datePublished") for node in linked_data(soup))
    return next((date for date in dates if isinstance(date, str)), None)
