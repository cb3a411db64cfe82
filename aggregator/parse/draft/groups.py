"""The repeated elements of a page: what might be its items, each group under the selector that finds it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeAlias

from bs4 import BeautifulSoup
from bs4.element import Tag

from aggregator.parse.draft.drafted import FEWEST
from aggregator.parse.draft.names import LOOKS, SAYS, classes, identifier, step, worth
from aggregator.parse.page import text_of
from aggregator.parse.parts import absolute

MOST = 1_000
"""Elements of one group; what a page has more of are not its items."""
_LINKS = 2_000
"""Links of a page that are read: it lists its items before it comes to that many."""
_STARTS = 300
"""Of these, the ones whose surroundings are looked at: one of every list of links is enough."""
_SELECTORS = 800
"""Selectors that are tried on one page; real ones have some hundreds.  What each costs grows with the page."""
_NAMES = 4
"""Classes of one element that are tried."""
_WIDE = 4_000
"""Elements of one tag and class that are looked at."""
_DEEP = 40
"""Elements around one that are looked at: real pages nest some twenty."""
_LEVELS = 12
"""Elements around a link that are taken for its item: real ones lie two to eight away."""
_SHORTEST = 6
"""Characters of a link's text that may be a title ("Remarks")."""
_TITLED = 20
"""Characters that a link's text seldom has which is not a title."""
_BETWEEN = 3
"""Elements without a name between one that has a name and an item."""

_FURNITURE = frozenset({"nav", "footer", "aside", "header", "dialog", "noscript", "template", "select"})
_ROLES = frozenset({"navigation", "contentinfo", "banner", "complementary", "search", "menu", "menubar", "dialog"})
"""https://www.w3.org/TR/wai-aria-1.2/#landmark_roles"""
_SIDE = re.compile(
    r"(?:^|[-_])(?:nav|navbar|navigation|menu|submenu|megamenu|breadcrumbs?|footer|sidebar|social|share|sharing|pager|"
    r"pagination|cookies?|lang|languages?|skip|toolbar|filters?|facets?|tags|related|newsletter|login|search-form)"
    r"(?:$|[-_])|Menu|Nav(?:$|igation)",
)
"""Classes and ids of what stands around the content."""


_Index: TypeAlias = dict[tuple[str, str], list[Tag]]


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that may be one item each, in the order of the page."""

    selector: str
    elements: tuple[Tag, ...]
    aside: bool
    """It stands in navigation, in a margin, at the head or the foot of the page."""
    central: bool
    """It stands in the page's main part."""
    named: int
    """How far the item's own name can be trusted (``names``)."""

    @property
    def parents(self) -> int:
        """How many elements hold them: items mostly share one."""
        return len({id(element.parent) for element in self.elements})


def groups(soup: BeautifulSoup, url: str) -> list[Group]:
    """Return every group of elements of which links with a text of some length stand in."""
    index = _index(soup)
    found: dict[tuple[int, ...], Group] = {}
    seen: set[str] = set()
    for link in _links(soup, url):
        for element in _around(link):
            for selector, select in _selections(element, index):
                if selector in seen or len(seen) >= _SELECTORS:
                    continue
                seen.add(selector)
                elements = select()
                if FEWEST <= len(elements) <= MOST and not _nested(elements):
                    group = _group(selector, elements)
                    key = tuple(map(id, elements))
                    known = found.get(key)
                    if known is None or _preference(group) > _preference(known):
                        found[key] = group
    return list(found.values())


def _up(element: Tag) -> Iterator[Tag]:
    """Yield the elements around ``element``, the nearest first."""
    return islice(element.parents, _DEEP)


def beside(element: Tag) -> bool:
    """Return whether ``element`` stands in what surrounds the content: menus, margins, head and foot of the page."""
    return any(map(_is_side, _up(element)))


def _is_side(element: Tag) -> bool:
    if element.name in _FURNITURE or str(element.get("role", "")).lower() in _ROLES:
        return True
    if element.name in {"body", "html", "main", "form"}:
        return False
    names = [*(element.get("class") or []), str(element.get("id") or "")]
    return any(_SIDE.search(name) for name in names if name)


def _links(soup: BeautifulSoup, url: str) -> list[Tag]:
    """Return the links elsewhere that may be an item's, those with a text as long as a title's first."""
    here = url.partition("#")[0]
    found: list[tuple[bool, bool, int, Tag]] = []
    for anchor in soup.find_all("a", href=True, limit=_LINKS):
        target = absolute(url, str(anchor["href"]).strip())
        if target and target.partition("#")[0] != here:
            length = len(text_of(anchor))
            found.append((length < _TITLED, length < _SHORTEST, len(found), anchor))
    return [anchor for *_, anchor in sorted(found, key=lambda one: one[:3])[:_STARTS]]


def _around(link: Tag) -> Iterator[Tag]:
    yield link
    for level, parent in enumerate(link.parents):
        if level >= _LEVELS or parent.name in {"body", "html", "[document]"}:
            return
        yield parent


def _index(soup: BeautifulSoup) -> _Index:
    """Return the elements of each tag and class; of each tag, under the class ""; of each id, under the tag ""."""
    found: _Index = defaultdict(list)
    for element in soup.find_all(name=True):
        found[element.name, ""].append(element)
        for name in classes(element):
            found[element.name, name].append(element)
        if own := identifier(element):
            found["", f"#{own}"].append(element)
    return found


def _selections(element: Tag, index: _Index) -> Iterator[tuple[str, Callable[[], list[Tag]]]]:
    """Yield the selectors under which ``element`` may be one of several, with what gives all that each finds."""
    tag, named = element.name, classes(element)[:_NAMES]
    for name in named:
        yield f"{tag}.{name}", partial(index.__getitem__, (tag, name))
    if tag == "article":
        yield tag, partial(index.__getitem__, (tag, ""))
    path = [tag]
    for parent in element.parents:
        if parent.name in {"body", "html", "[document]"} or len(path) > _BETWEEN:
            return
        if scope := step(parent):
            for name in named:
                yield f"{scope} {tag}.{name}", partial(_inside, scope, (tag, name), index)
            yield f"{scope} {tag}", partial(_inside, scope, (tag, ""), index)
            yield " > ".join((scope, *path)), partial(_inside, scope, (tag, ""), index, tuple(path))
            return
        path.insert(0, parent.name)


def _inside(scope: str, what: tuple[str, str], index: _Index, path: tuple[str, ...] = ()) -> list[Tag]:
    """Return the elements that are ``what`` inside of ``scope``; with ``path``, those by these tags from there."""
    within = set(map(id, index["", scope] if scope.startswith("#") else index[*_parts(scope)]))
    found = []
    for element in index[what][:_WIDE]:
        tags = [element.name]
        for parent in islice(element.parents, len(path) or _LEVELS):
            if id(parent) in within:
                if not path or tuple(tags) == path:
                    found.append(element)
                break
            tags.insert(0, parent.name)
    return found


def _parts(scope: str) -> tuple[str, str]:
    tag, _, name = scope.partition(".")
    return tag, name


def _nested(elements: list[Tag]) -> bool:
    own = set(map(id, elements))
    return any(id(parent) in own for element in elements for parent in _up(element))


def _group(selector: str, elements: list[Tag]) -> Group:
    last = re.split(r"[ >]+", selector)[-1].partition(".")[2]
    sides = sum(beside(element) for element in elements[:10])
    central = any(
        parent.name == "main" or parent.get("role") == "main" or parent.get("id") in {"main", "content"}
        for parent in _up(elements[0])
    )
    return Group(selector, tuple(elements), 2 * sides > min(10, len(elements)), central, worth(last) if last else 0)


def _preference(group: Group) -> tuple[bool, int, int]:
    """Return what makes one of several selectors for the same elements the better: a telling name, then brevity."""
    telling = max((worth(name) for name in re.findall(r"[.#]([\w-]+)", group.selector)), default=LOOKS)
    return telling >= SAYS, group.named, -len(group.selector)
