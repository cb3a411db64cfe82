"""A title made of an address, where a source gives none: ``/2026/10/call-with-riga/`` says "Call with riga"."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_EXTENSION = re.compile(r"\.(?:[sx]?html?|aspx?|php\d?|jspx?|cfm)$", re.IGNORECASE)
_FOLDERS = frozenset({"index", "default", "home"})
"""File names that servers give a folder's own page: the folder's name is what says something."""
_BETWEEN = re.compile(r"[-_+~.,;:\s]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,}|(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}", re.IGNORECASE)
"""Numbers of a database and digests, which editors' words stand beside: nothing that people call a document by."""

_FEWEST = 2
"""Words.  One alone ("news", "about") is a section's name or says as little."""
_FEWEST_CHARACTERS = 4
"""Of a word in a script that may not part words, which then stands for several."""


def title_of(url: str) -> str | None:
    """Return the words of the last segment of the path of ``url``; None where that has fewer than two."""
    try:
        segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    except ValueError:  # such as an unclosed bracket around a host
        return None
    names = [_UUID.sub("", _EXTENSION.sub("", unquote(segment))) for segment in segments[-2:]]
    if names and names[-1].lower() in _FOLDERS:
        names.pop()
    words = [word for word in _BETWEEN.split(names[-1]) if word and not _NUMBER.fullmatch(word)] if names else []
    text = " ".join(words)
    if "\ufffd" in text or not text.isprintable():
        return None
    said = [word for word in words if any(map(str.isalpha, word))]
    whole = bool(said) and not said[0].isascii() and len(said[0]) >= _FEWEST_CHARACTERS
    return text[0].upper() + text[1:] if len(said) >= _FEWEST or whole else None
