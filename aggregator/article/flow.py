"""Elements to blocks: what a reader sees as one heading, one paragraph, one entry of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4.element import NavigableString, PageElement, Tag

from aggregator.article.values import Block

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "details", "dialog", "div", "dl"}
    | {"fieldset", "footer", "form", "header", "hgroup", "hr", "main", "menu", "ol", "p", "pre", "section", "table"}
    | {"tbody", "tfoot", "thead", "tr", "ul"}
)
"""What begins and ends a paragraph (https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3)."""
_PARTS = frozenset({"br", "dd", "td", "th"})
"""What parts words within an entry, and paragraphs elsewhere."""
_BOLD = frozenset({"b", "strong", "dt", *_HEADINGS})
_HOLDERS = ("p", "div", "table", "ul", "ol", "section", "article", *_HEADINGS)
"""A row with one of these in its cells is there for the layout."""


@dataclass(slots=True)
class _Text:
    """A block while it is gathered."""

    parts: list[str] = field(default_factory=list)
    anchors: list[tuple[str, str]] = field(default_factory=list)
    label: str | None = None

    @property
    def line(self) -> str:
        return " ".join("".join(self.parts).split())


class _Walk:
    """Goes through an element once, without recursion: pages nest deeper than Python's stack."""

    def __init__(self, root: Tag) -> None:
        self.root = root
        self.text = _Text()
        self.entry: Tag | None = None
        """The ``li``, the row or the term that everything belongs to, whatever blocks are in it."""
        self.heading: Tag | None = None
        self.marks: list[tuple[Tag, int]] = []
        """Elements that are open, with the place in the text where they began."""

    def blocks(self) -> Iterator[Block]:
        stack: list[tuple[PageElement, bool]] = [(self.root, False)]
        while stack:
            node, leaving = stack.pop()
            if isinstance(node, Tag):
                done = self._leave(node) if leaving else self._enter(node)
                if done is not None:
                    yield done
                if not leaving:
                    stack.append((node, True))
                    stack += [(child, False) for child in reversed(node.contents)]
            elif type(node) is NavigableString:
                self.text.parts.append(node)
        if (done := self._flush()) is not None:
            yield done

    def _enter(self, tag: Tag) -> Block | None:
        done: Block | None = None
        if tag.name in {"li", "dt"} or (tag.name == "tr" and _is_entry(tag)):
            done, self.entry = self._flush(), tag
        elif (tag.name in _HEADINGS or tag.name == "summary") and self.entry is None:
            done, self.heading = self._flush(), tag
        elif tag.name in _BREAKS or tag.name in _PARTS:
            done = self._part(tag)
        if tag.name in _BOLD or tag.name in {"a", "summary"} or (tag.name in {"td", "th"} and self.entry is not None):
            self.marks.append((tag, len(self.text.parts)))
        return done

    def _leave(self, tag: Tag) -> Block | None:
        done: Block | None = None
        if self.marks and self.marks[-1][0] is tag:
            self._close(tag, self.marks.pop()[1])
        if tag is self.heading or (tag is self.entry and tag.name != "dt"):
            done = self._flush()
            self.heading = None if tag is self.heading else self.heading
            self.entry = None if tag is self.entry else self.entry
        elif tag.name == "dl" or (tag.name in {"ul", "ol"} and self._outside(tag)):
            done, self.entry = self._flush(), None
        elif tag.name in _BREAKS or tag.name in _PARTS:
            done = self._part(tag)
        return done

    def _outside(self, tag: Tag) -> bool:
        """Whether a list is not part of the entry that is open: a term without ``dl`` around it stays open."""
        return self.entry is None or self.entry.name != "li" or self.entry not in tag.parents

    def _part(self, tag: Tag) -> Block | None:
        if self.heading is not None or (self.entry is not None and tag.name not in {"ul", "ol", "dl", "table"}):
            self.text.parts.append(" ")
            return None
        return self._flush()

    def _close(self, tag: Tag, start: int) -> None:
        """Take note of a link, or of what the block begins with in bold."""
        words = " ".join("".join(self.text.parts[start:]).split())
        if tag.name == "a":
            target = tag.get("href")
            if isinstance(target, str) and target.strip() and not target.startswith("#"):
                self.text.anchors.append((words, target.strip()))
        elif self.text.label is None and words and not any(map(str.strip, islice(self.text.parts, start))):
            self.text.label = words

    def _flush(self) -> Block | None:
        """Return what was gathered, if anything; what is still open goes on in the next block."""
        text, self.text = self.text, _Text()
        self.marks = [(tag, 0) for tag, _ in self.marks]
        line = text.line
        if not line and not text.anchors:
            return None
        if self.heading is not None:
            return (
                Block("heading", line, _HEADINGS.get(self.heading.name, 7), None, tuple(text.anchors)) if line else None
            )
        kind = "item" if self.entry is not None else "paragraph"
        if kind == "paragraph" and not line:
            return None
        return Block("item" if kind == "item" else "paragraph", line, 0, text.label, tuple(text.anchors))


def blocks(root: Tag) -> Iterator[Block]:
    """Yield the blocks of an element, in its order; white space is one blank, and text is on one line."""
    return _Walk(root).blocks()


def _is_entry(row: Tag) -> bool:
    """Whether a row of a table is an entry: two cells or more, with nothing but text in them."""
    cells = row.find_all(["td", "th"], recursive=False)
    if len(cells) <= 1 or all(cell.name == "th" for cell in cells):
        return False
    return row.find(_HOLDERS) is None
