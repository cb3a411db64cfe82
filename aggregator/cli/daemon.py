"""``daemon``: the cycle of ``run`` whenever a source is due, and serving, until SIGTERM."""

from __future__ import annotations

import click

from aggregator import observe
from aggregator.cli.base import config, config_path


@click.command()
@config
@click.option("--no-serve", is_flag=True, help="Answer no requests: another web server serves what is published.")
@click.pass_context
def daemon(context: click.Context, *, no_serve: bool) -> None:
    """Look at sources when they are due, publish and serve, until SIGTERM; SIGHUP or an edited file reloads."""
    observe.configure(verbose=True)  # a line a look: nobody else says what a process of months does
    from aggregator.daemon.service import Daemon  # noqa: PLC0415 - only this command needs scheduler and server

    Daemon(config_path(context), click.echo, server=not no_serve).run()
