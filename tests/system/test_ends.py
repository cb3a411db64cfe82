"""How ``run`` ends when something is in its way: what it says, what it leaves, and with which status."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.project import Project, Site

ITEM = {"guid": "g1", "title": "Readout", "link": "https://office.example/1", "date": "Thu, 01 Oct 2026 09:00:00 GMT"}


@pytest.fixture
def watching(project: Project, site: Site) -> Project:
    """Return a project that watches one feed of ``site``."""
    site.feed("/feed", ITEM)
    project.source(("office", [site.url("/feed")]), allow=site.host)
    return project


def configure(project: Project, text: str, instead: str = "") -> None:
    """Append ``text`` to the settings, or put it in the place of what stands there."""
    settings = project.root / "config" / "aggregator.toml"
    before = settings.read_text()
    settings.write_text(before.replace(instead, text) if instead else before + text)


class TestJson:
    """One object on standard output whatever happens, and the error on standard error too."""

    def test_when_the_output_folder_is_a_file(self, watching: Project) -> None:
        (watching.root / "feeds").write_bytes(b"")
        done = watching.run("run", "--json")
        assert done.status == 1
        (source,) = done.json["sources"]
        assert (source["outcome"], source["new"]) == ("ok", 1)
        assert done.json["published"] == []
        assert "feeds" in done.json["error"]
        assert f"error: {done.json['error']}" in done.err

    def test_when_some_outputs_could_be_written(self, watching: Project) -> None:
        (watching.root / "feeds" / "sources").mkdir(parents=True)
        (watching.root / "feeds" / "sources" / "office.atom").mkdir()
        done = watching.run("run", "--json")
        assert done.status == 1
        assert done.json["published"][:3] == ["all.atom", "all.json", "all.rss"]
        assert "office.atom" in done.json["error"]

    def test_when_the_store_is_unusable(self, watching: Project) -> None:
        (watching.root / "var").write_bytes(b"")
        self.expect_nothing(watching, 1)

    def test_when_another_run_is_at_work(self, watching: Project) -> None:
        watching.run("run")
        with (watching.root / "var" / "aggregator.db.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.expect_nothing(watching, 75)

    def test_when_the_configuration_is_broken(self, watching: Project) -> None:
        configure(watching, "[nonsense]\n")
        self.expect_nothing(watching, 2)

    def expect_nothing(self, project: Project, status: int) -> None:
        done = project.run("run", "--json")
        assert done.status == status
        assert list(done.json) == ["sources", "published", "error"]
        assert (done.json["sources"], done.json["published"]) == ([], [])
        assert done.json["error"] in done.err


class TestRecording:
    @pytest.mark.parametrize("option", ["--record", "--replay"])
    @pytest.mark.parametrize("name", ["", "."])
    def test_a_name_that_is_no_file_is_wrong_usage(self, watching: Project, option: str, name: str) -> None:
        done = watching.run("run", option, name)
        assert done.status == 2
        assert "Traceback" not in done.err

    def test_a_run_that_fetches_nothing_leaves_the_old_capture(self, watching: Project) -> None:
        watching.run("run", "--record", "one.warc.gz")
        before = (watching.root / "one.warc.gz").read_bytes()
        done = watching.run("run", "--record", "one.warc.gz")
        assert done.status == 0
        assert "one.warc.gz: nothing was fetched, so no capture was written" in done.err
        assert (watching.root / "one.warc.gz").read_bytes() == before
        assert [path for path in watching.root.iterdir() if path.suffix == ".part"] == []

    @pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 1)])
    def test_a_signal_waits_for_no_answer_and_leaves_nothing_half_done(
        self, watching: Project, site: Site, number: signal.Signals, status: int
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as slow:
            host = f"127.0.0.1:{slow.getsockname()[1]}"
            watching.source(("slow", [f"http://{host}/"]), allow=host)
            configure(watching, "timeout = 3600\n", instead="timeout = 5\n")
            process = subprocess.Popen(
                [sys.executable, "-m", "aggregator", "run", "--record", "one.warc.gz"],
                cwd=watching.root,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONWARNINGS": "error"},
            )
            with process:
                connection, _ = slow.accept()
                with connection:
                    assert any(path.suffix == ".part" for path in watching.root.iterdir())
                    process.send_signal(number)
                    _, err = process.communicate(timeout=60)
        assert (process.returncode, b"Traceback" in err) == (status, False)
        assert {path.name for path in watching.root.iterdir()} == {"config", "var"}
        assert site.requests == []


class TestHubs:
    @pytest.fixture
    def hub(self, watching: Project, site: Site) -> str:
        configure(watching, f'[publish]\nhubs = ["{site.url("/hub")}"]\n')
        return site.url("/hub")

    def test_publish_tells_them_what_it_wrote(self, watching: Project, site: Site, hub: str) -> None:
        watching.run("run")
        (watching.root / "feeds" / "all.rss").write_bytes(b"scribble")
        del site.forms[:]
        assert hub.endswith("/hub")
        assert watching.run("publish").status == 0
        ((_, form),) = site.forms
        assert form["hub.url"] == ["https://feeds.example.org/all.rss"]

    def test_they_do_not_hold_the_stores_lock(self, watching: Project) -> None:
        with socket.create_server(("127.0.0.1", 0)) as slow:
            host = f"127.0.0.1:{slow.getsockname()[1]}"
            settings = watching.root / "config" / "aggregator.toml"
            text = settings.read_text().replace('allow_hosts = ["', f'allow_hosts = ["{host}", "')
            settings.write_text(text + f'[publish]\nhubs = ["http://{host}/"]\n')
            process = subprocess.Popen([sys.executable, "-m", "aggregator", "run"], cwd=watching.root)
            with process:
                connection, _ = slow.accept()
                with (watching.root / "var" / "aggregator.db.lock").open("r+") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                connection.close()
                assert process.wait(30) == 0


def test_a_disabled_source_that_is_asked_for_is_named(watching: Project) -> None:
    sources = watching.root / "config" / "sources.toml"
    sources.write_text(sources.read_text().replace("[[source.endpoint]]", "enabled = false\n[[source.endpoint]]", 1))
    done = watching.run("run", "--source", "office")
    assert (done.status, done.err) == (0, "office: not looked at: disabled\n")


def test_a_configuration_elsewhere_is_named_as_it_can_be_opened(watching: Project, tmp_path: Path) -> None:
    other = tmp_path / "other" / "config"
    other.mkdir(parents=True)
    (other / "aggregator.toml").write_text("[nonsense]\n")
    (other / "sources.toml").write_text("[nonsense]\n")
    (watching.root / "here").mkdir()
    watching.root = watching.root / "here"
    done = watching.run("check", "--config", str(other / "aggregator.toml"))
    assert done.status == 2
    assert f"{other}/aggregator.toml" in done.err
    assert f"{other}/sources.toml" in done.err


def test_status_tells_how_often_a_source_is_looked_at(watching: Project) -> None:
    watching.run("run")
    head, row = watching.run("status").out.splitlines()
    assert "looks every" in head
    assert " min " in row


def test_where_there_is_no_source_yet_it_says_how_to_get_one_and_counts_are_said_as_people_say_them(
    project: Project, site: Site
) -> None:
    for words in ("run", "check", "status", "sources list"):
        done = project.call(*words.split())
        assert (done.status, "aggregator sources add URL" in done.out) == (0, True), words
    assert "0 of 0 sources looked at, 0 failed; 0 new, 0 changed; " in project.call("run").out
    site.feed("/feed", {"guid": "1", "title": "Talks", "link": "https://office.example/1"})
    project.source(("office", [site.url("/feed")]), allow=site.host)
    assert "1 of 1 source looked at" in project.call("run").out
    assert "1 source, 0 articles with 0 annotations" in project.call("check").out
    assert "sources add URL" not in project.call("status").out
    done = project.call("publish")
    written = len(done.out.splitlines())  # status.json, unless the second is still the same
    assert done.err.startswith("1 output written" if written == 1 else f"{written} outputs written")
