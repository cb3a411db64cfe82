"""sd_notify(3), received as a service manager receives it."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from aggregator.daemon.notify import Notifier


def listening(address: str) -> socket.socket:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(address)
    manager.settimeout(10)
    return manager


@pytest.mark.parametrize("abstract", [False, True])
def test_what_it_says(tmp_path: Path, *, abstract: bool) -> None:
    name = f"aggregator-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with listening("\0" + name if abstract else name) as manager:
        address = "@" + name if abstract else name
        notifier = Notifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000"})
        notifier.ready()
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        notifier.reloading()
        notifier.alive()
        notifier.status("one\nREADY=0")
        notifier.status("one\nREADY=0")
        notifier.stopping()
        heard = [manager.recv(4096).decode() for _ in range(5)]
        manager.settimeout(0)
        with pytest.raises(BlockingIOError):
            manager.recv(4096)
    assert heard[0] == "READY=1"
    first, _, microseconds = heard[1].partition("\nMONOTONIC_USEC=")
    assert first == "RELOADING=1"
    assert before <= int(microseconds) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    assert heard[2:] == ["WATCHDOG=1", "STATUS=one\\nREADY=0", "STOPPING=1"]


def test_keys_are_not_told(tmp_path: Path) -> None:
    with listening(str(tmp_path / "notify")) as manager:
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        notifier.status("sources.toml:3: https://me:word@office.example/feed?api_key=word: not an address")
        assert manager.recv(4096).decode() == (
            "STATUS=sources.toml:3: https://***@office.example/feed?api_key=***: not an address"
        )


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "2500000"}, 2.5),
        ({"WATCHDOG_USEC": "2500000", "WATCHDOG_PID": str(os.getpid())}, 2.5),
        ({"WATCHDOG_USEC": "2500000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_it_is_to_say_that_it_is_alive(environment: dict[str, str], seconds: float | None) -> None:
    assert Notifier({"NOTIFY_SOCKET": "/run/notify", **environment}).watchdog == seconds
    assert Notifier(environment).watchdog is None


def test_a_manager_that_does_not_listen_costs_neither_work_nor_much_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.daemon.notify._PATIENCE", 0.3)
    with listening(str(tmp_path / "notify")):
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        before = time.process_time()
        while not caplog.messages:  # until its queue is full
            notifier.ready()
        assert time.process_time() - before < 0.25


def test_without_a_manager_nothing_is_said_and_one_that_is_gone_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Notifier({}).ready()
    assert caplog.messages == []
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    notifier.ready()
    notifier.stopping()
    (message,) = caplog.messages
    assert message.startswith("the service manager cannot be told")
