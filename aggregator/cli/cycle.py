"""``run`` and ``publish``: the commands that change what is published."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_NOTHING_DONE, as_json, config, print_json, settings_of
from aggregator.cli.show import run_object, run_text
from aggregator.config.values import Settings
from aggregator.model import Outcome
from aggregator.pipeline.cycle import Selection

capture = click.Path(dir_okay=False, path_type=Path)


@click.command()
@config
@click.option("--all", "everything", is_flag=True, help="Look at every enabled source, due or not.")
@click.option("--source", "ids", metavar="ID", multiple=True, help="Look at this source only, due or not; repeatable.")
@click.option("--replay", type=capture, metavar="FILE.warc.gz", help="Answer from this capture; no network.")
@click.option("--record", type=capture, metavar="FILE.warc.gz", help="Keep every answer in this capture.")
@as_json
@click.pass_context
def run(
    context: click.Context,
    *,
    everything: bool,
    ids: tuple[str, ...],
    replay: Path | None,
    record: Path | None,
    as_json: bool,
) -> None:
    """Do one cycle over the sources that are due, then publish what changed."""
    if replay and record:
        message = "--replay and --record exclude each other"
        raise click.UsageError(message)
    settings = settings_of(context)
    _require_known(ids, settings)
    report = wiring.run(settings, Selection(frozenset(ids), everything), replay=replay, record=record)
    if as_json:
        print_json(run_object(report))
    else:
        click.echo(run_text(report))
    looked_at = [update for update in report.updates if update.outcome is not Outcome.SKIPPED]
    if looked_at and all(update.outcome is Outcome.ERROR for update in looked_at):
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
    written = wiring.publish(settings)
    for path in written:
        click.echo(path)
    click.echo(f"{len(written)} outputs written below {settings.output}", err=True)
