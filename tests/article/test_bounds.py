"""Documents that were made to take long: each is read, or refused, in a time that grows as its length does."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest

from aggregator.article import form_of, read
from aggregator.errors import NotADocument

BOUND = 15.0
"""Seconds of computing: a few times what the slowest takes, and a part of what any took while it grew faster."""

_WORDS = "<p>a word here</p>" * 20_000
_NAMED = "entry-content post-content post__content gh-content available-content article-content story-body e-content"
_NESTED = f"<article class='{_NAMED}' id=content role=main itemprop=articleBody>"


@pytest.mark.parametrize(
    ("document", "form"),
    [
        (f"<body>{'<div class=share>' * 500}{_WORDS}", "html"),
        (f"<body>{_NESTED * 50}{_WORDS}", "html"),
        (f"<body>{'<div class=share><b>Sources</b>' * 500}{_WORDS}", "html"),
        (f"<body><h1>Talks</h1><p>{'a<b>b</b>' * 20_000}", "html"),
        ("Title\n\n- entry\n" + "  more\n" * 300_000, "text"),
    ],
    ids=[
        "surroundings in one another",
        "articles in one another",
        "lists announced in one another",
        "many bold words",
        "a long entry",
    ],
)
def test_a_document_is_read_in_bounded_time(document: str, form: str) -> None:
    assert form_of(document) == form
    started = process_time()
    with suppress(NotADocument):
        read(document, form_of(document))
    assert process_time() - started < BOUND


@pytest.mark.parametrize("text", ["<!---->" * 5_000 + "x", "<!--" * 5_000, "\n<!-- by\nhand --> <p>Talks</p>"])
def test_comments_before_a_page_do_not_hide_it_or_hold_up(text: str) -> None:
    started = process_time()
    assert form_of(text) == ("html" if "<p>" in text else "text")
    assert process_time() - started < BOUND
