"""How well the linker tells items apart, on the shared labels and on ours, and what each of its parts is worth.

    python -m benchmarks.linking_quality [--shared FOLDER] [--ablate]

The first table is that of the labelled items of ``eval/linking``; the second of six articles of ours
(``tests/quality/data``), whose labels name statements of ``corpus/items``.  ``--ablate`` leaves out one part at a time.
AP: average precision of the ranking; F1, P, R, off at 0.5: of what is linked, off has nothing to do with the article;
passage: share of rightly linked items whose takeaway is the labelled one.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from aggregator.config.values import Article
from aggregator.link import Linker, concepts, score, subject, terms, words
from aggregator.model import Item

OURS = Path(__file__).resolve().parent.parent / "tests" / "quality" / "data"
HELD_OUT = ("korea", "migration")
"""Articles of ours that nobody looked at while the constants were set."""
THRESHOLD = 0.5
DIRECT = 2
"""The grade of an item that bears directly on the article."""
SHOWN = 700
"""Characters of a statement that its label judges."""
MEASURES = ("AP", "F1*", "F1", "P", "R", "off", "passage")


class Labelled(NamedTuple):
    """An item and what a reader made of it for one article."""

    item: Item
    text: str
    grade: int
    """2 bears directly on the article, 1 is related or a passing mention, 0 neither."""
    takeaway: int | None


class Collection(NamedTuple):
    """An article and the items labelled for it."""

    article: Article
    items: tuple[Labelled, ...]


def lines(path: Path) -> list[Any]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def article(path: Path) -> Article:
    """Read an article in the form of ``eval/linking/articles``."""
    told = json.loads(path.read_text(encoding="utf-8"))
    annotations = [
        {"id": one["id"], "label": one["organisation"], "scope": one["scope"], "sources": [one["source"]]}
        for one in told["annotations"]
    ]
    fields = {key: told[key] for key in ("id", "title", "summary", "takeaways")}
    return Article.model_validate({**fields, "url": "https://example.org/", "annotation": annotations})


def statements(folder: Path) -> dict[str, tuple[str, str]]:
    """Return title and opening of the statements below ``folder``, by the first ten digits of their address's hash."""
    found: dict[str, tuple[str, str]] = {}
    csv.field_size_limit(10**9)
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as opened:
            rows = csv.DictReader(opened) if path.suffix == ".csv" else map(json.loads, opened)
            for row in rows:
                title = (row.get("title") or row.get("headline") or row.get("Headline") or "").strip()
                url = str(row.get("url") or row.get("link") or row.get("Link"))
                text = row.get("text") or row.get("body") or row.get("Content") or row.get("summary") or ""
                if path.name.startswith("putin") and row.get("summary"):
                    text = f"{row['summary']} {text}"
                if title:
                    found.setdefault(sha256(url.encode()).hexdigest()[:10], (title, " ".join(text.split())[:SHOWN]))
    return found


def given(shared: Path) -> list[Collection]:
    """Return the collections of ``eval/linking``, where a pair without a label is a 0 and one of null is left out."""
    folder = shared / "eval" / "linking"
    texts = {row["id"]: (row["title"], row["summary"]) for row in lines(folder / "items.jsonl")}
    return _collections(folder, texts, 0)


def ours(shared: Path) -> list[Collection]:
    """Return the collections of our own, where a pair without a label was not read and is left out."""
    return _collections(OURS, statements(shared / "corpus" / "items"), None)


def _collections(folder: Path, texts: Mapping[str, tuple[str, str]], unread: int | None) -> list[Collection]:
    labels = lines(folder / "labels.jsonl")
    found = []
    for path in sorted((folder / "articles").glob("*.json")):
        about = article(path)
        items = tuple(
            Labelled(Item(title=texts[row["id"]][0]), texts[row["id"]][1], grade, row["takeaway"].get(about.id))
            for row in labels
            if (grade := row["labels"].get(about.id, unread)) is not None
        )
        found.append(Collection(about, items))
    return found


def measure(collection: Collection) -> dict[str, float]:
    """Return the measures of one collection, as ``tools/score_links.py`` has them."""
    linker = Linker([collection.article], THRESHOLD)
    matches = [(linker.score(collection.article.id, one.item, one.text), one) for one in collection.items]
    ranked = sorted(matches, key=lambda pair: (-pair[0].score, pair[1].grade))
    direct = sum(one.grade == DIRECT for _, one in ranked)
    linked = [(match, one) for match, one in ranked if match.score >= THRESHOLD]
    right = [(match, one) for match, one in linked if one.grade == DIRECT]
    placed = [(match, one) for match, one in right if one.takeaway is not None]
    hits, total, best = 0, 0.0, 0.0
    for rank, (_, one) in enumerate(ranked, 1):
        if one.grade == DIRECT:
            hits += 1
            total += hits / rank
        best = max(best, 2 * hits / (rank + direct))
    return {
        "AP": total / direct,
        "F1*": best,
        "F1": 2 * len(right) / (len(linked) + direct),
        "P": _ratio(len(right), len(linked)),
        "R": _ratio(len(right), direct),
        "off": _ratio(sum(one.grade == 0 for _, one in linked), len(linked)),
        "passage": _ratio(sum(match.takeaway == one.takeaway for match, one in placed), len(placed)),
    }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def macro(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of every measure over articles."""
    return {name: sum(row[name] for row in rows) / len(rows) for name in MEASURES}


def table(title: str, collections: Sequence[Collection]) -> None:
    """Print the measures of every article and their mean."""
    print(f"{title:32}" + "".join(f"{name:>9}" for name in MEASURES))
    rows = []
    for one in collections:
        rows.append(measure(one))
        direct = sum(item.grade == DIRECT for item in one.items)
        print(f"{f'{one.article.id} ({direct} of {len(one.items)})':32}" + _figures(rows[-1]))
    print(f"{'macro':32}" + _figures(macro(rows)))


def _figures(row: Mapping[str, float]) -> str:
    return "".join(f"{row[name]:9.3f}" for name in MEASURES)


@contextmanager
def _set(module: Any, name: str, value: object) -> Iterator[None]:  # noqa: ANN401 -- a module
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def _read_anew() -> None:
    for cached in (terms._read, terms._read_all):  # noqa: SLF001 -- what they read changes with the part left out
        cached.cache_clear()


@contextmanager
def _without_names() -> Iterator[None]:
    single, several = dict(terms._SINGLE), dict(terms._SEVERAL)  # noqa: SLF001 -- the part left out
    terms._SINGLE.clear()  # noqa: SLF001
    terms._SEVERAL.clear()  # noqa: SLF001
    _read_anew()
    try:
        yield
    finally:
        terms._SINGLE.update(single)  # noqa: SLF001
        terms._SEVERAL.update(several)  # noqa: SLF001
        _read_anew()


@contextmanager
def _without_table(table: dict[str, tuple[str, ...]]) -> Iterator[None]:
    kept = dict(table)
    table.clear()
    try:
        yield
    finally:
        table.update(kept)


PARTS: Mapping[str, Callable[[], Any]] = {
    "names of countries and bodies": _without_names,
    "families of concepts": lambda: _without_table(concepts.FAMILIES),
    "families of deeds": lambda: _without_table(concepts.DEEDS),
    "title and summary set apart": lambda: _set(subject, "_frame", lambda _article: {}),
    "related words": lambda: _set(words, "vector", lambda _term: ()),
    "best sentence": lambda: _set(score, "_SENTENCE", 0.0),
    "share of the item": lambda: _set(score, "_DENSITY", 0.0),
    "anchor and matter in a sentence": lambda: _set(score, "_TOGETHER", 0.0),
    "shared words": lambda: _set(score, "_COVERAGE", 0.0),
    "anchors at all": lambda: _set(score, "_about", lambda _anchors, _matter: 0.8),
    "measured by the own takeaways": lambda: _set(score, "_own", lambda _values, usual: usual),
    "rhetoric discounted": lambda: _set(subject, "_RHETORIC", 1.0),
}


def ablate(collections: Sequence[Collection]) -> None:
    """Print the mean measures without each part."""
    print(f"{'without':32}" + "".join(f"{name:>9}" for name in MEASURES))
    for name, left_out in PARTS.items():
        _forget()
        with left_out():
            print(f"{name:32}" + _figures(macro([measure(one) for one in collections])))
    _forget()
    print(f"{'(nothing)':32}" + _figures(macro([measure(one) for one in collections])))


def _forget() -> None:
    for cached in (words.rarity, words.length, words.reach):
        cached.cache_clear()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared")
    parser.add_argument("--ablate", action="store_true")
    options = parser.parse_args()
    own = ours(options.shared)
    if options.ablate:
        ablate([*given(options.shared), *own])
        return
    table("eval/linking", given(options.shared))
    table("ours, at hand", [one for one in own if one.article.id not in HELD_OUT])
    table("ours, held out", [one for one in own if one.article.id in HELD_OUT])


if __name__ == "__main__":
    main()
