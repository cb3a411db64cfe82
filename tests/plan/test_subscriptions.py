"""Which feeds of a list become sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import Settings, SiteSettings, Source
from aggregator.model import Outline
from aggregator.plan.subscriptions import subscriptions

SETTINGS = Settings(
    root=Path("/srv"),
    site=SiteSettings(title="T", base_url="https://feeds.example.org/record/"),
    sources=(
        Source(
            id="nato",
            title="NATO",
            home="https://nato.example/",
            endpoint=(
                FeedEndpoint(kind="feed", url="https://nato.example/feed"),
                FeedEndpoint(kind="feed", url="https://nato.example"),
            ),
        ),
    ),
)


def test_a_feed_becomes_a_source_and_what_is_missing_is_made_up_for() -> None:
    drafts, skipped = subscriptions(
        [
            Outline("Office", "https://office.example/feed", "https://www.office.example/", "en-GB"),
            Outline(None, "https://nameless.example/feed?a=1", "not a url", "english!"),
            Outline("Office", "https://other.example/feed"),
        ],
        SETTINGS,
    )
    assert skipped == ()
    assert [(draft.id, draft.title, draft.home, dict(draft.settings)) for draft in drafts] == [
        ("office", "Office", "https://www.office.example/", {"content": "summary", "language": "en-GB"}),
        ("nameless-example", "nameless.example", "https://nameless.example/", {"content": "summary"}),
        ("office-2", "Office", "https://other.example/", {"content": "summary"}),
    ]
    assert drafts[0].endpoints == ({"kind": "feed", "url": "https://office.example/feed"},)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (None, "it names no feed (xmlUrl)"),
        ("https://nato.example/feed", "already there: nato"),
        ("HTTPS://NATO.example/feed#top", "already there: nato"),
        ("https://nato.example/", "already there: nato"),
        ("https://feeds.example.org/record/sources/nato.atom", "is published here"),
        ("ftp://x.example/", 'starts with "http://" or "https://"'),
        ("https://user:secret@x.example/feed", "a user name or password"),
        ("https://[x/feed", "not a URL"),
        ("https://x.example/a b", "percent-encode"),
    ],
)
def test_what_is_no_new_feed_is_passed_over_and_why(url: str | None, reason: str) -> None:
    drafts, (skipped,) = subscriptions([Outline("A name", url)], SETTINGS)
    assert drafts == ()
    assert skipped.name == "A name"
    assert reason in skipped.reason


def test_a_feed_that_stands_twice_in_the_list_is_added_once() -> None:
    outlines = [Outline("A", "https://x.example/feed"), Outline("B", "https://X.example/feed")]
    (draft,), (skipped,) = subscriptions(outlines, SETTINGS)
    assert (draft.id, skipped.name, skipped.reason) == ("a", "B", "already there: a")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://x.example/rss", "http://x.example/rss"),
        ("feed:https://x.example/rss", "https://x.example/rss"),
        ("feed://https://x.example/rss", "https://x.example/rss"),
        ("FEED:http://x.example/rss", "http://x.example/rss"),
        ("https://x.example/feed://y", "https://x.example/feed://y"),
    ],
)
def test_the_feed_scheme_is_read_as_what_it_stands_for(written: str, meant: str) -> None:
    (draft,), _ = subscriptions([Outline("X", written)], SETTINGS)
    assert draft.endpoints[0]["url"] == meant
