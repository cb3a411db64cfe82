"""Whether a text of ours has a run of words in common with the real captures: nobody else's words are shipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

LENGTH = 8
"""Words in a row that two texts do not share by chance."""

_NO_WORDS = re.compile(r"<[^>]*>|&#?\w+;|\\[nrt]|\\u[0-9a-f]{4}")

Shingle = tuple[str, ...]


def words(text: str) -> list[str]:
    """Return the words of a text or HTML, case aside."""
    return re.findall(r"\w+", _NO_WORDS.sub(" ", text).casefold())


def shingles(texts: Iterable[str]) -> set[Shingle]:
    """Return every run of words in each of ``texts``."""
    said = [words(text) for text in texts]
    return {tuple(run[start : start + LENGTH]) for run in said for start in range(len(run) - LENGTH + 1)}


def shared_with(corpus: Path, ours: set[Shingle]) -> Iterator[tuple[str, Shingle]]:
    """Yield each capture's name and the run of words that ``ours`` has in common with it."""
    openings = {shingle[:2] for shingle in ours}
    for path in (path for folder in ("official", "items") for path in sorted((corpus / folder).rglob("*.*"))):
        theirs = words(path.read_text(encoding="utf-8", errors="replace"))
        for start, opening in enumerate(pairwise(theirs)):
            if opening in openings and (shingle := tuple(theirs[start : start + LENGTH])) in ours:
                yield path.name, shingle
