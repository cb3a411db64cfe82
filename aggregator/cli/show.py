"""Values of the program as JSON objects and as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from aggregator.config.values import Settings, Source
from aggregator.model import Moment, Outcome, Precision, SourceState, Update, Walk, without_secrets
from aggregator.observe import printable
from aggregator.render.text import instant
from aggregator.wiring import Report, feed_paths, page_paths

Json = Mapping[str, Any]

_WIDE = 60
"""Characters of a value that are shown on a line."""


NO_SOURCES = "no source is configured yet: aggregator sources add URL makes one of the address of a feed or a list"


def counted(number: int, what: str) -> str:
    """Return "1 output", "2 outputs"; ``what`` takes an s."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def run_object(report: Report) -> Json:
    """Return what ``run --json`` prints."""
    return {
        "sources": [_update_object(update) for update in report.updates],
        "published": list(report.published),
        **({"error": _hidden(report.error)} if report.error else {}),
    }


def _update_object(update: Update) -> Json:
    return {
        "id": update.source,
        "outcome": update.outcome.value,
        "endpoint": _hidden(update.endpoint),
        "new": update.new,
        "changed": update.changed,
        "gone": 0,
        "error": _hidden(update.error),
        "seconds": update.seconds,
        **({"backfill": {"pages": update.walk.pages, "end": _hidden(update.walk.end)}} if update.walk else {}),
    }


def _hidden(text: str | None) -> str | None:
    return None if text is None else without_secrets(text)


def run_text(report: Report) -> str:
    """Return a line for each source that brought something or failed, and the sum of all."""
    lines = []
    for update in report.updates:
        if update.outcome is Outcome.ERROR:
            lines.append(printable(f"{update.source}: failed: {update.error}"))
        elif update.new or update.changed or update.rejected or update.walk:
            walked = f"; {_walked(update.walk)}" if update.walk else ""
            counts = _counts(update) or "nothing new"
            lines.append(printable(f"{update.source}: {counts} from {update.endpoint}{walked}"))
    looked_at = [update for update in report.updates if update.outcome is not Outcome.SKIPPED]
    failed = sum(update.outcome is Outcome.ERROR for update in looked_at)
    new, changed = sum(update.new for update in looked_at), sum(update.changed for update in looked_at)
    lines.append(
        f"{len(looked_at)} of {counted(len(report.updates), 'source')} looked at, {failed} failed; "
        f"{new} new, {changed} changed; {counted(len(report.published), 'output')} written"
    )
    if not report.updates and not report.error:
        lines.append(NO_SOURCES)
    return without_secrets("\n".join(lines))


def _counts(update: Update) -> str:
    counts = {"new": update.new, "changed": update.changed, "rejected": len(update.rejected)}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _walked(walk: Walk) -> str:
    return f"{counted(walk.pages, 'further page') if walk.pages else 'no further page'} read ({walk.end})"


def source_object(source: Source) -> Json:
    """Return what ``sources list --json`` prints of a source."""
    return {
        "id": source.id,
        "title": source.title,
        "home": source.home,
        "content": source.content,
        "enabled": source.enabled,
        "endpoints": [{"kind": endpoint.kind, "url": endpoint.url} for endpoint in source.endpoint],
    }


def status_text(report: Json, states: Mapping[str, SourceState]) -> str:
    """Return ``status.json`` as text, with how often each source is looked at: a line a source, troubles below it."""
    columns = ("source", "state", "items", "publishes", "last success", "last item", "looks every", "next look")
    table = Table(*columns, box=None, pad_edge=False)
    for source in report["sources"]:
        table.add_row(
            source["id"],
            source["state"],
            str(source["items"]),
            ", ".join(filter(None, (source["cadence"], source["rhythm"]))) or "-",
            _minute(source["last_success"]),
            _minute(source["last_item"]),
            _spacing(states.get(source["id"])),
            _minute(source["next_due"]),
        )
    heading, *rows = drawn(table).splitlines()
    lines = [heading]
    for row, source in zip(rows, report["sources"], strict=True):
        lines.append(row)
        for trouble in source["trouble"]:
            told = f"{trouble['kind']} since {_minute(trouble['since'])}: {trouble['explanation']}"
            lines += [f"  {printable(told)}", f"    -> {printable(trouble['suggestion'])}"]
    lines += [] if rows else [NO_SOURCES]
    return "".join(f"{line}\n" for line in lines)


def _spacing(state: SourceState | None) -> str:
    return f"{state.interval / 60:.0f} min" if state and state.interval else "-"


def _minute(instant: str | None) -> str:
    return f"{instant[:10]} {instant[11:16]}" if instant else "-"


def drawn(table: Table) -> str:
    """Return a table as text that is the same on every terminal and in a file."""
    out = StringIO()
    # No markup: what is shown is what sources and operators wrote, brackets and all.
    Console(file=out, width=200, color_system=None, markup=False, emoji=False, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def when(moment: Moment | None, zone: ZoneInfo) -> str | None:
    """Return a date as precisely as the source gave it: RFC 3339 in UTC, or a day of its time ``zone``."""
    if moment is None:
        return None
    day = moment.precision is Precision.DAY
    return moment.at.astimezone(zone).date().isoformat() if day else instant(moment.at)


def short(value: str) -> str:
    """Return a value on one line, cut where it is long."""
    line = " ".join(value.split())
    return line if len(line) <= _WIDE else line[: _WIDE - 1] + "…"


def harmless(text: str) -> str:
    """Return ``text``, its lines kept, with what a terminal could take for a command written as Python writes it."""
    return "\n".join(map(printable, text.split("\n")))


def demo_text(settings: Settings, reports: Sequence[Report], linked: Mapping[str, int]) -> str:
    """Return the table of what came in over all replayed moments, and where to subscribe.

    ``linked``: how many items of each source bear on an article.
    """
    table = Table("source", "came in through", "items", "edited", "on the subject", box=None, pad_edge=False)
    for source in settings.sources:
        updates = [update for report in reports for update in report.updates if update.source == source.id]
        serving = next((update.endpoint for update in reversed(updates) if update.endpoint), None)
        kinds = {endpoint.url: endpoint.kind for endpoint in source.endpoint}
        table.add_row(
            source.title,
            f"{kinds[serving]}, {urlsplit(serving).hostname}" if serving else "nothing",
            str(sum(update.new for update in updates)),
            str(sum(update.changed for update in updates)),
            str(linked.get(source.id, 0)),
        )
    troubles = [
        printable(f"{update.source}: {trouble.kind}: {trouble.explanation}") + "\n"
        for update in reports[-1].updates
        for trouble in update.state.trouble
    ]
    base = settings.site.base_url
    feeds = "".join(f"  {base}{path}.atom\n" for path in feed_paths(settings))
    pages = "".join(f"  {base}{path}.html\n" for path in page_paths(settings))
    place = settings.output.relative_to(settings.root)
    return (
        f"{drawn(table)}\n{''.join(troubles)}\nPublished below {place}/ as pages, and as .atom, .rss and .json; "
        f"where the folder is served, look at\n{pages}and subscribe to\n{feeds}"
    )
