"""Why a page that people see a list on holds none: the list is filled in by a script, after the page has come."""

from __future__ import annotations

import re

_SCRIPT = re.compile(r"<script\b[^>]*>.*?(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"<(style|template|svg|noscript)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL
)
_LITTLE = 400
"""Characters of text that a page without any content has for its menus."""

_MARKS = (
    (re.compile(r"\bloadWebPart\b|data-sp-webpart", re.IGNORECASE), "SharePoint web parts"),
    (re.compile(r'id="__NEXT_DATA__"|/_next/static/'), "Next.js"),
    (re.compile(r'window\.__NUXT__|id="__nuxt"'), "Nuxt"),
    (re.compile(r"<app-root\b|\bng-version="), "Angular"),
    (re.compile(r'<div[^>]+id="(?:root|app)"[^>]*>\s*</div>', re.IGNORECASE), "a script that builds the page"),
    (re.compile(r"\bdata-reactroot|react(?:-dom)?[.\w-]*\.js", re.IGNORECASE), "React"),
    (re.compile(r"vue(?:\.runtime)?(?:\.global)?(?:\.prod)?(?:\.min)?\.js|\bv-for=", re.IGNORECASE), "Vue"),
)
"""What programs leave in the pages that they fill in the reader's browser."""
_WANTS = re.compile(
    r"(?:enable|turn on|activate|requires?|need|without|have) (?:your )?javascript"
    r"|javascript (?:is|to be) (?:enabled|disabled|required|turned)",
    re.IGNORECASE,
)


def filled_by(text: str) -> str | None:
    """Return what fills the page ``text`` with its list later, in words; None where nothing tells of such a script."""
    named = next((name for mark, name in _MARKS if mark.search(text)), None)
    if named:
        return named
    if _WANTS.search(text):
        return "JavaScript, which the page asks for"
    seen = len(" ".join(_UNSEEN.sub(" ", _SCRIPT.sub(" ", text)).split()))
    return "a script" if seen < _LITTLE and _SCRIPT.search(text) else None
