"""An editor's word stands: through rescoring, edits of the item, of the article and of the configuration."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.errors import NotFound
from aggregator.model import Verdict
from aggregator.pipeline import outputs
from aggregator.pipeline.judging import Judged, judge
from aggregator.publish.files import FileSink
from tests import annotationrules
from tests.pipeline.newsroom import FEED
from tests.system.project import rss

if TYPE_CHECKING:
    from tests.pipeline.newsroom import Newsroom

TALKS = {
    "guid": "talks",
    "title": "Zelenskyy and Putin agree to meet in Geneva",
    "link": "https://office.example/talks",
}
FISH = {"guid": "fish", "title": "New rules for fisheries", "link": "https://office.example/fish"}
DATED = {"date": "Thu, 01 Oct 2026 09:00:00 GMT"}
TAKEAWAYS = ["Zelenskyy and Putin may meet in Geneva.", "No troops will be sent to Ukraine."]
ARTICLE: dict[str, Any] = {
    "title": "Will Zelenskyy and Putin meet in Geneva?",
    "url": "https://paper.example/summit",
    "takeaways": TAKEAWAYS,
    "annotation": [{"id": "office", "label": "Office", "sources": ["office"]}],
}


@pytest.fixture
def paper(newsroom: Newsroom) -> Newsroom:
    newsroom.source()
    newsroom.articles["summit"] = dict(ARTICLE)
    newsroom.web.answers[FEED] = rss(TALKS | DATED, FISH | DATED)
    newsroom.look()
    assert linked(newsroom) == [TALKS["title"]]
    return newsroom


def linked(paper: Newsroom) -> list[str]:
    return paper.titles("articles/summit/linked")


def say(paper: Newsroom, name: str, verdict: Verdict | None) -> Judged:
    paper.clock.time += timedelta(minutes=1)
    judged = judge(paper.settings, paper.store, name, "summit", verdict, paper.clock.time)
    outputs.publish(paper.settings, paper.store, FileSink(paper.root / "feeds"), paper.clock.time)
    return judged


def edited(item: dict[str, str], text: str) -> dict[str, str]:
    return item | DATED | {"body": text}


def test_a_rejected_item_is_gone_and_stays_away(paper: Newsroom) -> None:
    judged = say(paper, "https://office.example/talks", Verdict.REJECT)
    assert (judged.entry.item.title, len(judged.before), judged.after) == (TALKS["title"], 1, ())
    assert linked(paper) == []
    paper.web.answers[FEED] = rss(edited(TALKS, "Putin and Zelenskyy will meet in Geneva."), FISH | DATED)
    assert paper.look()["office"].changed == 1
    assert linked(paper) == []
    paper.articles["summit"]["summary"] = "Putin and Zelenskyy in Geneva."
    paper.look()
    assert linked(paper) == []
    assert sorted(paper.titles()) == sorted([TALKS["title"], FISH["title"]])


def test_a_pinned_item_is_there_and_stays(paper: Newsroom) -> None:
    say(paper, "fish", Verdict.PIN)
    assert sorted(linked(paper)) == sorted([TALKS["title"], FISH["title"]])
    (item,) = [one for one in paper.items("articles/summit/linked") if one["title"] == FISH["title"]]
    (link,) = [one for one in item["_aggregator"]["links"] if one["kind"] == "subject"]
    assert link["reasons"][0] == "pinned by an editor"
    assert link["score"] < 0.5
    paper.web.answers[FEED] = rss(TALKS | DATED, edited(FISH, "Nets and boats."))
    paper.look()
    paper.articles["summit"]["summary"] = "Something else."
    paper.look()
    assert FISH["title"] in linked(paper)


def test_a_pin_stands_though_the_item_is_too_old(paper: Newsroom) -> None:
    say(paper, "fish", Verdict.PIN)
    paper.articles["summit"]["since"] = "2026-10-02"
    paper.look()
    assert linked(paper) == [FISH["title"]]


def test_a_verdict_that_is_forgotten_leaves_the_linker_to_decide(paper: Newsroom) -> None:
    say(paper, "fish", Verdict.PIN)
    say(paper, "talks", Verdict.REJECT)
    assert linked(paper) == [FISH["title"]]
    say(paper, "fish", None)
    assert len(say(paper, "talks", None).after) == 1
    assert linked(paper) == [TALKS["title"]]


def test_verdicts_stand_through_a_redesign_a_second_source_and_an_absence_of_the_article(paper: Newsroom) -> None:
    say(paper, "fish", Verdict.PIN)
    say(paper, "talks", Verdict.REJECT)
    renamed = [TALKS | DATED | {"guid": "new-1"}, FISH | DATED | {"guid": "new-2"}]
    paper.web.answers[FEED] = rss(*renamed)
    paper.look()
    assert (linked(paper), len(paper.titles())) == ([FISH["title"]], 2)
    second = "https://second.example/feed"
    paper.source("second", second)
    paper.articles["summit"]["annotation"] = [{"id": "office", "label": "Office", "sources": ["office", "second"]}]
    paper.web.answers[second] = rss(*renamed)
    paper.look()
    assert (linked(paper), len(paper.titles())) == ([FISH["title"]], 2)
    article = paper.articles.pop("summit")
    paper.look()
    paper.articles["summit"] = article
    paper.look()
    assert linked(paper) == [FISH["title"]]
    assert paper.titles("articles/summit/office") == [FISH["title"]]


def test_what_is_not_there_or_cannot_be_linked_is_said(paper: Newsroom) -> None:
    with pytest.raises(NotFound, match="no stored item has the id, the URL or the guid whales"):
        say(paper, "whales", Verdict.PIN)
    paper.articles["summit"]["annotation"] = [{"id": "other", "label": "Other", "sources": ["other"]}]
    paper.source("other", "https://other.example/feed")
    with pytest.raises(NotFound, match=r"no annotation of summit names a source that the item came through \(office\)"):
        say(paper, "fish", Verdict.PIN)
    assert say(paper, "fish", Verdict.REJECT).after == ()


def test_an_address_of_several_items_asks_for_an_id(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.articles["summit"] = dict(ARTICLE)
    newsroom.web.answers[FEED] = rss(TALKS | DATED, FISH | DATED | {"link": TALKS["link"]})
    newsroom.look()
    with pytest.raises(NotFound, match=r"2 items are at https://office\.example/talks; name one by its id:"):
        say(newsroom, TALKS["link"], Verdict.PIN)


# --- Web Annotations ---------------------------------------------------------------------------------


def collection(paper: Newsroom) -> dict[str, Any]:
    data = (paper.root / "feeds/articles/summit/annotations.jsonld").read_bytes()
    assert annotationrules.check(data, paper.articles["summit"].get("body")) == []
    return dict(json.loads(data))


def test_every_link_is_an_annotation_of_its_passage(paper: Newsroom) -> None:
    paper.articles["summit"]["body"] = f"An introduction.\n{TAKEAWAYS[0]}\nAn end."
    paper.look()
    found = collection(paper)
    assert (found["type"], found["total"]) == ("AnnotationCollection", 1)
    (one,) = found["first"]["items"]
    assert (one["type"], one["motivation"]) == ("Annotation", "linking")
    assert one["body"]["source"] == TALKS["link"]
    assert one["target"] == {
        "type": "SpecificResource",
        "id": "https://paper.example/summit#:~:text=Zelenskyy%20and%20Putin%20may%20meet%20in%20Geneva.",
        "source": "https://paper.example/summit",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": TAKEAWAYS[0],
                "prefix": "An introduction.\n",
                "suffix": "\nAn end.",
            },
            {"type": "TextPositionSelector", "start": 17, "end": 17 + len(TAKEAWAYS[0])},
        ],
    }


def test_the_passage_of_an_edited_article_is_found_again_or_orphaned(paper: Newsroom) -> None:
    targets = []
    edited_words = "Zelenskyy and Putin may soon meet in Geneva."
    for body in (TAKEAWAYS[0], f"New.\n{TAKEAWAYS[0]}", f"New.\n{edited_words}", "Nothing of the kind."):
        paper.articles["summit"]["body"] = body
        paper.look()
        (one,) = collection(paper)["first"]["items"]
        targets.append(one["target"])
    exact = [target["selector"][0]["exact"] for target in targets[:3]]
    assert exact == [TAKEAWAYS[0], TAKEAWAYS[0], edited_words]
    assert targets[3] == {"type": "SpecificResource", "source": "https://paper.example/summit"}


def test_annotations_keep_their_ids_and_bytes(paper: Newsroom) -> None:
    before = collection(paper)
    paper.look()
    assert collection(paper) == before
    say(paper, "fish", Verdict.PIN)
    ids = {one["id"] for one in collection(paper)["first"]["items"]}
    assert ids > {one["id"] for one in before["first"]["items"]}
    assert len(ids) == 2


def test_an_article_without_links_has_an_empty_collection(paper: Newsroom) -> None:
    say(paper, "talks", Verdict.REJECT)
    found = collection(paper)
    assert (found["total"], "first" in found) == (0, False)


def test_annotations_of_an_article_that_left_are_withdrawn(paper: Newsroom) -> None:
    del paper.articles["summit"]
    paper.look()
    assert not (paper.root / "feeds/articles/summit/annotations.jsonld").exists()
