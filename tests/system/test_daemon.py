"""The daemon as its operators run it: a process, signals, edited files, and a client that reads what it serves."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.system.project import Project

if TYPE_CHECKING:
    from tests.system.project import Site

PATIENCE = 60.0
"""Seconds: what has not come about by then, on however busy a machine, does not."""

ENDS = 20.0
"""Seconds to end in: ten, and what a busy machine takes.  What hangs here does so for five minutes or for ever."""

DATE = "Thu, 01 Oct 2026 09:00:00 GMT"
TALKS = {"guid": "g1", "title": "Talks", "link": "https://office.example/1", "date": DATE, "body": "<p>They met.</p>"}
FISH = {"guid": "g2", "title": "Fish", "link": "https://office.example/2", "date": DATE}
ARTICLE = """
title = "Will they meet in Geneva?"
url = "https://paper.example/summit"
[[annotation]]
id = "office"
label = "Office"
sources = ["office"]
"""


def until(true: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it is that is waited for
    """Return what ``true`` gives as soon as that is true."""
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
    return found


class Running:
    """A daemon under way, what it has said, and a client of its server."""

    def __init__(self, project: Project, *arguments: str, code: str = "", env: dict[str, str] | None = None) -> None:
        start = ["-c", f"{code}\nfrom aggregator.__main__ import main\nmain()"] if code else ["-m", "aggregator"]
        self.said = project.root / "daemon.log"
        with self.said.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *start, "-v", "daemon", *arguments],
                cwd=project.root,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONWARNINGS": "error", **(env or {})},
            )
        assert self.process.stdout is not None
        self.first = "" if "--no-serve" in arguments else self.process.stdout.readline()
        self.url = self.first.rpartition(" at ")[2].strip()

    @property
    def log(self) -> str:
        return self.said.read_text(encoding="utf-8").replace('\\"', '"')  # JSON, where nobody watches

    def get(self, path: str) -> bytes:
        """Return what the server answers, nothing where it has nothing."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                return b""
            raise

    def titles(self, feed: str = "all") -> list[str]:
        document = self.get(f"{feed}.json")
        return [item["title"] for item in json.loads(document)["items"]] if document else []

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return the exit status, and after how many seconds it came."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE), time.monotonic() - begun

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def watching(project: Project, site: Site) -> Project:
    site.feed("/feed", TALKS)
    configure(project, site, ("office", site.url("/feed")))
    project.write("articles/summit.toml", ARTICLE)
    return project


def configure(project: Project, site: Site, *sources: tuple[str, str], allow: str = "", title: str = "Record") -> None:
    """Configure sources by id and address, on ``site`` and hosts that are allowed."""
    project.source(*((id_, [url]) for id_, url in sources), allow=f'{site.host}", "{allow}' if allow else site.host)
    settings = project.root / "config" / "aggregator.toml"
    text = settings.read_text().replace('"Test record"', f'"{title}"').replace("timeout = 5", "timeout = 300")
    settings.write_text(text + "[serve]\nport = 0\n")


@contextmanager
def running(project: Project, *arguments: str, code: str = "", env: dict[str, str] | None = None) -> Iterator[Running]:
    daemon = Running(project, *arguments, code=code, env=env)
    try:
        yield daemon
    finally:
        daemon.close()


def test_it_does_the_work_of_a_run_and_commands_work_beside_it(watching: Project, site: Site, tmp_path: Path) -> None:
    with running(watching) as daemon:
        until(lambda: daemon.titles() == ["Talks"])
        for start in (watching.run("daemon"), watching.call("run")):
            assert (start.status, "is at work" in start.err) == (75, True)
        assert watching.call("link", "reject", "g1", "summit").status == 0
        assert watching.call("publish").out in {"", "status.json\n"}
        assert watching.call("status").status == 0
        status, seconds = daemon.end()
        assert (status, seconds < ENDS) == (0, True)
    assert "Traceback" not in daemon.log
    assert watching.call("run").status == 0
    # The same, done by a run.
    (tmp_path / "other").mkdir()
    other = Project(tmp_path / "other")
    configure(other, site, ("office", site.url("/feed")))
    other.write("articles/summit.toml", ARTICLE)
    assert other.call("run").status == 0
    assert comparable(watching) == comparable(other)


def comparable(project: Project) -> dict[str, bytes]:
    """Return the feeds that have entries, and the page, but for when these first came in."""
    names = [f"{feed}.{form}" for feed in ("all", "sources/office") for form in ("atom", "rss", "json")]
    first_seen = re.compile(rb'"first_seen":"[^"]*"')
    return {name: first_seen.sub(b"", (project.root / "feeds" / name).read_bytes()) for name in [*names, "index.html"]}


def test_an_edited_configuration_takes_effect_and_a_broken_one_does_not(watching: Project, site: Site) -> None:
    site.feed("/fish", FISH)
    sources = ("office", site.url("/feed")), ("ministry", site.url("/fish"))
    with running(watching) as daemon:
        until(lambda: daemon.titles() == ["Talks"])
        configure(watching, site, *sources)
        until(lambda: daemon.titles("sources/ministry") == ["Fish"])
        good = (watching.root / "config" / "sources.toml").read_text()
        watching.write("sources.toml", good + "[[source]]\nid = 7\n")
        until(lambda: "the one before stays in force" in daemon.log)
        check = watching.call("check")
        assert check.status == 2
        for problem in check.err.splitlines()[:-1]:
            assert problem in daemon.log
        assert daemon.titles("sources/ministry") == ["Fish"]
        watching.write("sources.toml", good)
        until(lambda: "the configuration is in order again" in daemon.log)
        configure(watching, site, *sources[:1], title="Another record")
        watching.write("articles/summit.toml", ARTICLE.replace("Geneva", "Vienna"))
        until(lambda: b"Another record" in daemon.get("all.atom") and not daemon.get("sources/ministry.atom"))
        until(lambda: b"Vienna" in daemon.get("articles/summit/index.html"))
        (watching.root / "feeds" / "all.atom").unlink()
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: daemon.get("all.atom"))
        assert daemon.end(signal.SIGINT)[0] == 0
    assert daemon.log.count("the one before stays in force") == 1


@contextmanager
def hanging() -> Iterator[tuple[str, threading.Semaphore]]:
    """Give an origin that takes connections: one drips for ever, others get no answer.  And who has come."""
    come = threading.Semaphore(0)
    over = threading.Event()
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def drip(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not over.wait(0.05):
                try:
                    connection.sendall(b"<")
                except OSError:
                    return

        def accept() -> None:
            dripping = False
            while True:
                connection, _ = listener.accept()
                stack.callback(connection.close)
                if over.is_set():
                    return
                if not dripping:
                    dripping = True
                    connection.recv(65_536)
                    dripper = threading.Thread(target=drip, args=(connection,))
                    dripper.start()
                    stack.callback(dripper.join)
                come.release()

        accepting = threading.Thread(target=accept)
        accepting.start()
        stack.callback(accepting.join)
        address: tuple[str, int] = listener.getsockname()
        stack.callback(lambda: socket.create_connection(address).close())
        stack.callback(over.set)
        yield f"127.0.0.1:{address[1]}", come


def states(project: Project) -> dict[str, str]:
    return {one["id"]: one["state"] for one in project.call("status", "--json").json["sources"]}


HUNG_NAMES = """
import socket, threading
real = socket.getaddrinfo
def hang(host, *arguments, **named):
    if host == "hung.example":
        print("asked", flush=True)
        threading.Event().wait()
    return real(host, *arguments, **named)
socket.getaddrinfo = hang
"""


def test_sigterm_waits_for_no_origin_and_leaves_nothing_half_done(watching: Project, site: Site) -> None:
    with hanging() as (host, come):
        slow = [(f"slow-{number}", f"http://{host}/{number}") for number in range(2)]
        configure(watching, site, ("office", site.url("/feed")), *slow, ("hung", "http://hung.example/"), allow=host)

        def begun(daemon: Running) -> None:
            assert all(come.acquire(timeout=PATIENCE) for _ in slow)
            assert daemon.process.stdout is not None
            assert daemon.process.stdout.readline() == "asked\n"
            until(lambda: states(watching).get("office") == "ok")

        with running(watching, code=HUNG_NAMES) as daemon:
            begun(daemon)
            status, seconds = daemon.end()
            assert (status, seconds < ENDS) == (0, True)
        assert "Traceback" not in daemon.log
        assert watching.feed("sources/office")["items"][0]["title"] == "Talks"
        assert states(watching) == {"office": "ok", "slow-0": "new", "slow-1": "new", "hung": "new"}
        assert (watching.root / "feeds" / "status.json").exists()
        with (watching.root / "var" / "aggregator.db.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

        (watching.root / "daemon.log").unlink()
        with running(watching, code=HUNG_NAMES) as daemon:
            assert all(come.acquire(timeout=PATIENCE) for _ in slow)
            daemon.process.send_signal(signal.SIGTERM)
            until(lambda: "ending" in daemon.log)
            status, _ = daemon.end(signal.SIGTERM)  # a second one ends at once
            assert status == -signal.SIGTERM

    configure(watching, site, ("office", site.url("/feed")))
    site.feed("/feed", TALKS, FISH)
    with running(watching) as daemon:
        until(daemon.titles)
        daemon.process.kill()
        daemon.process.wait(PATIENCE)
    run = watching.call("run", "--source", "office", "--json")
    assert (run.status, run.json["sources"][0]["outcome"]) == (0, "ok")
    assert len(watching.feed()["items"]) == 2


HUNG_DISK = """
import os, threading
def hang(_descriptor):
    print("hung", flush=True)
    threading.Event().wait()
os.fsync = hang
"""


@pytest.mark.slow
def test_what_cannot_be_ended_is_left_as_it_is(watching: Project) -> None:
    with running(watching, code=HUNG_DISK) as daemon:
        assert daemon.process.stdout is not None
        assert daemon.process.stdout.readline() == "hung\n"
        status, seconds = daemon.end()
        assert (status, seconds < ENDS) == (0, True)
    assert "it is left as it is" in daemon.log
    assert watching.call("run").status == 0
    assert len(watching.feed()["items"]) == 1


def test_what_a_service_manager_hears(watching: Project, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        with running(watching, "--no-serve", env=env) as daemon:
            heard = [manager.recv(4096).decode()]
            assert heard == ["READY=1"]
            daemon.process.send_signal(signal.SIGHUP)
            while "WATCHDOG=1" not in heard or heard.count("READY=1") < 2:
                heard.append(manager.recv(4096).decode())
            until((watching.root / "feeds" / "all.atom").exists)
            daemon.process.terminate()
            while heard[-1] != "STOPPING=1":
                heard.append(manager.recv(4096).decode())
            out, _ = daemon.process.communicate(timeout=PATIENCE)
            assert (daemon.process.returncode, out) == (0, "")
    reloading = [message.startswith("RELOADING=1\nMONOTONIC_USEC=") for message in heard].index(True)
    assert "READY=1" in heard[reloading:]


def test_what_keeps_it_from_starting_is_said(watching: Project) -> None:
    settings = watching.root / "config" / "aggregator.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings.write_text(settings.read_text().replace("port = 0", f"port = {port}"))
        done = watching.run("daemon")
    assert (done.status, done.out) == (1, "")
    assert done.err == f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    settings.write_text(settings.read_text() + "[nonsense]\n")
    assert watching.run("daemon").status == 2
    settings.write_text(settings.read_text().replace("[nonsense]\n", ""))
    (watching.root / "var" / "aggregator.db").write_bytes(b"not a database" * 100)
    done = watching.run("daemon")
    assert (done.status, "is not an SQLite database" in done.err) == (1, True)


def test_operators_see_how_it_does(watching: Project) -> None:
    with running(watching) as daemon:
        until(daemon.titles)
        until(lambda: b'aggregator_looks_total{outcome="ok"} 1.0' in daemon.get("metrics"))
        assert b'aggregator_source_items{source="office"} 1.0' in daemon.get("metrics")
        assert b"aggregator_tick_last_timestamp_seconds" in daemon.get("metrics")
        assert b"office" in daemon.get("status")
        until(lambda: json.loads(daemon.get("health"))["ready"])
        sources = (watching.root / "config" / "sources.toml").read_text()
        watching.write("sources.toml", "[nonsense]\n")
        until(lambda: b"nonsense" in daemon.get("status"))
        assert b'aggregator_broken{what="configuration"} 1.0' in daemon.get("metrics")
        watching.write("sources.toml", sources)
        until(lambda: b"nonsense" not in daemon.get("status"))
