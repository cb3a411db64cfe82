"""Start tags with too many attributes: cut before the parser, whose time grows with their square, sees them.

Works on text, because the tree is what is to be spared.  What the attributes mean is ``html``'s to decide.
"""

from __future__ import annotations

import re

LONG = 2_000
"""Characters of a start tag that is looked at.  Images with all their sizes come near."""

MOST = 50
"""Attributes kept of a long tag: the first ones.  Elements have some dozens, and a parser keeps the first of a name."""

_TAG = re.compile(
    rf"""<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b[^>]{{0,{LONG}}}+>.*?(?:</(?P=raw)|\Z)"""
    r"""|(?P<start><[a-z][^\s=/>]*+)(?P<rest>(?:[^=>]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?)*+)""",
    re.IGNORECASE | re.DOTALL,
)
"""A comment, a script or style, else a start tag.  Each ends, whatever follows, so that no text is read twice."""

_ATTRIBUTE = re.compile(r"""[^\s=/>]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]++)?)?""")


def fewer(html: str) -> str:
    """Return ``html`` with the first ``MOST`` attributes only in each tag that is longer than ``LONG`` characters."""
    return _TAG.sub(_cut, html) if len(html) > LONG else html


def _cut(tag: re.Match[str]) -> str:
    if not tag["start"] or len(tag[0]) <= LONG:
        return tag[0]
    attributes = [attribute[0] for _, attribute in zip(range(MOST), _ATTRIBUTE.finditer(tag["rest"]), strict=False)]
    return " ".join((tag["start"], *attributes))
