"""Which sources an entry of a reference list means."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config.load import load
from aggregator.config.values import Source
from aggregator.link.bind import Binder
from tests.conftest import CHECKOUT

UN = ("un", "un-press", "un-secretary-general")
NATO = ("nato", "nato-transcripts")
KREMLIN = ("kremlin-news", "kremlin-transcripts")


@pytest.fixture(scope="module")
def binder() -> Binder:
    return Binder(load(Path(CHECKOUT / "config/aggregator.toml")).sources)


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("U.S. Department of State", ("state",)),
        ("US State Department", ("state",)),
        ("United States Department of State", ("state",)),
        ("The State Department", ("state",)),
        ("The White House", ("white-house",)),
        ("WHITE HOUSE", ("white-house",)),
        ("White House Briefing Room", ("white-house",)),
        ("United Nations", UN),
        ("The United Nations (UN)", UN),
        ("U.N.", UN),
        ("United Nations Secretary-General", ("un-secretary-general",)),
        ("North Atlantic Treaty Organization (NATO)", NATO),
        ("North Atlantic Treaty Organisation", NATO),
        ("NATO", NATO),
        ("NATO Newsroom", NATO),
        ("The Kremlin", KREMLIN),
        ("FCDO", ("uk-fcdo",)),
        ("Foreign, Commonwealth and Development Office", ("uk-fcdo",)),
        ("International Atomic Energy Agency (IAEA)", ("iaea",)),
        ("European Commission's press corner", ("european-commission",)),
        ("Pentagon releases", ("us-war-department",)),
    ],
)
def test_a_name_means_what_an_organisation_publishes(binder: Binder, name: str, sources: tuple[str, ...]) -> None:
    bound = binder.bind(name)
    assert (bound.sources, bound.how) == (sources, "name")


@pytest.mark.parametrize(
    ("link", "sources"),
    [
        ("https://www.whitehouse.gov/", ("white-house",)),
        ("https://www.whitehouse.gov/fact-sheets/2025/08/x/", ("white-house",)),
        ("https://www.state.gov/press-releases/", ("state",)),
        ("https://news.un.org/en/story/2025/08/1", UN),
        ("https://main.un.org/securitycouncil/en", UN),
        ("https://press.un.org/en/2025/sc1.doc.htm", ("un-press",)),
        ("https://www.un.org/sg/en/content/statement", ("un-secretary-general",)),
        ("https://shape.nato.int/news", NATO),
        ("http://en.kremlin.ru/events", KREMLIN),
        ("https://www.gov.uk/government/organisations/ministry-of-defence/about", ("uk-mod",)),
    ],
)
def test_where_the_name_tells_nothing_the_link_does(binder: Binder, link: str, sources: tuple[str, ...]) -> None:
    bound = binder.bind("What they said", ["https://elsewhere.example/", link])
    assert (bound.sources, bound.how) == (sources, "domain")


def test_the_name_counts_before_the_link(binder: Binder) -> None:
    assert binder.bind("NATO", ["https://www.whitehouse.gov/"]).sources == NATO


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("NATO Parliamentary Assembly", ()),
        ("White House Historical Association", ()),
        ("UN Women", ()),
        ("Ministry of Defence", ("uk-mod",)),
        ("Office of the Secretary-General", ("un-secretary-general",)),
        ("Reuters", ()),
        ("", ()),
        ("-", ()),
    ],
)
def test_what_is_not_sure_is_not_bound(binder: Binder, name: str, nearest: tuple[str, ...]) -> None:
    bound = binder.bind(name, ["mailto:press@office.example", "https://[", "https://elsewhere.example/nato.int"])
    assert (bound.sources, bound.how) == ((), None)
    assert bound.nearest == nearest or not nearest


def test_a_domain_that_several_share_is_nobody_s(binder: Binder) -> None:
    bound = binder.bind("Guidance", ["https://www.gov.uk/guidance/x"])
    assert (bound.sources, bound.nearest) == ((), ("uk-fcdo", "uk-number-10", "uk-mod"))


def test_switched_off_sources_are_told(binder: Binder) -> None:
    assert binder.bind("Kremlin").disabled
    assert not binder.bind("NATO").disabled


def source(id_: str, **keys: object) -> Source:
    told = {"id": id_, "title": id_, "home": f"https://{id_}.example/", **keys}
    endpoint = {"kind": "feed", "url": f"{told['home']}feed"}
    return Source.model_validate({**told, "endpoint": [endpoint]})


def test_a_name_that_two_organisations_have_is_not_sure() -> None:
    two = [source("norway", aliases=["Foreign Ministry"]), source("sweden", aliases=["Foreign Ministry"])]
    bound = Binder(two).bind("The Foreign Ministry")
    assert (bound.sources, bound.nearest) == ((), ("norway", "sweden"))


def test_without_sources_nothing_is_bound() -> None:
    assert Binder([]).bind("NATO", ["https://www.nato.int/"]).sources == ()
