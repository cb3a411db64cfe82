"""``check``, ``schema`` and ``status``: the commands that only look at what is there."""

from __future__ import annotations

import click

from aggregator import wiring
from aggregator.cli.base import EXIT_USAGE, as_json, config, config_path, print_json, settings_of
from aggregator.cli.show import NO_SOURCES, counted, status_text
from aggregator.config.load import load
from aggregator.errors import ConfigError
from aggregator.model import without_secrets


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
            {
                "file": each.file,
                "table": each.table,
                "key": each.key,
                "line": each.line,
                "message": without_secrets(each.message),
            }
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
            f"{config_path(context)}: {counted(len(settings.sources), 'source')}, "
            f"{counted(len(settings.articles), 'article')} with {counted(annotations, 'annotation')}; no problem found"
        )
        if not settings.sources:
            click.echo(NO_SOURCES)


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
