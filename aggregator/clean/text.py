"""Plain text: titles, names and summaries, from whatever a source wrote them in.

Text is text: what comes out holds no markup, and a ``<`` in it means itself.  Bodies are ``html``'s.
"""

from __future__ import annotations

import html
import re
from typing import Literal
from unicodedata import combining, normalize

from aggregator.model import Markup

LONGEST_TITLE = 500
"""Characters.  The longest official titles (lists of treaties and co-signers) have about 400."""

LONGEST_NAME = 200
"""Characters of an author's or a category's name."""

LONGEST_SUMMARY = 500
"""Characters.  About a paragraph: what a reader needs to decide, and short enough to quote where a source
keeps the rights to its texts (UN, NATO)."""

MOST_MARKS = 30
"""Combining marks in a row (UAX #15, 13, Stream-Safe Text Format).  To put them in order takes time that grows with
the square of their number; no script uses more than a handful."""

_MARK_RUN = re.compile(
    "[^\t-~\u00a0-\u02ff\u0370-\u0482\u048a-\u0590\u0620-\u064a\u1e00-\u20cf\u3041-\u3098\u30a0-\ua66e\uac00-\ud7ff]"
    "{31,}",
)
"""Where more of them than that may stand: the ranges left out hold none."""

_WORTH_READING = 8_000
"""Characters of a raw one-line text that are looked at: markup included, no title has more."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
"""What XML 1.0 does not allow (2.2, Char), DEL, noncharacters, and U+FFFD, which stands for a lost character."""

_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
"""Control characters that are really Windows-1252 read as Latin-1 (HTML, 13.2.5.80, makes the same repair)."""
_HAS_C1 = re.compile("[\x80-\x9f]")

_USUAL = re.compile(
    "[\t\n\r -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u058f\u2010-\u2029\u2030-\u205e\u20a0-\u20bf\u2100-\u218f]*",
)
"""Text with nothing illegal or unseen in it: most of it, told quickly."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]",
)
"""Characters that show nothing: soft hyphens, zero-width ones, directions, object replacement, tags."""

_JOINED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0e80-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
"""Scripts that write a word differently with a (non-)joiner in it, and pictographs that joiners compose."""

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]",
)
_MARKS = frozenset("\u200e\u200f\u061c")

_KNOWN = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote br button caption center cite code col "
    "colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 "
    "header hr i iframe img input ins kbd label legend li link main mark meta nav noscript object ol option p "
    "param picture pre q rp rt ruby s samp script section select small source span strike strong style sub summary "
    "sup svg table tbody td template textarea tfoot th thead time title tr tt u ul var video wbr"
)
_PHRASES = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q rt ruby s samp small span strike strong "
    "sub sup time tt u var wbr"
)
_INLINE = frozenset(_PHRASES.split())
_MARKUP = re.compile(
    rf"<!--|-->|<(?P<end>/?)(?P<name>{'|'.join(sorted(_KNOWN.split(), key=len, reverse=True))})(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_SILENT = frozenset({"script", "style", "s", "del", "strike", "<!--"})
"""What holds no text: scripts, comments, and struck words, which an authority no longer says."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_CLOSING = "['\")\\]\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]"
_SENTENCE_END = re.compile(rf"[.!?](?<=[^\W\d_]{{3}}.){_CLOSING}*(?=\s)")
"""A full stop after at least three letters: not the one of "Mr." or "U.S."."""

_EXCERPT_MARK = re.compile(
    r"(?<!\s)\s*(?:\[|&#0*91;)\s?(?:…|\.\.\.|&#8230;|&#x2026;|&hellip;)\s?(?:\]|&#0*93;)(?P<rest>\s*(?:</?\w+[^<>]*>\s*)*)$",
    re.IGNORECASE,
)
"""How WordPress marks that an excerpt was cut (wp_trim_excerpt).  Elsewhere than at the end it is the author's."""
_MARK_REACH = 200

_COMMON_MARKS = "\u00a0\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u2011"
"""Without these most English texts are ASCII, which is folded ten times faster."""
_LOWER = bytes(range(128)).lower() + bytes(range(128, 256))
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_ASCII_WORDLESS = bytes(code for code in range(128) if not chr(code).isalnum())
_WORDLESS = re.compile("[^\\w\u0900-\u0963\u0970-\u0dff\u0e00-\u0eff\u0f71-\u0fbc\u1000-\u1049\u1780-\u17d3]+|_+")
r"""All but letters and digits; ``\w`` misses the vowel signs of Indic and South-East Asian scripts."""

_PARAGRAPH_TAG = re.compile(r"</?p\b[^<>]*>?", re.IGNORECASE)
_FOOTER_BEGINS = re.compile(r"The post\s", re.IGNORECASE)
_FOOTER_SAYS = re.compile(r"\s(?:appeared first|first appeared) on\s", re.IGNORECASE)
"""WordPress's "The post <title> appeared first on <site>." (Yoast SEO's default), which nothing follows."""
_FOOTER_REACH = 3_000
"""Characters before the end in which the footer of a WordPress feed is looked for."""


def title(markup: Markup | None) -> str:
    """Return a title as one line of plain text, at most ``LONGEST_TITLE`` characters; "" for none."""
    return shorten(line(markup), LONGEST_TITLE) if markup else ""


def name(value: str) -> str:
    """Return an author's or a category's name as one line; of ``mail (Name)`` and ``Name <mail>``, the name."""
    plain = line(Markup(value))
    mail = re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+ \(([^()]+)\)|([^<>@]+) <[^\s<>@]+@[^\s<>@]+>", plain)
    return shorten((mail[1] or mail[2]).strip() if mail else plain, LONGEST_NAME)


def line(markup: Markup) -> str:
    """Return ``markup`` as one line of plain text.

    Of an unknown kind, markup and entities are read as such, doubly escaped ones too, but only tags that
    HTML knows: "x <y> z" and "5 < 6" stay as they are.
    """
    value = markup.value[:_WORTH_READING]
    if markup.kind != "text":
        value = _unmarked(value, rounds=1 if markup.kind == "html" else 3)
    return normal(value)


def _unmarked(value: str, rounds: int) -> str:
    for turn in range(rounds):
        # Once escaped, a lone tag is what the title speaks of; only an element with its end is markup.
        if "<" in value and (not turn or _has_end_tag(value)):
            value = _tagless(value)
        if not _ENTITY.search(value):
            break
        value = _ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
    return value


def _has_end_tag(value: str) -> bool:
    return any(match["end"] for match in _MARKUP.finditer(value))


def _tagless(value: str) -> str:
    """Return ``value`` without tags, comments, and what stands in silent elements; an unclosed one is not silent."""
    kept: list[str] = []
    silent, since, place = "", 0, 0
    for token in _MARKUP.finditer(value):
        kept.append(value[place : token.start()])
        place = token.end()
        element = (token["name"] or token[0]).lower()
        if silent:
            if (token["end"] and element == silent) or (silent == "<!--" and element == "-->"):
                del kept[since:]
                silent = ""
        elif element == "-->":
            kept.append(element)
        elif element in _SILENT and not token["end"]:
            silent, since = element, len(kept)
        elif element not in _INLINE:
            kept.append(" ")
    kept.append(value[place:])
    return "".join(kept)


def normal(value: str) -> str:
    """Return ``value`` in NFC on one line: white space is single blanks, and no character is unseen or illegal."""
    return " ".join(composed(presentable(value)).split())


def presentable(value: str) -> str:
    """Return ``value`` with neither illegal nor unseen characters, its white space as it is."""
    return value if _USUAL.fullmatch(value) else visible(legal(value))


def legal(value: str) -> str:
    """Return ``value`` without what XML does not allow, and Windows-1252 read as Latin-1 put right."""
    if _USUAL.fullmatch(value):
        return value
    return _ILLEGAL.sub("", value.translate(_C1) if _HAS_C1.search(value) else value)


def visible(value: str) -> str:
    """Return ``value`` without characters that show nothing, except where a script needs them.

    Joiners stay after a letter of a script that is written with them, marks of direction stay in text that
    has right-to-left letters.  Embeddings, overrides and isolates always go: left open, they turn round
    what follows the text on a page.
    """
    mirrored = _RIGHT_TO_LEFT.search(value) is not None

    def needed(match: re.Match[str]) -> str:
        character = match[0]
        if character in _MARKS:
            return character if mirrored else ""
        before = value[match.start() - 1 : match.start()]
        return character if character in "\u200c\u200d" and _JOINED.match(before) else ""

    return _INVISIBLE.sub(needed, value)


def shorten(value: str, most: int) -> str:
    """Return ``value``, or its beginning up to a sentence's or a word's end and "…", at most ``most`` characters."""
    if len(value) <= most:
        return value
    head = value[: most - 1]
    sentences = [match.end() for match in _SENTENCE_END.finditer(head)]
    if sentences and sentences[-1] >= most // 2:
        return head[: sentences[-1]] + " …" if sentences[-1] + 2 <= most else head[: sentences[-1]]
    words = head if value[most - 1].isspace() else head.rpartition(" ")[0]
    return (words or head).rstrip(" ,;:-\N{EN DASH}\N{EM DASH}") + "…"


def without_boilerplate(value: str) -> str:
    """Return a text or HTML without what feed software adds: WordPress's footer, and its "[…]" a plain "…"."""
    value = value.rstrip()
    start = max(0, len(value) - _FOOTER_REACH)
    if "The post " in value[start:]:
        value = value[: _footer(value, start)].rstrip()
    tail = value[-_MARK_REACH:]
    return value[:-_MARK_REACH] + _EXCERPT_MARK.sub(r"…\g<rest>", tail)


def _footer(value: str, start: int) -> int:
    """Return where WordPress's footer begins, else the end: it stands in the last paragraph, or is it."""
    end = len(value) - len("</p>") if value[-len("</p>") :].lower() == "</p>" else len(value)
    tag = max(_PARAGRAPH_TAG.finditer(value, start, end), key=re.Match.start, default=None)
    begins = _FOOTER_BEGINS.search(value, tag.end() if tag else start, end)
    if begins is None or not _FOOTER_SAYS.search(value, begins.end(), end):
        return len(value)
    alone = tag is not None and tag[0][1] != "/" and not value[tag.end() : begins.start()].strip()
    return tag.start() if tag is not None and alone else begins.start()


def composed(value: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """Return ``value`` normalised (UAX #15), without the combining marks that follow ``MOST_MARKS`` others."""
    return normalize(form, _MARK_RUN.sub(_fewer_marks, value))


def _fewer_marks(run: re.Match[str]) -> str:
    count = 0
    kept: list[str] = []
    for character in run[0]:
        count = count + 1 if combining(character) else 0
        if count <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def characters_that_count(value: str) -> str:
    """Return the letters and digits of ``value``, case and compatibility forms aside: its substance."""
    for mark in _COMMON_MARKS:
        value = value.replace(mark, "")
    if value.isascii():
        return value.encode().translate(_LOWER, _ASCII_WORDLESS).decode()
    folded = _BEYOND_ASCII.sub(lambda run: _WORDLESS.sub("", run[0]), composed(value, "NFKC").casefold())
    return folded.encode("utf-8", "surrogatepass").translate(None, _ASCII_WORDLESS).decode("utf-8", "surrogatepass")
