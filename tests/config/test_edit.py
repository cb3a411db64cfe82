"""Sources added to ``sources.toml``: what was there stays, byte for byte, and nothing wrong is ever written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import edit, rules
from aggregator.config.edit import Draft, add, appended, proposed_id
from aggregator.config.load import load
from aggregator.errors import ConfigError
from tests.conftest import CHECKOUT

DRAFT = Draft("fcdo", "Foreign Office", "https://fco.example/", ({"kind": "feed", "url": "https://fco.example/feed"},))
BLOCK = """\
[[source]]
id = "fcdo"
title = "Foreign Office"
home = "https://fco.example/"

  [[source.endpoint]]
  kind = "feed"
  url = "https://fco.example/feed"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    main = tmp_path / "config" / "aggregator.toml"
    main.write_text('[site]\ntitle = "T"\nbase_url = "https://feeds.example.org/"\n')
    main.with_name("sources.toml").write_bytes((CHECKOUT / "config/sources.toml").read_bytes())
    return main


def test_a_source_is_written_as_people_write_it_after_all_that_is_there() -> None:
    assert appended("", [DRAFT]) == BLOCK
    assert appended("# mine", [DRAFT]) == f"# mine\n\n\n{BLOCK}"
    assert appended("# mine\n", [DRAFT, DRAFT]) == f"# mine\n\n\n{BLOCK}\n\n{BLOCK}"


def test_comments_settings_and_several_endpoints_are_written() -> None:
    page = {"kind": "page", "url": "https://fco.example/news", "item": "li", "title": "a", "link": "a@href", "pages": 2}
    draft = Draft(
        "x", "X", "https://x.example/", (*DRAFT.endpoints, page), {"remove": ["nav", '[a="b"]']}, "Two\nlines"
    )
    text = appended("", [draft])
    assert text.startswith("# Two\n# lines\n[[source]]\n")
    (source,) = tomllib.loads(text)["source"]
    assert source == {
        "id": "x",
        "title": "X",
        "home": "https://x.example/",
        "remove": ["nav", '[a="b"]'],
        "endpoint": [*DRAFT.endpoints, page],
    }


def test_the_line_ends_of_the_file_are_kept() -> None:
    text = appended("# mine\r\n", [DRAFT])
    assert text == f"# mine\n\n\n{BLOCK}".replace("\n", "\r\n")
    assert tomllib.loads(text)["source"][0]["id"] == "fcdo"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_title_holds_it_is_read_back(title: str, value: str) -> None:
    before = "# comment  \n[[source]] # here\nid='a'  # odd   spacing\n"
    text = appended(before, [Draft("b", title, "https://x.example/", ({"kind": "feed", "url": value},))])
    assert text.startswith(before)
    first, second = tomllib.loads(text)["source"]
    assert first == {"id": "a"}
    assert (second["title"], second["endpoint"][0]["url"]) == (title, value)


def test_adding_to_the_shipped_sources_keeps_every_byte_of_them(path: Path) -> None:
    file = path.with_name("sources.toml")
    before = file.read_bytes()
    file.chmod(0o640)
    settings = add(path, [DRAFT])
    assert file.read_bytes() == before + f"\n\n{BLOCK}".encode()
    assert settings == load(path)
    assert [source.id for source in settings.sources][-1] == "fcdo"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in path.parent.iterdir()) == ["aggregator.toml", "sources.toml"]


def test_a_byte_order_mark_stays_where_it_is(path: Path) -> None:
    file = path.with_name("sources.toml")
    file.write_bytes(b"\xef\xbb\xbf# mine\n")
    add(path, [DRAFT])
    assert file.read_bytes() == b"\xef\xbb\xbf" + f"# mine\n\n\n{BLOCK}".encode()


def test_a_linked_file_is_replaced_where_it_lies(path: Path, tmp_path: Path) -> None:
    file = path.with_name("sources.toml")
    file.rename(tmp_path / "elsewhere.toml")
    file.symlink_to(tmp_path / "elsewhere.toml")
    add(path, [DRAFT])
    assert file.is_symlink()
    assert BLOCK in (tmp_path / "elsewhere.toml").read_text()


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (Draft("nato", "N", "https://x.example/", DRAFT.endpoints), '"nato" is already in line'),
        (Draft("Bad Id", "N", "https://x.example/", DRAFT.endpoints), "an id has 1 to 64"),
        (Draft("x", "", "https://x.example/", DRAFT.endpoints), "must not be empty"),
        (Draft("x", "X", "ftp://x.example/", DRAFT.endpoints), "expected an absolute URL"),
        (Draft("x", "X", "https://x.example/", ({"kind": "sitmap", "url": "https://x.example/"},)), "unknown kind"),
        (Draft("x", "X", "https://x.example/", DRAFT.endpoints, {"contnt": "full"}), "unknown key"),
    ],
)
def test_what_would_be_wrong_is_not_written(path: Path, draft: Draft, message: str) -> None:
    before = path.with_name("sources.toml").read_bytes()
    with pytest.raises(ConfigError, match=re.escape(message)):
        add(path, [DRAFT, draft])
    assert path.with_name("sources.toml").read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["aggregator.toml", "sources.toml"]


def test_a_file_that_is_changed_meanwhile_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = path.with_name("sources.toml")

    def saving(*arguments: Path, sources_text: str) -> object:
        file.write_text("# saved by an editor\n")
        return load(*arguments, sources_text=sources_text)

    monkeypatch.setattr(edit, "load", saving)
    with pytest.raises(ConfigError, match="was changed while"):
        add(path, [DRAFT])
    assert file.read_text() == "# saved by an editor\n"
    assert sorted(one.name for one in path.parent.iterdir()) == ["aggregator.toml", "sources.toml"]


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    path.with_name("sources.toml").unlink()
    with pytest.raises(ConfigError, match=r"sources\.toml: cannot be added to: No such file"):
        add(path, [DRAFT])


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("UK Foreign, Commonwealth & Development Office", "uk-foreign-commonwealth-development-office"),
        ("U.S. Department of State", "us-department-of-state"),
        ("President\N{RIGHT SINGLE QUOTATION MARK}s Office", "presidents-office"),
        ("Ministère des Affaires étrangères", "ministere-des-affaires-etrangeres"),
        ("Верховна Рада", "source"),
        ("", "source"),
        ("nato", "nato-2"),
        ("NATO!", "nato-2"),
        ("x" * 100, "x" * 64),
        ("y" * 64, "y" * 62 + "-2"),
    ],
)
def test_an_id_is_made_of_a_name(name: str, proposed: str) -> None:
    assert proposed_id(name, {"nato", "y" * 64}) == proposed


@given(st.text(max_size=90), st.integers(0, 12))
def test_a_proposed_id_is_an_id_and_is_free(name: str, times: int) -> None:
    taken: set[str] = set()
    for _ in range(times):
        proposed = proposed_id(name, taken)
        assert re.fullmatch(rules.ID, proposed)
        assert proposed not in taken
        taken.add(proposed)


@pytest.mark.parametrize(
    "listed",
    [
        "source = []",
        "\ufeff# mine\nsource = [\n{ id = 'a' }]",
        'source = [{ endpoint = [{ kind = "feed" }] }]',
    ],
)
def test_a_list_in_brackets_cannot_be_added_to_and_that_is_told_beforehand(path: Path, listed: str) -> None:
    file = path.with_name("sources.toml")
    file.write_text(listed, encoding="utf-8")
    for refuse in (lambda: edit.require_open(path), lambda: add(path, [DRAFT])):
        with pytest.raises(ConfigError, match=r"write every source as a \[\[source\]\] of its own") as raised:
            refuse()
        (problem,) = raised.value.problems
        assert (problem.key, problem.line) == ("source", listed[: listed.index("source")].count("\n") + 1)
    assert file.read_text(encoding="utf-8") == listed
    for fine in ("", "# source = []\n", BLOCK):
        file.write_text(fine, encoding="utf-8")
        edit.require_open(path)
