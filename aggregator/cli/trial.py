"""``demo`` and ``serve``: the commands for trying the program out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from aggregator import observe, wiring
from aggregator.cli.base import config, settings_of
from aggregator.cli.show import demo_text

_LOOKS = 3600.0
"""Seconds after which it is asked again for a signal; one that comes is taken at once."""


@click.command()
def demo() -> None:
    """Do the whole job on bundled captures, without a network; publish below feeds/demo/."""
    from aggregator.demo.run import run, settings  # noqa: PLC0415 - only this command needs warcio's writer

    observe.hush()
    demonstration = settings(Path.cwd())
    reports = run(demonstration)
    linked = wiring.linked(demonstration)
    click.echo(demo_text(demonstration, reports, linked))


@click.command()
@config
@click.option("--host", help="Listen here instead of serve.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Listen here instead of serve.port; 0 takes a free one.")
@click.pass_context
def serve(context: click.Context, *, host: str | None, port: int | None) -> None:
    """Serve what is published, and pages for operators, until SIGTERM or SIGINT."""
    from aggregator.daemon.signals import Signals  # noqa: PLC0415 - as the server that waits for them
    from aggregator.web import serving  # noqa: PLC0415 - only this command needs an HTTP server

    settings = settings_of(context)
    given = {"host": host or settings.serve.host, "port": settings.serve.port if port is None else port}
    settings = settings.model_copy(update={"serve": settings.serve.model_copy(update=given)})
    with ExitStack() as stack:
        signals = stack.enter_context(Signals())
        server = stack.enter_context(serving(wiring.StoreDesk(settings)))
        click.echo(f"serving {settings.output} at {server.url} (Ctrl-C ends)")
        while signals.next(_LOOKS) is None:
            if not server.running:
                raise server.ended
