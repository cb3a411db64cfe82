"""Says in a few words what a body is, for the sentence that an operator reads when it is not what was declared."""

from __future__ import annotations

import html
import json
import re

from aggregator.errors import NotADocument

_SHORT = 80
_KEYS = 5
_HTML = re.compile(r"<!doctype\s+html\b|<html\b|<head\b|<body\b", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(
    r"a|article|aside|b|base|blockquote|br|center|div|dl|em|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img|link"
    r"|main|meta|nav|noscript|ol|p|pre|script|section|small|span|strong|style|table|template|title|ul",
    re.IGNORECASE,
)
"""With which a page begins that leaves out the tags of html, head and body, as it may
(https://html.spec.whatwg.org/multipage/syntax.html#optional-tags)."""
_PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))
"""What may stand before the root element (XML 1.0, 2.8): how each begins, the longer first, and how it ends."""
_ROOT_NAME = re.compile(r"<([A-Za-z_][\w:.-]*)")
_BLANKS = re.compile(r"\s*")
_HEAD = 20_000
"""Characters looked at: a page that does not show what it is by then has no title either."""

_MAGIC = (
    ("%PDF", "a PDF file"),
    ("PK\x03\x04", "a ZIP archive"),
    ("GIF8", "a GIF image"),
    ("\ufffdPNG", "a PNG image"),
    ("‰PNG", "a PNG image"),
    ("\x1f", "compressed data"),
)


def misfit(text: str, expected: str) -> NotADocument:
    """Return the error that names what ``text`` is where ``expected`` ("a feed", "JSON") was."""
    return NotADocument(f"{describe(text)} where {expected} was expected")


def is_markup(text: str) -> bool:
    """Tell whether ``text`` may be read as HTML at all."""
    start = _start(text)
    return start.startswith("<") or (not start.startswith(("{", "[", "%PDF")) and bool(_HTML.search(start)))


def is_page(text: str) -> bool:
    """Tell whether ``text`` is an HTML page, or looks like one more than like anything else."""
    start = _start(text)
    if _HTML.search(start):
        return True
    return not start.startswith("<?xml") and bool(_ELEMENT.fullmatch(_root_name(start) or ""))


def describe(text: str) -> str:
    """Name what ``text`` is: kind, and title, keys or first words."""
    start = _start(text)
    magic = next((name for first, name in _MAGIC if start.startswith(first)), None)
    if magic or not start:
        return magic or "an empty body"
    if start[0] in "{[":
        return _describe_json(text)
    if is_page(start):
        return _describe_html(start)
    if root := _root_name(start):
        return f"an XML document <{shorten(root)}>"
    unreadable = start.count("\ufffd") + start.count("\0")
    return "binary data" if unreadable > len(start) // 20 else f"text that begins '{shorten(start)}'"


def _start(text: str) -> str:
    return text[:_HEAD].strip("\ufeff \t\r\n")


def _root_name(start: str) -> str | None:
    """Return the name of the first element, where nothing but a prolog stands before it.

    By search: a pattern for the whole prolog can read one piece in several ways, and tries them all.
    """
    position = 0
    while blanks := _BLANKS.match(start, position):
        position = blanks.end()
        end = next((close for begin, close in _PROLOG if start.startswith(begin, position)), None)
        if end is None:
            break
        position = start.find(end, position) + len(end)
        if position < len(end):
            return None
    root = _ROOT_NAME.match(start, position)
    return root[1] if root else None


def shorten(text: str) -> str:
    """Return ``text`` on one line, at most 80 characters, all of them printable.

    It goes to terminals, which obey control characters.
    """
    line = " ".join("".join(character if character.isprintable() else " " for character in text[:_HEAD]).split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1].rstrip() + "…"


def _describe_html(start: str) -> str:
    title = _TITLE.search(start)
    if title and (words := shorten(html.unescape(title[1]))):
        return f"an HTML page titled '{words}'"
    if words := shorten(html.unescape(_UNSEEN.sub(" ", start))):
        return f"an HTML page without a title that begins '{words}'"
    return "an HTML page without a title or any text"


def _describe_json(text: str) -> str:
    try:
        value = json.loads(text.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):  # the latter from nesting beyond the interpreter's stack
        return f"text that begins '{shorten(text[:_HEAD])}'"
    if not isinstance(value, dict):
        return "a JSON list"
    keys = ", ".join(shorten(key) for key in list(value)[:_KEYS]) or "none"
    message = next((value[key] for key in ("message", "error", "detail") if isinstance(value.get(key), str)), None)
    return f"a JSON object with the keys {keys}" + (f" ('{shorten(message)}')" if message else "")
