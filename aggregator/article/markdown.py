"""Markdown (CommonMark with tables) to HTML, and the front matter that static site generators put before it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from markdown_it import MarkdownIt

from aggregator.article.values import Head

_FENCED = re.compile(r"\A(---|\+\+\+)[ \t]*\r?\n(.*?)^\1[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_SCALAR = re.compile(r"(?P<key>[A-Za-z_][\w-]*)\s*:\s*(?P<value>.*)")
_URLS = ("canonicalurl", "canonical_url", "canonical", "url")
_DATES = ("date", "published", "publishdate", "pubdate", "published_at", "datepublished")
_SUMMARIES = ("summary", "excerpt")
_DESCRIPTIONS = ("description", "lead", "abstract")
_SUBTITLES = ("subtitle", "standfirst", "dek")


def split(text: str) -> tuple[Head, str]:
    """Return what the front matter says, and the Markdown after it.

    Of YAML (``---``) only keys at the left margin with a text or a date are read, of TOML (``+++``) likewise: nothing
    else of a front matter is of interest.
    """
    text = text.removeprefix("\ufeff")
    fenced = _FENCED.match(text)
    if not fenced:
        return Head(), text
    told = _toml(fenced[2]) if fenced[1] == "+++" else _yaml(fenced[2])

    def first(*keys: str) -> str | None:
        return next((told[key] for key in keys if told.get(key)), None)

    url = next((told[key] for key in _URLS if told.get(key, "").startswith(("http://", "https://"))), None)
    head = Head(
        title=first("title"),
        subtitle=first(*_SUBTITLES),
        description=first(*_DESCRIPTIONS),
        summary=first(*_SUMMARIES),
        url=url,
        dates=tuple(told[key] for key in _DATES if told.get(key)),
    )
    return head, text[fenced.end() :]


def to_html(text: str) -> str:
    """Return the HTML that ``text`` means."""
    return str(MarkdownIt("commonmark").enable("table").render(text))


def _toml(text: str) -> Mapping[str, str]:
    try:
        read = tomllib.loads(text)
    except ValueError:
        return {}
    return {key.lower(): str(value) for key, value in read.items() if not isinstance(value, dict | list | bool)}


def _yaml(text: str) -> Mapping[str, str]:
    """Read ``key: value`` at the left margin: plain, quoted, or folded over further lines (YAML 1.2, 7.3 and 8.1)."""
    told: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if match := _SCALAR.fullmatch(line.rstrip()):
            key = match["key"].lower()
            told[key] = [match["value"]]
        elif key and line[:1].isspace() and not line.lstrip().startswith(("- ", "#")):
            told[key].append(line.strip())
    return {key: value for key, lines in told.items() if (value := _scalar(lines))}


def _scalar(lines: list[str]) -> str:
    first, rest = lines[0].strip(), [line for line in lines[1:] if line]
    if re.fullmatch(r"[|>][+-]?\d?", first):
        return " ".join(rest)
    value = " ".join(filter(None, [first, *rest]))
    for quote in "\"'":
        if value.startswith(quote) and (end := value.rfind(quote)) > 0:
            return value[1:end].replace("''", "'") if quote == "'" else re.sub(r"\\(.)", r"\1", value[1:end])
    return "" if value[:1] in "[{&*!" else re.sub(r"\s+#.*", "", value)
