"""The pipeline in one process: a site that answers as told, a real store, real files, a clock that is a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.config.values import ArticleFile, Settings
from aggregator.errors import BadStatus, FetchError
from aggregator.model import Request, Response, Update
from aggregator.pipeline import cycle, outputs
from aggregator.publish.files import FileSink
from aggregator.store.sqlite import SqliteStore

FEED = "https://office.example/feed"


class Web:
    """Answers by URL: a body, an error, or nothing (404)."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | FetchError | Callable[[], bytes]] = {}
        self.headers: dict[str, dict[str, str]] = {}
        """By URL.  An answer with an ETag that the request names is 304, without a body."""
        self.asked: list[str] = []

    def fetch(self, request: Request) -> Response:
        self.asked.append(request.url)
        answer = self.answers.get(request.url, BadStatus(404))
        if isinstance(answer, FetchError):
            raise answer
        headers = self.headers.get(request.url, {})
        if request.etag and request.etag == headers.get("etag"):
            return Response(request.url, 304, headers, b"")
        return Response(request.url, 200, headers, answer() if callable(answer) else answer)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 10, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


class Quiet:
    """Hears of everything and says nothing."""

    def started(self, sources: int) -> None: ...
    def updated(self, update: Update) -> None: ...
    def published(self, paths: Sequence[str]) -> None: ...
    def warned(self, message: str) -> None: ...


class Newsroom:
    """A project whose cycles are run one by one, an hour apart."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.web = Web()
        self.clock = Clock()
        self.store = SqliteStore.open(root / "aggregator.db")
        self.sources: list[dict[str, Any]] = []
        self.articles: dict[str, dict[str, Any]] = {}
        self.site = {"title": "Record", "base_url": "https://feeds.example.org/"}
        self.published: dict[str, Any] = {}

    def source(self, id_: str = "office", *urls: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - as in TOML
        """Configure a source of feed endpoints; return its table, for changes."""
        endpoints = [{"kind": "feed", "url": url} for url in urls or (FEED,)]
        table = {"id": id_, "title": f"Office {id_}", "home": "https://office.example/", "endpoint": endpoints}
        self.sources.append(table | fields)
        return self.sources[-1]

    @property
    def settings(self) -> Settings:
        articles = []
        for id_, table in self.articles.items():
            file = {key: value for key, value in table.items() if key != "body"}
            made = ArticleFile.model_validate(file, strict=False).model_dump()
            articles.append({**made, "id": id_, "body": table.get("body", "")})
        return Settings.model_validate(
            {
                "site": self.site,
                "publish": self.published,
                "root": self.root,
                "sources": self.sources,
                "articles": articles,
            },
            strict=False,
        )

    def look(self, *, minutes: float = 60, everything: bool = True, backfill: int = 0) -> dict[str, Update]:
        """Run a cycle so much later and publish; return the updates by source.

        Without ``everything`` the sources are asked for by name: due or not, but what rests is left alone.
        """
        self.clock.time += timedelta(minutes=minutes)
        self.web.asked.clear()
        names = frozenset() if everything else frozenset(str(table["id"]) for table in self.sources)
        ports = cycle.Ports(self.web, self.store, self.clock, Quiet())
        updates = cycle.run(self.settings, ports, cycle.Selection(names, everything, backfill))
        self.publish()
        return {update.source: update for update in updates}

    def publish(self, *, everything: bool = False) -> list[str]:
        """Publish what changed, or look at everything; return the paths written."""
        sink = FileSink(self.root / "feeds")
        outputs.publish(self.settings, self.store, sink, self.clock.now(), everything=everything)
        return sink.written

    def items(self, feed: str = "all") -> list[dict[str, Any]]:
        """Return the items of a published JSON Feed."""
        document = json.loads((self.root / "feeds" / f"{feed}.json").read_text(encoding="utf-8"))
        return list(document["items"])

    def titles(self, feed: str = "all") -> list[str]:
        return [item["title"] for item in self.items(feed)]
