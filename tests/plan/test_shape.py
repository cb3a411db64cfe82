"""A list that changes its shape is told of, for as long as it has that shape; what is ordinary is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Document, EndpointState, Markup, RawItem, Shape
from aggregator.model.troubles import KINDS
from aggregator.plan.shape import changed, learned, remembered, shape_of

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
URL = "https://office.example/news"
GOOD = Shape(at=NOW, items=10, dated=10, titled=10, titles=9, linked=10, texts=10, bodies=10)
KNOWN = learned(EndpointState(URL, reading="r"), None, GOOD)


def after(*shapes: Shape | None, known: EndpointState = KNOWN) -> EndpointState:
    """Return what is known after looks that gave these, an hour apart; None where nothing had changed."""
    for hours, shape in enumerate(shapes, start=1):
        seen = shape and replace(shape, at=NOW + timedelta(hours=hours))
        known = learned(EndpointState(URL, reading="r"), known, seen)
    return known


def kinds(known: EndpointState) -> list[str]:
    return [kind for kind, _ in changed(known)]


@pytest.mark.parametrize(
    ("shape", "kind", "words"),
    [
        (
            replace(GOOD, dated=0),
            "dates-missing",
            "none of 10 items has a date that can be read; on 2026-10-01 10 of 10 had",
        ),
        (replace(GOOD, linked=0), "links-missing", "none of 10 items has a link"),
        (replace(GOOD, titled=0, titles=0), "titles-missing", "none of 10 items has a title"),
        (replace(GOOD, texts=0, bodies=0), "texts-missing", "none of 10 items has a text"),
        (replace(GOOD, bodies=0), "texts-missing", "none of 10 items has a body"),
        (replace(GOOD, titles=1), "titles-equal", "all 10 titles are the same; on 2026-10-01 9 of 10 differed"),
        (
            replace(GOOD, items=1, dated=1, titled=1, titles=1),
            "items-fewer",
            "one item, where on 2026-10-01 there were 10",
        ),
        (replace(GOOD, mislabelled="JSON served as text/html"), "content-type", "JSON served as text/html"),
    ],
)
def test_a_change_is_told_until_it_is_mended(shape: Shape, kind: str, words: str) -> None:
    broken = after(shape)
    ((found, explanation),) = changed(broken)
    assert (found, KINDS[found].severity) == (kind, "warning")
    assert explanation.startswith(f"{URL}: {words}")
    assert changed(after(shape, shape, None, shape)) == [(found, explanation)], (
        "through unchanged answers, in the same words"
    )
    assert changed(after(shape, shape, GOOD)) == []


@pytest.mark.parametrize(
    "shape",
    [
        replace(GOOD, items=30, dated=1, titled=30, titles=30, linked=30, texts=30, bodies=1),
        replace(GOOD, items=4, dated=4, titled=4, titles=2, linked=4, texts=4, bodies=4),
        replace(GOOD, items=2, dated=0, titled=2, titles=1, linked=2, texts=0, bodies=0),
    ],
    ids=["some fields fewer", "fewer items", "too few items to tell"],
)
def test_what_may_be_is_not_told(shape: Shape) -> None:
    assert changed(after(shape)) == []


def test_what_was_never_there_is_not_missed() -> None:
    bare = Shape(at=NOW, items=10, dated=0, titled=10, titles=10, linked=10, texts=3, bodies=0)
    assert changed(after(bare, replace(bare, texts=0), known=EndpointState(URL))) == []


def test_one_title_for_everything_is_told_from_the_first_look() -> None:
    remarks = replace(GOOD, titles=1)
    assert kinds(after(remarks, None, known=EndpointState(URL))) == ["titles-equal"]
    assert kinds(after(replace(remarks, items=4, titled=4), known=EndpointState(URL))) == []


def test_a_broken_shape_is_never_taken_for_usual() -> None:
    known = after(*[replace(GOOD, dated=0)] * 50)
    assert known.usual is not None
    assert known.usual.dated == 10
    assert kinds(known) == ["dates-missing"]


def test_another_reading_begins_anew() -> None:
    broken = replace(GOOD, dated=0)
    assert changed(learned(EndpointState(URL, reading="other"), after(broken), broken)) == []


def test_shapes_are_counted() -> None:
    def item(title: str, **fields: object) -> RawItem:
        return RawItem(title=Markup(title), **fields)  # type: ignore[arg-type] # a test's own keywords

    items = (item("A", link="/a", summary=Markup("s")), item("A", content=Markup("c")), RawItem(link="/c"))
    shape = shape_of(Document(items, mislabelled="x"), 2, NOW)
    assert shape == Shape(at=NOW, items=3, dated=2, titled=2, titles=1, linked=2, texts=2, bodies=1, mislabelled="x")


@dataclass(frozen=True)
class Missed:
    kind: str
    explanation: str = "Why."
    page: bool = False


@pytest.mark.parametrize(
    ("failed", "endpoint", "kind"),
    [
        (Missed("no-items"), "page", "selectors"),
        (Missed("no-items"), "json", "selectors"),
        (Missed("no-items"), "feed", "no-items"),
        (Missed("not-a-document", page=True), "feed", "turned-into-page"),
        (Missed("content-type", page=True), "json", "turned-into-page"),
    ],
)
def test_a_failure_is_told_in_the_light_of_what_used_to_come(failed: Missed, endpoint: str, kind: str) -> None:
    assert remembered(failed, KNOWN, endpoint) == (kind, "Why.; on 2026-10-01 it gave 10 items")
    for known in (None, EndpointState(URL)):
        assert remembered(failed, known, endpoint) == (failed.kind, "Why.")


def test_other_failures_are_told_as_they_are() -> None:
    for failed in (Missed("timeout"), Missed("not-a-document"), Missed("blocked-cloudflare", page=True)):
        assert remembered(failed, KNOWN, "feed") == (failed.kind, "Why.")
