"""The configuration as JSON Schema (draft 2020-12), for editors that check and complete TOML.

It says what a schema can say: keys, types, choices, bounds.  That a selector parses, that an id is unique and that a
source exists is for ``load``.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core.core_schema import CoreSchema, NullableSchema, WithDefaultSchema

from aggregator.config import endpoints, values
from aggregator.config.values import AggregatorFile, ArticleFile, SourcesFile

FILES: Mapping[str, type[BaseModel]] = {
    "config/aggregator.toml": AggregatorFile,
    "config/sources.toml": SourcesFile,
    "config/articles/*.toml": ArticleFile,
}


def schema() -> dict[str, Any]:
    """Return one JSON Schema that each of the configuration's files fulfils, dates as their ISO text."""
    _, written = models_json_schema([(model, "validation") for model in FILES.values()], schema_generator=_Plain)
    definitions = written["$defs"]
    for name, comments in _comments().items():
        for key, comment in comments.items():
            if name in definitions:
                definitions[name]["properties"][key]["description"] = comment
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of aggregator",
        "description": "One of: " + ", ".join(FILES),
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in FILES.values()],
        "$defs": definitions,
    }


class _Plain(GenerateJsonSchema):
    """TOML has no null: a key that may be left out is left out.  A table's defaults stand at its keys."""

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        plain = schema.get("default") is None or isinstance(schema["default"], BaseModel)
        return self.generate_inner(schema["schema"]) if plain else super().default_schema(schema)

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        del schema
        return False


def _comments() -> dict[str, dict[str, str]]:
    """Return what stands below each key in the sources of the models, by model and key.

    pydantic can do this itself (``use_attribute_docstrings``), at every start of the program and for 40 ms.
    """
    found: dict[str, dict[str, str]] = {}
    for model in (one for module in (endpoints, values) for one in ast.parse(inspect.getsource(module)).body):
        if isinstance(model, ast.ClassDef):
            for line, after in zip(model.body, model.body[1:], strict=False):
                match line, after:
                    case ast.AnnAssign(target=ast.Name(id=key)), ast.Expr(value=ast.Constant(value=str(comment))):
                        found.setdefault(model.name, {})[key] = inspect.cleandoc(comment).replace("``", "`")
    return found
