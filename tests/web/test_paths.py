"""What a target means; above all, that nothing outside of the folder is ever meant."""

from __future__ import annotations

import posixpath
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.web.paths import located


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", ""),
        ("/all.atom", "all.atom"),
        ("/all.atom?cached=no", "all.atom"),
        ("/articles/summit/", "articles/summit/"),
        ("/articles/summit", "articles/summit"),
        ("/sources/un%2Dpress.atom", "sources/un-press.atom"),
        ("/a%20b/%C3%BC.txt", "a b/ü.txt"),
        ("/?/../x", ""),
        ("/x#../y", "x"),
    ],
)
def test_what_is_meant(target: str, path: str) -> None:
    assert located(target) == path


@pytest.mark.parametrize(
    "target",
    [
        "",
        "*",
        "all.atom",
        "http:",
        "//evil.example/",
        "/a//b",
        "/../x",
        "/..",
        "/a/../../x",
        "/%2e%2e/x",
        "/%2E./x",
        "/a/%2e%2e%2f%2e%2e/x",
        "/..%2fx",
        "/a%2fb",
        "/..%5cx",
        "/..\\x",
        "/a\\..\\x",
        "/.hidden",
        "/a/.git/config",
        "/.unfinished-1-all.atom",
        "/%2eunfinished-1-all.atom",
        "/./all.atom",
        "/all.atom%00.html",
        "/a%0ab",
        "/%ff",
        "/%c0%ae%c0%ae/x",
        "/ü",
        "/" + "x" * 256,
        "/" + "%C3%BC" * 128,
    ],
)
def test_what_is_never_meant(target: str) -> None:
    assert located(target) is None


PARTS = st.sampled_from(["..", ".", "%2e", "%2E%2e", "/", "%2f", "\\", "%5c", "a", "b.atom", "%00", "?", "#", "%", "é"])


@given(st.lists(PARTS, max_size=12).map(lambda parts: "/" + "".join(parts)))
@example("/a/%2e%2e/%2e%2e/%2e%2e/etc/passwd")
def test_nothing_leads_out(target: str) -> None:
    path = located(target)
    if path is not None:
        assert not path.startswith("/")
        assert "\\" not in path
        assert "\0" not in path
        assert posixpath.normpath(f"/root/{path}").startswith("/root")
        assert all(not name.startswith(".") for name in path.split("/"))


@given(st.text(max_size=40))
def test_any_text_is_a_path_or_none(target: str) -> None:
    path = located(target)
    assert path is None or target.startswith("/")


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1, max_size=30)


@given(st.lists(NAMES.filter(lambda name: not name.startswith(".")), min_size=1, max_size=4))
def test_every_proper_name_is_found_as_it_was_written(names: list[str]) -> None:
    path = "/".join(names)
    assert located("/" + quote(path)) == path
