"""Headless Chromium, and published pages on loopback: those of the demo, and those that hostile statements give."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from playwright.sync_api import Browser, sync_playwright

from aggregator.demo import run as demo
from aggregator.model import Pulse, SourceState, Trouble, Verdict
from aggregator.pipeline import outputs
from aggregator.pipeline.judging import judge
from aggregator.publish.files import FileSink
from aggregator.web import serving
from tests.conftest import CHECKOUT
from tests.pipeline.newsroom import FEED, Newsroom
from tests.web.served import Table, served

LONG = "https://office.example/" + "a-very-long-address/" * 12
SCREENSHOTS = CHECKOUT / "build" / "screenshots"
HOSTILE_TITLES = (
    "<script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "</title></script><svg onload=window.hacked=1>",
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u0641\u064a \u0623\u0648\u0643\u0631\u0627\u0646\u064a\u0627",
    "' onmouseover='window.hacked = 1' x='",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt; &amp;amp;",
    "\u202egnirts desrever a \u2066 unclosed",
    "W" * 300,
)
"""Markup, a script from right to left, a template's own marks, an override of direction, a word without a blank."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser; absent, the test is skipped, and fails in CI."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "headless Chromium is absent (Debian's package chromium, or CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        # As root there is no sandbox; what is opened here is ours, from loopback.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``demo`` and ``hostile``, each published by the whole program."""
    root = tmp_path_factory.mktemp("pages")
    demo.run(demo.settings(root))
    hostile = tmp_path_factory.mktemp("hostile")
    _hostile(hostile)
    folder = root / "feeds"
    (hostile / "feeds").rename(folder / "hostile")
    return folder


def _hostile(root: Path) -> None:
    newsroom = Newsroom(root)
    newsroom.source(title="<script>window.hacked = 1</script>", rights="</style><script>window.hacked = 1</script>")
    newsroom.articles["paper"] = {
        "title": "A </title><script>window.hacked = 1</script> of titles",
        "url": "https://paper.example/a'b",
        "summary": "<img src=x onerror=window.hacked=1>",
        "takeaways": ["<b>Nobody</b> may run a script in Ukraine.", "W" * 200],
        "annotation": [
            {
                "id": "office",
                "label": '<i>Office</i> "of" scripts',
                "scope": "<script>x</script>",
                "sources": ["office"],
            },
            {"id": "idle", "label": "An authority that is silent", "sources": ["office-idle"]},
        ],
    }
    newsroom.source("office-idle", "https://office.example/none")
    newsroom.web.answers[FEED] = _atom()
    newsroom.look()
    for number in range(len(HOSTILE_TITLES)):
        name = newsroom.items()[number]["id"]
        judge(newsroom.settings, newsroom.store, name, "paper", Verdict.PIN, newsroom.clock.time)
    outputs.publish(newsroom.settings, newsroom.store, FileSink(root / "feeds"), newsroom.clock.time)
    newsroom.store.close()


def _atom() -> bytes:
    """Return a feed of these titles, which says of each that it is plain text."""
    entries = ""
    for number, title in enumerate(HOSTILE_TITLES):
        link = f"https://office.example/{number}?a='b'&c=<d>" if number else "javascript:window.hacked=1"
        content = f"<p onclick='window.hacked=1'>{title}</p><script>window.hacked=1</script> Text"
        entries += (
            f'<entry><id>urn:x:{number}</id><title type="text">{escape(title)}</title><link href={quoteattr(link)}/>'
            "<published>2026-10-01T09:00:00Z</published><updated>2026-10-01T09:00:00Z</updated>"
            f'<content type="html">{escape(content)}</content></entry>'
        )
    head = "<id>urn:x:feed</id><title>Office</title><updated>2026-10-01T09:00:00Z</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'.encode()


@pytest.fixture(scope="session")
def operators() -> Iterator[Mapping[str, str]]:
    """Return where the page for operators is served: when all is well, and when nothing is."""
    now = datetime(2026, 10, 1, 12, tzinfo=UTC)
    longest = "The quick brown fox " * 20 + "W" * 200 + " <script>window.hacked = 1</script>"
    seen = SourceState("un", now, 300.0, last_attempt=now, last_success=now, last_item=now, items=25, endpoint=LONG)
    troubles = tuple(Trouble(kind, longest, now) for kind in ("timeout", "blocked-akamai", "from a newer version"))
    ill = replace(seen, id="state", failures=3, trouble=troubles)
    heart = Pulse(now, ticked=now, config=f"sources.toml:7: {longest}\nsources.toml:9: again", error=longest)
    sources = ("un", "state", "new", "-off")
    well = Table(Path(), sources=sources, known={"un": replace(seen, next_due=None)})
    bad = Table(Path(), sources=sources, known={"un": seen, "state": ill}, heart=heart)
    with serving(well) as fine, serving(bad) as broken:
        yield {"well": f"{fine.url}status", "ill": f"{broken.url}status"}


@pytest.fixture(scope="session")
def site(published: Path) -> Iterator[str]:
    """Return where the folder is served."""
    with served(published) as server:
        yield server.url.rstrip("/")
