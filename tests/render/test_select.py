"""Which feeds there are, what they are called, and what their ids hang on."""

from __future__ import annotations

from aggregator.config.values import Settings
from aggregator.model import Scope, Site
from aggregator.render import feeds
from aggregator.render.resolve import feed_id

PATHS = [
    "all",
    "sources/white-house",
    "sources/nato",
    "sources/un",
    "articles/summit/linked",
    "articles/summit/white-house",
    "articles/summit/alliance",
    "articles/summit/capitals",
    "articles/ports/linked",
    "articles/ports/alliance",
]


def test_every_feed_in_the_order_of_the_configuration(settings: Settings) -> None:
    assert [plan.path for plan in feeds(settings)] == PATHS


def test_scopes(settings: Settings) -> None:
    scopes = {plan.path: plan.scope for plan in feeds(settings)}
    assert scopes["all"] == Scope()
    assert scopes["sources/nato"] == Scope(source="nato")
    assert scopes["articles/summit/linked"] == Scope(article="summit")
    assert scopes["articles/summit/alliance"] == Scope(article="summit", annotation="alliance")


def test_what_a_feed_is_about(settings: Settings) -> None:
    homes = {plan.path: plan.home for plan in feeds(settings)}
    assert homes["all"] == "https://feeds.example.org/"
    assert homes["sources/nato"] == "https://nato.example/"
    assert homes["articles/summit/linked"] == "https://paper.example/2025/after-the-summit"
    assert homes["articles/summit/alliance"] == "https://paper.example/2025/after-the-summit#alliance"
    assert homes["articles/ports/alliance"] == "https://paper.example/2025/ports#alliance"


def test_no_two_feeds_have_the_same_title(settings: Settings) -> None:
    titles = [plan.title for plan in feeds(settings)]
    assert len(set(titles)) == len(titles)


def test_rights_and_language_are_of_the_source(settings: Settings) -> None:
    plans = {plan.path: plan for plan in feeds(settings)}
    assert (plans["sources/nato"].rights, plans["sources/nato"].language) == ("© NATO", None)
    assert (plans["sources/white-house"].rights, plans["sources/white-house"].language) == (None, "en-US")
    assert (plans["articles/summit/alliance"].rights, plans["articles/summit/alliance"].language) == (None, None)


def test_a_disabled_source_keeps_its_feed(settings: Settings) -> None:
    disabled = settings.model_copy(
        update={"sources": tuple(source.model_copy(update={"enabled": False}) for source in settings.sources)}
    )
    assert [plan.path for plan in feeds(disabled)] == PATHS


def test_ids_are_of_the_site_and_the_path_and_nothing_else(site: Site) -> None:
    ids = {path: feed_id(site, path) for path in PATHS}
    assert len(set(ids.values())) == len(PATHS)
    # Fixed for ever: a reader knows the feed by it.
    assert ids["sources/nato"] == "urn:uuid:da8b52b6-ffbc-56e4-92b4-2d5c9fd8de7a"
    other = Site("urn:uuid:00000000-0000-4000-8000-000000000000", site.created)
    assert feed_id(other, "all") != ids["all"]
