"""An article and items to compare with it, in our own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aggregator.config.values import Annotation, Article
from aggregator.model import Item


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    """Return a maker of an article on a dam of two invented rivers' states; keywords replace its fields."""

    def make(**changed: object) -> Article:
        fields: dict[str, Any] = {
            "id": "dam",
            "title": "Who Holds the Water: Egypt and Ethiopia Return to the Table Over the Nile Dam",
            "url": "https://example.org/dam",
            "published": date(2024, 5, 2),
            "since": date(2024, 4, 1),
            "summary": "After a year of silence, delegations from Egypt and Ethiopia agreed to resume talks on how "
            "fast the reservoir behind the Nile dam is filled. Engineers from Sudan will attend as observers.",
            "takeaways": (
                "Egypt and Ethiopia will resume talks on the filling schedule of the reservoir.",
                "Sudan asks for a binding agreement on drought years.",
                "The World Bank offers to pay for gauges along the river.",
            ),
            "annotation": (
                Annotation(id="foreign", label="Foreign Office", scope="statements on the Nile talks", sources=("fo",)),
                Annotation(id="bank", label="World Bank", scope="finance of the gauges", sources=("bank", "ifc")),
            ),
        }
        return Article.model_validate({**fields, **changed})

    return make


@pytest.fixture(scope="session")
def article(make_article: Callable[..., Article]) -> Article:
    return make_article()


@pytest.fixture(scope="session")
def on_subject() -> Item:
    return Item(
        title="Statement on the Resumption of Nile Talks Between Egypt and Ethiopia",
        summary="We welcome that Cairo and Addis Ababa resume talks on the reservoir and its filling schedule.",
    )


@pytest.fixture(scope="session")
def off_subject() -> Item:
    return Item(
        title="Statement on the Hurricane Season",
        summary="Families along the coast are asked to prepare, and to agree on a plan for the river's rising water.",
    )
