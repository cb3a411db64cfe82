"""Articles read: title, date, sections, takeaways and reference list of a page, of Markdown or of plain text.

Pure, and below the configuration, which reads an article's ``text`` with it: one reader for what is imported and for
what passages are quoted from.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aggregator.article.values import ArticleText, Form, Head, Reference, Section

__all__ = ["ArticleText", "Form", "Head", "Reference", "Section", "form_of", "read"]

ENDINGS: dict[Form, tuple[str, ...]] = {
    "html": (".html", ".htm", ".xhtml"),
    "markdown": (".md", ".markdown", ".mdown"),
    "text": (".txt", ".text"),
}
"""How the names of files end; the first is what is written."""

_TYPES: dict[str, Form] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
_HTML = re.compile(
    r"\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype|html|head|body|article|div|p|h[1-6]|section|main)\b",
    re.IGNORECASE | re.DOTALL,
)
"""The comments before it are passed at once (``?>``): tried in every division, some thirty would take hours."""


def form_of(text: str, name: str = "", content_type: str = "") -> Form:
    """Return the form of a document: by its content type, else by how its name ends, else by how it begins."""
    if form := _TYPES.get(content_type.partition(";")[0].strip().lower()):
        return form
    for candidate, endings in ENDINGS.items():
        if name.lower().endswith(endings):
            return candidate
    if _HTML.match(text):
        return "html"
    return "markdown" if re.search(r"^(?:#{1,6} \S|---\s*$|\+\+\+\s*$)|\]\(https?://", text, re.MULTILINE) else "text"


def read(text: str, form: Form, title: str | None = None) -> ArticleText:
    """Read an article.

    ``title``, where it is known already, is looked for in the text and taken from it; else the text is searched for
    one.
    Raises ``NotADocument`` for a page that would take minutes to read, or that is none.
    """
    from aggregator.article.structure import structured  # noqa: PLC0415 - every run imports this package with the configuration

    if form == "text":
        from aggregator.article import text as plain  # noqa: PLC0415 - as above

        return structured(plain.blocks(text), Head(title))
    from aggregator.article import html  # noqa: PLC0415 - brings bs4 and lxml

    if form == "html":
        head, blocks = html.read(text)
        return structured(blocks, replace(head, title=title or head.title))
    from aggregator.article import markdown  # noqa: PLC0415 - brings markdown-it

    head, rest = markdown.split(text)
    _, blocks = html.read(markdown.to_html(rest), whole=True)
    return structured(blocks, replace(head, title=title or head.title))
