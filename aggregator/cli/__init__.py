"""The commands: arguments in, values of the program shown, errors to exit statuses.

Exit status: 0 done; 1 nothing could be done; 2 usage or configuration error; 75 another run holds the lock.
"""

from __future__ import annotations

import click

from aggregator import __version__, observe
from aggregator.cli.base import Commands, config_first, log_first

__all__ = ["commands"]


@click.group(
    cls=Commands,
    modules={
        "run": "aggregator.cli.cycle",
        "publish": "aggregator.cli.cycle",
        "check": "aggregator.cli.inspect",
        "schema": "aggregator.cli.inspect",
        "status": "aggregator.cli.inspect",
        "sources": "aggregator.cli.sources",
        "opml": "aggregator.cli.opml",
        "article": "aggregator.cli.article",
        "link": "aggregator.cli.link",
        "daemon": "aggregator.cli.daemon",
        "serve": "aggregator.cli.trial",
        "init": "aggregator.cli.start",
        "demo": "aggregator.cli.trial",
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@config_first
@log_first
@click.option("-v", "--verbose", is_flag=True, help="Log a line for every source, not only for those that fail.")
@click.version_option(__version__)
def commands(*, verbose: bool, log: observe.Form) -> None:
    """Make an article's reference list live: official statements in, linked, republished as feeds."""
    observe.configure(verbose=verbose, form=log)
