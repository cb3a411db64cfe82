"""Items as we stand behind them, and what they bear on: the values of clean and link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.model.documents import Enclosure


class Precision(StrEnum):
    """How finely a source dates its items."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as the source gave it: an instant in UTC, and how much of it the source really said.

    Of day precision, ``at`` is the day's first instant in the source's time zone.
    """

    at: datetime
    precision: Precision = Precision.SECOND


@dataclass(frozen=True, slots=True)
class Item:
    """One item as we stand behind it: text is text, HTML is safe, URLs are absolute and canonical."""

    title: str
    guid: str | None = None
    url: str | None = None
    summary: str | None = None
    """Plain text, at most a paragraph."""
    content: str | None = None
    """Sanitised HTML, links absolute."""
    published: Moment | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None
    derived: tuple[str, ...] = ()
    """Names of the fields that the source did not give and we filled in, sorted: title, summary, language."""
    likeness: str | None = None
    """Digest of title and day of publication: the last resort of identity.  None without title or date."""
    digest: str = ""
    """SHA-256 (hex) of everything published; the guid is not part of it."""
    substance: str = ""
    """SHA-256 (hex) of the letters and digits of title and text, and of the publication time."""


@dataclass(frozen=True, slots=True)
class Link:
    """An item bears on an article's subject, under the annotation that its source belongs to."""

    article: str
    annotation: str
    score: float
    """0 to 1."""
    takeaway: int | None = None
    """0-based index into the article's takeaways."""
    quote: str | None = None
    """The sentence of the article that the item bears on."""
    reasons: tuple[str, ...] = ()
    sentence: str | None = None
    """The item's own sentence that the link rests on."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage of an article's text: ``text[start:end]``."""

    start: int
    end: int
    """In code points."""
    exact: str
    """As it stands in the text, which may differ a little from what was looked for."""
    prefix: str
    suffix: str
    """What stands before and after it."""
    directive: str = ""
    """What leads a browser to it, behind the article's address: ``#:~:text=…``."""


class Verdict(StrEnum):
    """An editor's word on whether an item bears on an article; it stands, however the two are scored."""

    PIN = "pin"
    REJECT = "reject"
