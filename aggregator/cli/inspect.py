"""``check``, ``schema``, ``status`` and ``sources``: the commands that only look."""

from __future__ import annotations

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_USAGE, as_json, config, config_path, print_json, settings_of
from aggregator.cli.show import source_object, status_text
from aggregator.config.load import load
from aggregator.errors import ConfigError


@click.command()
@config
@as_json
@click.pass_context
def check(context: click.Context, *, as_json: bool) -> None:
    """Validate the configuration, and name every problem with its file, table, key and line."""
    try:
        settings = load(config_path(context))
    except ConfigError as error:
        if not as_json:
            raise
        problems = [
            {"file": each.file, "table": each.table, "key": each.key, "line": each.line, "message": each.message}
            for each in error.problems
        ]
        print_json({"ok": False, "problems": problems})
        context.exit(EXIT_USAGE)
    if as_json:
        counts = {"sources": len(settings.sources), "articles": len(settings.articles)}
        print_json({"ok": True, "problems": [], **counts})
    else:
        annotations = sum(len(article.annotation) for article in settings.articles)
        click.echo(
            f"{config_path(context)}: {len(settings.sources)} sources, {len(settings.articles)} articles "
            f"with {annotations} annotations; no problem found"
        )


@click.command()
def schema() -> None:
    """Print the JSON Schema of the configuration files, for editors."""
    from aggregator.config.schema import schema as json_schema  # noqa: PLC0415 - only this command needs it

    print_json(json_schema())


@click.command()
@config
@as_json
@click.pass_context
def status(context: click.Context, *, as_json: bool) -> None:
    """Show, per source: state, last success, items, cadence, next look, trouble."""
    settings = settings_of(context)
    report = wiring.status(settings)
    if as_json:
        print_json(report)
    else:
        click.echo(status_text(report, wiring.states(settings)), nl=False)


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
