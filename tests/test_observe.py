"""Remote text in the log: whatever it holds, it is one line and no command to a terminal."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from aggregator.model import Outcome, SourceState, Update
from aggregator.observe import LogObserver, canonical

HOSTILE = 'said "\x1b[2J\u202e\x9b\r\nsource=other\x00'


def test_a_canonical_line_is_printable() -> None:
    update = Update("office", datetime(2026, 1, 1, tzinfo=UTC), Outcome.ERROR, SourceState("office"), error=HOSTILE)
    line = canonical(update)
    assert line.isprintable()
    assert r"\x1b[2J\u202e" in line
    assert line.startswith("source=office outcome=error ")


def test_a_warning_is_printable(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        LogObserver().warned(HOSTILE)
    assert caplog.messages[0].isprintable()
