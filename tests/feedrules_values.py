"""Rules for the single values in a feed: URIs, dates, languages, media types, plain text.  See ``feedrules``.

Every function returns findings: what is wrong, in words; nothing when all is well.
"""

from __future__ import annotations

import locale
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.entities import name2codepoint
from urllib.parse import quote, unquote_to_bytes, urlsplit

from tests.feedrules_html import ELEMENTS

# W3C validator, validators.py: rfc2396_full, urn, uuid and tag.
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]+")
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:([a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+", re.IGNORECASE)
TAG = re.compile(r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]*")
HTTP = re.compile(r"https?://[^/?#\s]+(/|$)", re.IGNORECASE)
MEDIA_TYPE = re.compile(r"""[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+(\s*;\s*[^\s=;]+=[^\s;]+)*""")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d(:\d\d)? (GMT|[+-]\d{4})"
)
LANGUAGES = frozenset(match[0] for name in locale.locale_alias if (match := re.match(r"[a-z]{2,3}(?![a-z])", name)))
"""The languages that the C library knows: of another origin than the program's own table."""
UNRESERVED = "-._~"
PORTS = {"http": ":80", "https": ":443", "ftp": ":21"}


def uri(value: str) -> Iterator[str]:
    """Check an absolute URI (RFC 3986): ASCII, no blanks, of the form its scheme asks for."""
    scheme = value.partition(":")[0].lower()
    rule = {"urn": URN, "tag": TAG}.get(scheme, URI)
    if not rule.fullmatch(value) or value.count("#") > 1 or re.search("%(?![0-9A-Fa-f]{2})", value):
        yield f"no absolute URI: {value!r}"
    elif (value.lower().startswith("urn:uuid:") and not UUID.fullmatch(value)) or (
        scheme in PORTS and not re.match(r"\w+://[^/]", value)
    ):
        yield f"invalid URI: {value!r}"


def web_address(value: str) -> Iterator[str]:
    """Check a URI of the web, as JSON Feed and enclosures need it."""
    yield from uri(value)
    if not HTTP.match(value):
        yield f"no http(s) URL: {value!r}"


def canonical_uri(value: str) -> Iterator[str]:
    """Check that an id is in the canonical form that RFC 4287, 4.2.6.1 recommends."""
    problems = list(uri(value))
    yield from problems
    if not problems and (better := _canonical(value)) != value:
        yield f"id not in canonical form: {value!r}, that is {better!r}"


def _canonical(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    scheme = scheme.lower()
    if not rest.startswith("//"):
        return scheme + colon + _octets(rest)
    parts = urlsplit(value)
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(PORTS.get(scheme, ":")).removesuffix(":")
    user = parts.netloc.rpartition("@")[0]
    path = _octets(_without_dots(parts.path)) or ("/" if scheme in PORTS else "")
    tail = rest[2:].removeprefix(parts.netloc).removeprefix(parts.path)
    return f"{scheme}://{user + '@' if user else ''}{host}{path}{_octets(tail)}"


def _octets(part: str) -> str:
    """Return ``part`` with what needs no percent-encoding decoded, and the rest of it in upper case."""

    def one(match: re.Match[str]) -> str:
        return quote(unquote_to_bytes(match[0]), safe=UNRESERVED)

    return re.sub("%[0-9A-Fa-f]{2}", one, part)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for index, segment in enumerate(segments):
        if segment == "..":
            del kept[1:][-1:]
        if segment in {".", ".."}:
            if index == len(segments) - 1:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)


def rfc_3339(value: str) -> Iterator[str]:
    """Check a date of Atom or JSON Feed: with a zone, real, and likely."""
    try:
        moment = datetime.fromisoformat(value) if RFC_3339.fullmatch(value) else None
    except ValueError:
        moment = None
    if moment is None:
        yield f"no RFC 3339 date with a zone: {value!r}"
    else:
        yield from _likely(moment)


def rfc_822(value: str) -> Iterator[str]:
    """Check a date of RSS: English names, the right weekday, four digits of year, GMT or an offset."""
    try:
        moment = parsedate_to_datetime(value) if RFC_822.fullmatch(value) else None
    except ValueError:
        moment = None
    if moment is None:
        yield f"no RFC 822 date with GMT or an offset: {value!r}"
        return
    if value[:3] != ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]:
        yield f"wrong weekday: {value!r}"
    yield from _likely(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _likely(moment: datetime) -> Iterator[str]:
    if moment.year < 1990:
        yield f"date before 1990: {moment}"
    elif moment > datetime.now(UTC) + timedelta(days=1):
        yield f"date over a day ahead: {moment}"


def language(value: str) -> Iterator[str]:
    """Check a language tag by its first part."""
    if value.partition("-")[0].lower() not in LANGUAGES or not re.fullmatch(r"[A-Za-z]+(-[A-Za-z0-9]+)*", value):
        yield f"unknown language: {value!r}"


def media_type(value: str) -> Iterator[str]:
    """Check the form of a media type."""
    if not MEDIA_TYPE.fullmatch(value):
        yield f"invalid media type: {value!r}"


def length(value: str) -> Iterator[str]:
    """Check a number of octets."""
    if not re.fullmatch(r"\d+", value):
        yield f"invalid length: {value!r}"


def characters(value: str) -> Iterator[str]:
    """Check for characters that no text should hold (W3C validator, BadCharacters)."""
    if found := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd-\uffff]", value):
        yield f"control or replacement character: {found[0]!r}"


def plain(value: str, *, hexed: bool) -> Iterator[str]:
    """Check a text that must be plain (W3C validator, nonhtml).

    ``hexed``: a hexadecimal reference stands where the text is written, which says that the writer knows.
    """
    names = [name for name in re.findall(r"</(\w+)>", value) if name.lower() in ELEMENTS]
    if names:
        yield f"markup in plain text: </{names[0]}>"
        return
    for name in [] if hexed else re.findall(r"&(#?\w+)", value):
        if name in name2codepoint or name == "apos" or not name.isalpha():
            yield f"entity written out in plain text: &{name}"


def no_mail(value: str) -> Iterator[str]:
    """Check that a name carries no mail address."""
    if re.search(r"<[^<>\s]+@[^<>\s]+>", value):
        yield f"mail address in a name: {value!r}"
