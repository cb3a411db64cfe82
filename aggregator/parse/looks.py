"""What an answer looks like to a person: title, visible text, scripts, fields.  Read for judging it, never for items.

Everything is read when it is first asked for: most answers are judged by their status and headers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml import etree

from aggregator.parse.encoding import decode, scrub
from aggregator.parse.markup import Element
from aggregator.parse.recognise import is_page

HEAD = 65_536
"""Octets of a body that are looked at: pages that stand in the place of another have a few thousand."""

_SHORT = 2_000
"""Characters of visible text: a page with more has something of its own to say."""
_SMALL = 20_000
"""Octets of a page that is a script and a sentence; the head alone of a real page has more."""
_BARE = 300
"""Characters of visible text of a page that waits for its script."""

_DATA = re.compile(r"[{\[]|(?:<\?xml[^>]*>\s*)?<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
"""How JSON and feeds begin: they may hold whole pages."""
_HIDDEN = frozenset({"script", "style", "template", "noscript", "title"})


@dataclass(frozen=True)
class Looks:
    """An answer as its judges see it."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Its beginning will do."""
    asked: str
    """The URL that was asked for."""
    url: str
    """The one that answered, after redirects."""

    @cached_property
    def text(self) -> str:
        """The source of the page."""
        return decode(self.body[:HEAD], self.headers.get("content-type", ""))

    @cached_property
    def is_html(self) -> bool:
        """Whether it is a page at all."""
        start = self.text[:_SMALL].lstrip("\ufeff \t\r\n")
        return is_page(start) and not _DATA.match(start)

    @cached_property
    def title(self) -> str:
        """On one line; empty where there is none."""
        return self._first("title")

    @cached_property
    def heading(self) -> str:
        """The first ``h1``, on one line; empty where there is none."""
        return self._first("h1")

    @cached_property
    def visible(self) -> str:
        """What a reader without scripts sees, on one line; what ``noscript`` holds is not part of it."""
        return " ".join(" ".join(_shown(self._tree)).split()) if self._tree is not None else ""

    @cached_property
    def scripts(self) -> str:
        """The scripts that stand in the page itself."""
        return "\n".join(str(one.text or "") for one in self._all("script"))

    @cached_property
    def noscript(self) -> str:
        """What it says to readers without scripts."""
        return " ".join("".join(map(str, one.itertext())) for one in self._all("noscript"))

    @cached_property
    def has_password(self) -> bool:
        """Whether it asks for a password."""
        return any(str(one.get("type", "")).lower() == "password" for one in self._all("input"))

    @cached_property
    def refreshes(self) -> bool:
        """Whether it loads itself or another page anew, without a script."""
        return any(str(one.get("http-equiv", "")).lower() == "refresh" for one in self._all("meta"))

    @property
    def short(self) -> bool:
        """Whether it is a page with little to read."""
        return self.is_html and len(self.body) < HEAD and len(self.visible) <= _SHORT

    @property
    def bare(self) -> bool:
        """Whether it is a page with next to nothing to read, and too small to hold a list."""
        return self.is_html and len(self.body) <= _SMALL and len(self.visible) <= _BARE

    @property
    def host(self) -> str:
        """The host that answered."""
        return host_of(self.url)

    @property
    def elsewhere(self) -> bool:
        """Whether another site answered than was asked: the last two labels of its host differ."""
        return host_of(self.asked).rsplit(".", 2)[-2:] != self.host.rsplit(".", 2)[-2:]

    @cached_property
    def _tree(self) -> Element | None:
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
        try:
            return etree.fromstring(scrub(self.text).encode(), parser) if self.is_html else None
        except etree.XMLSyntaxError:
            return None

    def _all(self, name: str) -> Iterator[Element]:
        return iter(()) if self._tree is None else self._tree.iter(name)

    def _first(self, name: str) -> str:
        texts = (" ".join("".join(map(str, one.itertext())).split()) for one in self._all(name))
        return next(filter(None, texts), "")


def host_of(url: str) -> str:
    """Return the host of ``url``; empty where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as an unclosed bracket around a host
        return ""


def _shown(root: Element) -> Iterator[str]:
    """Yield the texts of ``root`` that are shown, in order.  Not recursive: nesting is the page's to choose."""
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, left = stack.pop()
        if left:
            yield str(element.tail or "")
            continue
        if element is not root:
            stack.append((element, True))
        if element.tag not in _HIDDEN:
            yield str(element.text or "")
            stack += [(child, False) for child in reversed(element)]
