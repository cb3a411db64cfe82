"""``opml``: the configured sources as a subscription list, and such a list as sources."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from aggregator.cli.base import EXIT_NOTHING_DONE, config, config_path, settings_of
from aggregator.cli.show import counted, harmless


@click.group()
@config
def opml() -> None:
    """Exchange subscriptions with feed readers."""


@opml.command()
@config
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.pass_context
def export(context: click.Context, *, file: Path | None) -> None:
    """Write the configured sources as OPML 2.0, to FILE or to standard output."""
    from aggregator.render import opml as lists  # noqa: PLC0415 - only this command needs it

    data = lists.opml(settings_of(context))
    if file is None:
        click.echo(data, nl=False)  # bytes, as they are
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        click.echo(f"error: {file} cannot be written: {error.strerror}", err=True)
        context.exit(EXIT_NOTHING_DONE)


@opml.command(name="import")
@config
@click.argument("file", type=click.File("rb"))
@click.pass_context
def import_(context: click.Context, *, file: BinaryIO) -> None:
    """Add the feeds of an OPML list that are not there yet to sources.toml; "-" reads standard input."""
    from aggregator.config import edit  # noqa: PLC0415 - with the next ones
    from aggregator.parse import opml as lists  # noqa: PLC0415 - with the next one
    from aggregator.plan.subscriptions import subscriptions  # noqa: PLC0415 - only this command needs them

    settings = settings_of(context)
    edit.require_open(config_path(context))
    listed = file.read(settings.fetch.max_bytes + 1)
    if len(listed) > settings.fetch.max_bytes:
        message = f"{file.name} is larger than fetch.max_bytes"
        raise click.UsageError(message)
    drafts, skipped = subscriptions(lists.read(listed), settings)
    if drafts:
        edit.add(config_path(context), drafts)
    target = config_path(context).with_name("sources.toml")
    lines = [f"added    {draft.id}: {draft.title} ({draft.endpoints[0]['url']})" for draft in drafts]
    lines += [f"skipped  {one.name}: {one.reason}" for one in skipped]
    lines.append(f"{counted(len(drafts), 'source')} added to {target}, {len(skipped)} skipped")
    if drafts:
        lines.append("`aggregator sources test ID` shows what one brings; `aggregator run` takes it in")
    click.echo(harmless("\n".join(lines)))
