"""The parts of a repeated element: which selectors find its title, link, date and summary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bs4.element import Tag

from aggregator.config.endpoints import field_selector
from aggregator.parse.draft.dates import form_for
from aggregator.parse.draft.drafted import Reads
from aggregator.parse.draft.names import LOOKS, classes, worth
from aggregator.parse.page import text_of
from aggregator.parse.parts import absolute

SAMPLE = 12
"""Elements of a group on which selectors are tried: lists repeat themselves."""
_SHAPES = 4
"""Elements of a group of which selectors are made."""
_TRIED = 40
"""Selectors tried for one field."""
_LEVELS = 2
"""Named elements around one, inside its item, that lend it their name."""
_ENOUGH = 0.6
"""Share of the elements in which a field has to be found, for its selector to be proposed."""
_DISTINCT = 0.5
"""Share of different values below which it is no title, no link: "Read more", the name of a topic."""

_MIXED = 0.5
"""Share of titles from which on those that are none are no variety, but a mistake."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLES = re.compile(r"title|headline|heading|subject|caption", re.IGNORECASE)
_DATES = re.compile(r"date|time|publi|posted|when|day", re.IGNORECASE)
_SUMMARIES = re.compile(r"summary|excerpt|teaser|desc|intro|lead|abstract|text|body|snippet|synopsis", re.IGNORECASE)
_DATED = ("datetime", "data-date", "data-datetime", "data-published", "content")
"""Attributes that hold dates."""
_LONGEST_TITLE, _LONG_TITLE, _TITLE, _SHORT_TITLE = 400, 220, 15, 4
_LONGEST_DATE = 40
_PARAGRAPH = 60
"""Characters that a summary has at least, in the middle of all."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The selectors for the parts of an item, and how well they do on a sample of the elements."""

    title: str
    link: str
    date: str | None
    date_format: str | None
    summary: str | None
    usable: float
    """Share of the elements with title and link."""
    dated: float
    """Share of the elements with a date that can be read."""
    length: float
    """Characters of a title, in the middle of all."""
    words: float
    heading: bool
    """The titles are headings, or of a class that says so."""
    distinct: float
    """Share of different links."""


@dataclass(frozen=True, slots=True)
class _Found:
    selector: str
    values: list[str | None]
    elements: list[Tag | None]

    @property
    def there(self) -> list[str]:
        return [value for value in self.values if value]

    @property
    def coverage(self) -> float:
        return len(self.there) / len(self.values)

    @property
    def distinct(self) -> float:
        return len(set(self.there)) / len(self.there) if self.there else 0.0


def fields_of(elements: Sequence[Tag], url: str, reads: Reads) -> Fields | None:
    """Return selectors for the parts of ``elements``, one item each; None where they have no titles or no links."""
    sample = elements[:SAMPLE]
    titles = [(score, found) for found in _tried(sample, _title_selectors) if (score := _title_score(found, reads)) > 0]
    if not titles:
        return None
    best = max(titles, key=lambda one: one[0])[1]
    links = [
        (score, found)
        for found in _tried(sample, _link_selectors)
        if (score := _link_score(found, best.elements, url)) > 0
    ]
    if not links:
        return None
    link = max(links, key=lambda one: one[0])[1]
    date, date_format, dated = _date(sample, reads)
    both = sum(bool(title and address) for title, address in zip(best.values, link.values, strict=True))
    return Fields(
        title=best.selector,
        link=link.selector,
        date=date,
        date_format=date_format,
        summary=_summary(sample, best, reads),
        usable=both / len(sample),
        dated=dated,
        length=median(map(len, best.there)),
        words=median(len(re.findall(r"\w+", value)) for value in best.there),
        heading=any(_is_title(element) for element in best.elements if element is not None),
        distinct=link.distinct,
    )


def relative(element: Tag, item: Tag) -> Iterator[str]:
    """Yield selectors that may find ``element`` inside ``item``, the plainest first."""
    if element is item:
        yield ""
        return
    tag = element.name
    named = [name for name in classes(element) if worth(name) > LOOKS]
    yield from (f"{tag}.{name}" if tag in {"a", "p", "td", "li"} else f".{name}" for name in named[:2])
    levels = 0
    for parent in element.parents:
        if parent is item:
            break
        if parent.name in _HEADINGS:
            yield f"{parent.name} {tag}"
        if levels < _LEVELS and (around := next((name for name in classes(parent) if worth(name) > LOOKS), None)):
            yield f".{around} {tag}"
            levels += 1
    yield tag
    inside = element.parent
    if inside is not None and inside is not item and not element.find_next_sibling(tag):
        around = next((f".{name} " for name in classes(inside) if worth(name) > LOOKS), "")
        yield f"{around}{tag}:last-of-type"
    before = [sibling for sibling in element.previous_siblings if isinstance(sibling, Tag)]
    if before and all(sibling.name == tag for sibling in before) and len(before) < len(_HEADINGS):
        yield " + ".join([tag] * (len(before) + 1))


def _tried(sample: Sequence[Tag], selectors: Callable[[Tag], Iterator[str]]) -> list[_Found]:
    """Return what each selector made of the first elements finds in all of them."""
    proposed = dict.fromkeys(selector for element in sample[:_SHAPES] for selector in selectors(element))
    return [_find(sample, selector) for selector in list(proposed)[:_TRIED]]


def _find(sample: Sequence[Tag], selector: str) -> _Found:
    css, attribute = field_selector(selector)
    elements = [item.select_one(css) if css not in {"", ":scope"} else item for item in sample]
    values = [_value(element, attribute) if element else None for element in elements]
    return _Found(selector, values, elements)


def _value(element: Tag, attribute: str | None) -> str | None:
    value = element.get(attribute) if attribute else text_of(element)
    return (value.strip() or None) if isinstance(value, str) else None


def _title_selectors(item: Tag) -> Iterator[str]:
    if item.name == "a":
        yield ":scope"
    for element in item.find_all(name=True):
        telling = any(_TITLES.search(name) for name in classes(element))
        if element.name in {*_HEADINGS, "a"} or telling:
            yield from relative(element, item)
    for element in item.find_all(["strong", "b", "td", "dt", "p", "span"]):
        yield from relative(element, item)


def _title_score(found: _Found, reads: Reads) -> float:
    values = found.there
    if found.coverage < _ENOUGH or found.distinct < _DISTINCT:
        return 0
    length = median(map(len, values))
    if not _SHORT_TITLE <= length <= _LONGEST_TITLE or sum(reads(value, None) for value in values) * 2 > len(values):
        return 0
    fit = 0.7 if length > _LONG_TITLE else 1.0 if length >= _TITLE else 0.5
    elements = [element for element in found.elements if element is not None]
    linked = sum(_anchored(element) is not None for element in elements) / len(elements)
    titled = sum(map(_is_title, elements)) / len(elements)
    # What finds headings, and where there is none something else, finds a topic where the title is missing.
    coverage = found.coverage * (1 if titled < _MIXED else titled * (1 if titled == 1 else 1 - _MIXED / 2))
    bonus = 0.5 * titled + 0.4 * linked + 0.3 * _telling(found.selector)
    return coverage * found.distinct * fit * (1 + bonus) - 0.001 * len(found.selector)


def _is_title(element: Tag) -> bool:
    """Return whether ``element``, or what holds nothing else, is a heading or of a class that says title."""
    around = element.parent
    both = [element]
    if isinstance(around, Tag) and text_of(around) == text_of(element):
        both.append(around)
    return any(one.name in _HEADINGS or any(_TITLES.search(name) for name in classes(one)) for one in both)


def _anchored(element: Tag) -> Tag | None:
    """Return the link that ``element`` is, holds or stands in."""
    if element.name == "a" and element.get("href"):
        return element
    inner = element.find("a", href=True)
    return inner if isinstance(inner, Tag) else element.find_parent("a", href=True)


def _link_selectors(item: Tag) -> Iterator[str]:
    if item.name == "a":
        yield "@href"
    for anchor in item.find_all("a", href=True):
        yield from (f"{selector}@href" for selector in relative(anchor, item))


def _link_score(found: _Found, titles: Sequence[Tag | None], url: str) -> float:
    targets = [absolute(url, value) for value in found.there]
    if found.coverage < _ENOUGH or found.distinct < _DISTINCT or not all(targets):
        return 0
    titled = [(link, title) for link, title in zip(found.elements, titles, strict=True) if title]
    pairs = [(link, title) for link, title in titled if link]
    if not pairs:
        return 0
    own = sum(_anchored(title) is link for link, title in pairs) / len(pairs)
    tags = sum("tag" in (link.get("rel") or []) for link, _ in pairs) / len(pairs)
    score = len(pairs) / len(titled) * found.distinct * (1 + own - 0.5 * tags + 0.2 * _telling(found.selector))
    return score - 0.001 * len(found.selector)


def _telling(selector: str) -> bool:
    """Return whether a selector says what it looks for: any link may be a topic where a title is missing."""
    return bool(re.search(r"[.#\[]|\bh[1-6]\b|^@|^:scope", selector))


def _date(sample: Sequence[Tag], reads: Reads) -> tuple[str | None, str | None, float]:
    """Return the selector of the date, its format where that has to be told, and the share of elements dated."""
    best: tuple[float, str, str | None, float] | None = None
    for found in _tried(sample, _date_selectors):
        if not found.there or max(map(len, found.there)) > 2 * _LONGEST_DATE:
            continue
        known = sum(reads(value, None) for value in found.there)
        declared = None if known == len(found.there) else form_for(found.there, reads)
        read = sum(reads(value, declared) for value in found.there) if declared else known
        share = read / len(sample)
        if share >= _ENOUGH:
            telling = bool(_DATES.search(found.selector)) or found.selector.startswith("time")
            exact = "@" in found.selector
            score = share + 0.3 * exact + 0.2 * telling - 0.1 * bool(declared) - 0.001 * len(found.selector)
            if best is None or score > best[0]:
                best = score, found.selector, declared, share
    return (best[1], best[2], best[3]) if best else (None, None, 0.0)


def _date_selectors(item: Tag) -> Iterator[str]:
    for element in item.find_all(name=True):
        attributes = [name for name in _DATED if element.get(name) and (name != "content" or element.get("itemprop"))]
        if attributes:
            for selector in relative(element, item):
                yield from (f"{selector}@{name}" for name in attributes)
    for element in item.find_all(name=True):
        if not element.find(name=True) and re.search(r"\d", words := text_of(element)) and len(words) <= _LONGEST_DATE:
            yield from relative(element, item)


def _summary(sample: Sequence[Tag], title: _Found, reads: Reads) -> str | None:
    best: tuple[float, str] | None = None
    for found in _tried(sample, _summary_selectors):
        pairs = [
            (value, heading)
            for value, heading, element in zip(found.values, title.values, found.elements, strict=True)
            if value and element and heading and heading not in value and not reads(value, None)
        ]
        if len(pairs) < _ENOUGH * len(sample) or median(len(value) for value, _ in pairs) < _PARAGRAPH:
            continue
        telling = bool(_SUMMARIES.search(found.selector))
        score = len(pairs) / len(sample) * found.distinct + 0.2 * telling - 0.001 * len(found.selector)
        if best is None or score > best[0]:
            best = score, found.selector
    return best[1] if best else None


def _summary_selectors(item: Tag) -> Iterator[str]:
    for element in item.find_all(name=True):
        if element.name == "p" or any(_SUMMARIES.search(name) for name in classes(element)):
            yield from relative(element, item)
