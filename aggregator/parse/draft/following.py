"""The link from a listing page to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import Tag

from aggregator.parse.draft.names import classes
from aggregator.parse.page import text_of
from aggregator.parse.parts import absolute

_WORDS = re.compile(
    r"(?:go to )?(?:the )?(?:next|older|load more|more news|weiter|nächste|suivante?|siguiente|successiva|następna"
    r"|volgende|далее)(?: (?:page|posts|entries|news|results|items|releases|seite|página|pagina))?"
    r"\s*[\u203a\u00bb\u2192>]*|[\u203a\u00bb\u2192]",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?:^|[-_])next(?:$|[-_])", re.IGNORECASE)
_NEAR = 3
"""Elements around a link of which a class is used."""
_CURRENT = re.compile(r"(?:^|[-_])(?:current|active|selected)$", re.IGNORECASE)


def next_selector(soup: BeautifulSoup, url: str) -> str | None:
    """Return the selector of the link to the next page, which finds that one only; None where the page has none.

    A link by its number ("2") is found from the current one beside it: a selector that holds the number would lead
    from page 2 to page 2.
    """
    for selector in _proposed(soup):
        targets = {_target(found, url) for found in soup.select(selector)}
        if len(targets) == 1 and (target := targets.pop()) and target.partition("#")[0] != url.partition("#")[0]:
            return f"{selector}@href"
    return None


def _target(element: Tag, url: str) -> str | None:
    href = element.get("href")
    return absolute(url, href.strip()) if isinstance(href, str) else None


def _proposed(soup: BeautifulSoup) -> Iterator[str]:
    yield "a[rel~=next]"
    yield "link[rel~=next]"
    for anchor in soup.find_all("a", href=True):
        yield from _named(anchor)
        yield from _worded(anchor)
    yield "[aria-current=page] + a"
    yield "li:has(> [aria-current=page]) + li > a"
    for element in soup.find_all(["span", "strong", "li", "a", "em"]):
        if text_of(element).isdigit():
            yield from _after(element)


def _named(anchor: Tag) -> Iterator[str]:
    """Yield selectors for a link that a class calls the next."""
    for element in (anchor, anchor.parent):
        if name := next((name for name in _names(element) if _NEXT.search(name)), None):
            yield f"a.{name}" if element is anchor else f".{name} a"


def _worded(anchor: Tag) -> Iterator[str]:
    """Yield selectors for a link that its words call the next."""
    for attribute in ("aria-label", "title"):
        label = anchor.get(attribute)
        if isinstance(label, str) and _WORDS.fullmatch(label.strip()) and not re.search(r'["\\\n]', label):
            yield f'a[{attribute}="{label}"]'
    if _WORDS.fullmatch(text_of(anchor)):
        yield from (f"a.{name}" for name in classes(anchor))
        for parent in list(anchor.parents)[:_NEAR]:
            yield from (f".{name} a:last-of-type" for name in classes(parent))


def _after(element: Tag) -> Iterator[str]:
    """Yield selectors for the link after the number of the current page."""
    name = next((name for name in _names(element) if _CURRENT.search(name)), None)
    if name is None:
        return
    yield f"li.{name} + li a" if element.name == "li" else f".{name} + a"
    if element.parent and element.parent.name == "li":
        yield f"li:has(> .{name}) + li > a"


def _names(element: Tag | None) -> list[str]:
    listed = element.get("class") if element else None
    return [name for name in listed or () if re.fullmatch(r"[A-Za-z_][\w-]*", name, re.ASCII)]
