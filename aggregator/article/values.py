"""An article as it was read: what it says, where it says it, and whom it names in its reference list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["html", "markdown", "text"]

A_PARAGRAPH = 120
"""Characters.  A shorter opening is a motto, a place name or a line about the author, and sums up nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or entry of a list, in the order of the article."""

    kind: Literal["heading", "paragraph", "item"]
    text: str
    """On one line."""
    level: int = 0
    """Of a heading: 1 to 6, and 7 for a line that is only printed like one."""
    label: str | None = None
    """What it begins with in bold, as a term (``dt``), or in the first cell of a row."""
    anchors: tuple[tuple[str, str], ...] = ()
    """Its links: text and target."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the text: in a page's head, in front matter.  None where nothing does."""

    title: str | None = None
    subtitle: str | None = None
    description: str | None = None
    summary: str | None = None
    """What the author wrote to be the summary."""
    url: str | None = None
    """Where the article says that it is published."""
    dates: tuple[str, ...] = ()
    """Dates of publication as they are written, the most trusted first."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; the opening has no heading."""

    heading: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the reference list: whom it names, and for what."""

    name: str
    scope: str = ""
    links: tuple[str, ...] = ()
    """As the article has them, relative ones too."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article.  What it does not say is None or empty."""

    head: Head
    sections: tuple[Section, ...] = ()
    """Without the reference list, navigation, comments and notices of the site."""
    takeaways: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def body(self) -> str:
        """Return the text to quote from: a paragraph a line.  Title and headings are no sentences of it."""
        return "\n".join(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def summary(self) -> str:
        """Return what the article says, in a paragraph.

        The author's own summary; else the opening paragraph; where that is too short to be one, the longest of
        opening, subtitle and description.
        """
        if self.head.summary:
            return self.head.summary
        first = self.sections[0] if self.sections else None
        lead = first.paragraphs[0] if first and first.heading is None and first.paragraphs else ""
        if len(lead) >= A_PARAGRAPH:
            return lead
        return max(self.head.description or "", self.head.subtitle or "", lead, key=len)
