"""Bytes to text, where what is declared and what is true differ.

Order of trust: a byte order mark; bytes that are valid UTF-8 (no other encoding produces those by accident in a text of
any length); the charset of the Content-Type header (RFC 7303, 3); the document's own declaration; UTF-8, byte for byte
mended by windows-1252.  A header that says ISO-8859-1 comes after the document's own word: servers add it by default.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What a label means in practice: https://encoding.spec.whatwg.org/#names-and-labels"""

_BYTE_CHARSETS = re.compile(r"iso|cp\d|koi8|mac-|gb|big5|euc|johab|hz|tis|kz1048|ptcp154")
"""Codecs a document may name.  Left out: the wide ones, which a mark or zero bytes give away, and Python's own
(``punycode``, ``unicode_escape``), which are no charsets."""

_SEVEN_BIT = re.compile(r"iso2022|hz")
"""These look like ASCII, so that valid UTF-8 says nothing against them."""

_DECLARATIONS = (
    re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE),
    re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str = "") -> str:
    """Return ``body`` as text, without its byte order mark.  Never fails: what no encoding explains becomes U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide(body[:64]):
        return body.decode(wide, "replace")
    labels = _labels(body[:_HEAD], content_type)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _decode_as(body, labels)
    if body.isascii() and (escaped := next((label for label in labels if _SEVEN_BIT.match(label)), None)):
        return body.decode(escaped, "replace")
    return text


def scrub(text: str) -> str:
    """Remove the characters that no XML document may hold (XML 1.0, 2.2); vertical tab and form feed leave a blank."""
    return _ILLEGAL.sub(lambda match: " " if match[0] in "\x0b\x0c" else "", text)


def _wide(head: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 without a mark by where the zero bytes of its ASCII lie (XML 1.0, appendix F)."""
    if b"\0" not in head:
        return None
    if head.startswith(b"\0\0\0"):
        return "utf-32-be"
    if head[1:4] == b"\0\0\0":
        return "utf-32-le"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _labels(head: bytes, content_type: str) -> list[str]:
    """Return the codecs that are declared, the most trusted first."""
    header = [match[1] for match in (_HEADER.search(content_type),) if match]
    inner = [match[1].decode() for match in (pattern.search(head) for pattern in _DECLARATIONS) if match]
    labels = []
    for label in (*header, *inner):
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        name = _SUPERSETS.get(name, name)
        if _BYTE_CHARSETS.match(name):
            labels.append(name)
    return sorted(dict.fromkeys(labels), key=lambda name: name == "cp1252")


def _decode_as(body: bytes, labels: list[str]) -> str:
    for label in labels:
        try:
            return body.decode(label)
        except UnicodeDecodeError:
            continue
    return body.decode(labels[0], "replace") if labels else body.decode(errors=_MEND)


def _mend(error: UnicodeError) -> tuple[str, int]:
    """Read what is not UTF-8 as windows-1252: the usual stray byte, and the whole of a mislabelled document."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_MEND = "aggregator.windows-1252"
codecs.register_error(_MEND, _mend)
