"""``article``: an article's reference list read, and written as its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from aggregator import wiring
from aggregator.cli.base import config, config_path, settings_of
from aggregator.cli.show import harmless
from aggregator.config import articles, rules
from aggregator.config.articles import ArticleDraft
from aggregator.config.values import Settings
from aggregator.pipeline.article import Imported, Original, drafted, imported, suggestion


@click.group()
@config
def article() -> None:
    """Take in articles whose reference lists are to be kept live."""


@article.command(name="import")
@config
@click.argument("document", metavar="FILE|URL")
@click.option("--id", "id_", metavar="ID", help="The article's id, instead of one made of its title.")
@click.option("--url", metavar="URL", help="Where the article is published, instead of what it says itself.")
@click.option("--force", is_flag=True, help="Overwrite the file of an article that is there already.")
@click.option("--dry-run", is_flag=True, help="Print the article's file instead of writing it.")
@click.pass_context
def import_(
    context: click.Context, *, document: str, id_: str | None, url: str | None, force: bool, dry_run: bool
) -> None:
    """Read an article (HTML, Markdown or plain text) and write its articles/<id>.toml, with the text beside it."""
    if id_ is not None and not re.fullmatch(rules.ID, id_):
        message = f"--id {id_}: an id has 1 to 64 of a-z, 0-9 and -"
        raise click.UsageError(message)
    for given in (url, document if _is_address(document) else None):
        if given is not None and (reason := rules.url_misfit(given)):
            message = f"{given}: {reason}"
            raise click.UsageError(message)
    settings = settings_of(context)
    found = imported(_original(document, settings), settings.sources, url)
    if found.url is None:
        message = f"{document} does not say where it is published: give the address with --url"
        raise click.UsageError(message)
    draft = drafted(found, found.url, id_)
    if dry_run:
        articles.check(config_path(context), draft, found.text)
        click.echo(articles.toml(draft), nl=False)
        click.echo(harmless("\n".join(_report(found, draft, settings))), err=True)
        return
    if not force:
        _require_free(config_path(context), draft, found.text)
    articles.write(config_path(context), draft, found.text)
    target = config_path(context).with_name("articles")
    lines = [*_report(found, draft, settings), f"written: {target / draft.id}.toml and {target / draft.text_name}"]
    click.echo(harmless("\n".join(lines)))


def _is_address(document: str) -> bool:
    return re.match(r"https?:", document, re.IGNORECASE) is not None


def _original(document: str, settings: Settings) -> Original:
    if _is_address(document):
        return wiring.original(settings, document)
    try:
        with Path(document).open("rb") as file:
            data = file.read(settings.fetch.max_bytes + 1)
    except OSError as error:
        message = f"{document} cannot be read: {error.strerror}"
        raise click.UsageError(message) from error
    if len(data) > settings.fetch.max_bytes:
        message = f"{document} is larger than fetch.max_bytes"
        raise click.UsageError(message)
    return Original(data, Path(document).name)


def _require_free(path: Path, draft: ArticleDraft, text: str) -> None:
    """Refuse to overwrite the article's file, or a text beside it that is another."""
    file, beside = articles.paths(path, draft)
    for taken in (file, beside):
        if taken.exists() and (taken == file or taken.read_bytes() != text.encode()):
            message = f"{taken} is there already: --force overwrites it, --id ID gives the article another id"
            raise click.UsageError(message)


def _report(found: Imported, draft: ArticleDraft, settings: Settings) -> Iterator[str]:
    """Yield what was read, a line each, and what each entry of the reference list came to."""
    yield f"{draft.id}: {draft.title}"
    yield f"  published   {draft.published or 'no date found'}, {draft.url}"
    headings = sum(section.heading is not None for section in found.article.sections)
    yield f"  text        {len(found.article.body):,} characters below {headings} headings"
    yield f"  takeaways   {len(draft.takeaways) or 'none found'}"
    if not found.entries:
        yield "  references  none found: write [[annotation]] tables by hand"
    titles = {source.id: source.title for source in settings.sources}
    for entry, binding in found.entries:
        if not binding.sources:
            yield f"  unbound     {entry.name}: written as a comment; {suggestion(entry, binding)}"
            continue
        off = "; switched off: remove its `enabled = false`" if binding.disabled else ""
        known = "" if binding.how == "name" else f" by its link ({titles[binding.sources[0]]})"
        yield f"  bound       {entry.name} -> {', '.join(binding.sources)}{known}{off}"
