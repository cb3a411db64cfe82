from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.values import Annotation, Article
from aggregator.link import Linker
from aggregator.link.reading import read
from aggregator.model import Item, Moment, Precision
from benchmarks.linking import article as about
from benchmarks.linking import item as sample

FO = frozenset({"fo"})
SINCE = datetime(2024, 4, 1, tzinfo=UTC)


def test_an_item_on_the_subject_is_linked_with_its_passage(article: Article, on_subject: Item) -> None:
    (link,) = Linker([article], 0.5).link(on_subject, on_subject.summary or "", FO)
    assert (link.article, link.annotation, link.takeaway) == ("dam", "foreign", 0)
    assert link.quote == article.takeaways[0]
    assert 0.5 <= link.score <= 1


def test_an_item_off_the_subject_is_not_linked_and_still_explained(article: Article, off_subject: Item) -> None:
    linker = Linker([article], 0.5)
    assert linker.link(off_subject, "", FO) == ()
    match = linker.score("dam", off_subject, "")
    assert (match.takeaway, match.quote, match.sentence, match.anchors) == (None, None, None, ())
    assert match.score < 0.1
    assert "no name of the article's subject occurs" in match.reasons


def test_an_item_that_shares_no_word_says_so(article: Article) -> None:
    match = Linker([article], 0.5).score("dam", Item(title="Jazz"), "")
    assert (match.score, match.takeaway, match.quote) == (0, None, None)
    assert match.reasons == ("no word of the article's subject occurs",)


def test_reasons_name_place_words_and_weight(article: Article, on_subject: Item) -> None:
    reasons = Linker([article], 0.5).score("dam", on_subject, "").reasons
    words = re.fullmatch(r"title: (.*) \(weight \d+\.\d of \d+\.\d\)", reasons[0])
    assert words
    assert set(words[1].split(", ")) >= {"Egypt", "Ethiopia", "Nile", "talks"}
    assert reasons[1].startswith("opening: ")
    assert reasons[-1].startswith("takeaway 1: ")


def test_the_source_alone_decides_the_annotation(article: Article, on_subject: Item) -> None:
    linker = Linker([article], 0.5)
    assert [link.annotation for link in linker.link(on_subject, "", frozenset({"ifc"}))] == ["bank"]
    assert [link.annotation for link in linker.link(on_subject, "", frozenset({"ifc", "fo"}))] == ["foreign", "bank"]
    assert linker.link(on_subject, "", frozenset({"other"})) == ()
    assert linker.link(on_subject, "", frozenset()) == ()
    assert len({link.score for link in linker.link(on_subject, "", frozenset({"ifc", "fo"}))}) == 1


def test_every_article_is_considered(make_article: Callable[..., Article], on_subject: Item) -> None:
    other = make_article(id="dam-2")
    links = Linker([make_article(), other], 0.5).link(on_subject, "", FO)
    assert [link.article for link in links] == ["dam", "dam-2"]


@pytest.mark.parametrize(
    ("at", "precision", "linked"),
    [
        (SINCE, Precision.SECOND, True),
        (SINCE - timedelta(seconds=1), Precision.SECOND, False),
        (SINCE - timedelta(hours=2), Precision.DAY, True),  # 1 April in Brussels begins on 31 March, 22:00 UTC
        (SINCE - timedelta(hours=20), Precision.DAY, False),  # 31 March in Washington
        (SINCE - timedelta(days=1), Precision.DAY, False),
    ],
)
def test_items_from_before_the_article_s_since_are_left_out(
    article: Article, on_subject: Item, at: datetime, precision: Precision, *, linked: bool
) -> None:
    item = replace(on_subject, published=Moment(at, precision))
    assert bool(Linker([article], 0.5).link(item, "", FO)) is linked


def test_without_since_or_without_a_date_nothing_is_too_old(
    make_article: Callable[..., Article], on_subject: Item
) -> None:
    ancient = replace(on_subject, published=Moment(datetime(1999, 1, 1, tzinfo=UTC)))
    assert Linker([make_article(since=None)], 0.5).link(ancient, "", FO)
    assert Linker([make_article()], 0.5).link(replace(on_subject, published=None), "", FO)


def test_the_threshold_is_the_least_score_that_links(article: Article, on_subject: Item) -> None:
    score = Linker([article], 0).score("dam", on_subject, "").score
    assert Linker([article], score).link(on_subject, "", FO)
    assert not Linker([article], score + 0.0001).link(on_subject, "", FO)


def test_date_and_source_change_no_score(article: Article, on_subject: Item) -> None:
    linker = Linker([article], 0.5)
    old = replace(on_subject, published=Moment(datetime(1999, 1, 1, tzinfo=UTC)), url="https://x.example/", guid="7")
    assert linker.score("dam", old, "") == linker.score("dam", on_subject, "")


def test_a_capital_and_an_adjective_stand_for_their_country(article: Article) -> None:
    linker = Linker([article], 0.5)
    plain = linker.score("dam", Item(title="Talks on the reservoir: Egypt, Ethiopia"), "")
    told = linker.score("dam", Item(title="Talks on the reservoir: Cairo, Ethiopian"), "")
    assert told.score == plain.score > 0


def test_title_tells_more_than_opening_and_opening_more_than_the_rest(article: Article) -> None:
    linker = Linker([article], 0.5)
    phrase, filler = "Egypt and Ethiopia talks on the reservoir", "they paint a green chair beside the old wall " * 20
    title = linker.score("dam", Item(title=phrase), filler).score
    opening = linker.score("dam", Item(title="Remarks"), f"{phrase} {filler}").score
    rest = linker.score("dam", Item(title="Remarks"), f"{filler} {phrase}").score
    assert title > opening > rest > 0


def test_words_of_the_matter_without_a_name_do_not_link(article: Article) -> None:
    item = Item(title="Talks resume on the filling schedule of the reservoir behind a dam")
    linker = Linker([article], 0.0)
    assert linker.score("dam", item, "").score <= 0.1
    assert not Linker([article], 0.101).link(item, "", FO)


def test_a_passage_is_found_by_what_is_done_though_no_word_of_it_stands_there(
    make_article: Callable[..., Article],
) -> None:
    takeaways = ("Egypt and Ethiopia want talks.", "Neighbours keep supporting the smaller state.")
    linker = Linker([make_article(takeaways=takeaways)], 0.5)
    match = linker.score("dam", Item(title="Assistance to Egypt and Ethiopia: equipment for the Nile dam"), "")
    assert match.takeaway == 1
    assert match.reasons[-1] == "takeaway 2: concepts support"


def test_what_title_and_summary_say_tells_no_passage(make_article: Callable[..., Article]) -> None:
    takeaways = ("The sluices open.", "The turbines open.")
    item = Item(title="Egypt and Ethiopia on the Nile: sluices and turbines")
    for frame, nearest in (("sluices", 1), ("turbines", 0)):
        article = make_article(title=f"Egypt and Ethiopia: the {frame}", summary="", takeaways=takeaways)
        assert Linker([article], 0.5).score("dam", item, "").takeaway == nearest


def test_without_takeaways_a_sentence_is_quoted(make_article: Callable[..., Article], on_subject: Item) -> None:
    body = "It has been a dry spring.\n\nThe filling schedule of the reservoir is what the talks are about."
    match = Linker([make_article(takeaways=(), summary="", body=body)], 0.5).score("dam", on_subject, "")
    assert match.takeaway is None
    assert match.quote == "The filling schedule of the reservoir is what the talks are about."


@pytest.mark.parametrize(
    "changed",
    [
        {"summary": "", "takeaways": ()},
        {"summary": "", "takeaways": (), "title": "the of and", "annotation": ()},
        {"summary": "a dam fills slowly, and nobody is named here", "takeaways": (), "title": "a dam"},
    ],
)
def test_a_sparse_article_scores_within_bounds(
    make_article: Callable[..., Article], on_subject: Item, changed: dict[str, Any]
) -> None:
    match = Linker([make_article(**changed)], 0.5).score("dam", on_subject, "")
    assert 0 <= match.score <= 1


def test_an_article_known_by_its_title_only_still_tells_items_apart(
    make_article: Callable[..., Article], on_subject: Item
) -> None:
    article = make_article(summary="", takeaways=(), annotation=(Annotation(id="fo", label="FO", sources=("fo",)),))
    linker = Linker([article], 0.5)
    assert linker.score("dam", on_subject, "").score > 0.4
    assert linker.score("dam", Item(title="A hurricane off the coast"), "").score == 0


@given(
    title=st.lists(
        st.sampled_from(["Egypt", "Ethiopia", "Nile", "talks", "reservoir", "the", "storm", "12"]), min_size=1
    ),
    text=st.text(max_size=300),
)
def test_any_item_scores_within_bounds_and_alike_in_any_company(article: Article, title: list[str], text: str) -> None:
    item = Item(title=" ".join(title))
    linker = Linker([article], 0.0)
    match = linker.score("dam", item, text)
    assert 0 <= match.score <= 1
    assert match.score == round(match.score, 4)
    assert {(link.score, link.takeaway, link.quote, link.reasons) for link in linker.link(item, text, FO)} == {
        (match.score, match.takeaway, match.quote, match.reasons)
    }


def test_only_articles_that_cannot_reach_the_threshold_are_passed_over() -> None:
    articles = [about(number) for number in range(8)]
    linker = Linker(articles, 0.5)
    sources = frozenset({"un"})
    for number in range(8):
        item, text = sample(number)
        linked = {link.article for link in linker.link(item, text, sources)}
        assert linked == {one.id for one in articles if linker.score(one.id, item, text).score >= 0.5}
        assert f"article-{number}" in linked


@given(extra=st.sampled_from(["Egypt", "Nile", "reservoir", "Sudan", "gauges", "talks"]))
def test_one_word_more_of_the_subject_never_lowers_the_score(article: Article, on_subject: Item, extra: str) -> None:
    linker = Linker([article], 0.5)
    more = replace(on_subject, title=f"{on_subject.title} {extra}")
    assert linker.score("dam", more, "").score >= linker.score("dam", on_subject, "").score


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Another title"},
        {"since": date(2024, 4, 2)},
        {"summary": "Another summary."},
        {"takeaways": ("Another takeaway.",)},
        {"body": "Another text."},
        {"annotation": (Annotation(id="foreign", label="Foreign Office", sources=("other",)),)},
    ],
)
def test_what_links_depend_on_changes_the_fingerprint(
    make_article: Callable[..., Article], changed: dict[str, Any]
) -> None:
    before = Linker([make_article()], 0.5).fingerprint("dam")
    assert Linker([make_article(**changed)], 0.5).fingerprint("dam") != before


def test_the_fingerprint_covers_the_threshold_and_not_the_address(make_article: Callable[..., Article]) -> None:
    before = Linker([make_article()], 0.5).fingerprint("dam")
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    assert Linker([make_article()], 0.6).fingerprint("dam") != before
    assert Linker([make_article(url="https://example.net/moved")], 0.5).fingerprint("dam") == before
    assert Linker([make_article(id="x"), make_article()], 0.5).fingerprint("dam") == before


def test_an_unknown_article_is_a_key_error(article: Article, on_subject: Item) -> None:
    linker = Linker([article], 0.5)
    with pytest.raises(KeyError):
        linker.score("nile", on_subject, "")
    with pytest.raises(KeyError):
        linker.fingerprint("nile")


SCRIPT = """
import sys
from aggregator.config.values import Article
from aggregator.link import Linker
from aggregator.link.reading import read
from aggregator.model import Item
linker = Linker([Article.model_validate_json(sys.argv[1])], 0.5)
print(linker.fingerprint("dam"), linker.score("dam", Item(title=sys.argv[2]), sys.argv[3]))
"""


def test_another_process_comes_to_the_same(article: Article, on_subject: Item) -> None:
    arguments = [sys.executable, "-c", SCRIPT, article.model_dump_json(), on_subject.title, on_subject.summary or ""]
    outputs = {
        subprocess.run(
            arguments, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_the_sentences_of_an_item_are_quoted_in_its_own_words() -> None:
    spoke = "On Tuesday the U.S. and Egypt's \ufb01rst ministers spoke in Addis\u00adAbaba of the Nile dam (G.E.R.D.)!"
    text = f"A  note\u00a0first, for the U.S. press. {spoke} Nobody else came."
    reading = read(Item(title="The U.S. speaks"), text)
    assert [reading.written(index) for index in range(len(reading.parts))] == [
        "The U.S. speaks",
        "A note first, for the U.S. press.",
        spoke,
        "Nobody else came.",
    ]


@given(st.text(max_size=400))
def test_a_quoted_sentence_is_always_a_piece_of_the_text(text: str) -> None:
    reading = read(Item(title="x"), text)
    squeezed = " ".join(text.split())
    for index, part in enumerate(reading.parts):
        written = reading.written(index)
        assert written in squeezed or written == part.text
