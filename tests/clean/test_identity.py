from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean import identity
from aggregator.config.domains import registrable
from aggregator.config.values import Source
from aggregator.errors import BadItem
from aggregator.model import Item

MakeSource = Callable[..., Source]


def endpoint(url: str) -> dict[str, str]:
    return {"kind": "feed", "url": url}


@pytest.mark.parametrize(
    "guid",
    [
        "https://www.ministry.example/?p=52051",
        "http://ministry.example/a",
        "https://press.ministry.example/a#2026-10-02T15:26:35Z",
        "tag:ministry.example,2026-10:post-1",
        "tag:editor@www.ministry.example,2026:/a/b?c",
    ],
)
def test_a_canonical_guid_on_the_source_s_own_domain_is_the_id(source: Source, guid: str) -> None:
    assert identity.entry_id(source, Item(title="t", guid=guid)) == guid


def test_hosts_that_feeds_name_are_not_remembered_without_end() -> None:
    assert registrable.cache_info().maxsize == 4096


@pytest.mark.parametrize(
    "guid",
    [
        "https://evil.example/?p=1",
        "https://ministry.example.evil.example/",
        "https://notministry.example/",
        "https://ministry.example@evil.example/",
        "HTTPS://www.ministry.example/",
        "https://www.ministry.example",
        "https://www.ministry.example/a b",
        "https://www.ministry.example/%c3%a9",
        "https://www.ministry.example:443/",
        "https://www.ministry.example/" + "a" * 2000,
        "//www.ministry.example/",
        "ftp://www.ministry.example/a",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "tag:evil.example,2026:1",
        "tag:ministry.example:1",
        "tag:ministry.example,2026:a%2fb",
        "52051",
    ],
)
def test_any_other_guid_is_hashed(source: Source, guid: str) -> None:
    entry_id = identity.entry_id(source, Item(title="t", guid=guid))
    assert entry_id.startswith("urn:uuid:")
    assert UUID(entry_id.removeprefix("urn:uuid:")).version == 5


def test_minted_ids_never_change(source: Source) -> None:
    assert identity.entry_id(source, Item(title="t", guid="1")) == "urn:uuid:64ce94d0-4058-5cbf-9093-47145f284f8f"
    assert (
        identity.entry_id(source, Item(title="t", url="https://a.example/1"))
        == "urn:uuid:43decf96-dac4-5d41-a0b1-3f9d6057bb6f"
    )
    assert identity.entry_id(source, Item(title="t", likeness="ab")) == "urn:uuid:b3cadc47-9363-534e-a5a5-cf2e75939683"


def test_the_guid_outlives_the_address(source: Source) -> None:
    before = Item(title="t", guid="1", url="https://a.example/1", likeness="ab")
    after = Item(title="u", guid="1", url="https://a.example/2", likeness="cd")
    assert identity.entry_id(source, before) == identity.entry_id(source, after)


def test_two_sources_with_one_guid_have_two_ids(make_source: MakeSource) -> None:
    item = Item(title="t", guid="1")
    assert identity.entry_id(make_source(id="a"), item) != identity.entry_id(make_source(id="b"), item)


@given(st.text(min_size=1), st.sampled_from(["guid", "url", "likeness"]))
def test_ids_of_different_kinds_do_not_meet(value: str, kind: str) -> None:
    source = Source.model_validate(
        {"id": "a", "title": "A", "home": "https://a.example/", "endpoint": [endpoint("https://a.example/")]},
    )
    others = {"guid", "url", "likeness"} - {kind}
    value = value.encode("utf-8", "ignore").decode() or "x"
    items = {
        "guid": Item(title="t", guid=value),
        "url": Item(title="t", url=value),
        "likeness": Item(title="t", likeness=value),
    }
    one = identity.minted_id(source, items[kind])
    assert all(one != identity.minted_id(source, items[other]) for other in others)


def test_nothing_to_go_by_is_an_error(source: Source) -> None:
    with pytest.raises(BadItem, match="identify"):
        identity.entry_id(source, Item(title="Remarks"))


@pytest.mark.parametrize(
    ("home", "feed", "url", "own"),
    [
        ("https://www.state.gov/", "https://www.state.gov/feed/", "https://careers.state.gov/a", True),
        ("https://www.un.org/", "https://news.un.org/feed", "https://press.un.org/en", True),
        ("https://www.state.gov/", "https://feeds.cdn.example/x", "https://www.cdn.example/", True),
        # gov.uk and github.io are suffixes: everyone below them is somebody else
        ("https://www.gov.uk/", "https://www.gov.uk/x.atom", "https://www.fco.gov.uk/", False),
        ("https://a.github.io/", "https://a.github.io/feed", "https://b.github.io/", False),
        ("https://a.co.uk/", "https://a.co.uk/feed", "https://b.co.uk/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/feed", "http://127.0.0.1:9000/a", True),
        ("http://10.0.0.1/", "http://10.0.0.1/feed", "http://20.0.0.1/", False),
        ("http://[::1]/", "http://[::1]/feed", "http://[0:0::1]/a", True),
        ("http://localhost/", "http://localhost/feed", "http://localhost/a", True),
        ("http://localhost/", "http://localhost/feed", "http://remotehost/a", False),
        ("https://www.münchen.de/", "https://www.münchen.de/feed", "https://xn--mnchen-3ya.de/a", True),
        ("https://www.state.gov/", "https://www.state.gov/feed/", "not a url", False),
        ("https://www.state.gov/", "https://www.state.gov/feed/", "https://[bad", False),
    ],
)
def test_stands_on(make_source: MakeSource, home: str, feed: str, url: str, own: bool) -> None:  # noqa: FBT001 -- the expected answer
    assert identity.stands_on(make_source(home=home, endpoint=[endpoint(feed)]), url) is own
