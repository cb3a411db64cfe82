"""Drafts of how a listing page may be read, made from its repeated structure and tried on the page itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log2

from bs4 import BeautifulSoup
from bs4.element import Tag

from aggregator.config.endpoints import PageEndpoint
from aggregator.errors import ParseError
from aggregator.model import Response
from aggregator.parse import page
from aggregator.parse.draft.drafted import DRAFTS, Drafted, Reads, drafted
from aggregator.parse.draft.fields import SAMPLE, Fields, fields_of
from aggregator.parse.draft.following import next_selector
from aggregator.parse.draft.groups import Group, groups
from aggregator.parse.draft.names import LOOKS
from aggregator.parse.encoding import decode

_WEIGHED = 40
"""Groups whose fields are looked for: those of which the count alone says that they may be the items."""
_FEW_WORDS, _SHORT = 3.0, 20.0
"""A list without dates whose titles have fewer words, or characters, is a menu."""
_MANY = 1_000
"""Items from which more of them say nothing more."""
_WORSE = 0.25
"""Share of the best draft's score below which another is not worth a look."""
_LISTED = 3
"""Items of a list, at least, where no date says that they are items."""


def page_drafts(response: Response, reads: Reads) -> tuple[Drafted, ...]:
    """Return drafts of ``kind = "page"``, the best first; none where the page repeats nothing that looks like items.

    ``reads`` tells whether a text is a date, in a strptime format or in those that are known.  Raises ``NotADocument``
    when the body is no page, or one that takes too long to read.
    """
    soup = page.soup_of(decode(response.body, response.headers.get("content-type", "")))
    base = page.base_of(soup, response.url)
    weighed = []
    for group in sorted(groups(soup, base), key=_promise, reverse=True)[:_WEIGHED]:
        fields = fields_of(_linking(group), base, reads)
        if fields and (score := _score(group, fields)) > 0:
            weighed.append((score, group, fields))
    weighed.sort(key=lambda one: one[0], reverse=True)
    following = next_selector(soup, base)
    drafts: list[Drafted] = []
    taken: set[int] = set()
    for score, group, fields in weighed:
        if score < _WORSE * weighed[0][0] or any(id(parent) in taken for parent in group.elements[0].parents):
            continue
        draft = _drafted(soup, group, fields, following, response, reads)
        if draft and not any(_alike(draft, other) for other in drafts):
            drafts.append(draft)
            taken |= set(map(id, group.elements))
        if len(drafts) == DRAFTS:
            break
    return tuple(drafts)


def _linking(group: Group) -> Sequence[Tag]:
    """Return the elements that hold a link: a table's head, a rule between two items are no items."""
    return [one for one in group.elements if one.name == "a" or one.find("a", href=True)]


def _promise(group: Group) -> float:
    """Return how likely a group holds the items, before its fields are known."""
    texts = [len(page.text_of(element)) for element in group.elements[:SAMPLE]]
    filled = sum(length >= _SHORT for length in texts) / len(texts)
    return log2(min(len(group.elements), _MANY)) * (0.1 if group.aside else 1) * (0.2 + filled)


def _score(group: Group, fields: Fields) -> float:
    """Return how much a group looks like the list that people come for; nothing where it cannot be that."""
    if not fields.dated:
        few = len(group.elements) < _LISTED
        if group.aside or few or fields.words < _FEW_WORDS or (fields.length < _SHORT and not fields.heading):
            return 0
    count = len(_linking(group))
    usable = fields.usable * (count / len(group.elements) if group.named else 1)
    score = log2(1 + fields.usable * min(count, _MANY)) * usable * fields.distinct
    score *= 1 + 1.2 * fields.dated + 0.4 * fields.heading + 0.1 * bool(fields.summary) + 0.2 * group.central
    score *= 0.1 if group.aside else 1
    score *= 1 - 0.3 * (group.parents - 1) / len(group.elements)
    return score * (1 + 0.05 * max(0, group.named - LOOKS))


def _drafted(
    soup: BeautifulSoup, group: Group, fields: Fields, following: str | None, response: Response, reads: Reads
) -> Drafted | None:
    """Return the draft of a group as the program itself reads it; None where that gives no list."""
    keys: dict[str, str] = {"item": _item(soup, group, fields), "title": fields.title, "link": fields.link}
    optional = {"date": fields.date, "date_format": fields.date_format, "summary": fields.summary, "next": following}
    keys |= {key: value for key, value in optional.items() if value}
    try:
        endpoint = PageEndpoint.model_validate({"kind": "page", "url": response.url, **keys})
        document = page.read(endpoint, response)
    except (ParseError, ValueError):  # nothing is found after all, or not by a selector that the configuration takes
        return None
    return drafted(keys, len(soup.select(keys["item"])), document, reads)


def _item(soup: BeautifulSoup, group: Group, fields: Fields) -> str:
    """Return the selector of the items, without the rows of a table that are its head, and the like.

    A class says what an element is; a bare tag says nothing, so there the link has to be in it.
    """
    last = re.split(r"[ >]+", group.selector)[-1]
    if "." in last or fields.link == "@href":
        return group.selector
    without = [element for element in group.elements if not element.find("a", href=True)]
    if not without:
        return group.selector
    if last == "tr":
        body = re.sub(r"(?:thead|tbody) > tr$|tr$", "tbody tr", group.selector)
        rows = soup.select(body)
        if rows and all(row.find("a", href=True) for row in rows):
            return body
    return f"{group.selector}:has(a)"


def _alike(one: Drafted, other: Drafted) -> bool:
    """Return whether two drafts find, for the greater part, the same items."""
    mine, theirs = set(one.links), set(other.links)
    return 2 * len(mine & theirs) > min(len(mine), len(theirs))
