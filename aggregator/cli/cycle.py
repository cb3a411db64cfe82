"""``run`` and ``publish``: the commands that change what is published."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_NOTHING_DONE, as_json, config, print_json, settings_of
from aggregator.cli.show import counted, run_object, run_text
from aggregator.config.values import Settings
from aggregator.errors import AggregatorError
from aggregator.model import Outcome, without_secrets
from aggregator.observe import printable
from aggregator.pipeline.cycle import Selection


class Capture(click.Path):
    """A file with a name: the empty name is a slip of a script, not the folder that it would stand for."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's own signature
        """Return the path; fail for an empty name."""
        if not str(value):
            self.fail("a file name is wanted", param, ctx)
        return super().convert(value, param, ctx)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let SIGTERM end what is done within as an exception would, so that nothing half done is left; status 143.

    A second SIGTERM ends the process where it stands.
    """

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command()
@config
@click.option("--all", "everything", is_flag=True, help="Look at every enabled source, due or not.")
@click.option("--source", "ids", metavar="ID", multiple=True, help="Look at this source only, due or not; repeatable.")
@click.option("--replay", type=Capture(), metavar="FILE.warc.gz", help="Answer from this capture; no network.")
@click.option("--record", type=Capture(), metavar="FILE.warc.gz", help="Keep every answer in this capture.")
@click.option(
    "--backfill",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Read N further pages of each source's list, this once.",
)
@as_json
@click.pass_context
def run(
    context: click.Context,
    *,
    everything: bool,
    ids: tuple[str, ...],
    replay: Path | None,
    record: Path | None,
    backfill: int | None,
    as_json: bool,
) -> None:
    """Do one cycle over the sources that are due, then publish what changed."""
    if replay and record:
        message = "--replay and --record exclude each other"
        raise click.UsageError(message)
    try:
        settings = settings_of(context)
        _require_known(ids, settings)
        with _ending_in_order():
            selection = Selection(frozenset(ids), everything, backfill or 0)
            report = wiring.run(settings, selection, replay=replay, record=record)
    except AggregatorError as error:
        if as_json:
            print_json(run_object(wiring.Report((), (), str(error))))
        raise
    if as_json:
        print_json(run_object(report))
    else:
        click.echo(run_text(report))
        for update in report.updates:
            if update.source in ids and update.outcome is Outcome.SKIPPED:
                click.echo(f"{update.source}: not looked at: {update.error}", err=True)
    if report.error:
        click.echo(f"error: {printable(without_secrets(report.error))}", err=True)
    looked_at = [update for update in report.updates if update.outcome is not Outcome.SKIPPED]
    if report.error or (looked_at and all(update.outcome is Outcome.ERROR for update in looked_at)):
        context.exit(EXIT_NOTHING_DONE)


def _require_known(ids: tuple[str, ...], settings: Settings) -> None:
    unknown = sorted(set(ids) - {source.id for source in settings.sources})
    if unknown:
        message = f"no such source: {', '.join(unknown)} (aggregator sources list shows them)"
        raise click.UsageError(message)


@click.command()
@config
@click.pass_context
def publish(context: click.Context) -> None:
    """Rebuild every output from the store; files that would not differ are not touched."""
    settings = settings_of(context)
    with _ending_in_order():
        written = wiring.publish(settings)
    for path in written:
        click.echo(path)
    click.echo(f"{counted(len(written), 'output')} written below {settings.output}", err=True)
