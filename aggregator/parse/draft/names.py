"""Which names of a page's elements outlast its next edit, and the selectors made of them.

Selectors name what an element is, never its place in a count: a list grows at its head every day.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bs4.element import Tag

_IDENT = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
"""What stands in a selector as it is (https://www.w3.org/TR/selectors-4/#ident); others would need escapes."""

_GENERATED = re.compile(
    r"\d{2}"  # post-721, ctl00, elementor-element-4f1c22
    r"|^(?:css|sc|jsx|jss|emotion|svelte|astro|makeStyles|Mui|ng|v)-"  # what stylesheet compilers make
    r"|(?:^|[-_])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{5,}$"  # _1a2b3
    r"|__[A-Za-z\d]*(?:\d|[a-z][A-Z])[A-Za-z\d]*$"  # Card_title__x3K9a (CSS modules)
)
"""Names that are made anew with every build or for every item."""

_STATE = re.compile(
    r"(?:^|[-_])(?:first|last|odd|even|active|current|selected|open|closed|sticky|hidden|visible|hover|focus|new|\d+)$",
    re.IGNORECASE,
)
"""Names of some elements of a list that others of the same list do not bear."""

_LOOKS = re.compile(
    r"^(?:(?:[mp][trblxyse]?|[whg]|gx|gy)-(?:\d|auto|full|screen|px)[\w-]*|(?:is|has|u(?!-url)|d|col|row|order|offset|text|bg|border|rounded|shadow|font"
    r"|fs|fw|lh|gap|justify|items|content|align|self|float|flex|grid|inline|block|sm|md|lg|xl|xs|pull|wp-container|wp-block"
    r"|wp-elements|ms-rte|govuk-!|usa-grid|uk-width|medium|small|large|min|max|space|overflow|position|display|z|cell|columns?"
    r"|grid-row|grid-col|tablet|desktop|mobile)-[\w-]*"
    r"|row|col|column|columns|container|wrapper|inner|outer|grid|flex|clearfix|block|inline|left|right|center|wide|full|small"
    r"|large|medium|bold|static|relative|absolute|hentry|clear|group|box|layout|section|content|wrap)$",
    re.IGNORECASE,
)
"""Names that say how something looks or where it stands, and not what it is (Bootstrap, Tailwind, block editors)."""

_TERM = re.compile(r"^(?:category|tag|type|status|format|tax|term|author|post_type)-", re.IGNORECASE)
"""WordPress's names for what one item is about."""

_MEANING = re.compile(
    r"item|post|card|article|news|stor(?:y|ies)|press|release|result|entr(?:y|ies)|teaser|list|title|head|date|time|publi"
    r"|summary|excerpt|lead|desc|intro|link|node|record|statement|event|document|media|views|view|abstract|update",
    re.IGNORECASE,
)
"""What the parts of a listing are called in official sites' templates."""

MEANS, SAYS, LOOKS = 3, 2, 1
"""How far a name is to be trusted; nothing below is used at all."""


@lru_cache(maxsize=4096)
def worth(name: str) -> int:
    """Return how far a class or id may be trusted to stay: 0 for not at all."""
    if not _IDENT.fullmatch(name) or _GENERATED.search(name) or _STATE.search(name) or _TERM.match(name):
        return 0
    if re.fullmatch(r"wp-block-(?:post|latest-posts|query|whitehouse)[\w-]*", name):
        return MEANS
    if _LOOKS.match(name) or name[-1].isdigit():
        return LOOKS
    return MEANS if _MEANING.search(name) else SAYS


def classes(element: Tag) -> list[str]:
    """Return the classes of ``element`` that may be used, the most telling first."""
    listed = element.get("class")
    names = listed.split() if isinstance(listed, str) else list(listed or ())
    return sorted((name for name in dict.fromkeys(names) if worth(name)), key=worth, reverse=True)


def identifier(element: Tag) -> str | None:
    """Return the id of ``element`` where it may be used."""
    value = element.get("id")
    return value if isinstance(value, str) and worth(value) >= SAYS else None


def step(element: Tag) -> str | None:
    """Return a selector that names ``element`` by what it is; None where nothing but its tag is known of it."""
    if (name := identifier(element)) and element.name not in {"a", "li", "tr"}:
        return f"#{name}"
    named = [name for name in classes(element) if worth(name) >= SAYS]
    if named:
        return f"{element.name}.{named[0]}"
    return element.name if element.name in {"main", "article", "table", "dl", "time"} else None
