"""The signals that a daemon obeys, taken one after the other by its main thread."""

from __future__ import annotations

import select
import signal
import socket
from collections import deque
from types import FrameType, TracebackType
from typing import Self

ENDING = (signal.SIGTERM, signal.SIGINT)
RELOADING = signal.SIGHUP


class Signals:
    """A context in which signals wait to be asked for.  For the main thread only.

    Nothing is done in a handler: one that sets an event the interrupted code is about to wait for would hang.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._waiting: deque[int] = deque()

    def __enter__(self) -> Self:
        for end in (self._reader, self._writer):
            end.settimeout(0)
        # Python itself writes each signal's number there: https://docs.python.org/3/library/signal.html
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _take_note) for number in (*ENDING, RELOADING)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def next(self, seconds: float) -> int | None:
        """Return the next signal that came; None when none has come within so many seconds."""
        if not self._waiting and select.select([self._reader], [], [], seconds)[0]:
            self._waiting.extend(self._reader.recv(4096))
        return self._waiting.popleft() if self._waiting else None

    def let_end(self) -> None:
        """Let a further signal to end do so at once."""
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)


def _take_note(_number: int, _frame: FrameType | None) -> None:
    """Let the signal be, its number is in the socket."""
