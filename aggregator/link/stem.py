"""English words to stems: negotiation, negotiations and negotiators are one term.

The algorithm of M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, pp. 130-137
(https://tartarus.org/martin/PorterStemmer/def.txt), in its published form.  It knows neither names nor other
languages: a word of another language is cut as if it were English, always in the same way.
"""

from __future__ import annotations

import re

_C = "[^aeiou]"  # a consonant
_V = "[aeiouy]"  # a vowel
_CS = _C + "[^aeiouy]*"  # a run of consonants
_VS = _V + "[aeiou]*"  # a run of vowels
_M_POSITIVE = re.compile(f"^({_CS})?{_VS}{_CS}")
_M_ONE = re.compile(f"^({_CS})?{_VS}{_CS}({_VS})?$")
_M_MORE = re.compile(f"^({_CS})?{_VS}{_CS}{_VS}{_CS}")
_VOWEL_IN = re.compile(f"^({_CS})?{_V}")
_SHORT_END = re.compile(f"^{_CS}{_V}[^aeiouwxy]$")

_STEP_2 = (
    ("ational", "ate"), ("ization", "ize"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("tional", "tion"), ("biliti", "ble"), ("entli", "ent"), ("ousli", "ous"), ("alism", "al"), ("ation", "ate"),
    ("aliti", "al"), ("iviti", "ive"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("ator", "ate"), ("eli", "e"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er",
    "ic", "ou",
)  # fmt: skip
_SHORTEST = 3
"""Words of fewer letters stay as they are."""


def stem(word: str) -> str:
    """Return the stem of ``word``, which is in lower case."""
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return word
    word = _endings(_plural(word))
    if word.endswith("y") and _VOWEL_IN.match(word[:-1]):
        word = word[:-1] + "i"
    return _last(_cut(_swap(_swap(word, _STEP_2), _STEP_3)))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _endings(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _M_POSITIVE.match(word[:-3]) else word
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word:
            return _mended(rest) if _VOWEL_IN.match(rest) else word
    return word


def _mended(rest: str) -> str:
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest[-1:] == rest[-2:-1] and rest[-1:] not in "aeioulsz":
        return rest[:-1]
    return rest + "e" if _SHORT_END.match(rest) else rest


def _swap(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, other in endings:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest + other if _M_POSITIVE.match(rest) else word
    return word


def _cut(word: str) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest if _M_MORE.match(rest) else word
    if word.endswith(("sion", "tion")) and _M_MORE.match(word[:-3]):
        return word[:-3]
    return word


def _last(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        if _M_MORE.match(rest) or (_M_POSITIVE.match(rest) and not (_M_ONE.match(rest) and _SHORT_END.match(rest))):
            word = rest
    return word[:-1] if word.endswith("ll") and _M_MORE.match(word) else word
