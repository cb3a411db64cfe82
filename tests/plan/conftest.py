"""A vocabulary for planning."""

from __future__ import annotations

import pytest

from tests.plan.world import World


@pytest.fixture
def world() -> World:
    return World()
