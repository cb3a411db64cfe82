"""JSON text to values, and values to the texts an item is made of."""

from __future__ import annotations

import json
import math

from aggregator.errors import NotADocument
from aggregator.parse.encoding import scrub
from aggregator.parse.recognise import misfit, shorten


def load(text: str, expected: str) -> object:
    """Return the value of a JSON text (RFC 8259).  Raises ``NotADocument``, naming what was ``expected``."""
    text = text.lstrip("\ufeff").strip(" \t\r\n")
    if not text.startswith(("{", "[")):
        raise misfit(text, expected)
    try:
        return json.loads(text)
    except RecursionError:
        msg = f"JSON that is nested too deeply where {expected} was expected"
        raise NotADocument(msg) from None
    except json.JSONDecodeError as error:
        place = "breaks off" if error.pos >= len(text) or error.msg.startswith("Unterminated") else "does not parse"
        msg = (
            f"JSON that {place} where {expected} was expected (line {error.lineno}, column {error.colno}: {error.msg})"
        )
        raise NotADocument(msg) from None
    except ValueError as error:  # a number of thousands of digits
        msg = f"JSON that does not parse where {expected} was expected ({shorten(str(error))})"
        raise NotADocument(msg) from None


def text_of(value: object) -> str | None:
    """Return a value as text: strings without blanks at their ends, numbers by their digits, lists joined by blanks.

    None for what says nothing or is no text: null, "", true and false, objects.  A Unix time stays its digits.
    """
    if isinstance(value, str):
        return scrub(value).strip(" \t\r\n") or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() else repr(value)) if math.isfinite(value) else None
    if isinstance(value, list):
        return " ".join(text for part in value if not isinstance(part, list) and (text := text_of(part))) or None
    return None
