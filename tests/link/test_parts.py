"""What the linker's scores are made of: stems, names, families, word statistics, what is read of an item."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.values import Article
from aggregator.link import Linker
from aggregator.link.concepts import FAMILIES
from aggregator.link.names import BODIES, COUNTRIES
from aggregator.link.reading import read
from aggregator.link.stem import stem
from aggregator.link.subject import subject
from aggregator.link.terms import terms
from aggregator.link.words import direction, name_rarity, rarity, vector
from aggregator.model import Item

ROWS = [row.split(", ") for row in (COUNTRIES + BODIES).replace("\n    ", " ").split("\n") if row]


@pytest.mark.parametrize(
    ("word", "expected"),
    [  # the examples of Porter's paper, one for each step
        ("caresses", "caress"), ("ponies", "poni"), ("agreed", "agre"), ("plastered", "plaster"), ("sing", "sing"),
        ("conflated", "conflat"), ("hopping", "hop"), ("falling", "fall"), ("filing", "file"), ("happy", "happi"),
        ("relational", "relat"), ("conditional", "condit"), ("triplicate", "triplic"), ("hopefulness", "hope"),
        ("revival", "reviv"), ("adoption", "adopt"), ("probate", "probat"), ("rate", "rate"), ("controll", "control"),
        ("go", "go"), ("côte", "côte"),
    ],
)  # fmt: skip
def test_stems_are_porter_s(word: str, expected: str) -> None:
    assert stem(word) == expected


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_a_stem_is_no_longer_than_its_word(word: str) -> None:
    assert len(stem(word)) <= len(word) + 1  # an e may come back: hoping, hope


def test_no_form_of_a_name_stands_for_two() -> None:
    forms = [form.strip() for row in ROWS for form in row]
    assert sorted({form for form in forms if forms.count(form) > 1}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Democratic People\u2019s Republic of Korea\u2019s missiles", "north_korea"),
        ("the Republic of Korea", "south_korea"),
        ("the People's Republic of China", "china"),
        ("Foreign Minister Lavrov", "russia"),
        ("Volodymyr Zelenskyy", "ukraine"),
        ("Zelensky", "ukraine"),
        ("the International Atomic Energy Agency", "iaea"),
        ("WHO", "who"),
        ("US", "united_states"),
    ],
)
def test_all_forms_of_a_name_are_one_term(text: str, expected: str) -> None:
    assert expected in terms(text)


def test_who_and_us_in_small_letters_are_no_names() -> None:
    assert list(filter(None, terms("those who told us"))) == ["told"]


def test_an_invisible_character_parts_no_word() -> None:
    assert terms("COVID-\u206019 vac\u00adcines") == ["covid", "", "vaccin"]


def test_words_of_one_family_are_found_by_it() -> None:
    assert set(FAMILIES["negoti"]) & set(FAMILIES["dialogu"]) == {"contact"}
    assert "nuclear" not in FAMILIES.get("iran", ())


def test_a_rare_word_tells_more_and_an_uncounted_one_most() -> None:
    assert rarity("zugzwang") > rarity("ceasefir") > rarity("support") > 0
    assert vector("zugzwang") == ()
    assert name_rarity("ukraine") > rarity("ukraine")


def test_words_that_go_together_point_the_same_way() -> None:
    def alike(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(direction({one: 1.0}), direction({other: 1.0}), strict=True))

    assert alike("vaccin", "dose") > 0.6
    assert alike("vaccin", "missil") < 0.3


def test_what_comes_late_in_a_text_is_not_read() -> None:
    counts = read(Item(title="An order"), "Copper from Chile pays a duty. " + "Nothing follows. " * 60 + "Peru.").counts
    assert {"copper", "chile", "duti"} <= counts.keys()
    assert "peru" not in counts


def test_without_a_name_an_article_is_anchored_by_its_family(make_article: Callable[..., Article]) -> None:
    takeaways = ("Duties on copper and steel rise by a tenth.", "Importers ask for exemptions from the tariffs.")
    about = subject(make_article(title="Tariffs and Trade", summary="", takeaways=takeaways, annotation=()))
    assert not about.named
    assert {"tariff", "duti", "import"} <= about.anchors.keys()


def test_an_article_of_no_family_is_anchored_by_its_heaviest_words(make_article: Callable[..., Article]) -> None:
    article = make_article(
        title="Of beetles and mosses", summary="", takeaways=("Mosses feed beetles.",), annotation=()
    )
    match = Linker([article], 0.5).score("dam", Item(title="Beetles live on mosses"), "")
    assert match.anchors
    assert match.score > 0.5


def test_an_article_of_two_parties_wants_both(article: Article) -> None:
    linker = Linker([article], 0.5)
    both = linker.score("dam", Item(title="Talks of Egypt and Ethiopia"), "")
    one = linker.score("dam", Item(title="Talks of Egypt"), "")
    assert both.score > one.score
    assert set(both.anchors) == {"Egypt", "Ethiopia"}


def test_a_match_tells_terms_places_weights_and_the_item_s_sentence(article: Article, on_subject: Item) -> None:
    match = Linker([article], 0.5).score("dam", on_subject, "")
    first = match.found[0]
    assert (first.place, first.weight) == ("title", max(one.weight for one in match.found if one.place == "title"))
    assert {one.place for one in match.found} == {"title", "opening"}
    assert match.sentence in {on_subject.title, on_subject.summary}
    assert match.weight > first.weight


@pytest.mark.parametrize(
    "title",
    ["Глава держави провів розмову з президентом Франції", "声明", "Déclaration de l'Éthiopie", "!!!", "\u200b"],
)
def test_other_languages_and_no_words_are_read(article: Article, title: str) -> None:
    assert 0 <= Linker([article], 0.5).score("dam", Item(title=title), title * 40).score <= 1


def test_a_name_is_a_name_in_other_languages() -> None:
    assert "ethiopia" in terms("El primer ministro Abiy viajó a Addis Ababa")
