"""The pure packages do no IO: what the import contracts of pyproject.toml cannot see, built-ins and clocks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

PURE = ("article", "parse", "clean", "link", "render", "plan", "model", "ports.py", "errors.py")
ALLOWED = frozenset(
    {
        "__future__",
        "array",
        "base64",
        "binascii",
        "codecs",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "difflib",
        "email",
        "enum",
        "functools",
        "hashlib",
        "html",
        "ipaddress",
        "itertools",
        "json",
        "math",
        "operator",
        "re",
        "statistics",
        "tomllib",
        "types",
        "typing",
        "unicodedata",
        "zlib",
        "urllib",
        "uuid",
        "xml",
        "zoneinfo",
    }
)
"""Modules of the standard library that only compute."""
ALLOWED_PARTS = {"urllib": {"urllib.parse"}, "email": {"email.utils"}, "importlib": {"importlib.resources"}}
"""``importlib.resources``: what ships inside the package, which is as fixed as its code."""
BUILT_IN = frozenset({"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__"})
METHODS = frozenset({"now", "utcnow", "today", "open"})

FILES = sorted(
    path
    for name in PURE
    for path in (CHECKOUT / "aggregator" / name, *(CHECKOUT / "aggregator" / name).rglob("*.py"))
    if path.suffix == ".py"
)


def offences(tree: ast.Module) -> Iterator[str]:
    """Yield everything in a module that touches the world."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"import {alias.name}" for alias in names if not _pure(alias.name))
            case ast.ImportFrom(module=str(module), names=names):
                if not _pure(module) and not all(_pure(f"{module}.{alias.name}") for alias in names):
                    yield f"from {module}"
            case ast.Call(func=ast.Name(id=name)) if name in BUILT_IN:
                yield f"{name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                yield f".{name}()"
            case _:
                pass


def _pure(module: str) -> bool:
    top = module.partition(".")[0]
    if top not in sys.stdlib_module_names:
        return True  # libraries are the business of the import contracts
    return module in ALLOWED_PARTS[top] if top in ALLOWED_PARTS else top in ALLOWED


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CHECKOUT / "aggregator")))
def test_a_pure_module_touches_nothing(path: Path) -> None:
    assert list(offences(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "open('x')",
        "datetime.now(UTC)",
        "date.today()",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "import http.client",
        "import sys",
        "print(1)",
        "codecs.open(1)",
    ],
)
def test_what_touches_the_world_is_found(code: str) -> None:
    assert len(list(offences(ast.parse(code)))) == 1


def test_the_pure_modules_are_there() -> None:
    assert len(FILES) >= 40
