"""What the documentation says is there, and what is there is documented (settings: tests/config)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator import errors
from aggregator.cli import commands
from aggregator.model.troubles import KINDS
from tests.conftest import CHECKOUT

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")


def leaves(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by its full name."""
    context = click.Context(group)
    for part in group.list_commands(context):
        command = group.get_command(context, part)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{name} {part}")
        else:
            yield f"{name} {part}", command


def subclasses(error: type[errors.AggregatorError]) -> Iterator[type[errors.AggregatorError]]:
    yield error
    for child in error.__subclasses__():
        yield from subclasses(child)


def test_every_command_and_option_is_documented() -> None:
    found = dict(leaves(commands, "aggregator"))
    assert len(found) >= 8
    for name, command in found.items():
        assert f"`{name}`" in OPERATIONS, name
        for parameter in command.params:
            for option in parameter.opts:
                assert option in OPERATIONS, f"{name} {option}"


def test_no_command_is_documented_that_does_not_exist() -> None:
    found = dict(leaves(commands, "aggregator"))
    documented = set(re.findall(r"^\| `(aggregator [a-z ]+)` \|", OPERATIONS, re.MULTILINE))
    assert documented == set(found)


def test_every_trouble_that_a_source_can_have_is_explained() -> None:
    of_sources = [errors.FetchError, errors.ParseError]
    kinds = {error.kind for base in of_sources for error in subclasses(base)} - {base.kind for base in of_sources}
    assert kinds | {errors.StoreError.kind} <= KINDS.keys()
    section = OPERATIONS.partition("## When a source fails")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[a-z0-9-]+`(?:, `[a-z0-9-]+`)*) \|", section, re.MULTILINE)
    assert set(re.findall(r"`([a-z0-9-]+)`", " ".join(rows))) == KINDS.keys()


def test_every_error_has_a_word_of_its_own_and_stands_in_the_tree() -> None:
    found = list(subclasses(errors.AggregatorError))
    kinds = [error.kind for error in found]
    assert len(set(kinds)) == len(kinds)
    for error in found:
        assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("page", ["README.md", "docs/installing.md"])
def test_every_command_that_is_shown_exists_with_its_options(page: str) -> None:
    shown = re.findall(r"(?m)^ {4,}.*$", (CHECKOUT / page).read_text(encoding="utf-8"))
    called = [(line, words) for line in shown for words in re.findall(r"(?:^ +|bin/)aggregator ([a-z-].*)", line)]
    assert len(called) >= 6
    for line, words in called:
        command: click.Command = commands
        for word in words.partition("#")[0].split():
            if isinstance(command, click.Group) and not word.startswith("-") and "/" not in word:
                found = command.get_command(click.Context(command), word)
                assert found is not None, line
                command = found
            elif word.startswith("--"):
                assert any(word in parameter.opts for parameter in command.params), line


@pytest.mark.parametrize(
    "page", [*sorted(CHECKOUT.glob("docs/**/*.md")), CHECKOUT / "README.md"], ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
