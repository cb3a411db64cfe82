"""A quote is found where it stands, where it was edited a little, or not at all; never in the wrong place."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.link.anchor import CONTEXT, LONGEST_FRAGMENT, anchor

BOUND = 10.0
"""Seconds of computing: some ten times what it takes, and a tenth of what it would take, were each compared in full."""

TEXT = """Two leaders may meet
The White House said on Tuesday that both leaders had agreed to a meeting. The Kremlin has not confirmed it.
“American troops will not be sent,” the president repeated. Allies were told beforehand.
No date has been set. Observers doubt it. No date has been set."""


def found(quote: str) -> str | None:
    place = anchor(TEXT, quote)
    if place is None:
        return None
    assert TEXT[place.start : place.end] == place.exact
    assert TEXT[max(0, place.start - len(place.prefix)) : place.start] == place.prefix
    assert TEXT[place.end :].startswith(place.suffix)
    return place.exact


@pytest.mark.parametrize(
    ("quote", "exact"),
    [
        ("The Kremlin has not confirmed it.", "The Kremlin has not confirmed it."),
        ("  the  kremlin has\nnot confirmed it. ", "The Kremlin has not confirmed it."),
        ('"American troops will not be sent,"', "“American troops will not be sent,”"),
        ("The Kremlin has still not confirmed it.", "The Kremlin has not confirmed it."),
        (
            "The White House said on Wednesday that both leaders had agreed to a meeting.",
            "The White House said on Tuesday that both leaders had agreed to a meeting.",
        ),
        ("The Kremlin has denied everything that was said.", None),
        ("No date has been set.", None),
        ("", None),
        ("—", None),
    ],
    ids=[
        "exact",
        "other blanks and capitals",
        "other quotes",
        "a word more",
        "a word changed",
        "another statement",
        "two places",
        "nothing",
        "a dash",
    ],
)
def test_a_quote_is_found_or_orphaned(quote: str, exact: str | None) -> None:
    assert found(quote) == exact


def test_two_places_that_are_nearly_the_same_are_not_chosen_between() -> None:
    text = "The first round of talks took place in Geneva. The second round of talks took place in Geneva."
    assert anchor(text, "The third round of talks took place in Geneva.") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "It highlights the complex dynamics and the U.S. approach of supporting Ukraine without intervention.",
        "U.S. President Donald J. Trump has said that no troops will be deployed.",
        "The talks were led by Gen. Mark Miller and Mr. Karzai at St. Petersburg.",
    ],
)
def test_a_full_stop_that_cuts_a_word_short_ends_no_sentence(sentence: str) -> None:
    edited = sentence.replace("complex ", "intricate ").replace("has said", "repeated").replace("talks", "meetings")
    place = anchor(f"Nothing is certain. {edited} No date is set.", sentence)
    assert place is not None
    assert place.exact == edited != sentence


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "The complex talks on a lasting peace were held on Monday. " * 20_000,
            "Simple talks on a lasting peace were held.",
        ),
        ("The first talks on a lasting peace were held. " * 20_000, "The second talks on a lasting peace were held."),
        ("a b " * 20_000 + ". ", "b a " * 20_000),
    ],
    ids=["many that are a little like it", "many that are nearly it", "a quote of many words"],
)
def test_a_long_text_is_searched_at_once(text: str, quote: str) -> None:
    started = process_time()
    assert anchor(text, quote) is None
    assert process_time() - started < BOUND


def test_positions_count_code_points() -> None:
    text = "🕊🕊 Peace talks begin."
    place = anchor(text, "Peace talks begin.")
    assert place is not None
    assert (place.start, place.end) == (3, 21)


def test_an_edited_article_keeps_the_passage_that_it_still_has() -> None:
    quote = "The White House said on Tuesday that both leaders had agreed to a meeting."
    before = anchor(TEXT, quote)
    assert before is not None
    for text in (TEXT.replace("Two leaders", "New: two leaders"), TEXT.replace("both leaders", "both presidents")):
        after = anchor(text, before.exact)
        assert after is not None
        assert "agreed to a meeting" in after.exact
    assert anchor(TEXT.replace(quote, ""), before.exact) is None


def test_a_fragment_leads_to_the_passage() -> None:
    place = anchor(TEXT, "American troops will not be sent,” the president repeated.")
    assert place is not None
    assert (
        place.directive
        == "#:~:text=American%20troops%20will%20not%20be%20sent%2C%E2%80%9D%20the%20president%20repeated."
    )


def test_a_dash_of_the_text_is_none_of_the_syntax() -> None:
    place = anchor("A cease-fire.", "cease-fire")
    assert place is not None
    assert place.directive == "#:~:text=cease%2Dfire"


def test_a_fragment_of_a_long_passage_names_its_ends() -> None:
    exact = " ".join(f"word{n}" for n in range(LONGEST_FRAGMENT))
    place = anchor(f"Before. {exact}", exact)
    assert place is not None
    assert place.directive == "#:~:text=word0%20word1%20word2%20word3,word196%20word197%20word198%20word199"


@given(st.text(max_size=200), st.integers(0, 200), st.integers(1, 60))
def test_what_stands_in_a_text_once_is_found_there(text: str, start: int, length: int) -> None:
    quote = text[start : start + length].strip()
    place = anchor(text, quote)
    if quote and text.count(quote) == 1 and text.find(quote) == text.rfind(quote):
        assert place is not None
        assert (place.exact, len(place.prefix) <= CONTEXT) == (quote, True)


@given(st.text(max_size=300), st.text(max_size=80))
def test_an_anchor_is_always_a_piece_of_the_text(text: str, quote: str) -> None:
    place = anchor(text, quote)
    if place is not None:
        assert text[place.start : place.end] == place.exact != ""
        assert place.directive.startswith("#:~:text=")
