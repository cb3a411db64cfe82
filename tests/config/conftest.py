"""A project's folder to break: small valid files, and a way to write others in their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config.load import load
from aggregator.errors import ConfigError, Problem

Problems = Callable[..., tuple[Problem, ...]]

VALID = {
    "aggregator.toml": '[site]\ntitle = "Record"\nbase_url = "https://feeds.example.org/"\n',
    "sources.toml": """\
[[source]]
id = "nato"
title = "NATO"
home = "https://www.nato.example/"
  [[source.endpoint]]
  kind = "feed"
  url = "https://www.nato.example/feed"
  [[source.endpoint]]
  kind = "page"
  url = "https://www.nato.example/news"
  item = "article.card"
  title = "h3 a"
  link = "h3 a@href"
""",
    "articles/summit.toml": """\
title = "Summit"
url = "https://example.org/summit"
published = 2025-08-20

[[annotation]]
id = "nato"
label = "NATO"
sources = ["nato"]
""",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that writes a valid configuration but for the files given, and gives its aggregator.toml.

    Its folder is the current one, from which files are named.
    """
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str | bytes | None] | None = None) -> Path:
        folder = tmp_path / "config"
        for name, content in {**VALID, **(files or {})}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder / "aggregator.toml"

    return write


@pytest.fixture
def problems(project: Callable[..., Path]) -> Problems:
    """Return a function that writes a configuration with mistakes and gives the problems found in it."""

    def found(files: dict[str, str | bytes | None]) -> tuple[Problem, ...]:
        path = project(files)
        with pytest.raises(ConfigError) as caught:
            load(path)
        return caught.value.problems

    return found
