"""The JSON Schema agrees with the models and with what is shipped."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from aggregator.config import endpoints, rules, values
from aggregator.config.schema import FILES, schema

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHIPPED = sorted((ROOT / "config").rglob("*.toml"))
MODELS = [
    model
    for module in (endpoints, values)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
]
VALIDATOR = Draft202012Validator(schema())
INTERNAL = {values.Article, values.Settings}
"""Made by ``load``, written in no file."""


def json_of(value: Any) -> Any:  # noqa: ANN401 - any value of TOML, as JSON has it
    if isinstance(value, dict):
        return {key: json_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [json_of(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def tables(node: object) -> list[dict[str, Any]]:
    """Return every table of a document, the document first."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [*([node] if isinstance(node, dict) else []), *(table for one in inner for table in tables(one))]


def valid(value: dict[str, Any]) -> bool:
    return VALIDATOR.is_valid(json_of(value))


def test_it_is_a_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_shipped_file_fulfils_it(file: Path) -> None:
    assert valid(tomllib.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_an_unknown_key_anywhere_breaks_it(file: Path) -> None:
    whole = tomllib.loads(file.read_text(encoding="utf-8"))
    found = tables(whole)
    assert len(found) > 2
    for node in found:
        node["colour"] = 1
        assert not valid(whole)
        del node["colour"]
    assert valid(whole)


FOR_LOAD_ALONE = (
    *("blank_title", "base_url_with_", "base_url_without_", "host_with_scheme", "timeout_of_nan"),
    *("duration_over_", "min_interval_over_", "max_interval_under_"),
    "no_site_table",  # and so it may be a sources.toml
)
"""Beginnings of the names of mistakes that a schema does not see."""


@pytest.mark.parametrize("case", sorted((HERE / "broken/aggregator").glob("*.toml")), ids=lambda case: case.stem)
def test_wrong_types_bounds_and_missing_keys_break_it(case: Path) -> None:
    assert valid(tomllib.loads(case.read_text(encoding="utf-8"))) is case.stem.startswith(FOR_LOAD_ALONE)


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model not in INTERNAL], ids=lambda model: model.__name__
)
def test_every_key_of_every_table_is_in_it_with_its_meaning(model: type[BaseModel]) -> None:
    table = schema()["$defs"][model.__name__]
    assert set(table["properties"]) == set(model.model_fields)
    assert table["additionalProperties"] is False
    assert set(table.get("required", [])) == {key for key, field in model.model_fields.items() if field.is_required()}
    assert table["description"]
    for key, rule in table["properties"].items():
        refers = "$ref" in rule or "$ref" in rule.get("items", {})
        assert refers or rule["description"], key


def test_it_has_no_null_and_no_default_that_differs() -> None:
    assert "null" not in repr(schema())
    for model in MODELS:
        for key, rule in schema()["$defs"].get(model.__name__, {}).get("properties", {}).items():
            if "default" in rule:
                written, real = rule["default"], model.model_fields[key].default
                if rule.get("pattern") == rules.DURATION:
                    assert rules._duration(written) == real
                else:
                    assert (tuple(written) if isinstance(written, list) else written) == real


def test_one_of_three_files_is_meant() -> None:
    assert [one["$ref"] for one in schema()["oneOf"]] == [f"#/$defs/{model.__name__}" for model in FILES.values()]
