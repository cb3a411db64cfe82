"""Which HTML may stand in an item's body, as data; the reasons beside the rows.

Everything here passes the W3C feed validator without a warning (``acceptable_elements`` and
``acceptable_attributes`` of https://github.com/w3c/feedvalidator/blob/main/src/feedvalidator/validators.py)
and says something to a reader.  What is in no row loses its tags and keeps its text.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


BLOCKS: frozenset[str] = _names(
    "address article aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header",
    "hr li ol p pre section summary table tbody td tfoot th thead tr ul",
)
"""Elements that begin a new line."""

PHRASES: frozenset[str] = _names(
    # s, del and ins stay: transcripts correct themselves with them ("<s>economy</s> [elections]")
    "a abbr b bdi br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u var",
    "wbr col colgroup",
)
"""Elements inside a line, and the columns of a table."""

TAGS: frozenset[str] = BLOCKS | PHRASES

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"dir", "lang"}),  # without them Arabic and Hebrew are set the wrong way round
    "a": frozenset({"href", "hreflang", "title"}),
    "abbr": frozenset({"title"}),
    "dfn": frozenset({"title"}),
    "img": frozenset({"alt", "height", "src", "title", "width"}),
    "blockquote": frozenset({"cite"}),
    "q": frozenset({"cite"}),
    "del": frozenset({"cite", "datetime"}),
    "ins": frozenset({"cite", "datetime"}),
    "time": frozenset({"datetime"}),
    "ol": frozenset({"reversed", "start", "type"}),  # legal texts number by them
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"abbr", "colspan", "rowspan", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
}
"""No ``style``, ``class`` or ``id``: they mean something in the site's own page only, and clash in another."""

SCHEMES: frozenset[str] = frozenset({"http", "https", "mailto", "tel"})

RENAMED: Mapping[str, str] = {
    # Elements HTML has given up, and the ones that mean the same: https://html.spec.whatwg.org/#obsolete
    "strike": "s",
    "acronym": "abbr",
    "center": "div",
    "dir": "ul",
    "menu": "ul",
    "listing": "pre",
    "xmp": "pre",
    "plaintext": "pre",
    "tt": "code",
    # Boxes that say nothing by themselves, and whose text must not run together with what is beside them
    "body": "div",
    "fieldset": "div",
    "form": "div",
    "hgroup": "div",
    "legend": "div",
    "main": "div",
    "search": "div",
}

DROPPED: frozenset[str] = _names(
    # Programs, styles and what only a page's head may hold
    "script style noscript template head title base link meta",
    # Foreign content and players: the validator refuses them, and svg and math are where sanitisers break
    "svg math iframe frame frameset noframes object embed noembed applet param canvas map area",
    # Controls, and the way round the site: no part of what it said
    "nav button input select option optgroup datalist textarea label output progress meter dialog keygen",
)
"""Elements that go with all they hold."""

STRUCK: frozenset[str] = frozenset({"s", "del", "strike"})
"""Withdrawn words: shown struck in HTML, left out of plain text."""

LAZY: tuple[str, ...] = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-srcset", "srcset")
"""Where scripts keep the address of an image that ``src`` does not have yet, in order."""
