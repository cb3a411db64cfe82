"""A configuration to start from: the shipped one, with what was chosen, written where nothing is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from aggregator.config.load import load
from aggregator.config.starting import TRIAL, Choices, _with, settings, shipped, start, write
from aggregator.errors import ConfigError
from tests.conftest import CHECKOUT

FILES = {path.relative_to(CHECKOUT / "config") for path in (CHECKOUT / "config").rglob("*.toml")}


def written(folder: Path, choices: Choices) -> str:
    """Return the text of the ``aggregator.toml`` that ``choices`` make."""
    files = start(folder, choices)
    write(files)
    return (folder / "config" / "aggregator.toml").read_text(encoding="utf-8")


def test_what_is_shipped_is_the_checkout_s_own_configuration() -> None:
    assert {Path(path): text.encode() for path, text in shipped().items()} == {
        path: (CHECKOUT / "config" / path).read_bytes() for path in FILES
    }


def test_without_a_choice_only_an_id_is_put_in(tmp_path: Path) -> None:
    text = written(tmp_path, Choices())
    given = (CHECKOUT / "config" / "aggregator.toml").read_text(encoding="utf-8").splitlines()
    changed = [(before, after) for before, after in zip(given, text.splitlines(), strict=True) if before != after]
    assert [before for before, _ in changed] == ['# id = "urn:uuid:00000000-0000-4000-8000-000000000000"']
    assert re.fullmatch(r'id = "urn:uuid:[0-9a-f-]{36}"', changed[0][1])
    assert load(tmp_path / "config" / "aggregator.toml").site.base_url == TRIAL


def test_two_sites_have_two_ids(tmp_path: Path) -> None:
    assert start(tmp_path, Choices()) != start(tmp_path, Choices())


@pytest.mark.parametrize("title", ["Record", 'The "Record" \\ of\tall', "№ 1 — réçord", r"\1 \g<0>", "[site]", "# x"])
def test_a_title_comes_back_as_it_was_given(tmp_path: Path, title: str) -> None:
    written(tmp_path, Choices(title=title, base_url="https://feeds.example.org/"))
    site = load(tmp_path / "config" / "aggregator.toml").site
    assert (site.title, site.base_url) == (title, "https://feeds.example.org/")


def test_the_state_is_where_it_was_chosen(tmp_path: Path) -> None:
    text = written(tmp_path / "etc", Choices(state=tmp_path / "lib"))
    found = load(tmp_path / "etc" / "config" / "aggregator.toml")
    assert found.database == tmp_path / "lib" / "aggregator.db"
    assert found.output == tmp_path / "lib" / "feeds"
    assert tomllib.loads(text)["publish"].keys() == {"output"}


def test_comments_lead_to_the_documentation_that_is_installed(tmp_path: Path) -> None:
    docs = CHECKOUT / "docs"
    texts = start(tmp_path, Choices(docs=docs)).values()
    named = [place for text in texts for place in re.findall(r"\S*docs/\S*\.md", text)]
    assert len(named) >= 3
    assert all(Path(place).is_file() and place.startswith(str(docs)) for place in named)


@pytest.mark.parametrize(
    ("choices", "key"),
    [
        (Choices(title=" "), "title"),
        (Choices(title="a\x01b"), "title"),
        (Choices(base_url="feeds.example.org"), "base_url"),
        (Choices(base_url="https://feeds.example.org/?a=b"), "base_url"),
    ],
)
def test_a_choice_that_would_be_wrong_is_told_before_anything_is_written(
    tmp_path: Path, choices: Choices, key: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(start(tmp_path, choices))
    assert [(problem.table, problem.key) for problem in caught.value.problems] == [("site", key)]
    assert not list(tmp_path.iterdir())


def test_a_setting_is_put_in_where_the_file_does_not_show_it() -> None:
    text = '[site]\ntitle = "x"\n\n[publish]\nhubs = []\n'
    for table, key in (("publish", "output"), ("store", "url"), ("site", "title")):
        text = _with(text, table, key, "new")
    assert tomllib.loads(text) == {
        "site": {"title": "new"},
        "publish": {"output": "new", "hubs": []},
        "store": {"url": "new"},
    }


def test_what_is_there_is_never_replaced_and_what_was_begun_is_taken_back(tmp_path: Path) -> None:
    config = tmp_path / "here" / "config"
    config.mkdir(parents=True)
    (config / "sources.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sources\.toml: cannot be written: File exists"):
        write(start(tmp_path / "here", Choices()))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [config / "sources.toml"]
    assert (config / "sources.toml").read_text(encoding="utf-8") == "mine"
    assert not (config / "articles").exists()


def test_a_folder_that_cannot_be_made_leaves_none_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="cannot be written: Not a directory"):
        write({**start(tmp_path / "new", Choices()), tmp_path / "file" / "below": ""})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
