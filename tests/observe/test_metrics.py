"""What Prometheus reads: right, bounded whatever sites do, and documented."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aggregator.config.values import Settings, StoreSettings
from aggregator.errors import BadStatus
from aggregator.model import Asked, Change, Effort, Item, ItemUpdate, Link, Outcome, Pulse, SourceState, Trouble, Update
from aggregator.observe import Observers
from aggregator.observe.metrics import OUTCOMES, Metrics, stored
from aggregator.pipeline import cycle
from tests.conftest import CHECKOUT
from tests.pipeline.newsroom import FEED, Newsroom
from tests.system.project import rss

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(exposition: bytes) -> Samples:
    """Return the samples by name and labels; each there once."""
    samples: Samples = {}
    for family in text_string_to_metric_families(exposition.decode("utf-8")):
        for sample in family.samples:
            key = sample.name.removeprefix("aggregator_"), tuple(sorted(sample.labels.items()))
            assert key not in samples
            samples[key] = sample.value
    return samples


def of(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


def settings(root: Path, *sources: str, articles: tuple[str, ...] = ()) -> Settings:
    endpoint = {"kind": "feed", "url": FEED}
    return Settings.model_validate(
        {
            "site": {"title": "Record", "base_url": "https://feeds.example.org/"},
            "root": root,
            "sources": [
                {"id": id_, "title": id_, "home": "https://office.example/", "endpoint": [endpoint]} for id_ in sources
            ],
            "articles": [{"id": id_, "title": id_, "url": "https://blog.example/"} for id_ in articles],
        },
        strict=False,
    )


class Seconds:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_a_cycle_is_counted_stage_by_stage(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.source("office")
    newsroom.source("other", "https://other.example/feed")
    place = StoreSettings(url="sqlite:///aggregator.db")
    metrics = Metrics(newsroom.settings.model_copy(update={"store": place}), Seconds())
    body = rss({"guid": "1", "title": "One"}, {"guid": "2", "title": "Two"}, {"guid": "3"})
    newsroom.web.answers[FEED] = body
    newsroom.web.answers["https://other.example/feed"] = BadStatus(503)
    ports = cycle.Ports(newsroom.web, newsroom.store, newsroom.clock, Observers(metrics))
    cycle.run(newsroom.settings, ports, cycle.Selection(everything=True))
    metrics.published(newsroom.publish())
    newsroom.store.close()
    samples = read(metrics.exposition())
    expected: dict[tuple[str, str], float] = {
        ("fetch_requests_total", "ok"): 1,
        ("fetch_requests_total", "http-5xx"): 1,
        ("fetch_requests_total", "timeout"): 0,
        ("looks_total", "ok"): 1,
        ("looks_total", "error"): 1,
        ("items_total", "new"): 2,
        ("items_total", "edited"): 0,
    }
    names = {"fetch_requests_total": "outcome", "looks_total": "outcome", "items_total": "change"}
    assert {key: of(samples, key[0], **{names[key[0]]: key[1]}) for key in expected} == expected
    for name, value in {
        "fetch_bytes_total": len(body),
        "fetch_seconds_count": 2,
        "parse_seconds_count": 2,
        "intake_seconds_count": 2,
        "save_seconds_count": 2,
        "items_shown_total": 2,
        "items_rejected_total": 1,
        "publish_seconds_count": 1,
        "publish_seconds_sum": 1,  # from the last look to the end
        "cycle_seconds_count": 1,
        "cycle_seconds_sum": 3,  # two looks, and the end
    }.items():
        assert of(samples, name) == value, name
    assert (of(samples, "published_files_total") or 0) > 10
    assert (of(samples, "store_bytes") or 0) > 4096
    assert of(samples, "source_items", source="office") == 2
    assert of(samples, "source_failures", source="other") == 1
    assert of(samples, "source_troubles", source="other") == 1
    assert of(samples, "source_last_success_timestamp_seconds", source="office") == newsroom.clock.now().timestamp()
    assert of(samples, "source_last_success_timestamp_seconds", source="other") is None


def test_a_source_that_is_taken_out_vanishes(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path, "a", "b", articles=("summit", "talks")))
    states = {name: SourceState(name, NOON, failures=3, last_success=NOON, items=7) for name in "abc"}
    metrics.remember(states)
    assert of(read(metrics.exposition()), "source_items", source="b") == 7
    metrics.configured(settings(tmp_path, "a", "d", articles=("talks",)))
    metrics.updated(Update("b", NOON, Outcome.OK, states["b"]))  # of a cycle that had begun before
    samples = read(metrics.exposition())
    labels = {value for _, pairs in samples for name, value in pairs if name in {"source", "article"}}
    assert labels == {"a", "talks"}
    assert of(samples, "source_failures", source="a") == 3


def test_links_are_counted_by_article(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path, "office", articles=("summit", "talks")))
    links = tuple(Link(article=article, annotation="office", score=0.7) for article in ("summit", "gone"))
    items = tuple(
        ItemUpdate(Change.NEW, Item(name), name, NOON, NOON, NOON, links=some)
        for name, some in (("1", links), ("2", ()), ("3", links[:1]), ("4", None))
    )
    metrics.updated(Update("office", NOON, Outcome.OK, SourceState("office", items=3), items=items))
    samples = read(metrics.exposition())
    counts = {labels[0][1]: value for (name, labels), value in samples.items() if name == "links_total"}
    assert counts == {"summit": 2, "talks": 0}
    assert of(samples, "source_items", source="office") == 7


def hostile(number: int) -> Update:
    """Return an update in which all that a site may influence is another each time."""
    word = f'{number}"\n\\é\ud800{{x="y"}}'
    asked = (Asked(word, 1e9 * number, number, number), Asked("http-4xx", -1.0, 0, 400 + number))
    item = Item(word)
    link = Link(article=word, annotation=word, score=1.0, reasons=(word,))
    taken = ItemUpdate(Change.NEW, item, word, NOON, NOON, NOON, links=(link,))
    trouble = (Trouble(word, word, NOON),)
    return Update(
        "office" if number % 2 else word,
        NOON,
        Outcome.ERROR,
        SourceState("office" if number % 2 else word, failures=number, trouble=trouble, endpoint=word),
        endpoint=word,
        items=(taken,),
        error=word,
        rejected=(word,),
        effort=Effort(asked),
    )


def test_no_site_makes_a_new_series(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path, "office", articles=("summit",)))
    metrics.updated(hostile(1))
    metrics.warned("x")
    before = read(metrics.exposition())
    for number in range(500):
        metrics.updated(hostile(number))
        metrics.warned(str(number))
    after = read(metrics.exposition())
    assert after.keys() == before.keys()
    assert of(after, "looks_total", outcome="error") == 501
    assert of(after, "fetch_requests_total", outcome="other") == 501


def test_every_outcome_of_a_request_has_its_word() -> None:
    assert {"ok", "not-modified", "timeout", "unreachable", "robots", "host-rests", "http-4xx", "internal"} <= OUTCOMES
    assert "fetch" not in OUTCOMES


def test_what_only_the_daemon_knows_is_there_with_a_daemon(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path))
    assert of(read(metrics.exposition()), "broken", what="cycle") is None
    samples = read(metrics.exposition(Pulse(NOON, ticked=NOON, error="the disk is full")))
    assert of(samples, "tick_last_timestamp_seconds") == NOON.timestamp()
    assert (of(samples, "broken", what="cycle"), of(samples, "broken", what="configuration")) == (1, 0)


def test_two_of_them_count_apart(tmp_path: Path) -> None:
    one, other = Metrics(settings(tmp_path)), Metrics(settings(tmp_path))
    one.warned("x")
    assert [of(read(each.exposition()), "warnings_total") for each in (one, other)] == [1, 0]


def test_threads_lose_nothing(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path, "office"))
    update = Update("office", NOON, Outcome.OK, SourceState("office"), effort=Effort((Asked("ok", 0.1, 10, 200),)))

    def work(_: int) -> bytes:
        for _turn in range(100):
            metrics.updated(update)
        return metrics.exposition()

    with ThreadPoolExecutor(4) as pool:
        read_meanwhile = list(pool.map(work, range(8)))
    assert all(read(each) for each in read_meanwhile)
    samples = read(metrics.exposition())
    assert (of(samples, "looks_total", outcome="ok"), of(samples, "fetch_bytes_total")) == (800, 8000)


def families(exposition: bytes) -> dict[str, Any]:
    found = list(text_string_to_metric_families(exposition.decode()))
    return {family.name + ("_total" if family.type == "counter" else ""): family for family in found}


def test_what_is_exposed_is_documented_and_what_is_documented_is_exposed(tmp_path: Path) -> None:
    metrics = Metrics(settings(tmp_path, "office", articles=("summit",)))
    metrics.remember({"office": SourceState("office", NOON, last_success=NOON, last_item=NOON)})
    exposed = families(metrics.exposition(Pulse(NOON)))
    ours = {name: family for name, family in exposed.items() if name.startswith("aggregator_")}
    operations = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(aggregator_[a-z_]+)(?:\{([a-z]+)\})?` \| (\w+) \|", operations, re.MULTILINE)
    assert {name: kind for name, _, kind in rows} == {name: family.type for name, family in ours.items()}
    for name, label, _ in rows:
        labels = {key for sample in ours[name].samples for key in sample.labels} - {"le"}
        assert labels == ({label} if label else set()), name
    assert all(family.documentation for family in ours.values())


@pytest.mark.parametrize("word", ["_created", "hunter2"])
def test_what_is_of_no_use_is_not_there(tmp_path: Path, word: str) -> None:
    metrics = Metrics(settings(tmp_path, "office"))
    metrics.updated(Update("office", NOON, Outcome.ERROR, SourceState("office"), error="?key=hunter2"))
    assert word not in metrics.exposition().decode()


def test_who_runs_no_cycle_tells_what_the_store_knows_of_the_configured_sources(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.source("office")
    newsroom.source("new", "https://other.example/feed")
    known = SourceState("office", items=25, failures=2, last_success=NOON, trouble=(Trouble("timeout", "slow", NOON),))
    states = {"office": known, "gone": replace(known, id="gone")}
    samples = read(stored(newsroom.settings, states))
    assert samples == {
        ("source_items", (("source", "office"),)): 25,
        ("source_failures", (("source", "office"),)): 2,
        ("source_troubles", (("source", "office"),)): 1,
        ("source_last_success_timestamp_seconds", (("source", "office"),)): NOON.timestamp(),
    }
    newsroom.store.close()
