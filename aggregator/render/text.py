"""What characters, texts and URLs must be in a feed, whatever its format.

Cleaning has done this already; it is done again here, because here is the border: one character that XML
has no place for makes a whole feed unreadable.  Sanitises no HTML.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from html.entities import name2codepoint
from urllib.parse import quote

AMPERSAND, LESS_THAN = "\U0001fffe", "\U0001ffff"
"""Noncharacters that stand for ``&#x26;`` and ``&#x3C;`` until the XML is bytes: ``written`` puts those in."""

UNKNOWN_TYPE = "application/octet-stream"
"""RFC 2046, 4.5.1: RSS and JSON Feed ask for a type even where nobody knows it."""

_END_TAG = re.compile(r"</(?=\w)")
_REFERENCE = re.compile(r"&(#?\w+)")
_TAG = re.compile(r"<[/!?A-Za-z]")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)

# XML 1.0, 2.2; without the C1 controls, of which the W3C validator warns (BadCharacters), and the
# noncharacters, of which XML discourages the use and ``literal`` uses two.
_LEGAL = re.compile(
    "[\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
    + "]*"
)
_ILLEGAL = re.compile("[^" + _LEGAL.pattern[1:-1])

# The W3C validator's rfc2396_full (validators.py), which item links, guids and sources of RSS must match.
_URI = re.compile(r"[A-Za-z][0-9A-Za-z+.-]*:(?://)?[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]+")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_URI_SAFE = ";/?:@&=+$-_.!~*'(),#"


def legal(text: str) -> str:
    """Return ``text`` with nothing in it that XML cannot hold or the W3C validator warns of.

    U+FFFD, which stands for a letter that was lost on the way to us, becomes a question mark.
    """
    if _LEGAL.fullmatch(text):
        return text
    return _ILLEGAL.sub(lambda match: "?" if match[0] == "\ufffd" else "", text)


def trimmed(text: str) -> str:
    """Return ``text`` made legal, without blanks around it."""
    return legal(text).strip()


def uri(url: str) -> str:
    """Return ``url`` as a URI (RFC 3986): ASCII, everything else percent-encoded as UTF-8, the host as IDNA."""
    if _URI.fullmatch(url) and url.count("#") <= 1 and not _STRAY_PERCENT.search(url):
        return url
    url = _STRAY_PERCENT.sub("%25", legal(url).strip())
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)(.*)", url, re.DOTALL)
    scheme, authority, rest = match.groups() if match else ("", "", url)
    before, hash_, fragment = rest.partition("#")
    rest = quote(before, safe=_URI_SAFE + "%") + hash_ + quote(fragment, safe=_URI_SAFE.replace("#", "") + "%")
    return scheme + _host(authority) + rest


def _host(authority: str) -> str:
    if not authority.isascii():
        try:
            return authority.encode("idna").decode("ascii")
        except UnicodeError:
            pass  # no host name of the DNS: percent-encoded, as RFC 3986, 3.2.2 has it for other registries
    return quote(authority, safe=_URI_SAFE + "%[]")


def reads_as_markup(text: str) -> bool:
    """Return whether a plain text would be taken for markup: ``<b>``, ``&amp;`` or ``5&6`` written out.

    The rule is the W3C validator's ContainsUndeclaredHTML (validators.py, nonhtml), made a little stricter:
    a start tag counts too.
    """
    if "<" not in text and "&" not in text:
        return False
    return bool(_TAG.search(text)) or any(
        name in name2codepoint or name == "apos" or not name.isalpha() for name in _REFERENCE.findall(text)
    )


def escaped(text: str) -> str:
    """Return plain text as HTML."""
    return html.escape(text, quote=False)


def literal(text: str) -> str:
    """Return a text for a place that can hold nothing but plain text, to be serialised and then ``written``.

    The W3C validator takes ``&`` and ``<`` in such places for markup unless they are written as hexadecimal
    references, as the RSS Profile asks (rssboard.org/rss-profile, "Character Data").  An end tag
    it takes for one in any case: an invisible WORD JOINER in it says that it is none.
    """
    if "<" not in text and "&" not in text:
        return text
    return _END_TAG.sub("<\u2060/", text).replace("&", AMPERSAND).replace("<", LESS_THAN)


def title(text: str) -> str:
    """Return a text for an RSS title, which readers may take for plain text or for HTML.

    As ``literal``; but a text with end tags in it is given as HTML, because most readers take it for that.
    """
    if _END_TAG.search(text):
        return escaped(text).replace("&", AMPERSAND)
    return literal(text)


def escaping(markup: str) -> str | None:
    """Return how feedgen shall put HTML into XML: as CDATA, a quarter shorter than escaped, where that can hold it.

    A carriage return it cannot: outside of CDATA it is a reference, inside it would be read as a line feed.
    """
    return None if "]]>" in markup or "\r" in markup else "CDATA"


def written(xml: bytes) -> bytes:
    """Return serialised XML with the hexadecimal references that ``literal`` and ``title`` asked for."""
    if b"\xf0" not in xml:  # with which either mark begins: far quicker to find than the whole of it
        return xml
    return xml.replace(AMPERSAND.encode(), b"&#x26;").replace(LESS_THAN.encode(), b"&#x3C;")


def person(name: str) -> str:
    """Return an author's name without the mail address that some sources put behind it."""
    return " ".join(re.sub(r"<[^<>\s]+@[^<>\s]+>", " ", legal(name)).split())


def media_type(type_: str | None) -> str | None:
    """Return a media type as it is, None where it is not of the form that RFC 6838, 4.2 gives."""
    return type_ if type_ and _MEDIA_TYPE.fullmatch(type_) else None


def instant(moment: datetime) -> str:
    """Return an instant as RFC 3339 has it, in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
