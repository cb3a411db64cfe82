"""An HTML page to what its head says of the article, and the blocks of the article itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup
from bs4.builder import ParserRejectedMarkup
from bs4.element import Tag

from aggregator.article.flow import blocks
from aggregator.article.index import Index
from aggregator.article.structure import dates_in
from aggregator.article.surroundings import main_of
from aggregator.article.values import Block, Head
from aggregator.errors import NotADocument

MOST_TAGS = 100_000
"""Angle brackets of a page: what they begin becomes an object each.  Long articles have some thousand."""

DEEPEST = 512
"""Elements inside one another.  Real pages nest some dozens; browsers stop here too (Blink's maximum DOM depth)."""

_ARTICLES = frozenset(
    {"article", "newsarticle", "blogposting", "report", "analysisnewsarticle", "opinionnewsarticle", "scholarlyarticle"}
    | {"reportagenewsarticle", "backgroundnewsarticle", "socialmediaposting", "techarticle", "webpage"}
)
"""schema.org types that are dated as an article is (https://schema.org/Article); the last only where none else is."""
_DATE_PROPERTIES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "pubdate",
    "publishdate",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
)
_TIMES = ("itemprop=datePublished", ".published", ".entry-date", ".dt-published", "time")
_BYLINES = (
    *(".byline", ".posted-on", ".entry-meta", ".post-meta", ".post-date", ".article-meta", ".dateline", ".post-header"),
    ".date-header",
)
_SUBTITLES = (
    *(".subtitle", ".entry-subtitle", ".post-subtitle", ".article-subtitle", ".standfirst", ".dek", ".p-summary"),
    *(".gh-article-excerpt", ".article-excerpt", ".post-excerpt", ".pw-subtitle-paragraph"),
    "itemprop=alternativeHeadline",
)
_TITLES = ("h1", ".entry-title", ".post-title", ".article-title", "itemprop=headline")
_MOST = 20
"""Elements of one purpose that are looked at."""
_MOST_TEXT = 500
"""Characters of a line about the author that are searched for a date."""
_PARTED = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb-]\s+")
_SHORTENED = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.|&hellip;)\]?)\s*$")
_XML_DECLARATION = re.compile(r"<\?xml", re.IGNORECASE)


def read(text: str, *, whole: bool = False) -> tuple[Head, list[Block]]:
    """Return what the head of a page says, and the blocks of its article.

    ``whole``: everything is the article, as in HTML made of Markdown.  Raises ``NotADocument`` for a page that would
    take minutes to read, or that no parser takes.
    """
    if (tags := text.count("<")) > MOST_TAGS:
        msg = f"a page with {tags:,} tags, more than {MOST_TAGS:,}"
        raise NotADocument(msg)
    if not text.strip():
        return Head(), []
    markup = text if "<" in text else f"<p>{text}"  # bs4 takes a word alone for the name of a file
    try:
        soup = BeautifulSoup(_XML_DECLARATION.sub("<?-", markup), "lxml")
    except ParserRejectedMarkup as error:
        msg = f"not an HTML page: {error}"
        raise NotADocument(msg) from None
    _refuse_depth(soup)
    body = soup.body
    if body is None:
        return Head(), []
    head = Head() if whole else _head(soup)
    return head, list(blocks(body if whole else main_of(body)))


def _refuse_depth(soup: BeautifulSoup) -> None:
    depths = {id(soup): 0}
    for element in soup.find_all():
        depth = depths[id(element)] = depths[id(element.parent)] + 1
        if depth > DEEPEST:
            msg = f"a page of elements more than {DEEPEST} deep in one another"
            raise NotADocument(msg)


def _head(soup: BeautifulSoup) -> Head:
    told = list(linked_data(soup))
    properties = _properties(soup)
    index = Index(soup)
    description = _first(properties.get(name) for name in ("og:description", "twitter:description", "description"))
    subtitle = index.first(*_SUBTITLES)
    canonical = next((link for link in index.all("link") if "canonical" in (link.get("rel") or ())), None)
    return Head(
        title=_title(index, [_text(one.get("headline")) for one in told], properties),
        subtitle=_line(subtitle) if subtitle else None,
        description=None if description is None or _SHORTENED.search(description) else description,
        url=_first([_attribute(canonical, "href"), properties.get("og:url")]),
        dates=tuple(dict.fromkeys(_dates(index, properties, told))),
    )


def _dates(index: Index, properties: dict[str, str], told: Sequence[dict[str, object]]) -> Iterator[str]:
    """Yield the dates of publication that the page gives, the most trusted first."""
    yield from filter(None, [properties.get(_DATE_PROPERTIES[0])])
    yield from filter(None, (_text(one.get("datePublished")) for one in told))
    yield from filter(None, (properties.get(name) for name in _DATE_PROPERTIES[1:]))
    for element in index.all(*_TIMES)[:_MOST]:
        yield from filter(None, [_attribute(element, "datetime") or _attribute(element, "content")])
        yield from dates_in((_line(element) or "")[:_MOST_TEXT])
    for element in index.all(*_BYLINES)[:_MOST]:
        yield from dates_in((_line(element) or "")[:_MOST_TEXT])


def _title(index: Index, headlines: Sequence[str | None], properties: dict[str, str]) -> str | None:
    """Return the heading that the head of the page confirms; else what the head says; else the first great heading."""
    shown = [line for heading in index.all(*_TITLES)[:_MOST] if (line := _line(heading))]
    told = list(filter(None, [*headlines, properties.get("og:title"), properties.get("twitter:title")]))
    named = index.first("title")
    page = _line(named) if named else None
    for other in [*told, *filter(None, [page])]:
        # A site's name is a great heading too: of several the longest is the article's.
        if confirmed := max((line for line in shown if _is_part(line, other)), key=len, default=None):
            return confirmed
        if told:
            return _without_site(other, properties.get("og:site_name"))
    return shown[0] if shown else _without_site(page, None) if page else None


def _is_part(heading: str, title: str) -> bool:
    """Whether a page's title is a heading, with or without the site's name before or after it."""
    return any(_same(heading, part) for part in (title, title[: len(heading)], *_PARTED.split(title)))


def _without_site(title: str, site: str | None) -> str:
    parts = _PARTED.split(title)
    if len(parts) > 1 and site and _same(parts[-1], site):
        return title[: title.rfind(parts[-1])].rstrip(" |\u2013\u2014\u00b7\u00bb-")
    if len(parts) > 1 and site is None and len(parts[-1]) < len(parts[0]):
        return title[: title.rfind(parts[-1])].rstrip(" |\u2013\u2014\u00b7\u00bb-")
    return title


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one.casefold()) == re.sub(r"\W+", "", other.casefold()) != ""


def _properties(soup: BeautifulSoup) -> dict[str, str]:
    """Return the ``meta`` elements by name, in lower case; the first of a name."""
    found: dict[str, str] = {}
    for meta in soup.find_all("meta", limit=500):
        name = _attribute(meta, "property") or _attribute(meta, "name") or _attribute(meta, "itemprop")
        value = _attribute(meta, "content")
        if name and value:
            found.setdefault(name.lower(), value)
    return found


def linked_data(soup: BeautifulSoup) -> Iterator[dict[str, object]]:
    """Yield the JSON-LD objects that are articles (https://schema.org/Article), pages after them."""
    pages = []
    for script in soup.find_all("script", type="application/ld+json", limit=20):
        try:
            pending: list[object] = [json.loads(script.get_text())]
        except (ValueError, RecursionError):
            continue
        while pending:
            node = pending.pop(0)
            if isinstance(node, list):
                pending += node[:100]
            elif isinstance(node, dict):
                pending += [node[key] for key in ("@graph", "mainEntity") if key in node]
                types = node.get("@type")
                kinds = {str(kind).lower() for kind in (types if isinstance(types, list) else [types])}
                if kinds & _ARTICLES and kinds != {"webpage"}:
                    yield node
                elif kinds == {"webpage"}:
                    pages.append({"datePublished": node.get("datePublished")})
    yield from pages


def _first(values: Iterator[str | None] | list[str | None]) -> str | None:
    return next(filter(None, values), None)


def _text(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _line(element: Tag) -> str | None:
    return " ".join(element.get_text(" ").split()) or None


def _attribute(element: Tag | None, name: str) -> str | None:
    value = element.get(name) if element else None
    return " ".join(value.split()) or None if isinstance(value, str) else None
