"""An article's file as it is written: whatever the article says, the loader reads it back."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import rules
from aggregator.config.articles import AnnotationDraft, ArticleDraft, toml, write
from aggregator.config.load import load
from aggregator.errors import ConfigError

TALKS = ArticleDraft(
    id="talks",
    title="Talks",
    url="https://example.org/talks",
    published=date(2025, 8, 20),
    text_name="talks.txt",
    summary="They talk.",
    takeaways=("They talk.", "They go on talking."),
    annotations=(
        AnnotationDraft("nato", "NATO", "For news.", ("nato",)),
        AnnotationDraft("reuters", "Reuters", note="aggregator sources add URL"),
    ),
)
PROSE = st.from_regex(rules.TEXT, fullmatch=True).map(str.strip).filter(bool)


@given(title=PROSE, summary=PROSE, takeaways=st.lists(PROSE, max_size=3), label=PROSE)
def test_whatever_the_article_says_stands_in_its_file(
    title: str, summary: str, takeaways: list[str], label: str
) -> None:
    told = (AnnotationDraft("a", label, summary, ("nato",)), AnnotationDraft("b", label, summary))
    draft = replace(TALKS, title=title, summary=summary, takeaways=tuple(takeaways), annotations=told)
    read = tomllib.loads(toml(draft))
    assert (read["title"], read["summary"], read.get("takeaways", [])) == (title, summary, takeaways)
    assert read["annotation"] == [{"id": "a", "label": label, "scope": summary, "sources": ["nato"]}]


def test_the_file_reads_as_people_write_it() -> None:
    assert toml(TALKS).splitlines()[3:] == [
        'title = "Talks"',
        'url = "https://example.org/talks"',
        "published = 2025-08-20",
        "# since = 2025-01-31     # items published earlier are not linked",
        'text = "talks.txt"',
        'summary = "They talk."',
        "takeaways = [",
        '    "They talk.",',
        '    "They go on talking.",',
        "]",
        "",
        "# The reference list, in the article's order and words.",
        "[[annotation]]",
        'id = "nato"',
        'label = "NATO"',
        'scope = "For news."',
        'sources = ["nato"]',
        "",
        "# No source is known for this entry.  With one in `sources`, take the marks away.",
        "# aggregator sources add URL",
        "# [[annotation]]",
        '# id = "reuters"',
        '# label = "Reuters"',
        "# sources = []",
    ]


def test_what_is_written_is_the_configuration_that_comes_back(project: Callable[..., Path]) -> None:
    path = project()
    settings = write(path, TALKS, "Talks\n\nThey talk, and they go on talking.\n")
    assert settings == load(path)
    assert settings.articles[1].body == "They talk, and they go on talking."
    assert [file.name for file in sorted((path.parent / "articles").iterdir())] == [
        "summit.toml",
        "talks.toml",
        "talks.txt",
    ]


def test_a_folder_that_cannot_be_written_to_is_a_problem(project: Callable[..., Path]) -> None:
    path = project({"articles/summit.toml": None})
    (path.parent / "articles").rmdir() if (path.parent / "articles").exists() else None
    (path.parent / "articles").write_text("a file")
    with pytest.raises(ConfigError, match="cannot be written"):
        write(path, TALKS, "Talks\n\nThey talk.\n")
