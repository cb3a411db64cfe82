"""Reads a listing page by the CSS selectors of its endpoint.  One page: the next is the pipeline's to fetch."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.builder import ParserRejectedMarkup
from bs4.element import NavigableString, Tag

from aggregator.config.endpoints import PageEndpoint, PageField, field_selector
from aggregator.errors import BadItem, NoItems, NotADocument
from aggregator.model import Document, Markup, RawItem, Response
from aggregator.parse.bounds import gather
from aggregator.parse.encoding import decode, scrub
from aggregator.parse.parts import absolute
from aggregator.parse.patterns import part
from aggregator.parse.recognise import describe, is_markup, misfit

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"}
    | {"dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li"}
    | {"hgroup", "legend", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody"}
    | {"td", "tfoot", "th", "thead", "tr", "ul"}
)
"""Elements whose edges part words: https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3"""

_DEPTH_CAP = 512
"""Elements inside one another.  Real pages nest some dozens; browsers stop here too (Blink's maximum DOM depth)."""

_TAG_CAP = 100_000
"""Angle brackets of one page: bs4 makes objects of what they begin, and a page of millions takes minutes and
gigabytes.  The longest listings have some ten thousand."""

_ATTRIBUTE_CAP = 1_000
"""Attributes of one element, by the white space and the slashes between them: the parser's time grows with their
square.  Elements have some dozens."""

_START_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z)|<(script|style)\b[^>]{0,1000}+>.*?(?:</\1|\Z)"""
    r"""|<[a-z](?:[^=>]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?)*+""",
    re.IGNORECASE | re.DOTALL,
)
"""A comment, a script or style, else a start tag.  Each ends, whatever follows, so that no text is read twice."""
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"?|'[^']*+'?)""")
_GAP = re.compile(r"[\s/]+")

_XML_DECLARATION = re.compile(r"<\?xml", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def read(endpoint: PageEndpoint, response: Response) -> Document:
    """Read the items that ``endpoint.item`` matches; each needs a title and a link.

    Texts are blank-normalised (no-break spaces stay), links stand as the page has them, ``body`` is inner HTML.
    Raises ``NotADocument`` when the body is no page, ``NoItems`` when the selectors find nothing.
    """
    text = decode(response.body, response.headers.get("content-type", ""))
    soup = soup_of(text)
    found = soup.select(endpoint.item)
    if not found:
        msg = f"no element matches item selector '{endpoint.item}' in {describe(text)}"
        raise NoItems(msg)
    base = base_of(soup, response.url)
    items, rejected = gather(found, lambda element: _item(endpoint, element, base))
    title, html = soup.title, soup.find("html")
    following = _reference(soup, endpoint.next) if endpoint.next else _announced(soup)
    return Document(
        items,
        rejected,
        title=(text_of(title) or None) if title else None,
        language=attribute(html, "lang") if isinstance(html, Tag) else None,
        next_url=absolute(base, following) if following else None,
    )


def _refuse_costly(text: str) -> None:
    """Raise ``NotADocument`` for a page that would take minutes to read."""
    if (tags := text.count("<")) > _TAG_CAP:
        msg = f"a page with {tags:,} tags, more than {_TAG_CAP:,}"
        raise NotADocument(msg)
    for tag in _START_TAG.finditer(text):
        if (
            tag[0][1] != "!"
            and not tag[1]
            and len(tag[0]) > _ATTRIBUTE_CAP
            and len(_GAP.findall(_QUOTED.sub("", tag[0]))) > _ATTRIBUTE_CAP
        ):
            msg = f"a page with an element of more than {_ATTRIBUTE_CAP:,} attributes"
            raise NotADocument(msg)


def soup_of(text: str) -> BeautifulSoup:
    """Read a page.  Raises ``NotADocument`` for what is none, or would take minutes to read.

    Its XML declaration, which says nothing any more, is made one that bs4 does not warn of.
    """
    if not is_markup(text):
        raise misfit(text, "an HTML page")
    _refuse_costly(text)
    try:
        soup = BeautifulSoup(_XML_DECLARATION.sub("<?-", scrub(text)), "lxml")
    except ParserRejectedMarkup:
        raise misfit(text, "an HTML page") from None
    depths = {id(soup): 0}
    for element in soup.find_all():
        depths[id(element)] = depths[id(element.parent)] + 1
    if max(depths.values()) > _DEPTH_CAP:
        msg = f"a page of elements more than {_DEPTH_CAP} deep in one another"
        raise NotADocument(msg)
    return soup


def base_of(soup: BeautifulSoup, url: str) -> str:
    """Return what the links of the page at ``url`` resolve against."""
    element = soup.select_one("base[href]")
    href = attribute(element, "href") if element else None
    return (absolute(url, href) if href else None) or url


def _item(endpoint: PageEndpoint, element: Tag, base: str) -> RawItem:
    summary = _optional(element, endpoint.summary)
    body = _inner(element, endpoint.body) if endpoint.body else None
    return RawItem(
        guid=_name(element, endpoint.id, base),
        link=_required("link", endpoint.link, _reference(element, endpoint.link)),
        title=Markup(_required("title", endpoint.title, _optional(element, endpoint.title)), "text"),
        summary=Markup(summary, "text") if summary else None,
        content=Markup(body, "html") if body else None,
        published=_optional(element, endpoint.date),
        base=base,
    )


def _required(name: str, field: PageField, value: str | None) -> str:
    if value is None:
        msg = f"{name} selector '{field}' finds nothing"
        raise BadItem(msg)
    return value


def _name(element: Tag, field: PageField | None, base: str) -> str | None:
    """Return an id; one that is a link's target is made absolute, so that it is the guid that a feed gives."""
    name = _optional(element, field)
    linked = field is not None and field.match is None and field_selector(field.select)[1] == "href"
    return (absolute(base, name) if name and linked else None) or name


def _optional(element: Tag, field: PageField | None) -> str | None:
    """Return the text, or the attribute, of what ``field`` finds; None when that is nothing or empty."""
    if field is None:
        return None
    found, name = _found(element, field)
    if found is None:
        return None
    return part(field.match, attribute(found, name) if name else text_of(found) or None)


def _found(element: Tag, field: PageField) -> tuple[Tag | None, str | None]:
    """Return the match inside ``element``, and the attribute that is meant.

    Without a selector, or as ``:scope``, it is ``element`` itself.
    """
    css, name = field_selector(field.select)
    if css in {"", ":scope"}:
        return element, name
    if field.pick == "first":
        return element.select_one(css), name
    matches = element.select(css)
    return (matches[-1] if matches else None), name


def _reference(element: Tag, field: PageField) -> str | None:
    """Return a link: without ``@`` the element's ``href`` is meant, where it has one."""
    found, name = _found(element, field)
    href = attribute(found, "href") if found is not None and not name else None
    return part(field.match, href) or _optional(element, field)


def _announced(soup: BeautifulSoup) -> str | None:
    """Return the next page as the page itself names it (HTML, 4.6.7.13, ``rel=next``)."""
    found = soup.find(["link", "a"], rel="next", href=True)
    return attribute(found, "href") if isinstance(found, Tag) else None


def _inner(element: Tag, field: PageField) -> str | None:
    found, name = _found(element, field)
    if found is None:
        return None
    return part(field.match, attribute(found, name) if name else found.decode_contents().strip() or None)


def attribute(element: Tag, name: str) -> str | None:
    """Return an attribute, several words as one text; None for one that is absent or empty."""
    value = element.get(name)
    words = " ".join(value) if isinstance(value, list) else value
    return (words and words.strip(" \t\r\n\f")) or None


def text_of(element: Tag) -> str:
    """Return what a reader sees: script, style and comments left out, a blank at line breaks and edges of blocks."""
    parts: list[str] = []
    block: object = None
    blocks: dict[int, object] = {id(element): element}
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                parts.append(" ")
        elif type(node) is NavigableString:
            around = _block_around(node, blocks)
            parts += (" ", node) if around is not block else (node,)
            block = around
    return _BLANKS.sub(" ", "".join(parts)).strip(" ")


def _block_around(node: NavigableString, blocks: dict[int, object]) -> object:
    """Return the block that ``node`` stands in; ``blocks`` is what was found before, by the elements in between.

    So no way up is gone twice: the nesting is the page's to choose, and the texts at its end are many.
    """
    way = []
    block: object = None
    for parent in node.parents:
        block = blocks.get(id(parent)) or (parent if parent.name in _BLOCKS else None)
        way.append(id(parent))
        if block is not None:
            break
    blocks.update(dict.fromkeys(way, block))
    return block
