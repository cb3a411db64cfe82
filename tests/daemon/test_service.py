"""What the daemon's main thread looks after, driven by signals and clocks of the test's."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.daemon.clocks import Jumps, Life
from aggregator.daemon.desk import OwnDesk
from aggregator.daemon.service import Daemon
from aggregator.daemon.signals import Signals
from aggregator.daemon.ticking import Job, Ticking
from aggregator.daemon.watching import Watching
from aggregator.errors import LockHeld
from aggregator.model import Pulse
from aggregator.store.lock import Alone, alone
from aggregator.web import serving
from aggregator.wiring.clocks import SystemClock
from tests.system.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Machine:
    """Both clocks, and who is at the keyboard: each ``next`` is a second, in which the next of ``script`` happens."""

    wall: float = 1_790_000_000.0
    steady: float = 100.0
    script: list[Callable[[], int | None]] = field(default_factory=list)

    def next(self, seconds: float) -> int | None:
        self.wall += seconds
        self.steady += seconds
        return self.script.pop(0)() if self.script else signal.SIGTERM


def nothing() -> None:
    return None


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Give a service manager that wants to hear every two seconds that the process is alive."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(0)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "2000000")
        yield manager


def heard(manager: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(manager.recv(4096).decode())
        except BlockingIOError:
            return messages


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def ticked() -> threading.Semaphore:
    return threading.Semaphore(0)


@pytest.fixture
def daemon(project: Project, machine: Machine, ticked: threading.Semaphore, manager: socket.socket) -> Iterator[Daemon]:
    """Give a daemon that has begun, but for what it does: a tick an hour, which counts."""
    assert manager.getsockname()  # before the daemon asks its environment for it
    made = Daemon(project.root / "config" / "aggregator.toml", lambda _: None)
    made._desk = OwnDesk(load(made._config), Pulse(SystemClock().now()), lambda _: b"")
    made._watching = Watching(load(made._config), {})
    made._life = Life(lambda: machine.steady)
    made._jumps = Jumps(lambda: machine.wall, lambda: machine.steady)
    made._ticking = Ticking([Job("tick", ticked.release, 3600)])
    made._ticking.start()
    made._alone = Alone(project.root / "var" / "aggregator.db")
    assert ticked.acquire(timeout=20)
    yield made
    made._ticking.stop()
    made._alone.release()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def attend(daemon: Daemon, machine: Machine, *script: Callable[[], int | None]) -> None:
    machine.script = list(script)
    daemon._attend(cast("Signals", machine))


def test_the_manager_hears_that_it_is_alive_until_the_work_hangs(
    daemon: Daemon, machine: Machine, manager: socket.socket
) -> None:
    attend(daemon, machine, *[nothing] * 10)
    assert heard(manager).count("WATCHDOG=1") == 10  # every half second, of two
    alive = daemon._desk.pulse().alive
    assert alive is not None
    machine.steady += daemon._patience()
    attend(daemon, machine, *[nothing] * 10)
    assert "WATCHDOG=1" not in heard(manager)
    assert daemon._desk.pulse().alive == alive
    daemon._life.sign()
    attend(daemon, machine, nothing)
    assert "WATCHDOG=1" in heard(manager)


def test_a_slow_page_is_no_hang(daemon: Daemon) -> None:
    # robots.txt, a Crawl-delay, and the page itself, each as slow as it may be
    assert daemon._patience() > 2 * daemon._desk.settings().fetch.timeout + 60


@pytest.mark.parametrize("jump", [-3600, 3600, -30 * 86_400])
def test_a_tick_comes_at_once_when_the_clock_was_set(
    daemon: Daemon, machine: Machine, ticked: threading.Semaphore, caplog: pytest.LogCaptureFixture, jump: int
) -> None:
    def set_the_clock() -> None:
        machine.wall += jump

    attend(daemon, machine, nothing, nothing)
    assert not ticked.acquire(blocking=False)
    attend(daemon, machine, nothing, set_the_clock, nothing)
    assert ticked.acquire(timeout=20)
    assert [message for message in caplog.messages if "jumped" in message] == [
        f"the clock jumped by {jump:+.0f} seconds"
    ]


def test_a_broken_configuration_is_told_once_and_the_one_before_stays(
    daemon: Daemon, project: Project, machine: Machine, manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    before = daemon._desk.settings()

    def broken() -> None:
        project.write("sources.toml", '[[source]]\nid = "office"\n')

    def touched() -> None:
        project.write("sources.toml", '[[source]]\nid = "office"\n# as broken as it was\n')

    attend(daemon, machine, broken, *[nothing] * 3, touched, *[nothing] * 3)
    assert daemon._desk.settings() is before
    assert "sources.toml:1: source[office].home: " in (daemon._desk.pulse().config or "")
    assert len([message for message in caplog.messages if "home" in message]) == 1
    assert any(message.startswith("STATUS=an older configuration is in force") for message in heard(manager))
    attend(daemon, machine, lambda: signal.SIGHUP)
    assert len([message for message in caplog.messages if "home" in message]) == 2
    attend(daemon, machine, lambda: project.write("sources.toml", ""), nothing, nothing)
    assert daemon._desk.pulse().config is None
    assert caplog.messages[-1] == "the configuration is in order again"


def test_what_changes_is_in_force_and_what_cannot_change_is_said(
    daemon: Daemon, project: Project, machine: Machine, ticked: threading.Semaphore, caplog: pytest.LogCaptureFixture
) -> None:
    text = '[site]\ntitle = "New"\nbase_url = "https://feeds.example.org/"\n[serve]\nport = 9\n[store]\nurl = "sqlite:///b"\n'
    attend(daemon, machine, lambda: project.write("aggregator.toml", text), nothing, nothing)
    settings = daemon._desk.settings()
    assert settings.site.title == "New"
    assert (settings.serve.port, settings.database.name) == (8080, "aggregator.db")
    assert ticked.acquire(timeout=20)
    attend(daemon, machine, lambda: project.write("aggregator.toml", text + "\n"), nothing, nothing)
    assert sorted(message for message in caplog.messages if "anew" in message) == [
        "serve.port: takes effect when the daemon is started anew",
        "store.url: takes effect when the daemon is started anew",
    ]


def test_a_reload_that_is_asked_for_tells_the_manager_when_it_begins_and_ends(
    daemon: Daemon, machine: Machine, ticked: threading.Semaphore, manager: socket.socket
) -> None:
    heard(manager)
    attend(daemon, machine, lambda: signal.SIGHUP)
    told = [message for message in heard(manager) if not message.startswith(("STATUS", "WATCHDOG"))]
    assert told[0].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert told[1:] == ["READY=1"]
    assert ticked.acquire(timeout=20)


def test_a_lock_that_was_removed_is_taken_anew(
    daemon: Daemon, machine: Machine, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    database = project.root / "var" / "aggregator.db"

    def clean_up() -> None:
        for path in (project.root / "var").iterdir():
            path.unlink()

    attend(daemon, machine, clean_up, nothing, nothing)
    assert "\n".join(caplog.messages).count("was removed, and is taken anew") == 1
    with pytest.raises(LockHeld), alone(database):
        pass


def test_who_lost_its_lock_to_another_ends(daemon: Daemon, machine: Machine, project: Project) -> None:
    database = project.root / "var" / "aggregator.db"
    with ExitStack() as other:

        def be_replaced() -> None:
            for path in (project.root / "var").iterdir():
                path.unlink()
            other.enter_context(alone(database))

        attend(daemon, machine, be_replaced, *[nothing] * 5)
        assert len(machine.script) == 5, "it ends at once"
        assert isinstance(daemon._over, LockHeld)


def test_who_can_serve_no_more_ends(daemon: Daemon, machine: Machine) -> None:
    with serving(OwnDesk(free_port(daemon._desk.settings()), daemon._desk.pulse(), lambda _: b"")) as server:
        daemon._server = server
        attend(daemon, machine, server.stop, *[nothing] * 5)
        assert len(machine.script) == 5
        assert "ended unexpectedly" in str(daemon._over)


def free_port(settings: Settings) -> Settings:
    return settings.model_copy(update={"serve": settings.serve.model_copy(update={"port": 0})})
