"""What each stage costs: items per CPU second, one item at a time, on one core.

    python -m benchmarks.stages [ROUNDS]

The items are those of ``benchmarks.cycle``; they are linked to the articles of ``config/``.  Medians of ROUNDS (5).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aggregator import clean
from aggregator.clean.identity import entry_id
from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.load import load
from aggregator.config.values import Source
from aggregator.link import Linker
from aggregator.model import Entry, Response, Site
from aggregator.parse import parse
from aggregator.render import Renderer, feeds
from benchmarks.cycle import ITEMS, feed

FEEDS = 10
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def median(rounds: int, items: int, work: Callable[[], object]) -> float:
    """Return how many items a CPU second gives."""
    work()
    figures = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        figures.append(items / (time.process_time() - begin))
    return statistics.median(figures)


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    shipped = load(Path(__file__).parent.parent / "config" / "aggregator.toml")
    endpoint = FeedEndpoint(kind="feed", url="https://office-1.example/feed")
    source = Source(id="white-house", title="Office", home="https://office-1.example/", endpoint=(endpoint,))
    bodies = [Response(endpoint.url, 200, {}, feed(number, 0)) for number in range(FEEDS)]
    raws = [raw for body in bodies for raw in parse(endpoint, body).items]
    items = [clean.clean(raw, source, endpoint) for raw in raws]
    entries = tuple(
        Entry(f"{entry_id(source, item)}#{number}", source.id, (source.id,), endpoint.url, item, NOON, NOON, NOON, 1)
        for number, item in enumerate(items)
    )
    settings = shipped.model_copy(update={"sources": (source,), "articles": ()})
    renderer = Renderer(settings, Site("urn:uuid:6f1d3c3e-58a4-4c1a-9a55-0f5f3ad4a1b2", NOON))
    linker = Linker(shipped.articles, shipped.link.threshold)
    everything = feeds(settings)[0]
    stages: dict[str, Callable[[], object]] = {
        "parse": lambda: [parse(endpoint, body) for body in bodies],
        "compare before cleaning": lambda: [clean.raw_digest(raw) for raw in raws],
        "clean": lambda: [clean.clean(raw, source, endpoint) for raw in raws],
        "link": lambda: [linker.link(item, clean.text_of(item), frozenset({source.id})) for item in items],
        "render, all three formats": lambda: renderer.render(everything, entries),
    }
    print(f"{FEEDS * ITEMS} items of 4 KB of HTML; items per CPU second, medians of {rounds}")
    for name, work in stages.items():
        print(f"{name:26} {median(rounds, FEEDS * ITEMS, work):9,.0f}")


if __name__ == "__main__":
    main()
