"""What a heading announces: takeaways, the reference list, the end of the article, something of the site's own.

Headings are written freely ("Annotations Featuring Links To Various Official References"), so words decide, not whole
headings.  A heading alone decides nothing: what stands below it must have the form.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["takeaways", "perhaps takeaways", "references", "perhaps references", "end", "aside"]

_TAKEAWAYS = r"take ?aways?|(key|main) points|tl dr|tldr|key (findings|facts|messages)"
_PERHAPS_TAKEAWAYS = (
    r"highlights|in (brief|short)|at a glance|the (short version|essentials|gist)|executive summary|(quick )?summary|"
    r"what (you need )?to know|(the )?bottom line|in a nutshell|points to remember"
)
_REFERENCES = (
    r"annotations?|annotated|references|bibliography|works cited|citations|further reading|"
    r"official (sources|links|references|websites)|sources cited"
)
_PERHAPS_REFERENCES = (
    r"sources?|links|resources|(foot|end)?notes|see also|more information|read(ing)? (more|on)|reading list|learn more|"
    r"where to (read|look|learn|find) (more|further|on)|authorities"
)
_QUALIFIERS = frozenset(
    {"a", "about", "additional", "all", "and", "article", "authoritative", "background", "external", "for", "from"}
    | {"further", "government", "important", "in", "information", "key", "list", "main", "more", "of", "official", "on"}
    | {"other", "our", "post", "primary", "public", "reading", "related", "selected", "story", "the", "this", "to"}
    | {"used", "useful", "where"}
)
"""Words that may stand beside a word that means a reference list only when it is the matter itself: "Sources" and "Our
primary sources" announce one, "Sources of tension" does not."""

_END = (
    r"leave a (reply|comment|response)|(post|add) a comment|join the (discussion|conversation)|cancel reply|"
    r"(\d+ |no )?comments?( \d+)?|(\d+|one) (responses?|thoughts?|replies|reply)( (to|on) .*)?|comments are closed|"
    r"you must be logged in to post a comment"
)
_ASIDE = (
    r"(share|sharing)( (this|on|via)( .*)?)?|like this|loading|related( (posts?|articles?|stories|news|content))?|"
    r"you (may|might) (also|be) .*|more (posts|stories|articles|news|from .*)|recent (posts|comments|articles)|"
    r"about the authors?|subscribe( .*)?|(sign up|stay informed|newsletter|follow us)( .*)?|post navigation|"
    r"(filed under|posted in|tags|tagged|categories|category)( .*)?|advertis(e)?ments?|table of contents|contents|"
    r"on this page|read next|up next|popular (posts|now)|discover more from .*"
)

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("end", re.compile(rf"^(?:{_END})$")),
    ("aside", re.compile(rf"^(?:{_ASIDE})$")),
    ("takeaways", re.compile(rf"\b(?:{_TAKEAWAYS})\b")),
    ("references", re.compile(rf"\b(?:{_REFERENCES})\b")),
    ("perhaps takeaways", re.compile(rf"^(?:{_PERHAPS_TAKEAWAYS})\b|\b(?:{_PERHAPS_TAKEAWAYS})$")),
)
"""The first that fits counts."""
_NAMES_A_LIST = re.compile(rf"\b(?:{_PERHAPS_REFERENCES})\b")


def kind_of(heading: str) -> Kind | None:
    """Return what ``heading`` announces; None for a section of the article like any other."""
    words = re.sub(r"[\W_]+", " ", heading.casefold()).strip()
    for kind, pattern in _KINDS:
        if pattern.search(words):
            return kind
    rest = _NAMES_A_LIST.sub(" ", words)
    return "perhaps references" if rest != words and _QUALIFIERS.issuperset(rest.split()) else None
