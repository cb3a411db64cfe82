"""A source and its endpoint, as small as the configuration allows; each test states what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.config.values import Source

FEED = {"kind": "feed", "url": "https://www.ministry.example/feed/"}


@pytest.fixture
def make_source() -> Callable[..., Source]:
    """Return a maker of sources: whatever is not given is a ministry's in Brussels."""

    def make(**changes: Any) -> Source:  # noqa: ANN401 -- whatever a TOML table may hold
        values = {
            "id": "ministry",
            "title": "Ministry",
            "home": "https://www.ministry.example/",
            "timezone": "Europe/Brussels",
            "endpoint": [FEED],
        }
        return Source.model_validate(values | changes)

    return make


@pytest.fixture
def source(make_source: Callable[..., Source]) -> Source:
    """Return the ministry itself."""
    return make_source()
