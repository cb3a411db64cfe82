"""The log as it is written, and put back as it was."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from aggregator import observe


class Written:
    """What is written to standard error once the log is configured."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def configure(self, form: observe.Form, *, verbose: bool = False) -> None:
        observe.configure(form=form, verbose=verbose)

    @property
    def text(self) -> str:
        """What was written since this was asked last."""
        return self._capsys.readouterr().err

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The same, each line read as JSON."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    root, ours = logging.getLogger(), logging.getLogger("aggregator")
    before = root.handlers, root.level, ours.level, warnings.showwarning
    root.handlers = []
    yield Written(capsys)
    root.handlers, level, own, showwarning = before
    logging.captureWarnings(capture=False)
    warnings.showwarning = showwarning
    root.setLevel(level)
    ours.setLevel(own)
