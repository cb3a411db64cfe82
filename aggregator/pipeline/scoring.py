"""Scores of items and an article, for whoever judges the linker: of stored items and of any others.  Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aggregator import clean
from aggregator.clean.dates import parse_date
from aggregator.config.values import Article
from aggregator.link import Linker, Match
from aggregator.model import Item
from aggregator.parse.encoding import scrub
from aggregator.ports import Store

_UTC = ZoneInfo("UTC")
_OPTIONAL = ("title", "source", "summary", "url", "published")


@dataclass(frozen=True, slots=True)
class Given:
    """An item to be scored, under the id that its score is given with."""

    id: str
    item: Item
    text: str
    """Plain."""


def read(lines: Iterable[bytes]) -> tuple[tuple[Given, ...], tuple[tuple[int, str], ...]]:
    """Read a JSON object a line: ``id``; ``title``, ``source``, ``summary``, ``url``, ``published`` where known.

    Returns the items, and for each line that is none its number (1-based) and a sentence.  Blank lines and further
    keys are passed over; the source changes no score.
    """
    found, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        told = _object(line)
        if isinstance(told, str):
            problems.append((number, told))
        else:
            found.append(_given(told))
    return tuple(found), tuple(problems)


def _object(line: bytes) -> dict[str, str] | str:
    """Return the texts that a line gives, or what is wrong with it."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    if not isinstance(told, dict):
        return "not a JSON object"
    if not isinstance(told.get("id"), str) or not told["id"]:
        return '"id" is missing, or no text'
    for key in _OPTIONAL:
        if not isinstance(told.get(key), str | None):
            return f'"{key}" is no text'
    return {key: value for key in ("id", *_OPTIONAL) if isinstance(value := told.get(key), str)}


def _given(told: dict[str, str]) -> Given:
    published = parse_date(told.get("published"), _UTC)
    title, summary = (scrub(told.get(key) or "") for key in ("title", "summary"))
    return Given(told["id"], Item(title, url=told.get("url"), summary=summary or None, published=published), summary)


def stored(store: Store) -> Iterator[Given]:
    """Yield every stored item as it is now, one at a time."""
    for id_, item in store.items():
        yield Given(id_, item, clean.text_of(item))


def scores(article: Article, items: Iterable[Given]) -> Iterator[tuple[str, Match]]:
    """Yield how far each item bears on ``article``, whatever its source, its date and the threshold."""
    linker = Linker([article], threshold=0)
    for given in items:
        yield given.id, linker.score(article.id, given.item, given.text)
