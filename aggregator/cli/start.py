"""``init``: a configuration to start from, written where there is none."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from click.core import ParameterSource

from aggregator.cli.show import counted, harmless
from aggregator.config import starting, units
from aggregator.config.values import Settings

UNSEEN = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))  # noqa: S108 - named, not written to
"""What the units keep from the service (``ProtectHome``, ``PrivateTmp``)."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[FOLDER]")
@click.option("--title", metavar="TEXT", help="What the combined feeds are called.")
@click.option("--base-url", metavar="URL", help="Where the output folder will be served.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep the store and what is published there, and not in FOLDER.",
)
@click.option(
    "--systemd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help=f"Write systemd's units there, with the paths of this installation; --state is {units.STATE} then.",
)
@click.pass_context
def init(
    context: click.Context,
    *,
    folder: Path,
    title: str | None,
    base_url: str | None,
    state: Path | None,
    systemd: Path | None,
) -> None:
    """Write a configuration to start from: FOLDER/config/, with the official sources and an example article."""
    if context.find_root().get_parameter_source("config") is ParameterSource.COMMANDLINE:
        message = "init writes config/ below FOLDER: name that instead of --config"
        raise click.UsageError(message)
    if systemd and state is None:
        state = units.STATE
    state = state and state.absolute()
    files = starting.start(folder, starting.Choices(title, base_url, state, _docs()))
    main = next(path for path in files if path.parent.name == "config")
    program = Path(sysconfig.get_path("scripts")) / "aggregator"
    services = _services(program, main, state, systemd) if systemd and state else {}
    if there := [path for path in (*files, *services) if path.exists() or path.is_symlink()]:
        message = "nothing was written, because there is already: " + ", ".join(map(str, there))
        raise click.UsageError(message)
    settings = starting.settings(files)
    starting.write({**files, **services})
    click.echo(harmless("\n".join(_report(settings, [*files, *services]))))
    click.echo(harmless("\n".join(_next(settings, services, _called(program)))))
    if services:
        for note in _unseen(program, Path(sys.base_prefix), main):
            click.echo(harmless(note), err=True)


def _docs() -> Path | None:
    """Return the folder of the documentation, which is installed with a wheel; in a checkout it stands beside."""
    folder = Path(sysconfig.get_path("data")) / "share" / "doc" / "aggregator" / "docs"
    return folder if folder.is_dir() else None


def _services(program: Path, main: Path, state: Path, folder: Path) -> Mapping[Path, str]:
    if not program.exists():
        message = f"--systemd: there is no {program} that a service could start: install the package"
        raise click.UsageError(message)
    try:
        texts = units.units(program, main, state)
    except ValueError as error:
        message = f"--systemd: {error}"
        raise click.UsageError(message) from error
    return {folder.absolute() / name: text for name, text in texts.items()}


def _unseen(*paths: Path) -> Iterator[str]:
    for path in paths:
        for hidden in UNSEEN:
            if path.is_relative_to(hidden):
                yield f"note: the units see nothing below {hidden}, and need {path}: move it, or change the units"


def _report(settings: Settings, written: list[Path]) -> Iterator[str]:
    off = sum(not source.enabled for source in settings.sources)
    yield from (f"written: {path}" for path in written)
    yield (
        f"{counted(len(settings.sources) - off, 'source')} to begin with and {off} switched off, "
        f"{counted(len(settings.articles), 'article')} for an example"
    )


def _called(program: Path) -> str:
    """Return how a shell finds the program: by name where it is on the path, else by its own path."""
    return program.name if shutil.which(program.name) == str(program) or not program.exists() else str(program)


def _next(settings: Settings, services: Mapping[Path, str], called: str) -> Iterator[str]:
    yield ""
    if services:
        yield "next: systemctl daemon-reload, then one of"
        yield "  systemctl enable --now aggregator.service      a daemon that watches and serves"
        yield "  systemctl enable --now aggregator-run.timer    a run every five minutes"
        return
    yield "next:" if settings.root == Path.cwd() else f"next, in {settings.root}:"
    for command, does in (
        ("check", "is the configuration right?"),
        ("run", f"one cycle; publishes below {settings.publish.output}"),
        ("serve", "look at it"),
        ("article import URL", "your own article, in the place of the example"),
        ("daemon", "watch and serve, until it is stopped"),
    ):
        yield f"  {called} {command:<21}{does}"
    if settings.site.base_url == starting.TRIAL:
        yield "before anybody subscribes: site.base_url in config/aggregator.toml"
