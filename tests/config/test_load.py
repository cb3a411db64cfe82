"""What a configuration without mistakes becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from aggregator.config.endpoints import FeedEndpoint, PageEndpoint
from aggregator.config.load import load
from aggregator.errors import Problem

Project = Callable[..., Path]

ARTICLE = 'title = "Summit"\nurl = "https://example.org/summit"\n'


def test_three_files_become_one_value(project: Project, tmp_path: Path) -> None:
    settings = load(project())
    (source,), (article,) = settings.sources, settings.articles
    assert settings.site.title == "Record"
    assert settings.root == tmp_path
    assert settings.output == tmp_path / "feeds"
    assert settings.database == tmp_path / "var/aggregator.db"
    assert [type(endpoint) for endpoint in source.endpoint] == [FeedEndpoint, PageEndpoint]
    assert (article.id, article.published, article.body) == ("summit", date(2025, 8, 20), "")
    assert article.annotation[0].sources == ("nato",)


def test_what_is_not_given_has_its_default(project: Project) -> None:
    settings = load(project())
    assert (settings.schedule.min_interval, settings.schedule.max_interval) == (300, 6 * 3600)
    assert (settings.fetch.timeout, settings.fetch.user_agent) == (30, None)
    assert (settings.sources[0].timezone, settings.sources[0].content) == ("UTC", "full")


def test_a_path_relative_to_the_working_directory_gives_an_absolute_root(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project()
    monkeypatch.chdir(tmp_path / "config")
    assert load(Path("aggregator.toml")).root == tmp_path
    assert load(Path("../config/articles/../aggregator.toml")).root == tmp_path


def test_a_linked_config_folder_belongs_to_the_project_that_links_it(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "project"
    other.mkdir()
    (other / "config").symlink_to(project().parent)
    assert load(other / "config/aggregator.toml").root == other


def test_articles_are_in_the_order_of_their_names_and_hidden_files_are_none(project: Project) -> None:
    files = {
        "articles/zero.toml": ARTICLE,
        "articles/a-1.toml": ARTICLE,
        "articles/.#a.toml": "=",
        "articles/x.txt": "=",
    }
    assert [article.id for article in load(project(files)).articles] == ["a-1", "summit", "zero"]


def test_a_project_may_have_no_articles_and_no_sources(project: Project) -> None:
    settings = load(project({"articles/summit.toml": None, "sources.toml": "# none yet\n"}))
    assert (settings.sources, settings.articles) == ((), ())


def test_an_article_that_names_a_source_of_an_empty_file_is_wrong(problems: Callable[..., object]) -> None:
    assert "no source has the id" in str(problems({"sources.toml": "# none yet\n"}))


def test_a_byte_order_mark_is_no_part_of_the_text(project: Project) -> None:
    text = b'\xef\xbb\xbf[site]\r\ntitle = "Record"\r\nbase_url = "https://feeds.example.org"\r\n'
    assert load(project({"aggregator.toml": text})).site.base_url == "https://feeds.example.org/"


def test_of_an_article_s_text_the_paragraphs_are_read(project: Project) -> None:
    files = {
        "articles/summit.toml": ARTICLE + 'text = "texts/summit.md"\n',
        "articles/texts/summit.md": "# Überschrift\n\nx *y*\nz\n\n## References\n\n- NATO: for news\n",
    }
    assert load(project(files)).articles[0].body == "x y z"


def test_a_text_without_its_title_loses_nothing(project: Project) -> None:
    files = {
        "articles/summit.toml": ARTICLE + 'text = "s.txt"\n',
        "articles/s.txt": "They met.\n\nThey spoke at length, and about everything that there was to speak about.\n",
    }
    assert load(project(files)).articles[0].body.splitlines()[0] == "They met."


def test_the_title_is_no_part_of_the_text(project: Project) -> None:
    files = {"articles/summit.toml": ARTICLE + 'text = "s.txt"\n', "articles/s.txt": "Summit\n\nThey met.\n"}
    assert load(project(files)).articles[0].body == "They met."


def test_a_page_that_would_take_minutes_to_read_is_a_problem_with_its_line(
    problems: Callable[..., tuple[Problem, ...]],
) -> None:
    files = {
        "articles/summit.toml": ARTICLE + 'text = "s.html"\n',
        "articles/s.html": "<b>" * 100_001,
    }
    assert list(map(str, problems(files))) == [
        'config/articles/summit.toml:3: text: "s.html": a page with 100,001 tags, more than 100,000',
    ]


def test_of_html_the_visible_text_is_read_a_paragraph_a_line(project: Project) -> None:
    page = """<!doctype html><html><head><title>Not this</title><style>p { }</style></head><body>
        <nav>Nor this</nav>
        <article><h1>The  summit</h1><script>var not = 1</script>
        <p>One <b>sen</b>tence
        on two lines.<br>Another.</p><ul><li>first<li>second</ul><p hidden>unseen</p><noscript>no</noscript>
        &ldquo;Quoted&rdquo; &amp; loose.</article></body></html>"""
    files = {"articles/summit.toml": ARTICLE + 'text = "summit.HTML"\n', "articles/summit.HTML": page}
    assert load(project(files)).articles[0].body.splitlines() == [
        "One sentence on two lines.",
        "Another.",
        "first",
        "second",
        "“Quoted” & loose.",
    ]


def test_html_without_article_is_read_from_its_body(project: Project) -> None:
    files = {"articles/summit.toml": ARTICLE + 'text = "s.htm"\n', "articles/s.htm": "<title>t</title><p>a<p>b"}
    assert load(project(files)).articles[0].body == "a\nb"


def test_an_empty_html_file_has_an_empty_text(project: Project) -> None:
    files = {"articles/summit.toml": ARTICLE + 'text = "s.htm"\n', "articles/s.htm": ""}
    assert load(project(files)).articles[0].body == ""


def test_what_was_loaded_cannot_be_changed(project: Project) -> None:
    settings = load(project())
    with pytest.raises(ValueError, match="frozen"):
        settings.sources[0].title = "Other"  # type: ignore[misc]  # the point of it
