"""Rules for HTML inside a feed: it parses without an error, holds nothing active, and its links are absolute.

A strict reading by Python's tokeniser, and a stack: what WHATWG's "in body" would repair silently is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from html.parser import HTMLParser
from urllib.parse import urlsplit

# W3C validator, validators.py, HTMLValidator: acceptable_elements, less what browsers never knew (spacer and the
# like) and forms, which have no business in a feed.
ELEMENTS = frozenset(
    """a abbr acronym address article aside audio b bdi big blockquote br caption center cite code col colgroup data dd
    del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li
    main mark menu meter nav ol p picture pre progress q rp rt ruby s samp section small source span strike strong sub
    summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr""".split()  # noqa: SIM905 - a table
)
# The same, acceptable_attributes, likewise.
ATTRIBUTES = frozenset(
    """abbr align alt autoplay axis bgcolor border cellpadding cellspacing char charoff charset cite class clear color
    cols colspan compact coords crossorigin datetime decoding default dir download face headers height high href
    hreflang hspace id ismap itemid itemprop itemref itemscope itemtype kind label lang loading longdesc loop low max
    media min muted name noshade nowrap open optimum ping playsinline poster preload referrerpolicy rel rev reversed
    rows rowspan rules scope shape size sizes span src srclang srcset start summary tabindex target title translate type
    usemap valign value vspace width style""".split()  # noqa: SIM905 - a table
)
# The same, acceptable_css_properties and the forms of values that it takes, in the part that sanitisers leave.
CSS = re.compile(
    r"(text-align|text-decoration|font-size|font-style|font-weight|color|background-color|width|height|float|clear|direction|"
    r"vertical-align|white-space|list-style-type)\s*:\s*(#[0-9a-f]+|[a-z-]+|\d*\.?\d+(cm|em|ex|in|mm|pc|pt|px|%)?)"
)
VOID = frozenset(("br", "col", "hr", "img", "source", "track", "wbr"))
IMPLIED_END = frozenset(("dd", "dt", "li", "p", "tbody", "td", "tfoot", "th", "thead", "tr"))
# WHATWG HTML, 13.2.6.4.7: the start tags that close an open p.
BLOCKS = frozenset(
    """address article aside blockquote center details dir div dl figcaption figure footer header hgroup main menu nav
    ol p section summary ul h1 h2 h3 h4 h5 h6 pre dd dt li hr table""".split()  # noqa: SIM905 - a table
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PARENTS = {
    "tr": {"table", "tbody", "thead", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "tbody": {"table"},
    "thead": {"table"},
    "tfoot": {"table"},
    "caption": {"table"},
    "colgroup": {"table"},
    "col": {"colgroup", "table"},
}
ADDRESSES = frozenset(("href", "src", "cite", "poster", "longdesc", "background"))
SCHEMES = frozenset(("http", "https", "mailto", "tel"))


def html(markup: str) -> Iterator[str]:
    """Check a fragment of HTML."""
    for match in re.finditer(r"&(#\d+;|#[xX][0-9a-fA-F]+;|\w+;)?", markup):
        yield from _reference(match[1])
    scanner = _Scanner()
    scanner.feed(markup)
    if scanner.rawdata:
        yield f"HTML breaks off: {scanner.rawdata[:40]!r}"
    scanner.close()
    yield from scanner.findings
    for name in scanner.open:
        if name not in IMPLIED_END:
            yield f"unclosed <{name}>"


def _reference(name: str | None) -> Iterator[str]:
    if name is None or (not name.startswith("#") and name not in html5):
        yield f"bare & in HTML: &{name or ''}"
    elif name.startswith("#"):
        point = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
        if point in {0, 13} or 0x7F <= point <= 0x9F or 0xD800 <= point <= 0xDFFF or point > 0x10FFFF:
            yield f"reference to no character: &{name}"


class _Scanner(HTMLParser):
    """Goes through the tags with a stack of the open ones."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.findings: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.findings.append(f"unknown or unsafe element: <{tag}>")
        self._imply_ends(tag)
        self.findings += [*self._misplaced(tag), *_attributes(tag, attrs)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.findings.append(f"self-closing <{tag}/>")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in IMPLIED_END and tag in self.open:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.findings.append(f"</{tag}> does not close the open {self.open[-1:]}")
            if tag in self.open:
                self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self.findings.append(f"bare < in HTML: {data[:40]!r}")
        if data.strip() and self.open and self.open[-1] in {"table", "tbody", "thead", "tfoot", "tr"}:
            self.findings.append(f"text directly in <{self.open[-1]}>")

    def handle_decl(self, decl: str) -> None:
        self.findings.append(f"declaration in HTML: {decl[:40]!r}")

    def handle_pi(self, data: str) -> None:
        self.findings.append(f"processing instruction in HTML: {data[:40]!r}")

    def unknown_decl(self, data: str) -> None:
        self.findings.append(f"CDATA in HTML: {data[:40]!r}")

    def _imply_ends(self, tag: str) -> None:
        closes = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}, "p": {"p"}}.get(tag, set())
        closes |= {"tr": {"td", "th", "tr"}, "td": {"td", "th"}, "th": {"td", "th"}}.get(tag, set())
        if self.open and self.open[-1] == "p" and tag in BLOCKS:
            self.open.pop()
        while self.open and self.open[-1] in closes:
            self.open.pop()

    def _misplaced(self, tag: str) -> Iterator[str]:
        parent = self.open[-1] if self.open else ""
        if tag in BLOCKS and "p" in self.open:
            yield f"<{tag}> inside <p>"
        if tag in PARENTS and parent not in PARENTS[tag]:
            yield f"<{tag}> inside <{parent}>"
        if parent in {"table", "tbody", "thead", "tfoot", "tr"} and parent not in PARENTS.get(tag, ()):
            yield f"<{tag}> directly in <{parent}>"
        if (tag == "a" and "a" in self.open) or (tag in HEADINGS and parent in HEADINGS):
            yield f"<{tag}> inside <{parent}>"


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
    names = [name for name, _ in attrs]
    if len(names) != len(set(names)):
        yield f"attribute twice in <{tag}>"
    for name, value in attrs:
        if name not in ATTRIBUTES and not name.startswith("data-"):
            yield f"unknown or unsafe attribute: {name} of <{tag}>"
        if name in ADDRESSES:
            yield from _address(value or "")
        elif name == "srcset":
            for candidate in re.split(r",\s+", value or ""):
                yield from _address(candidate.strip().partition(" ")[0])
        elif name == "style":
            for declaration in filter(str.strip, (value or "").split(";")):
                if not CSS.fullmatch(declaration.strip().lower()):
                    yield f"CSS that is not of the short list: {declaration.strip()!r}"


def _address(value: str) -> Iterator[str]:
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20]", "", value))
    except ValueError:
        yield f"invalid address in HTML: {value!r}"
        return
    if not parts.scheme:
        yield f"relative address in HTML: {value!r}"
    elif parts.scheme.lower() not in SCHEMES or (parts.scheme in {"http", "https"} and not parts.netloc):
        yield f"unsafe address in HTML: {value!r}"
    elif re.search(r"\s", value):
        yield f"blank in an address in HTML: {value!r}"
