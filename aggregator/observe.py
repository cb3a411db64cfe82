"""What an operator sees of a run: one canonical log line a source, warnings, and a progress bar.

Does not decide anything and never fails a run.  The pure stages do not log.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aggregator.model import Episode, Update
from aggregator.model.troubles import kind_of

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

log = logging.getLogger("aggregator")


def configure(*, verbose: bool) -> None:
    """Send log lines to standard error: warnings only, or with ``verbose`` one line for every source as well."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
        force=True,
    )


def hush() -> None:
    """Log nothing but what stops the program: for a command that shows by itself what there is to know."""
    log.setLevel(logging.ERROR)


def warn(message: str) -> None:
    """Write a warning to the log."""
    log.warning("%s", printable(message))


def printable(text: str) -> str:
    """Return ``text`` with what a terminal could take for a command written as Python writes it.

    Remote text gets into messages: titles, reasons, addresses.  Line breaks go, too: one event, one line.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def canonical(update: Update) -> str:
    """Return all that an operator may want to know of one source in one cycle, as ``key=value`` pairs."""
    fields = {
        "source": update.source,
        "outcome": update.outcome,
        "endpoint": update.endpoint,
        "new": update.new,
        "changed": update.changed,
        "rejected": len(update.rejected) or None,
        "seconds": update.seconds,
        "next_due": f"{update.state.next_due:%Y-%m-%dT%H:%M:%SZ}" if update.state.next_due else None,
        "trouble": ",".join(trouble.kind for trouble in update.state.trouble) or None,
        "error": update.error,
    }
    return " ".join(f"{key}={_quoted(value)}" for key, value in fields.items() if value is not None)


def told(episode: Episode) -> str | None:
    """Return the line on a trouble that begins or ends; None for one that is only explained otherwise."""
    if episode.ended is None and episode.since != episode.updated:
        return None
    fields = {
        "source": episode.source,
        "trouble": episode.kind,
        "ended" if episode.ended else "began": f"{episode.updated:%Y-%m-%dT%H:%M:%SZ}",
    }
    if episode.ended is None:
        fields |= {"explanation": episode.explanation, "suggestion": kind_of(episode.kind).suggest(episode.source)}
    return " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())


def _quoted(value: object) -> str:
    text = str(value).replace("\n", " ")
    plain = text and not any(character.isspace() or character in '"=' for character in text)
    return printable(text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


class LogObserver:
    """Writes what happens to the log, and shows a progress bar when standard error is a terminal."""

    def __init__(self) -> None:
        self._progress = _progress() if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def started(self, sources: int) -> None:
        """Show how many sources there are to look at."""
        if self._progress:
            self._task = self._progress.add_task("looking at sources", total=sources)

    def updated(self, update: Update) -> None:
        """Write the source's canonical line, and, as warnings, the troubles that begin or end with this look.

        A source that goes on failing is told of once: the mail of a cron job that comes every time is not read.
        """
        log.info("%s", canonical(update))
        for episode in update.episodes:
            if line := told(episode):
                log.warning("%s", line)
        if self._progress and self._task is not None:
            self._progress.advance(self._task)

    def published(self, paths: Sequence[str]) -> None:
        """Write how many outputs changed."""
        log.info("published=%d", len(paths))

    def warned(self, message: str) -> None:
        """Write a warning."""
        warn(message)


def _progress() -> Progress:
    # Rich takes a tenth of a second to import, and a cron job has no terminal.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
