"""A document to an article's file: read, dated, its reference list bound to sources.  Stores and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from aggregator import article as reading
from aggregator.article import ArticleText, Form, Reference
from aggregator.clean import urls
from aggregator.clean.dates import parse_date
from aggregator.config import rules
from aggregator.config.articles import AnnotationDraft, ArticleDraft
from aggregator.config.edit import LONGEST_ID, proposed_id
from aggregator.config.values import RESERVED_ANNOTATIONS, Source
from aggregator.errors import NotADocument
from aggregator.link.bind import Binder, Binding
from aggregator.model import Request
from aggregator.parse.encoding import decode, scrub
from aggregator.ports import Fetcher

_UTC = ZoneInfo("UTC")
_CONTROLS = re.compile("[\x7f-\x9f]")
"""TOML has no place for the first of them, terminals none for the others."""
_OTHER_FILES = (
    *(b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b"),
)
"""How PDF, Word (new, RTF, old), pictures and gzip begin: read as text, they would be an article of gibberish."""
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]|$)")


@dataclass(frozen=True, slots=True)
class Original:
    """A document as it was found."""

    data: bytes
    name: str
    """Of the file, or the address: how it ends tells its form, where the content type does not."""
    content_type: str = ""
    address: str | None = None
    """Where it was fetched from, after redirects."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An article read, with what its entries are bound to."""

    article: ArticleText
    form: Form
    text: str
    title: str
    url: str | None
    """Where it is published; None where neither the document nor its address tells."""
    published: date | None
    entries: tuple[tuple[Reference, Binding], ...]
    """The reference list, with links made absolute."""


def fetched(url: str, fetcher: Fetcher) -> Original:
    """Fetch an article.  Raises ``FetchError``."""
    response = fetcher.fetch(Request(url))
    return Original(response.body, response.url, response.headers.get("content-type", ""), response.url)


def imported(original: Original, sources: Sequence[Source], url: str | None = None) -> Imported:
    """Read an article.  ``url``: where it is published, whatever it says itself.

    Raises ``NotADocument`` for a document without a title, or without a text, and for a file of another kind.
    """
    if original.data.startswith(_OTHER_FILES):
        msg = "no article: the file is not HTML, Markdown or plain text; save it as one of these first"
        raise NotADocument(msg)
    text = _CONTROLS.sub("", scrub(decode(original.data, original.content_type)))
    form = reading.form_of(text, original.name, original.content_type)
    article = reading.read(text, form)
    if not article.head.title or not article.body:
        msg = f"no article: {'a title, and no text below it' if article.head.title else 'no title found'}"
        raise NotADocument(msg)
    told = urls.absolute(article.head.url, original.address) if article.head.url else None
    published_at = url or next((one for one in (told, original.address) if one and not rules.url_misfit(one)), None)
    binder = Binder(sources)
    entries = []
    for reference in article.references:
        links = tuple(filter(None, (urls.absolute(link, published_at) for link in reference.links)))
        entry = Reference(reference.name, reference.scope, links)
        entries.append((entry, binder.bind(entry.name, links)))
    return Imported(article, form, text, article.head.title, published_at, _day(article), tuple(entries))


def _day(article: ArticleText) -> date | None:
    """Return the day of publication as the article's own site counts days."""
    for written in article.head.dates:
        moment = parse_date(written, _UTC)
        if moment and (iso := _ISO_DAY.match(written.strip())):
            return date.fromisoformat(iso[1])
        if moment:
            return moment.at.date()
    return None


def drafted(found: Imported, url: str, id_: str | None = None) -> ArticleDraft:
    """Return the file of an article that is published at ``url``; ``id_`` instead of one made of the title."""
    named = id_ or id_of(found.title)
    return ArticleDraft(
        id=named,
        title=found.title,
        url=url,
        published=found.published,
        text_name=named + reading.ENDINGS[found.form][0],
        summary=found.article.summary,
        takeaways=found.article.takeaways,
        annotations=_annotations(found),
    )


def id_of(title: str) -> str:
    """Return an id made of a title; of one that is too long the part before the colon, else as many words as fit."""
    words = title.split()
    main = title.partition(":")[0]
    for candidate in (
        title,
        *([main] if len(main.split()) > 1 else []),
        *(" ".join(words[:n]) for n in range(len(words), 1, -1)),
    ):
        if len(id_ := proposed_id(candidate, ())) < LONGEST_ID:
            return id_
    return proposed_id(title, ())


def _annotations(found: Imported) -> tuple[AnnotationDraft, ...]:
    taken = set(RESERVED_ANNOTATIONS)
    drafts = []
    for entry, binding in found.entries:
        id_ = proposed_id(_name_of(entry, binding), taken)
        taken.add(id_)
        drafts.append(AnnotationDraft(id_, entry.name, entry.scope, binding.sources, suggestion(entry, binding)))
    return tuple(drafts)


def _name_of(entry: Reference, binding: Binding) -> str:
    """Return what an annotation's id is made of: the source that its other sources are named after, else its label."""
    first = next(iter(binding.sources), None)
    if first and all(id_ == first or id_.startswith(f"{first}-") for id_ in binding.sources):
        return first
    return entry.name


def suggestion(entry: Reference, binding: Binding) -> str:
    """Return what to do about an entry that is bound to nothing; empty for one that is bound."""
    if binding.sources:
        return ""
    near = f"perhaps {', '.join(binding.nearest)}; else " if binding.nearest else ""
    return f"{near}aggregator sources add {next(iter(entry.links), 'URL')}"
