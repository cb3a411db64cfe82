"""What the pages show, fully resolved: dates in words, texts cut to length, every address http(s).

The texts are plain and not escaped: the templates do that, always.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.render.values import STYLESHEET

PAGE_FILES = ("embed.js", STYLESHEET)
"""What is published beside the pages, as it lies among the templates."""

STATEMENTS = 10
"""The latest statements of each annotation that an article's page shows."""
EMBEDDED = 4
"""The same, of its embed."""
LISTED = 3
"""The same, of the index."""
UNLINKED = 20
"""The latest statements of all that the index shows where there is no article."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is published."""

    path: str
    """Below the output folder, without extension."""
    template: str
    article: str | None = None
    """The article that it is about; None for the index."""

    @property
    def fragment(self) -> bool:
        """Whether it is no page by itself, but a part for pages of other sites."""
        return self.template == "embed.html"


@dataclass(frozen=True, slots=True)
class Day:
    """A date, never an age: the same store gives the same page whenever it is made."""

    machine: str
    """As HTML's ``datetime`` has it: an instant where the source gave one, else a date."""
    words: str
    """``22 August 2025``: the day in the source's own time zone, as its site has it."""
    short: str
    """``22 Aug 2025``"""


@dataclass(frozen=True, slots=True)
class Statement:
    """An official statement, as a page shows it."""

    key: str
    """Names it on its page."""
    title: str
    url: str | None
    host: str | None
    """Of the official address."""
    language: str | None
    source: str
    date: Day
    dated: bool
    """Whether that date is the source's; otherwise it is when the statement was first seen."""
    edited: Day | None
    """When it was last edited after publication; None where it was not."""
    excerpt: str | None
    quote: str | None = None
    """The passage of the article that it bears on."""
    passage: str | None = None
    """Where that stands."""
    takeaway: int | None = None
    """0-based."""


@dataclass(frozen=True, slots=True)
class Section:
    """One annotation of an article, with the latest that bears on the article's subject."""

    id: str
    label: str
    scope: str
    sources: tuple[tuple[str, str], ...]
    """Name and home of each."""
    statements: tuple[Statement, ...]
    older: bool
    """Whether there are more than are shown."""
    rights: tuple[str, ...]

    @property
    def last(self) -> Day | None:
        """The date of the latest; None where there is none yet."""
        return self.statements[0].date if self.statements else None


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A main point of the article, and the statements that bear on it: each with the annotation it stands under."""

    text: str
    href: str
    """Where it stands in the article."""
    statements: tuple[tuple[Section, Statement], ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its living reference list."""

    id: str
    title: str
    url: str
    published: Day | None
    summary: str
    sections: tuple[Section, ...]
    takeaways: tuple[Takeaway, ...]

    @property
    def last(self) -> Day | None:
        """The date of the latest statement of all sections."""
        days = [section.last for section in self.sections if section.last]
        return max(days, key=lambda day: day.machine[:10]) if days else None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source and the feed that is published for it."""

    id: str
    title: str
    home: str


@dataclass(frozen=True, slots=True)
class IndexView:
    """What is published on this site."""

    articles: tuple[ArticleView, ...]
    sources: tuple[SourceView, ...]
    latest: tuple[Statement, ...]
    """Of all sources, where there is no article to order them by."""
    health: str
    """One sentence."""
