"""``sources``: the configured sources listed and tried, any address looked at, and made a source of."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_NOTHING_DONE, as_json, config, config_path, print_json, settings_of
from aggregator.cli.show import NO_SOURCES, source_object
from aggregator.config import rules
from aggregator.config.values import Settings


def _header(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(rules.HEADER, value):
        message = "one line of ASCII, without blanks at its ends, can be sent"
        raise click.BadParameter(message, context, parameter)
    return value


user_agent = click.option(
    "--user-agent",
    metavar="UA",
    callback=_header,
    help="Ask as this; by default as the configured source on the same host does, else as fetch.user_agent.",
)


@click.group()
@config
def sources() -> None:
    """Look at the configured sources, and add one."""


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
    if not settings.sources:
        click.echo(NO_SOURCES)


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
@user_agent
@as_json
@click.pass_context
def probe(context: click.Context, *, url: str, user_agent: str | None, as_json: bool) -> None:
    """Tell what answers at an address, and what would come in; store nothing."""
    from aggregator.cli.show_probe import probe_object, probe_text  # noqa: PLC0415 - only this command needs it
    from aggregator.pipeline.adding import agent_of  # noqa: PLC0415 - only this command needs it

    settings = settings_of(context)
    _require_address(url)
    agent, borrowed = (user_agent, None) if user_agent else agent_of(url, settings)
    found = wiring.probe(settings, url, agent)
    if as_json:
        print_json({**probe_object(found), "user_agent": agent, "user_agent_of": borrowed})
    else:
        click.echo(probe_text(found, agent, borrowed), nl=False)
    if found.response is None:
        context.exit(EXIT_NOTHING_DONE)


@sources.command()
@config
@click.argument("url", metavar="URL")
@click.option("--id", "id_", metavar="ID", help="Call the source so; by default after its host or its title.")
@click.option("--title", metavar="TITLE", help="Its name for people; by default the feed's or the page's.")
@user_agent
@click.option("--yes", is_flag=True, help="Do not ask before sources.toml is written.")
@click.option("--dry-run", is_flag=True, help="Write nothing; draft also what a source reads.")
@as_json
@click.pass_context
def add(  # noqa: PLR0913 - each is an option of the command
    context: click.Context,
    *,
    url: str,
    id_: str | None,
    title: str | None,
    user_agent: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the source at an address: its feed, or a draft of how its list is read; show what it brings first."""
    from aggregator.cli.show_add import proposal_object, proposal_text  # noqa: PLC0415 - only this command needs it
    from aggregator.config import edit  # noqa: PLC0415 - with the next ones
    from aggregator.pipeline.adding import Wishes  # noqa: PLC0415 - with the next one
    from aggregator.plan.naming import reader_of  # noqa: PLC0415 - only this command needs them

    settings = settings_of(context)
    _require_address(url)
    _require_id(id_, settings)
    if not dry_run:
        edit.require_open(config_path(context))
        if reader := reader_of(url, settings.sources):
            raise click.UsageError(_read_already(url, reader.id))
    proposal = wiring.propose(settings, url, Wishes(id_, title and " ".join(title.split()), user_agent, anew=dry_run))
    if proposal.read_by and not dry_run:
        raise click.UsageError(_read_already(url, proposal.read_by))
    if not as_json:
        click.echo(proposal_text(proposal), nl=False)
    serves = proposal.draft is not None and proposal.trials[0].endpoint is not None
    wanted = serves and not dry_run and (yes or as_json or not _asks() or click.confirm("\nAdd it?", default=True))
    if wanted and proposal.draft:
        edit.add(config_path(context), [proposal.draft])
    if as_json:
        print_json(proposal_object(proposal, added=wanted))
    elif wanted and proposal.draft:
        click.echo(_added(config_path(context).with_name("sources.toml"), proposal.draft.id))
    elif proposal.draft:
        click.echo("\nnothing was written")
    if not serves:
        context.exit(EXIT_NOTHING_DONE)


def _added(file: Path, name: str) -> str:
    return (
        f"\nadded to {file}: {name}\n"
        f"  aggregator sources test {name}    shows all that it brings\n"
        f"  aggregator run --source {name}    takes it in, and publishes sources/{name}.atom; a daemon needs none"
    )


def _asks() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _require_address(url: str) -> None:
    if reason := rules.url_misfit(url):
        message = f"{url}: {reason}"
        raise click.UsageError(message)


def _require_id(id_: str | None, settings: Settings) -> None:
    if id_ is not None and not re.fullmatch(rules.ID, id_):
        message = f"--id {id_}: an id is made of a-z, 0-9 and -, at most 64 of them"
        raise click.UsageError(message)
    if id_ in {source.id for source in settings.sources}:
        message = f"--id {id_}: there is a source of that id (aggregator sources list shows them)"
        raise click.UsageError(message)


def _read_already(url: str, source: str) -> str:
    return (
        f"{url}: the source {source} reads that already (aggregator sources test {source} shows what it brings; "
        "with --dry-run it is drafted anew, to mend the source by)"
    )
