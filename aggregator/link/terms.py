"""Text to terms: what counts as the same word.

A term is a word in NFKC and folded case, without possessive and plural ending, countries' adjectives and
capitals folded into the country.  Does not weigh anything and knows no article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_APOSTROPHE = "\u2019"
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
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

# A country, then its adjectives, its people, its capital and, where usage has one, its government's seat.
_COUNTRIES = """
afghanistan afghan kabul
albania albanian tirana
algeria algerian algiers
argentina argentine argentinian
armenia armenian yerevan
australia australian canberra
austria austrian vienna
azerbaijan azerbaijani baku
bangladesh bangladeshi dhaka
belarus belarusian minsk
belgium belgian
bolivia bolivian
bosnia bosnian sarajevo
brazil brazilian brasilia brasília
britain british london uk
bulgaria bulgarian sofia
burma burmese myanmar rohingya
cambodia cambodian
cameroon cameroonian
canada canadian ottawa
chile chilean santiago
china chinese beijing prc
colombia colombian bogota bogotá
congo congolese kinshasa drc
croatia croatian zagreb
cuba cuban havana
cyprus cypriot nicosia
czechia czech prague
denmark danish dane copenhagen
ecuador ecuadorian quito
egypt egyptian cairo
eritrea eritrean asmara
estonia estonian tallinn
ethiopia ethiopian tigray tigrayan
europe european
finland finnish finn helsinki
france french paris
gaza gazan
germany german berlin
greece greek athens
greenland greenlandic nuuk
haiti haitian
honduras honduran tegucigalpa
hungary hungarian budapest
iceland icelandic reykjavik
india indian delhi
indonesia indonesian jakarta
iran iranian tehran
iraq iraqi baghdad
ireland irish dublin
israel israeli jerusalem
italy italian rome
japan japanese tokyo
kazakhstan kazakhstani kazakh astana
kenya kenyan nairobi
korea korean seoul pyongyang dprk
kosovo kosovar kosovan pristina
kuwait kuwaiti
kyrgyzstan kyrgyz bishkek
latvia latvian riga
lebanon lebanese beirut hezbollah
libya libyan tripoli
lithuania lithuanian vilnius
mali malian bamako
mexico mexican
moldova moldovan chisinau chișinău
mongolia mongolian ulaanbaatar
montenegro montenegrin podgorica
morocco moroccan rabat
mozambique mozambican maputo
netherlands dutch hague
nicaragua nicaraguan managua
niger nigerien niamey
nigeria nigerian abuja
norway norwegian oslo
pakistan pakistani islamabad
palestine palestinian ramallah
panama panamanian
philippines philippine filipino manila
poland polish warsaw
portugal portuguese lisbon
qatar qatari doha
romania romanian bucharest
russia russian moscow kremlin
rwanda rwandan kigali
serbia serbian belgrade
slovakia slovak bratislava
slovenia slovenian ljubljana
somalia somali mogadishu
spain spanish madrid
sudan sudanese khartoum darfur
sweden swedish swede stockholm
switzerland swiss bern
syria syrian damascus
taiwan taiwanese taipei
tajikistan tajik dushanbe
thailand thai bangkok
tunisia tunisian tunis
turkey turkish turk türkiye turkiye ankara
turkmenistan turkmen ashgabat
uganda ugandan kampala
ukraine ukrainian kyiv kiev
uzbekistan uzbek tashkent
venezuela venezuelan caracas
vietnam vietnamese hanoi
yemen yemeni sanaa houthi
"""


class Token(NamedTuple):
    """A word in its place."""

    term: str
    surface: str
    """As written, without a possessive ending."""
    capital: bool
    """Begins with a capital."""
    opens: bool
    """Begins a sentence, so that its capital says nothing."""


def _bare(word: str) -> str:
    word = word.casefold().replace(_APOSTROPHE, "'").removesuffix("'s").replace("'", "")
    if len(word) > len("ties") and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > len("gas") and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _folds() -> dict[str, str]:
    rows = (line.split() for line in _COUNTRIES.split("\n") if line)
    return {_bare(form): _bare(country) for country, *forms in rows for form in forms}


_FOLDS = _folds()


@lru_cache(maxsize=32_768)
def term(word: str) -> str:
    """Return the term that ``word`` stands for; empty for a stop word, a number or a single letter."""
    folded = word.casefold()
    if folded in STOP_WORDS or folded.isdigit() or len(folded) == 1:
        return ""
    bare = _bare(word)
    return "" if bare in STOP_WORDS else _FOLDS.get(bare, bare)


def _plain(text: str) -> str:
    return _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", unicodedata.normalize("NFKC", text))


def terms(text: str) -> list[str]:
    """Return the terms of ``text`` in order, with an empty string where a stop word stood."""
    return list(map(term, _WORD.findall(_plain(text))))


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of ``text`` that are terms, with what their capitals tell."""
    text = _plain(text)
    for found in _WORD.finditer(text):
        word = found[0]
        if value := term(word):
            before = text[: found.start()].rstrip()[-1:]
            yield Token(
                value, re.sub("['\u2019]s$", "", word), word[0].isupper(), not before or before in _OPENS_SENTENCE
            )


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of ``text``, blanks around them removed."""
    return (sentence for part in _SENTENCE_END.split(text) if (sentence := part.strip()))
