"""Headings, paragraphs and entries to an article: sections, takeaways, references; what is the site's own left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from aggregator.article.entries import is_for, reference, without_marker
from aggregator.article.headings import Kind, kind_of
from aggregator.article.values import A_PARAGRAPH, ArticleText, Block, Head, Reference, Section

_OPENING = 8
"""Blocks among which title, subtitle and the line about the author are looked for."""
_LONGEST_TITLE = 300
_LONGEST_SCRAP = 60
_SENTENCE_ENDS = ".!?:;\u2026\u201d\"'\u2019)"
_LONGEST_BYLINE = 160
_LONGEST_SUBTITLE = 220
_FEWEST = 2
"""Entries that make a list of references where no heading says so."""

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:by|posted|published|updated|written by|last (?:updated|modified)|date|author|reading time)\b.*"
    r"|\d+ min(?:ute)?s?(?: read)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Part:
    """A heading and its blocks, up to the next heading."""

    heading: str | None
    level: int
    kind: Kind | None
    blocks: list[Block] = field(default_factory=list)


def structured(blocks: Iterable[Block], head: Head) -> ArticleText:
    """Return the article that ``blocks`` make, in their order; ``head`` is what is known of it already."""
    opened, head = _without_opening(list(_told_apart(blocks)), head)
    parts = _parts(opened)
    takeaways = _takeaways(parts)
    references, listed = _references(parts)
    sections = []
    for part in parts:
        texts = tuple(block.text for block in part.blocks if block.text and id(block) not in listed)
        if part.kind != "aside" and id(part) not in listed and (part.heading or texts):
            sections.append(Section(part.heading, texts))
    return ArticleText(head, tuple(sections), takeaways, references)


def dates_in(text: str) -> tuple[str, ...]:
    """Return the dates that stand in a line about the author or the article."""
    return tuple(_DATE.findall(text))


def _told_apart(blocks: Iterable[Block]) -> Iterable[Block]:
    """Yield the blocks before the article's end; paragraphs that are entries or headings in disguise as such."""
    for block in blocks:
        told = block
        if block.kind == "paragraph":
            if (entry := without_marker(block.text)) is not None:
                told = replace(block, kind="item", text=entry)
            elif _is_printed_heading(block):
                told = replace(block, kind="heading", level=7, text=block.text.rstrip(" :"))
        if told.kind == "heading" and kind_of(told.text) == "end":
            return
        yield told


def _is_printed_heading(block: Block) -> bool:
    """Whether a paragraph is a heading in bold letters, or a line that announces what no other line does."""
    if len(block.text) > _LONGEST_BYLINE or block.text[-1] in ".,;!":
        return False
    if block.label == block.text and not _BYLINE.fullmatch(block.text):
        return True
    return block.text.endswith(":") and kind_of(block.text) in {"takeaways", "references"}


def _without_opening(blocks: list[Block], head: Head) -> tuple[list[Block], Head]:
    """Take title, subtitle and the line about the author from the beginning of the text."""
    if head.title is None and blocks:
        first = next((block.text for block in blocks[:_OPENING] if block.level == 1), blocks[0].text)
        head = replace(head, title=first if len(first) <= _LONGEST_TITLE else None)
    told = {_plain(text) for text in (head.title, head.subtitle) if text}
    start = next((i for i, block in enumerate(blocks[:_OPENING]) if _plain(block.text) == _plain(head.title or "")), -1)
    opening = blocks[:_OPENING]
    lead = next(
        (i for i, block in enumerate(opening) if block.kind == "paragraph" and len(block.text) >= A_PARAGRAPH), 0
    )
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        if index < _OPENING and _plain(block.text) in told:
            continue
        scrap = index < lead and not kept and _is_scrap(block.text)
        if index < _OPENING and block.kind == "paragraph" and (scrap or is_byline(block.text)):
            head = replace(head, dates=(*head.dates, *dates_in(block.text)))
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if head.subtitle is None and index == start + 1 > 0 and not kept and _is_subtitle(block, following):
            head = replace(head, subtitle=block.text)
            continue
        kept.append(block)
    return kept, head


def _is_scrap(text: str) -> bool:
    """Whether a line before the opening paragraph is no sentence: a name, a place, the label of a button."""
    return len(text) <= _LONGEST_SCRAP and text[-1] not in _SENTENCE_ENDS


def is_byline(text: str) -> bool:
    """Return whether a line says who wrote the article, or when."""
    if len(text) > _LONGEST_BYLINE or text.endswith((".", "!", "?")):
        return False
    return bool(_BYLINE.fullmatch(text)) or _DATE.sub("", text).strip(" |,.\u00b7-\u2013\u2014") == ""


def _is_subtitle(block: Block, following: Block | None) -> bool:
    """Whether a paragraph right below the title is one sentence that the next, a real paragraph, follows."""
    return (
        block.kind == "paragraph"
        and len(block.text) <= _LONGEST_SUBTITLE
        and following is not None
        and following.kind == "paragraph"
        and len(following.text) > 1.5 * len(block.text)
    )


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _parts(blocks: Iterable[Block]) -> list[_Part]:
    parts = [_Part(None, 0, None)]
    for block in blocks:
        if block.kind == "heading":
            parts.append(_Part(block.text, block.level, kind_of(block.text)))
        else:
            parts[-1].blocks.append(block)
    return parts


def _takeaways(parts: Sequence[_Part]) -> tuple[str, ...]:
    """Return the entries of the list below the first heading of the kind; paragraphs only where it says so outright."""
    for kind in ("takeaways", "perhaps takeaways"):
        for part in parts:
            if part.kind != kind:
                continue
            items = tuple(block.text for block in part.blocks if block.kind == "item" and block.text)
            if items or kind == "takeaways":
                found = items or tuple(block.text for block in part.blocks)
                if found:
                    return found
    return ()


def _references(parts: Sequence[_Part]) -> tuple[tuple[Reference, ...], frozenset[int]]:
    """Return the entries of the last list of references, and the parts and blocks that are it."""
    for at in range(len(parts) - 1, -1, -1):
        if parts[at].kind in {"references", "perhaps references"}:
            below = _below(parts, at)
            if found := _entries(below):
                return _distinct(found), frozenset(map(id, below))
    for part in reversed(parts):
        run = _last_run(part.blocks)
        found = [entry for block in run if (entry := reference(block, listed=True)) is not None and is_for(entry)]
        if len(run) >= _FEWEST and len(found) == len(run):
            return _distinct(found), frozenset(map(id, run))
    return (), frozenset()


def _below(parts: Sequence[_Part], at: int) -> list[_Part]:
    """Return the part and those below deeper headings that follow it."""
    end = at + 1
    while end < len(parts) and parts[end].level > parts[at].level and parts[end].kind is None:
        end += 1
    return list(parts[at:end])


def _entries(below: Sequence[_Part]) -> list[Reference]:
    """Return the references of a list and its parts: of entries, else of paragraphs, else of headings with a text."""
    blocks = [block for part in below for block in part.blocks]
    items = [block for block in blocks if block.kind == "item"]
    if items:
        return [entry for block in items if (entry := reference(block, listed=True)) is not None]
    found = [entry for block in blocks if (entry := reference(block, listed=False)) is not None]
    if found or len(below) == 1:
        return found
    return [
        Reference(part.heading, " ".join(block.text for block in part.blocks), _links(part))
        for part in below[1:]
        if part.heading and part.blocks
    ]


def _links(part: _Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for block in part.blocks for _, url in block.anchors))


def _last_run(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the entries of the last list among ``blocks``."""
    end = next((i for i in range(len(blocks), 0, -1) if blocks[i - 1].kind == "item"), 0)
    start = end
    while start and blocks[start - 1].kind == "item":
        start -= 1
    return blocks[start:end]


def _distinct(entries: Iterable[Reference]) -> tuple[Reference, ...]:
    first: dict[str, Reference] = {}
    for entry in entries:
        first.setdefault(entry.name.casefold(), entry)
    return tuple(first.values())
