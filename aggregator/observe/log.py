"""The log on standard error: written for people on a terminal, as JSON lines for collectors, without secrets.

The one place where log lines are made of what is logged, by this program and by the libraries it uses.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, get_args

from aggregator.model import without_secrets
from aggregator.observe.events import Event, printable
from aggregator.observe.repeats import Repeats

Form = Literal["auto", "human", "json"]
"""How the log is written; ``auto``: for people where standard error is a terminal, else as JSON."""

FORMS: tuple[Form, ...] = get_args(Form)

LONGEST = 2_000
"""Characters of a field in JSON, each of which may take six: journald cuts lines at 48 KiB (LineMax)."""

TRACEBACK = 10_000
"""Characters of a traceback in JSON; its end says where it broke."""

log = logging.getLogger("aggregator")


class _Handler(logging.StreamHandler):  # type: ignore[type-arg] # subscripted it is no class at run time in 3.11
    """Ours: by this it is known whether a form was chosen already."""


class Human(logging.Formatter):
    """A line of time, level and message; tracebacks below it, as Python writes them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``."""
        held = getattr(record, "repeated", 0)
        again = f" (and {held} {'time' if held == 1 else 'times'} since this was said last)" if held else ""
        text = f"{self.formatTime(record)} {record.levelname} {printable(record.getMessage())}{again}"
        if record.exc_info and record.exc_info[1]:
            lines = self.formatException(record.exc_info).split("\n")
            text = "\n".join([text, *map(printable, lines)])
        return without_secrets(text)


class Json(logging.Formatter):
    """A JSON object a line, ASCII only: whatever the collector's encoding, and nothing in it commands a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``: time, level, event, and the event's fields."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = record.msg if isinstance(record.msg, Event) else Event("message", {"message": record.getMessage()})
        line: dict[str, object] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": event.name,
        }
        if record.name != log.name:
            line["logger"] = record.name
        line |= {key: _hidden(value) for key, value in event.plain.items()}
        if held := getattr(record, "repeated", 0):
            line["repeated"] = held
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line["defect"] = _hidden(f"{type(error).__name__}: {error}")
            line["traceback"] = without_secrets("".join(traceback.format_exception(error)))[-TRACEBACK:]
        return json.dumps(line, default=str)


def _hidden(value: object) -> object:
    if isinstance(value, str):
        text = without_secrets(value)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return [_hidden(one) for one in value] if isinstance(value, list) else value


def configure(*, verbose: bool | None = None, form: Form | None = None) -> None:
    """Send log lines to standard error, in ``form``: warnings only, or with ``verbose`` a line for every look as well.

    What is None stays as it is; at first it is ``auto``, and warnings only.  Of other loggers than ours only warnings
    are written.
    """
    root = logging.getLogger()
    first = not any(isinstance(handler, _Handler) for handler in root.handlers)
    if form or first:
        handler = _Handler(sys.stderr)
        human = sys.stderr.isatty() if form in {None, "auto"} else form == "human"
        handler.setFormatter(Human() if human else Json())
        handler.addFilter(Repeats())
        logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
        logging.captureWarnings(capture=True)
    if verbose is not None or first:
        log.setLevel(logging.INFO if verbose else logging.WARNING)


def hush() -> None:
    """Log nothing but what stops the program: for a command that shows by itself what there is to know."""
    log.setLevel(logging.ERROR)


def warn(message: str) -> None:
    """Write a warning to the log."""
    log.warning("%s", message)


def defects() -> None:
    """Write what ends the program or one of its threads unforeseen to the log, as any other event."""

    def end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("a defect ends the program", exc_info=(kind, error, trace))

    def end_of_thread(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else "of unknown name"
        error = args.exc_value or args.exc_type()
        log.error("a defect ends the thread %s", name, exc_info=(args.exc_type, error, args.exc_traceback))

    sys.excepthook = end
    threading.excepthook = end_of_thread
