"""Entries of a reference list: "Name: for ...", "Name - for ...", a bold name, a term and its meaning, a link.

And lines that are like a list without being marked up as one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.article.values import Block, Reference

LONGEST_NAME = 100
"""Characters.  A longer beginning is a sentence with a colon in it."""

_MOST_WORDS = 14
_URL = re.compile(r"<?\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]]>?", re.IGNORECASE)
_MARKER = re.compile(
    r"(?:[-*+\u2022\u2023\u25aa\u25cf\u25e6\u00b7\u2043]|[\u2013\u2014]|\(?\d{1,2}[.)]|\[\d{1,2}\])\s+(?=\S)"
)
_NAMED = re.compile(r"(?P<name>[^:]{2,100}?)\s*(?::(?!//)|\s[\u2013\u2014-]{1,2}(?=\s)|,(?=\s+for\s))\s*(?P<scope>.*)")
_EDGES = " \t:;,\u2013\u2014-"
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_BACK = re.compile("[\u21a9\ufe0e\u2191^]+$")
"""What leads from a note back into the text."""


def without_marker(line: str) -> str | None:
    """Return what stands behind a bullet or a number; None for a line that begins with neither."""
    match = _MARKER.match(line)
    return line[match.end() :] if match else None


def is_marked(line: str) -> bool:
    """Return whether a line begins with a bullet or a number."""
    return _MARKER.match(line) is not None


def reference(block: Block, *, listed: bool) -> Reference | None:
    """Return the reference that ``block`` is; None where it names nothing.

    ``listed``: it stands in a list, where a name alone, or a link with words around it, is an entry too.
    """
    links = tuple(dict.fromkeys([*(url for _, url in block.anchors if _leads_on(url)), *_written(block.text)]))
    text = _bare(block.text)
    if block.label and (name := _bare(block.label).strip(_EDGES)) and len(name) <= LONGEST_NAME:
        label, _, within = name.partition(": ")
        scope = text.removeprefix(_bare(block.label)).strip(_EDGES)
        return Reference(label, " ".join(filter(None, (within, scope))), links)
    if (match := _NAMED.fullmatch(text)) and _is_name(match["name"]):
        return Reference(match["name"].strip(_EDGES), match["scope"].strip(), links)
    named = next((words for words, url in block.anchors if _leads_on(url) and _bare(words)), None)
    if named and (listed or text == _bare(named)):
        name = _bare(named)[:LONGEST_NAME].strip(_EDGES)
        rest = text.replace(_bare(named), "", 1).strip(_EDGES)
        return Reference(name, rest, links) if name else None
    if listed:
        name = text.strip(_EDGES).rstrip(".") or next(filter(None, map(_host, links)), "")
        return Reference(name, "", links) if len(name) <= LONGEST_NAME and name and (links or _is_name(name)) else None
    return None


def is_for(entry: Reference) -> bool:
    """Return whether the entry says what its name is there for: what such lists are known by without a heading."""
    return entry.scope.casefold().startswith("for ")


def _written(text: str) -> list[str]:
    """Return the addresses that stand in the text itself."""
    return [match.strip("<>") for match in _URL.findall(text)]


def _host(link: str) -> str:
    """Return the host that a link leads to, as people write it; empty where there is none."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _bare(text: str) -> str:
    """Return the words without addresses and what was around them."""
    return " ".join(_BACK.sub("", _EMPTY_BRACKETS.sub("", _URL.sub("", text)).strip()).split())


def _leads_on(url: str) -> bool:
    """Whether a link leads to another page, by the web."""
    return url.startswith(("http://", "https://", "//", "/")) and len(url) > 1


def _is_name(text: str) -> bool:
    name = text.strip()
    words = name.split()
    return 0 < len(words) <= _MOST_WORDS and any(word[0].isalpha() and not word[0].islower() for word in words)
