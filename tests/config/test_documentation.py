"""docs/configuration.md and the models say the same: no key undocumented, none documented that is not there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from aggregator.config.load import load
from aggregator.config.schema import schema

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "[site]": "SiteSettings",
    "[store]": "StoreSettings",
    "[publish]": "PublishSettings",
    "[fetch]": "FetchSettings",
    "[schedule]": "ScheduleSettings",
    "[link]": "LinkSettings",
    "[retention]": "RetentionSettings",
    "[serve]": "ServeSettings",
    "[[source]]": "Source",
    '[[source.endpoint]] kind = "feed"': "FeedEndpoint",
    '[[source.endpoint]] kind = "json"': "JsonEndpoint",
    '[[source.endpoint]] kind = "page"': "PageEndpoint",
    '[[source.endpoint]] kind = "sitemap"': "SitemapEndpoint",
    "A field of a page as a table": "PageField",
    "A field of a JSON answer as a table": "JsonField",
    "article": "ArticleFile",
    "[[annotation]]": "Annotation",
}
FILES = {"AggregatorFile", "SourcesFile"}
"""Their keys are the tables themselves."""


def documented() -> dict[str, dict[str, list[str]]]:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    sections = re.split(r"(?m)^## (.+)$", text)[1:]
    return {
        heading: {
            row[1]: [cell.strip() for cell in row[2].split("|")]
            for row in re.finditer(r"(?m)^\| `([a-z_]+)` \|(.+)\|$", body)
        }
        for heading, body in zip(sections[::2], sections[1::2], strict=True)
        if heading != "Types"
    }


def keys(model: str) -> dict[str, Any]:
    """Return the keys of one table that are values, not tables below it."""
    table = schema()["$defs"][model]["properties"]
    return {key: rule for key, rule in table.items() if not {"$ref", "oneOf"} & {*rule, *rule.get("items", {})}}


def test_every_table_has_its_section() -> None:
    assert set(documented()) == set(TABLES)
    assert set(TABLES.values()) | FILES == set(schema()["$defs"])


@pytest.mark.parametrize(("heading", "model"), TABLES.items())
def test_every_key_is_documented_and_no_other(heading: str, model: str) -> None:
    assert list(documented()[heading]) == list(keys(model))


@pytest.mark.parametrize(("heading", "model"), TABLES.items())
def test_defaults_and_what_is_required_are_as_documented(heading: str, model: str) -> None:
    required = schema()["$defs"][model].get("required", [])
    for key, (_, default, meaning) in documented()[heading].items():
        rule = keys(model)[key]
        assert meaning.endswith("."), key
        if key in required:
            assert default == "required", key
        elif "default" in rule:
            assert tomllib.loads(f"x = {default.strip('`')}")["x"] == rule["default"], key
        else:
            assert default == "", key


def test_the_sources_document_has_a_section_for_each_shipped_source_and_names_its_endpoints() -> None:
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    for source in load(ROOT / "config/aggregator.toml").sources:
        section = text.split(f"## {source.id}: {source.title}\n")[1].split("\n## ")[0]
        rows = re.findall(r"(?m)^\| `(.+?)` \| (\w+) \|", section)
        assert [kind for _, kind in rows] == [endpoint.kind for endpoint in source.endpoint]
        for (shown, _), endpoint in zip(rows, source.endpoint, strict=True):
            assert re.fullmatch(".*".join(map(re.escape, shown.split("…"))), endpoint.url)
