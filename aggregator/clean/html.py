"""Bodies: HTML that is safe, stands by itself and parses strictly, and plain text out of HTML.

The order matters.  First the tree is put right: what is no part of the statement goes, addresses become
absolute.  Then, last, nh3 parses what came out the way browsers do and lets through only what is
allowed, so nothing that an earlier step did or overlooked can undo it.  Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from urllib.parse import unquote

import nh3
from lxml import etree

from aggregator.clean import text, tracking, urls
from aggregator.clean.allowed import (
    ATTRIBUTES,
    BLOCKS,
    DROPPED,
    LAZY,
    PHRASES,
    RENAMED,
    SCHEMES,
    STRUCK,
    TAGS,
)
from aggregator.clean.attributes import fewer
from aggregator.errors import BadItem
from aggregator.model import Markup

DEEPEST = 200
"""Elements inside each other.  The sanitiser's time grows with the square of the depth; a body that is
deeper loses all its elements but paragraphs."""

MOST_ESCAPES = 100_000
"""``&amp;`` and ``&lt;`` in one body.  The sanitiser's time grows with the square of their number in one text;
the longest official texts (laws, transcripts) have some hundreds."""

PASSES = 5
"""Where the sanitiser reads the elements otherwise than they were written (a block in a paragraph, a link in a
link), what it made of them is put right once more; two passes nearly always do."""

_GONE, _HOLLOW, _OPEN = "GONE", "HOLLOW", "OPEN"
"""Names given to elements that go: with their content, because they are blank, but for their content.  The
parser writes names in lower case, so no source can use them."""

_SHOWN = frozenset({_GONE, "img", "br", "hr", "wbr", "td", "th", "tr", "col", "colgroup"})
"""What is not blank for having no text, and what is gone already."""

_TAG = re.compile(r"<[a-zA-Z/!?]")
_ESCAPED_TAG = re.compile(r"&lt;/(?:p|div|a|ul|ol|li|h[1-6]|strong|em|b|i|span|table|blockquote)&gt;", re.IGNORECASE)
_NOT_FLAT = re.compile(r"</?(?!(?:p|br|script|style|textarea|title)\b)[a-zA-Z][^<>]*>", re.IGNORECASE)
_STRUCK = re.compile(rf"<(?:{'|'.join(sorted(STRUCK))})[\s>]", re.IGNORECASE)
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"\n[ \t\r\n]+")
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\ufffc]*")
_TINY = frozenset({"0", "1", "0px", "1px"})
_PARAGRAPHS = re.compile(r"\n[ \t\r\n]*\n")
_TAG_NAME = re.compile(r"</?[a-z][a-z0-9]*")
_REST = r"""[^<>"]*(?:"[^"]*"[^<>"]*)*>"""
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS | {'br'}, key=len, reverse=True))})(?=[\s>]){_REST}")
_ANY_TAG = re.compile(rf"</?[a-z]{_REST}")
_BREAK = "\u2029"
_ENTITIES = (("&nbsp;", "\u00a0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_NO_BREAK = "\u00a0"
"""As a character, a no-break space costs the sanitiser nothing; as an entity, much."""

_sanitise = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    url_schemes=set(SCHEMES),
    link_rel=None,
    strip_comments=True,
).clean


def body(markup: Markup, base: str | None, page: str | None, remove: Sequence[str] = ()) -> str:
    """Return a body as sanitised HTML, "" when nothing is left.

    ``base`` is what relative addresses resolve against, ``page`` the item's own address, for links to a
    place within it; ``remove`` are CSS selectors of what to cut out first.  Raises ``BadItem`` for a body
    that cannot be sanitised in reasonable time.
    """
    source = text.without_boilerplate(_as_html(markup))
    if remove and "<" in source:
        source, _ = _cut(source, remove)
    cleaned = ""
    for _ in range(PASSES):
        written = _write(source, base, page)
        cleaned = _sanitise(written.replace("&nbsp;", _NO_BREAK))
        if cleaned == source or _same_shape(written, cleaned):
            break
        source = cleaned
    cleaned = cleaned.strip()
    if "<" in cleaned:
        return cleaned
    return f"<p>{cleaned}</p>" if cleaned.replace("&nbsp;", "").strip() else ""


def is_markup(markup: Markup) -> bool:
    """Return whether a body has elements, written out or escaped once more."""
    return markup.kind != "text" and bool(_TAG.search(markup.value) or _ESCAPED_TAG.search(markup.value))


def to_text(html: str) -> str:
    """Return the text of HTML: a line for each block, what is struck, hidden or no text left out."""
    if "<" not in html and "&" not in html:
        return text.normal(html)
    root = _parse(html)
    if root is None:
        return ""
    for element in list(root.iterdescendants()):
        if _unshown(element):
            element.tag = _GONE
    etree.strip_elements(root, *DROPPED, *STRUCK, _GONE, with_tail=False)
    for element in root.iter(*BLOCKS, "br"):
        element.text = _BREAK + (element.text or "")
        element.tail = _BREAK + (element.tail or "")
    return _lines("".join(map(str, root.itertext())))


def text_of_body(cleaned: str) -> str:
    """Return what ``to_text`` does, for HTML that ``body`` returned: that is regular enough to read without a tree."""
    if _STRUCK.search(cleaned):
        return to_text(cleaned)
    written = _ANY_TAG.sub("", _BLOCK_TAG.sub(_BREAK, cleaned))
    for entity, character in _ENTITIES:
        written = written.replace(entity, character)
    return _lines(written)


def _lines(written: str) -> str:
    whole = text.composed(text.presentable(written))
    lines = (" ".join(line.split()) for line in whole.split(_BREAK))
    return "\n".join(filter(None, lines))


def struck_text(html: str) -> str:
    """Return the struck words of HTML: what was said, and is said no longer."""
    if not _STRUCK.search(html):
        return ""
    root = _parse(html)
    return "" if root is None else text.normal(" ".join("".join(map(str, e.itertext())) for e in root.iter(*STRUCK)))


def plain(markup: Markup, remove: Sequence[str] = ()) -> str:
    """Return the text of a summary, on lines as ``to_text``; of a very long one without markup, the beginning."""
    if markup.kind != "html" and not is_markup(markup):
        return text.line(Markup(text.without_boilerplate(markup.value), markup.kind))
    source = text.without_boilerplate(_as_html(markup))
    return to_text(_cut(source, remove)[0] if remove and "<" in source else source)


def cuts(markup: Markup, remove: Sequence[str]) -> tuple[int, ...]:
    """Return how many elements ``body`` would cut out of ``markup`` for each selector of ``remove``."""
    return _cut(text.without_boilerplate(_as_html(markup)), remove)[1]


def _same_shape(written: str, cleaned: str) -> bool:
    # Out of a table, text moves without any element changing its place.
    return "<table" not in cleaned and _TAG_NAME.findall(written) == _TAG_NAME.findall(cleaned)


def _write(source: str, base: str | None, page: str | None) -> str:
    """Return ``source`` put right and written out, ready for the sanitiser."""
    root = _parse(source)
    if root is None:
        return ""
    lower = source.lower()
    _settle(root, base, page, hides="hidden" in lower or "none" in lower)
    written = etree.tostring(root, encoding="unicode", method="html")
    if "<pre" not in written:
        written = _SPACES.sub("\n", written)
    escapes = written.count("&amp;") + written.count("&lt;")
    if escapes > MOST_ESCAPES:
        msg = f"a body with {escapes} escaped characters is no statement"
        raise BadItem(msg)
    return text.presentable(written.removeprefix("<body>").removesuffix("</body>"))


def _as_html(markup: Markup) -> str:
    value = markup.value
    if markup.kind == "text" or not _TAG.search(value):
        if markup.kind != "text" and _ESCAPED_TAG.search(value):
            return fewer(_unescape_once(value))
        whole = escape(value, quote=False) if markup.kind == "text" else value.replace("<", "&lt;")
        parts = (part.strip(" \t\r\n") for part in _PARAGRAPHS.split(whole))
        return "\n".join(f"<p>{part}</p>" for part in parts if part)
    return fewer(value)


def _unescape_once(value: str) -> str:
    for entity, character in _ENTITIES:
        value = value.replace(entity, character)
    return value


def _cut(html: str, remove: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Return ``html`` without what the CSS selectors ``remove`` match, and how many elements each did match.

    By soupsieve, which lxml has nothing like.
    """
    from bs4 import BeautifulSoup  # noqa: PLC0415 -- few sources cut, and the import is slow

    soup = BeautifulSoup(html, "lxml")
    counts = []
    for selector in remove:
        found = soup.select(selector)
        for element in found:
            element.extract()
        counts.append(len(found))
    return str(soup.body.decode_contents()) if soup.body else "", tuple(counts)


def _parse(html: str) -> etree._Element | None:
    root = _tree(html)
    depth, leaf = 0, root
    while leaf is not None and len(leaf):
        depth, leaf = depth + 1, leaf[-1]
    # Where elements nest too deep the parser stops, so the depth shows at the end of the tree.
    return _tree(_NOT_FLAT.sub(" ", html)) if depth >= DEEPEST else root


def _tree(html: str) -> etree._Element | None:
    """Return the body of ``html``; nested deeper than 256, it ends there (libxml2's own limit)."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # What XML does not allow stops this parser; the characters among it that entities stand for come later.
    whole = f"<!DOCTYPE html><html><body>{text.legal(html)}</body></html>"
    return etree.fromstring(whole.encode(), parser).find("body")


def _settle(root: etree._Element, base: str | None, page: str | None, *, hides: bool) -> None:
    """Mark every element for what becomes of it, the last first, so that a blank one can make its parent blank."""
    etree.strip_elements(root, *DROPPED, with_tail=False)
    for element in list(root.iterdescendants())[::-1]:
        tag = element.tag
        if hides and _unshown(element):
            element.tag = _GONE
        elif settle := _SETTLED.get(tag):
            settle(element, base, page)
        elif tag not in TAGS:
            element.tag = RENAMED.get(tag, _OPEN)
        if _is_blank(element.text):
            _hollow(element)
    etree.strip_elements(root, _GONE, with_tail=False)
    etree.strip_tags(root, _HOLLOW, _OPEN)
    for element in root.iter("pre"):
        # HTML takes the line end after <pre> for none: another one would be taken away at each reading.
        element.text = (element.text or "").lstrip("\r\n")


def _unshown(element: etree._Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _UNSHOWN.search(style))


def _hollow(element: etree._Element) -> None:
    """Mark an element without text that shows nothing; a table's cell stays, a phrase leaves its white space."""
    tag = element.tag
    if tag in _SHOWN:
        return
    breaks = {"br", "wbr"} if tag in BLOCKS else set()
    if all((child.tag in {_GONE, _HOLLOW} or child.tag in breaks) and _is_blank(child.tail) for child in element):
        element.tag = _HOLLOW if tag in PHRASES or tag == _OPEN else _GONE


def _is_blank(value: str | None) -> bool:
    return not value or value.isspace() or _BLANK.fullmatch(value) is not None


def _cite(element: etree._Element, base: str | None, _: str | None) -> None:
    if cite := element.get("cite"):
        if url := urls.link(cite, base):
            element.set("cite", url)
        else:
            del element.attrib["cite"]


def _span(element: etree._Element, _: str | None, __: str | None) -> None:
    if not (element.get("lang") or element.get("dir")):
        element.tag = _OPEN


def _part_of_player(element: etree._Element, _: str | None, __: str | None) -> None:
    element.tag = _GONE


def _anchor(element: etree._Element, base: str | None, page: str | None) -> None:
    href = element.get("href")
    url = urls.link(href, page or base if href and href.lstrip().startswith("#") else base)
    if url:
        element.set("href", url)
    else:
        element.tag = _OPEN


def _image(element: etree._Element, base: str | None, _: str | None) -> None:
    candidates = [element.get("src"), *(element.get(name) for name in LAZY)]
    # "a.jpg 1x, b.jpg 2x": the first of a set stands for it
    absolutes = (urls.absolute(value.split()[0].rstrip(","), base) for value in candidates if value and value.strip())
    source = next(filter(None, absolutes), None)
    tiny = element.get("width") in _TINY or element.get("height") in _TINY
    if source is None or tiny or any(pixel in source for pixel in tracking.PIXELS):
        element.tag = _GONE
        return
    element.set("src", source)
    for side in ("width", "height"):
        if not element.get(side, "1").isdecimal():
            del element.attrib[side]


def _player(element: etree._Element, base: str | None, _: str | None) -> None:
    """Turn a player into a link to what it plays: feed readers and the validator want no players."""
    addresses = [element.get("src"), *(child.get("src") for child in element)]
    source = next(filter(None, (urls.absolute(address, base) for address in addresses)), None)
    for child in element:
        child.tag = _GONE
    if source is None:
        element.tag = _GONE
        return
    element.tag = "a"
    element.attrib.clear()
    element.set("href", source)
    element.tail = " " + (element.tail or "")
    element.text = unquote(source.rstrip("/").rpartition("/")[2]) or source


_SETTLED: Mapping[str, Callable[[etree._Element, str | None, str | None], None]] = {
    "a": _anchor,
    "img": _image,
    "span": _span,
    **dict.fromkeys(("audio", "video"), _player),
    **dict.fromkeys(("source", "track"), _part_of_player),
    **dict.fromkeys((tag for tag, names in ATTRIBUTES.items() if "cite" in names), _cite),
}
"""Elements that need more than their name looked at: how each is settled, given its base and its page."""
