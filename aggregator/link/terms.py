"""Text to terms: what counts as the same word.

A term is the stem of a word in NFKC and folded case, or the one name of a country or body for all of its forms, of
several words too.  Does not weigh anything and knows no article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from aggregator.link.names import BODIES, COUNTRIES
from aggregator.link.stem import stem

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_INITIALS = re.compile(r"(?<=[A-Z])\.(?:[A-Z]\.)+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SENTENCE_END = re.compile(r"(?<![A-Z]\.)(?<=[.!?])[\u201d\u2019\"')]*\s+|\n+")
_OPENS_SENTENCE = frozenset('.!?:;"(-\u201c\u201d\u2018\u2013\u2014\u2022')

_STOP_WORDS = """
a about above across after again against ago ahead albeit all along already also although always am amid amidst among
an and another any anyone are around as at away back be because been before behind being below between beyond both
but by came can come could did do does doing done down during each either else enough even ever every few for from
further furthermore gave get give go going gone got had has have having he her here herself him himself his how
however i if in indeed instead into is it its itself just keep kept know later least less let like made make many
may me meanwhile might more moreover most much must my myself near nearly neither never no nor not now of off often
on once one only onto or other our out over own per perhaps put quite rather said same say see seem shall she
should since so some soon still such take than that the their them themselves then there these they thing this
those though through thus to today together tomorrow too toward towards under until up upon us very via was way we
well went were what when where whether which while who whole whom whose why will with within without would yes
yesterday yet you your
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december morning afternoon evening edt est
mr mrs ms dr jr sr
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that carry no subject; days, months and forms of address among them."""

_IRREGULAR_FORMS = """
meet met
speak spoke spoken
withdraw withdrew withdrawn
hold held
fight fought
woman women
man men
child children
leave left
send sent
sell sold
buy bought
begin began begun
flee fled
lead led
pay paid
build built
bring brought
take took taken
give gave given
strike struck stricken
shoot shot
win won
lose lost
die died dying dead
"""
_IRREGULAR = {form: row.split()[0] for row in _IRREGULAR_FORMS.strip().split("\n") for form in row.split()[1:]}
"""Forms that no ending tells (Quirk and others, A Comprehensive Grammar of the English Language, 1985, ch. 3)."""


class Token(NamedTuple):
    """A word, or the words of a name, in its place."""

    term: str
    surface: str
    """As written, without a possessive ending."""
    capital: bool
    """Begins with a capital."""
    opens: bool
    """Begins a sentence, so that its capital says nothing."""


_POSSESSIVE = re.compile("['\u2019]s?$")


def _bare(word: str) -> str:
    """Return ``word`` as names are compared: folded case, no possessive."""
    return _POSSESSIVE.sub("", word.casefold()).replace("\u2019", "'")


def _forms() -> Iterator[tuple[tuple[str, ...], str]]:
    for row in (COUNTRIES + BODIES).replace("\n    ", " ").replace("\n\n", "\n").strip().split("\n"):
        name, *others = (form.strip() for form in row.split(","))
        for form in (name, *others):
            words = tuple(_bare(word) for word in _WORD.findall(form))
            yield words, name.replace(" ", "_")
            if len(words) == 1 and len(words[0]) > 3:  # noqa: PLR2004 -- the plural of a people or a body; not of an abbreviation
                yield (words[0] + "s",), name.replace(" ", "_")


def _tables() -> tuple[dict[str, str], dict[str, list[tuple[list[str], str]]]]:
    single: dict[str, str] = {}
    several: dict[str, list[tuple[list[str], str]]] = {}
    for words, name in _forms():
        if len(words) == 1:
            single.setdefault(words[0], name)
        elif words:
            several.setdefault(words[0], []).append((list(words[1:]), name))
    for rows in several.values():
        rows.sort(key=lambda row: -len(row[0]))
    return single, several


_SINGLE, _SEVERAL = _tables()
NAMES = frozenset(_SINGLE.values()) | frozenset(name for rows in _SEVERAL.values() for _, name in rows)
"""The terms of countries, regions and bodies."""
_BY_CASE = {"US": "united_states", "WHO": "who", "USA": "united_states"}
_SINGLE.pop("who", None)


@lru_cache(maxsize=65_536)
def _read(word: str) -> tuple[str, str, bool]:
    """Return the term that ``word`` stands for, empty for none, and the form that names are compared by.

    The last value tells whether a name of several words may begin here.
    """
    bare = _bare(word)
    several = bare in _SEVERAL
    if word in _BY_CASE:
        return _BY_CASE[word], bare, several
    if bare in _SINGLE:
        return _SINGLE[bare], bare, several
    if bare in STOP_WORDS or bare.isdigit() or len(bare) == 1:
        return "", bare, several
    simple = bare.replace("'", "")
    root = stem(_IRREGULAR.get(simple, simple))
    return ("" if root in STOP_WORDS else root), bare, several


@lru_cache(maxsize=65_536)
def _read_all(letters: str) -> tuple[tuple[str, str, bool], ...]:
    """Return ``_read`` of the words in ``letters``, between which there is no blank: mostly one, and seen before."""
    return tuple(map(_read, _WORD.findall(letters)))


def term(word: str) -> str:
    """Return the term that one ``word`` stands for; empty for a stop word, a number or a single letter."""
    return _read(word)[0]


def plain(text: str) -> str:
    """Return ``text`` in NFKC, without invisible characters, and initials written together."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", text) if "." in text else text


def terms(text: str) -> list[str]:
    """Return the terms of ``text`` in order, with an empty string where a stop word stood."""
    return terms_of(plain(text))


def terms_of(text: str) -> list[str]:
    """Return ``terms`` of a text that ``plain`` has been over."""
    read = list(chain.from_iterable(map(_read_all, text.split())))
    found = [one[0] for one in read]
    gone = 0
    end = 0
    for at in [at for at, one in enumerate(read) if one[2]]:
        if at >= end:
            length, name = _longest(read, at + 1, read[at][1])
            if length:
                end = at + length + 1
                found[at - gone : end - gone] = [name]
                gone += length
    return found


def _longest(read: list[tuple[str, str, bool]], at: int, first: str) -> tuple[int, str]:
    """Return how many words after ``first`` belong to a name of several words, and the name."""
    for rest, name in _SEVERAL[first]:
        if [one[1] for one in read[at : at + len(rest)]] == rest:
            return len(rest), name
    return 0, ""


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of ``text`` that are terms, with what their capitals tell."""
    text = plain(text)
    words = list(_WORD.finditer(text))
    read = [_read(word[0]) for word in words]
    at = 0
    while at < len(words):
        begin = words[at].start()
        value, bare, several = read[at]
        length = 0
        if several:
            length, name = _longest(read, at + 1, bare)
            value = name or value
        surface = text[begin : words[at + length].end()]
        at += length + 1
        if value:
            before = text[:begin].rstrip()[-1:]
            yield Token(
                value, _POSSESSIVE.sub("", surface), surface[0].isupper(), not before or before in _OPENS_SENTENCE
            )


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of ``text``, blanks around them removed."""
    return (sentence for part in _SENTENCE_END.split(text) if (sentence := part.strip()))
