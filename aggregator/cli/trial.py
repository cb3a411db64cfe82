"""``demo`` and ``serve``: the commands for trying the program out."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator import observe, wiring
from aggregator.cli.base import EXIT_NOTHING_DONE, config, settings_of
from aggregator.cli.show import demo_text


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
    """Serve what is published, until interrupted; for trying out, not for the open internet."""
    from aggregator.web.server import server  # noqa: PLC0415 - only this command needs an HTTP server

    settings = settings_of(context)
    address = host or settings.serve.host, settings.serve.port if port is None else port
    try:
        httpd = server(settings.output, *address)
    except OSError as error:
        click.echo(f"error: cannot listen on {address[0]}:{address[1]}: {error.strerror}", err=True)
        context.exit(EXIT_NOTHING_DONE)
    with httpd:
        bound, number = str(httpd.server_address[0]), httpd.server_address[1]
        place = f"[{bound}]" if ":" in bound else bound
        click.echo(f"serving {settings.output} at http://{place}:{number}/ (Ctrl-C ends)")
        try:
            httpd.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
