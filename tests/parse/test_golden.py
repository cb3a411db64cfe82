"""Every case in ``tests/data/parse``: a document, and beside it what is read from it.

``<case>.expected.json`` holds ``endpoint`` (without it: a feed), ``headers``, and either ``error`` and ``message`` or
the document.  Only what is there is written down: no field that is absent, no base that is the document's own URL.  A
text of unknown kind is a string, another an object that names its kind.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from aggregator.config.endpoints import Endpoint
from aggregator.errors import ParseError
from aggregator.model import Document, Enclosure, Markup, RawItem, Response
from aggregator.parse import parse

DATA = Path(__file__).resolve().parent.parent / "data" / "parse"
CASES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))
URL = "https://source.example/feed"


def compact(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Markup):
        return value.value if value.kind == "unknown" else {value.kind: value.value}
    if isinstance(value, tuple):
        return [compact(part) for part in value]
    if isinstance(value, Document | RawItem | Enclosure):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {
            name: compact(part)
            for name, part in fields
            if part not in (None, (), frozenset()) and (name, part) != ("base", URL)
        }
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    expected = json.loads(case.with_name(f"{case.stem}.expected.json").read_text(encoding="utf-8"))
    settings = {"url": URL, **expected.pop("endpoint", {"kind": "feed"})}
    endpoint: Endpoint = TypeAdapter(Endpoint).validate_python(settings)
    response = Response(URL, 200, expected.pop("headers", {}), case.read_bytes())
    try:
        found = compact(parse(endpoint, response))
    except ParseError as error:
        found = {"error": type(error).__name__, "message": str(error)}
    assert found == expected


def test_each_expectation_has_its_document() -> None:
    expectations = {path.name.removesuffix(".expected.json") for path in DATA.glob("*.expected.json")}
    assert expectations == {path.stem for path in CASES}
