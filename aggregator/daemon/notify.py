"""What a service manager is told: the protocol of systemd's sd_notify(3), datagrams to $NOTIFY_SOCKET.

Without that variable there is nobody to tell, and nothing is sent.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

from aggregator.model import without_secrets
from aggregator.observe import printable

log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds to wait for a manager that has not read yet what it was told before."""


class Notifier:
    """Tells the service manager how the process does.  Used from one thread."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.watchdog = _watchdog(environment) if self._address else None
        """Seconds within which the manager wants to hear that the process is alive; None: it does not ask."""
        self._status = ""
        self._refused = False

    def ready(self) -> None:
        """Say that the configuration is loaded, and that requests are answered."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Say that the configuration is read again; ``ready`` has to follow."""
        # The time lets the manager tell this reload from another (Type=notify-reload, systemd.service(5)).
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """Say that the process is about to end."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Say that the process does what it is for."""
        if self.watchdog:
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say in one line how the process does, where that is not known yet."""
        text = printable(without_secrets(text))
        if text != self._status:
            self._status = text
            self._send(f"STATUS={text}")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # The abstract namespace of Linux is written with an @ (unix(7)).
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.settimeout(_PATIENCE)
                channel.connect(address)  # else waiting for a manager that is behind would keep the processor busy
                channel.send(message.encode())
        except OSError as error:
            if not self._refused:  # once: the work goes on, whether the manager hears of it or not
                self._refused = True
                log.warning("the service manager cannot be told how this process does: %s", error)


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """Return the seconds of sd_watchdog_enabled(3): it may be meant for another process than this."""
    microseconds, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not (microseconds.isascii() and microseconds.isdigit()) or int(microseconds) == 0:
        return None
    return int(microseconds) / 1e6 if process in {"", str(os.getpid())} else None
