"""``link``: how items bear on articles, why, and an editor's word on it."""

from __future__ import annotations

import click

from aggregator import wiring
from aggregator.cli.base import config, settings_of
from aggregator.config.values import Settings
from aggregator.model import Verdict


@click.group()
@config
def link() -> None:
    """Look at how items bear on articles, and decide it yourself."""


@link.command()
@config
@click.argument("item", metavar="ITEM")
@click.pass_context
def explain(context: click.Context, *, item: str) -> None:
    """Tell why a stored item is, or is not, linked to each article; ITEM is its id, its URL or its guid."""
    from aggregator.cli.show_links import explanation  # noqa: PLC0415 - only this command needs it

    settings = settings_of(context)
    entry, findings = wiring.explain(settings, item)
    click.echo(explanation(entry, findings), nl=False)


@link.command()
@config
@click.argument("item", metavar="ITEM")
@click.argument("article", metavar="ARTICLE")
@click.pass_context
def pin(context: click.Context, *, item: str, article: str) -> None:
    """Link an item to an article, however it scores, and publish; ITEM is its id, its URL or its guid."""
    _judge(context, item, article, Verdict.PIN)


@link.command()
@config
@click.argument("item", metavar="ITEM")
@click.argument("article", metavar="ARTICLE")
@click.pass_context
def reject(context: click.Context, *, item: str, article: str) -> None:
    """Keep an item away from an article, however it scores, and publish."""
    _judge(context, item, article, Verdict.REJECT)


@link.command()
@config
@click.argument("item", metavar="ITEM")
@click.argument("article", metavar="ARTICLE")
@click.pass_context
def release(context: click.Context, *, item: str, article: str) -> None:
    """Take back a verdict: the score decides again."""
    _judge(context, item, article, None)


def _judge(context: click.Context, item: str, article: str, verdict: Verdict | None) -> None:
    from aggregator.cli.show_links import judgement  # noqa: PLC0415 - only these commands need it

    settings = settings_of(context)
    _require_known(article, settings)
    judged, published = wiring.judge(settings, item, article, verdict)
    click.echo(judgement(judged, article, published), nl=False)


def _require_known(article: str, settings: Settings) -> None:
    known = [one.id for one in settings.articles]
    if article not in known:
        message = f"no such article: {article} (known: {', '.join(known) or 'there is none'})"
        raise click.UsageError(message)
