"""``health.atom``: an entry for each trouble from its beginning to its end; the same store gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import feedparser
import pytest

from aggregator.config.values import Settings
from aggregator.model import Episode, Site
from aggregator.render import Renderer, health
from tests.feedrules import check

BEGAN = datetime(2025, 8, 19, 12, tzinfo=UTC)
LASTS = Episode("nato", "fallback", BEGAN, "https://nato.example/b serves, because: HTTP 403 <b> & more", BEGAN)
OVER = Episode("un", "quiet", BEGAN, "Nothing since long.", BEGAN + timedelta(days=2), BEGAN + timedelta(days=2))
URL = "https://feeds.example.org/health.atom"


def test_a_trouble_is_an_entry_and_the_feed_is_valid(settings: Settings, site: Site) -> None:
    data = health.render(settings, site, (LASTS, OVER))
    assert check(URL, data, "application/atom+xml") == []
    over, lasts = feedparser.parse(BytesIO(data)).entries
    assert (lasts.title, over.title) == (
        "NATO: served by a fallback",
        "UN News: quiet for longer than usual (over since 2025-08-21)",
    )
    assert (lasts.updated, over.updated) == ("2025-08-19T12:00:00Z", "2025-08-21T12:00:00Z")
    assert [tag.term for tag in lasts.tags] == ["fallback"]
    assert "HTTP 403 &lt;b&gt; &amp; more" in lasts.content[0].value
    assert "Nothing is lost meanwhile" in lasts.content[0].value
    assert "hub" not in data.decode()


@pytest.mark.parametrize(
    ("kind", "explanation", "via"),
    [
        ("http-status", "https://nato.example/a/b: HTTP 403", "https://nato.example/a/b"),
        (
            "http-status",
            "https://nato.example/a: HTTP 404; https://nato.example/a/b: HTTP 404",
            "https://nato.example/a",
        ),
        (
            "fallback",
            "https://nato.example/a/b serves, because: https://nato.example/a: HTTP 500",
            "https://nato.example/a",
        ),
        (
            "moved",
            "https://nato.example/a/b answers with a permanent redirect to https://nato.example/a, look after look",
            "https://nato.example/a/b",
        ),
        ("quiet", "nothing new since 2025-08-01", None),
        ("bad-items", "https://nato.example/a/b/c: HTTP 500; 9 items were read", None),
    ],
)
def test_an_entry_leads_to_the_endpoint_in_trouble(
    settings: Settings, site: Site, kind: str, explanation: str, via: str | None
) -> None:
    nato = next(source for source in settings.sources if source.id == "nato")
    urls = "https://nato.example/a", "https://nato.example/a/b"
    endpoints = tuple(nato.endpoint[0].model_copy(update={"url": url}) for url in urls)
    two = settings.model_copy(update={"sources": (nato.model_copy(update={"endpoint": endpoints}),)})
    data = health.render(two, site, (Episode("nato", kind, BEGAN, explanation, BEGAN),))
    (entry,) = feedparser.parse(BytesIO(data)).entries
    assert [link.href for link in entry.get("links", ()) if link.rel == "via"] == ([via] if via else [])
    assert check(URL, data, "application/atom+xml") == []


def test_an_entry_keeps_its_id_to_the_end(settings: Settings, site: Site) -> None:
    ended = Episode("nato", "fallback", BEGAN, "Otherwise.", OVER.updated, OVER.updated)
    again = Episode("nato", "fallback", BEGAN + timedelta(days=9), "Again.", BEGAN + timedelta(days=9))
    ids = [
        feedparser.parse(BytesIO(health.render(settings, site, (one,)))).entries[0].id for one in (LASTS, ended, again)
    ]
    assert ids[0] == ids[1] != ids[2]


def test_the_same_troubles_give_the_same_bytes_and_none_a_valid_feed(settings: Settings, site: Site) -> None:
    assert health.render(settings, site, (LASTS, OVER)) == health.render(settings, site, (OVER, LASTS))
    assert check(URL, health.render(settings, site, ()), "application/atom+xml") == []


def test_a_source_that_is_not_configured_any_more_is_left_out(settings: Settings, site: Site) -> None:
    gone = Episode("gone", "quiet", BEGAN, "x", BEGAN)
    assert health.render(settings, site, (gone,)) == health.render(settings, site, ())


def test_what_decides_the_bytes_decides_the_fingerprint(settings: Settings, site: Site) -> None:
    renderer = Renderer(settings, site)
    other = settings.model_copy(update={"sources": settings.sources[:1]})
    nato = next(source for source in settings.sources if source.id == "nato")
    moved = nato.model_copy(
        update={"endpoint": (nato.endpoint[0].model_copy(update={"url": "https://nato.example/moved"}),)}
    )
    elsewhere = settings.model_copy(update={"sources": (moved,)})
    assert health.render(elsewhere, site, (LASTS,)) != health.render(settings, site, (LASTS,))
    prints = {
        renderer.health_fingerprint((LASTS,)),
        renderer.health_fingerprint((OVER,)),
        Renderer(other, site).health_fingerprint((LASTS,)),
        Renderer(settings.model_copy(update={"sources": (nato,)}), site).health_fingerprint((LASTS,)),
        Renderer(elsewhere, site).health_fingerprint((LASTS,)),
    }
    assert len(prints) == 5
