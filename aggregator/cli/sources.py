"""``sources``: the configured sources listed and tried, and any address looked at."""

from __future__ import annotations

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_NOTHING_DONE, as_json, config, print_json, settings_of
from aggregator.cli.show import source_object
from aggregator.config import rules


@click.group()
@config
def sources() -> None:
    """Look at the configured sources."""


@sources.command(name="list")
@config
@as_json
@click.pass_context
def list_(context: click.Context, *, as_json: bool) -> None:
    """List the configured sources and their endpoints."""
    settings = settings_of(context)
    if as_json:
        print_json({"sources": [source_object(source) for source in settings.sources]})
        return
    for source in settings.sources:
        click.echo(f"{source.id}: {source.title}{'' if source.enabled else ' (disabled)'}")
        for endpoint in source.endpoint:
            click.echo(f"  {endpoint.kind:<5} {endpoint.url}")


@sources.command()
@config
@click.argument("source", metavar="ID")
@as_json
@click.pass_context
def test(context: click.Context, *, source: str, as_json: bool) -> None:
    """Show what a source would bring now; store and publish nothing."""
    from aggregator.cli.show_trial import trial_object, trial_text  # noqa: PLC0415 - only this command needs it

    settings = settings_of(context)
    wanted = next((one for one in settings.sources if one.id == source), None)
    if wanted is None:
        message = f"no such source: {source} (aggregator sources list shows them)"
        raise click.UsageError(message)
    trial = wiring.trial(settings, wanted)
    if as_json:
        print_json(trial_object(trial))
    else:
        click.echo(trial_text(trial), nl=False)
    if trial.endpoint is None:
        context.exit(EXIT_NOTHING_DONE)


@sources.command()
@config
@click.argument("url", metavar="URL")
@as_json
@click.pass_context
def probe(context: click.Context, *, url: str, as_json: bool) -> None:
    """Tell what answers at an address, and what would come in; store nothing."""
    from aggregator.cli.show_probe import probe_object, probe_text  # noqa: PLC0415 - only this command needs it

    settings = settings_of(context)
    if reason := rules.url_misfit(url):
        message = f"{url}: {reason}"
        raise click.UsageError(message)
    found = wiring.probe(settings, url)
    if as_json:
        print_json(probe_object(found))
    else:
        click.echo(probe_text(found), nl=False)
    if found.response is None:
        context.exit(EXIT_NOTHING_DONE)
