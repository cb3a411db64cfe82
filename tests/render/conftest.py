"""The configuration and the cases of ``tests/data/render``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.config.values import Settings
from aggregator.model import Enclosure, Entry, Item, Link, Site
from aggregator.render import FeedPlan, feeds

DATA = Path(__file__).parent.parent / "data" / "render"


@dataclass(frozen=True)
class Case:
    """One feed to be rendered: its plan and its entries."""

    plan: FeedPlan
    entries: tuple[Entry, ...]


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def settings() -> Settings:
    table = tomllib.loads((DATA / "settings.toml").read_text())
    return Settings.model_validate(
        {
            "site": table["site"],
            "root": Path("/project"),
            "sources": tuple(table["source"]),
            "articles": tuple(table["article"]),
        }
    )


@pytest.fixture(scope="session")
def site() -> Site:
    return Site("urn:uuid:6f1d3c3e-58a4-4c1a-9a55-0f5f3ad4a1b2", datetime(2025, 8, 1, 6, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def case(settings: Settings) -> Callable[[str], Case]:
    """Return what reads a case by its name."""
    plans = {plan.path: plan for plan in feeds(settings)}

    def read(name: str) -> Case:
        table = tomllib.loads((DATA / f"{name}.toml").read_text())
        return Case(plans[table["feed"]], tuple(_entry(entry) for entry in table.get("entry", [])))

    return read


def _entry(table: Mapping[str, Any]) -> Entry:
    item = dict(table["item"])
    item["enclosures"] = tuple(Enclosure(**enclosure) for enclosure in item.get("enclosures", ()))
    for name in ("authors", "categories"):
        item[name] = tuple(item.get(name, ()))
    rest = {name: value for name, value in table.items() if name not in {"item", "link", "sources"}}
    return Entry(
        **rest,
        item=Item(**item),
        sources=tuple(table.get("sources", [table["source"]])),
        links=tuple(Link(**{**link, "reasons": tuple(link.get("reasons", ()))}) for link in table.get("link", ())),
    )
