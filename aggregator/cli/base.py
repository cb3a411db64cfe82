"""What all commands share: the group, the configuration option, and how errors become exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from aggregator import observe
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import AggregatorError, ConfigError, LockHeld
from aggregator.model import without_secrets

DEFAULT_CONFIG = Path("config/aggregator.toml")

EXIT_NOTHING_DONE = 1
EXIT_USAGE = 2
EXIT_LOCKED = 75
"""EX_TEMPFAIL of sysexits.h: try again later."""


class Commands(click.Group):
    """A group whose commands are imported when called, and whose errors of ours become an exit status.

    A cron job runs one command: it should not pay for importing the others.
    """

    def __init__(self, *args: Any, modules: dict[str, str] | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - click's own signature
        """``modules`` names, for each command, the module that defines it under the command's name."""
        super().__init__(*args, **kwargs)
        self._modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the documentation."""
        return [*self._modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module now."""
        if cmd_name not in self._modules:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(self._modules[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; an error of ours ends it with its message on standard error."""
        try:
            return super().invoke(ctx)
        except AggregatorError as error:
            click.echo(_told(error), err=True)
            ctx.exit(_status(error))


def _told(error: AggregatorError) -> str:
    if isinstance(error, ConfigError):
        count = len(error.problems)
        return f"{without_secrets(str(error))}\n{count} problem{'s' if count > 1 else ''} in the configuration"
    return without_secrets(f"error: {error}")


def _status(error: AggregatorError) -> int:
    if isinstance(error, ConfigError):
        return EXIT_USAGE
    return EXIT_LOCKED if isinstance(error, LockHeld) else EXIT_NOTHING_DONE


def _remember(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj = value


Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _config_option(envvar: str | None) -> Callable[[Decorated], Decorated]:
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path),
        envvar=envvar,
        callback=_remember,
        expose_value=False,
        help=f"The configuration; sources.toml and articles/ lie beside it.  [default: {DEFAULT_CONFIG}]",
    )


config_first = _config_option("AGGREGATOR_CONFIG")
"""``--config`` before the command; the environment stands for it."""


_FORM = click.Choice(observe.FORMS)

log_first = click.option(
    "--log",
    type=_FORM,
    envvar="AGGREGATOR_LOG",
    default="auto",
    show_default=True,
    help="Write the log for people or as JSON lines; auto: for people on a terminal only.",
)
"""``--log`` before the command; the environment stands for it."""


def _choose(_context: click.Context, _: click.Parameter, value: observe.Form | None) -> None:
    if value is not None:
        observe.configure(form=value)


def config(command: Decorated) -> Decorated:
    """Give a command the options that may stand before and after it: ``--config`` and ``--log``."""
    chosen = click.option(
        "--log", type=_FORM, callback=_choose, expose_value=False, help="Write the log in this form instead."
    )
    return _config_option(None)(chosen(command))


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


def settings_of(context: click.Context) -> Settings:
    """Return the configuration that the command line names.  Raises ``ConfigError``."""
    return load(config_path(context))


def config_path(context: click.Context) -> Path:
    """Return the configuration file that the command line names."""
    path = context.find_root().obj
    return path if isinstance(path, Path) else DEFAULT_CONFIG


def print_json(value: object) -> None:
    """Print one JSON object on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
