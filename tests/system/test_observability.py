"""What a run says to people, to collectors and to subscribers, and what it keeps to itself."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.system.project import Answer, Project, Site

SECRET = "hunter2"  # noqa: S105 - it is to be hidden
FEED = f"/feed?section=news&api_key={SECRET}"
ITEM = {"guid": "1", "title": "One", "link": "https://office.example/one?key=document"}


def told(project: Project, *arguments: str) -> str:
    """Return all that a command says, run in this process."""
    done = project.call(*arguments)
    return done.out + done.err


def published(root: Path) -> str:
    """Return all that is published, compressed copies too."""
    files = [path for path in sorted((root / "feeds").rglob("*")) if path.is_file()]
    assert len(files) > 10
    read = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    return b"\n".join(read).decode("utf-8")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_key_in_an_address_is_sent_and_never_shown(project: Project, site: Site) -> None:
    project.source(("office", [site.url(f"/gone?token={SECRET}"), site.url(FEED)]), allow=site.host)
    site.feed(FEED, ITEM)
    said = told(project, "-v", "run", "--all") + told(project, "-v", "--log", "human", "run", "--all", "--json")
    assert [path for path, _ in site.requests if path == FEED]
    (item,) = project.feed()["items"]
    assert item["_aggregator"]["endpoint"] == site.url("/feed?section=news&api_key=***")
    assert item["url"] == ITEM["link"]  # the document's own parameter chooses it
    via = re.search(r'<link[^>]*rel="via"[^>]*>', (project.root / "feeds" / "all.atom").read_text())
    assert via
    assert "section=news&amp;api_key=***" in via[0]

    site.answers[FEED] = Answer(b"", 301, {"Location": f"/moved?sig={SECRET}"})
    site.answers[f"/moved?sig={SECRET}"] = Answer(b"<html>no feed</html>", headers={"Content-Type": "text/html"})
    said += "".join(told(project, "-v", "run", "--all", *more) for more in ((), (), ("--log", "human"), ("--json",)))
    said += told(project, "status") + told(project, "status", "--json") + told(project, "publish")
    assert said.count("***") > 10
    assert "***" in (project.root / "feeds" / "health.atom").read_text()
    assert SECRET not in said
    assert SECRET not in published(project.root)
    assert site.url(FEED) in told(project, "sources", "list")  # what the configuration says


def test_the_proxys_password_is_never_shown(project: Project) -> None:
    project.source(("office", ["http://office.example/feed"]), allow="office.example")
    config = project.root / "config" / "aggregator.toml"
    config.write_text(config.read_text() + f'proxy = "http://operator:{SECRET}@127.0.0.1:9"\n')
    said = told(project, "-v", "run") + told(project, "status")
    assert "the proxy: connection refused" in said
    config.write_text(config.read_text().replace("http:", "ftp:"))
    said += told(project, "check") + told(project, "run", "--json")
    assert "proxy" in said
    assert SECRET not in said


def test_a_mistake_in_the_configuration_gives_no_key_away(project: Project) -> None:
    project.source(("office", [f"https://operator:{SECRET}@office.example/?api_key={SECRET}"]), allow="office.example")
    done = project.call("run")
    assert done.status == 2
    assert "user name or password" in done.err
    assert SECRET not in done.out + done.err
    url = f"https://office.example/?api_key={SECRET}"
    project.source(("office", [url, url]), allow="office.example")
    said = told(project, "check") + told(project, "check", "--json")
    assert said.count("https://office.example/?api_key=***") >= 2
    assert SECRET not in said


@pytest.mark.parametrize(
    ("before", "after", "environment", "form"),
    [
        ((), (), None, "json"),
        (("--log", "human"), (), None, "human"),
        ((), ("--log", "human"), None, "human"),
        (("--log", "human"), ("--log", "json"), None, "json"),
        ((), (), "human", "human"),
        (("--log", "auto"), (), "human", "json"),
    ],
)
def test_the_form_of_the_log_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch,
    project: Project,
    before: tuple[str, ...],
    after: tuple[str, ...],
    environment: str | None,
    form: str,
) -> None:
    if environment:
        monkeypatch.setenv("AGGREGATOR_LOG", environment)
    else:
        monkeypatch.delenv("AGGREGATOR_LOG", raising=False)
    project.source(("office", ["http://127.0.0.1:9/feed"]), allow="127.0.0.1:9")
    err = project.call(*before, "-v", "run", *after).err
    if form == "json":
        assert [line["event"] for line in lines(err)] == ["look", "trouble-began", "cycle", "upkeep"]
    else:
        assert [line.split(" ", 3)[2] for line in err.splitlines()] == ["INFO", "WARNING", "INFO", "INFO"]


def test_without_verbose_only_beginnings_and_ends_are_logged(project: Project, site: Site) -> None:
    project.source(("office", [site.url("/feed")]), allow=site.host)
    events = []
    for answer in (Answer(status=500), Answer(status=500), Answer(status=404)):
        site.answers["/feed"] = answer
        events.append([line["event"] for line in lines(project.call("run", "--all").err)])
    site.feed("/feed", ITEM)
    events.append([line["event"] for line in lines(project.call("run", "--all").err)])
    assert events == [["trouble-began"], [], [], ["trouble-ended"]]


def test_on_a_terminal_the_log_is_for_people(project: Project) -> None:
    project.source(("office", ["http://127.0.0.1:9/feed"]), allow="127.0.0.1:9")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", "-v", "run"],
        cwd=project.root,
        env={**os.environ, "AGGREGATOR_LOG": "auto", "TERM": "dumb"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        timeout=120,
        check=False,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        shown = terminal.read(65_536).decode()
    assert done.returncode == 1
    assert " INFO source=office outcome=error requests=1 " in shown


RUN = """
import sys
from aggregator.cli import commands
commands(["run"], standalone_mode=False)
print([name for name in ("prometheus_client", "aggregator.observe.metrics") if name in sys.modules])
"""


def test_a_cron_job_imports_no_metrics(project: Project) -> None:
    done = subprocess.run([sys.executable, "-c", RUN], cwd=project.root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
