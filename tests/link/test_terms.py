from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.link.terms import sentences, term, terms, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Talks", "talk"),
        ("Egypt\u2019s", "egypt"),
        ("Egypt's", "EGYPT"),
        ("allies'", "ally"),
        ("Ukrainians", "Ukraine"),
        ("Kyiv\u2019s", "Ukraine"),
        ("Kremlin", "Russian"),
        ("negotiators", "negotiation"),
        ("withdrew", "withdrawal"),
        ("Philippine", "Philippines"),
        ("ＮＡＴＯ", "NATO"),  # noqa: RUF001 - full-width letters are the case under test
        ("U.N.", "UN"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert list(filter(None, terms(one))) == list(filter(None, terms(other)))
    assert any(terms(one))


@pytest.mark.parametrize("word", ["the", "The", "us", "2025", "x", "May", "Monday", "things"])
def test_a_word_without_a_subject_is_no_term(word: str) -> None:
    assert term(word) == ""


def test_a_stop_word_keeps_its_place() -> None:
    assert terms("Peace in the Sahel") == ["peac", "", "", "sahel"]


def test_a_capital_at_the_start_of_a_sentence_is_marked() -> None:
    found = [
        (token.surface, token.capital, token.opens)
        for token in tokens("Talks began. Gauges along the Nile\u2019s bank.")
    ]
    assert found == [
        ("Talks", True, True),
        ("began", False, False),
        ("Gauges", True, True),
        ("Nile", True, False),
        ("bank", False, False),
    ]


def test_initials_end_no_sentence() -> None:
    assert list(sentences("The U.S. envoy left. “It holds.” He said so.\nNext line")) == [
        "The U.S. envoy left.",
        "“It holds.",
        "He said so.",
        "Next line",
    ]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert [token.term for token in tokens(text)] == [value for value in terms(text) if value]
