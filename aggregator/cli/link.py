"""``link``: how items bear on articles, why, and an editor's word on it."""

from __future__ import annotations

import json
import re
from typing import BinaryIO

import click

from aggregator import wiring
from aggregator.cli.base import config, settings_of
from aggregator.config.values import Article, Settings
from aggregator.model import Verdict

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which an id in JSON may hold and UTF-8 may not: it is given as it came, as an escape."""


@click.group()
@config
def link() -> None:
    """Look at how items bear on articles, and decide it yourself."""


@link.command()
@config
@click.argument("article", metavar="ARTICLE")
@click.option(
    "--items",
    metavar="FILE.jsonl",
    type=click.File("rb"),
    help='Score these items, a JSON object a line, instead of the stored ones; "-" reads standard input.',
)
@click.pass_context
def score(context: click.Context, *, article: str, items: BinaryIO | None) -> None:
    """Print a JSON line for each item: how far it bears on an article, on which takeaway, and why."""
    from aggregator.pipeline import scoring  # noqa: PLC0415 - only this command needs it

    settings = settings_of(context)
    wanted = _known(article, settings)
    given = None
    if items is not None:
        given, problems = scoring.read(items)
        if problems:
            raise click.UsageError("\n".join(f"{items.name}:{number}: {what}" for number, what in problems))
    for id_, match in wiring.scores(settings, wanted, given):
        line = {
            "article": article,
            "item": id_,
            "score": match.score,
            "takeaway": match.takeaway,
            "reasons": list(match.reasons),
        }
        click.echo(_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(line, ensure_ascii=False)))


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
    _known(article, settings)
    judged, published = wiring.judge(settings, item, article, verdict)
    click.echo(judgement(judged, article, published), nl=False)


def _known(article: str, settings: Settings) -> Article:
    for one in settings.articles:
        if one.id == article:
            return one
    known = ", ".join(one.id for one in settings.articles) or "there is none"
    message = f"no such article: {article} (known: {known})"
    raise click.UsageError(message)
