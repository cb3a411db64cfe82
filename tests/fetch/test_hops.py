from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from aggregator.errors import AddressRefused, BadStatus, TooManyRedirects
from aggregator.fetch.hops import Answer, follow
from aggregator.model import Request

NOW = datetime(2026, 10, 4, 12, 0, 0, tzinfo=UTC)
START = "https://example.org/feed"


class Web:
    """URLs and what they answer: a status with the place it redirects to or the body; and what was asked."""

    def __init__(self, **pages: tuple[int, str]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, url: str, conditions: Mapping[str, str]) -> Answer:
        self.asked.append((url, dict(conditions)))
        status, text = self.pages[url.rpartition("/")[2]]
        headers = {"location": text} if 300 < status < 400 else {"retry-after": text}
        return Answer(status, "Some\x1b[31m Reason " + "x" * 200, headers, text.encode(), NOW)


def test_without_a_redirect() -> None:
    response = follow(Request(START), Web(feed=(200, "body")))
    assert (response.url, response.status, response.body, response.moved_to) == (START, 200, b"body", None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_only_permanent_ones_remembered(status: int) -> None:
    response = follow(Request(START), Web(feed=(status, "/new#top"), new=(200, "body")))
    assert response.url == "https://example.org/new"
    assert response.moved_to == ("https://example.org/new" if status in {301, 308} else None)


@pytest.mark.parametrize(
    ("first", "second", "moved"), [(301, 308, True), (301, 302, False), (307, 301, False), (308, 303, False)]
)
def test_moved_only_if_every_hop_is_permanent(first: int, second: int, moved: bool) -> None:  # noqa: FBT001 - a column of the table
    response = follow(Request(START), Web(feed=(first, "b"), b=(second, "c"), c=(200, "")))
    assert response.moved_to == ("https://example.org/c" if moved else None)


def test_five_redirects_are_followed_and_no_sixth() -> None:
    pages = {f"p{n}": (302, f"p{n + 1}") for n in range(5)} | {"p5": (200, "there")}
    assert follow(Request("https://example.org/p0"), Web(**pages)).body == b"there"
    web = Web(**pages, start=(302, "p0"))
    with pytest.raises(TooManyRedirects, match=r"^example\.org: more than 5 redirects"):
        follow(Request("https://example.org/start"), web)
    assert len(web.asked) == 6


def test_a_circle_is_left_at_once() -> None:
    web = Web(feed=(302, "a"), a=(302, "feed"))
    with pytest.raises(TooManyRedirects, match="circle"):
        follow(Request(START), web)
    assert len(web.asked) == 2


@pytest.mark.parametrize("status", [301, 308])
def test_a_redirect_without_a_target(status: int) -> None:
    with pytest.raises(TooManyRedirects, match="without a target"):
        follow(Request(START), Web(feed=(status, "")))


def test_a_redirect_to_a_file_is_refused() -> None:
    with pytest.raises(AddressRefused):
        follow(Request(START), Web(feed=(302, "file:///etc/passwd")))


@pytest.mark.parametrize("status", [201, 202, 203, 204, 205, 206, 300, 305, 400, 401, 403, 404, 410, 429, 500, 503])
def test_any_other_status_is_bad(status: int) -> None:
    with pytest.raises(BadStatus) as caught:
        follow(Request(START, etag='"1"'), Web(feed=(status, "Sun, 04 Oct 2026 12:00:30 GMT")))
    assert caught.value.status == status
    assert caught.value.retry_after == (30.0 if not 300 < status < 400 else None)


def test_a_reason_phrase_is_shown_in_short_and_without_control_characters() -> None:
    with pytest.raises(BadStatus) as caught:
        follow(Request(START), Web(feed=(503, "")))
    assert str(caught.value).startswith("HTTP 503 Some[31m Reason xxx")
    assert len(str(caught.value)) < 100


def test_validators_and_304() -> None:
    web = Web(feed=(304, ""))
    response = follow(Request(START, etag='W/"a"', last_modified="Sun, 04 Oct 2026 11:00:00 GMT"), web)
    assert (response.status, response.body, response.moved_to) == (304, b"", None)
    assert web.asked[0][1] == {"If-None-Match": 'W/"a"', "If-Modified-Since": "Sun, 04 Oct 2026 11:00:00 GMT"}


def test_a_304_that_was_not_asked_for_is_bad() -> None:
    with pytest.raises(BadStatus, match="HTTP 304"):
        follow(Request(START), Web(feed=(304, "")))


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"\x00"', '"ж"'])
def test_a_stored_validator_that_no_header_can_hold_is_not_sent(etag: str) -> None:
    web = Web(feed=(200, ""))
    follow(Request(START, etag=etag), web)
    assert web.asked[0][1] == {}


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("https://example.org/new", True),
        ("https://example.org:8443/new", True),
        ("http://example.org/new", False),
        ("https://www.example.org/new", False),
        ("https://elsewhere.example/new", False),
    ],
)
def test_validators_stay_with_the_host(target: str, sent: bool) -> None:  # noqa: FBT001 - a column of the table
    web = Web(feed=(302, target), new=(200, ""))
    follow(Request(START, etag='"a"'), web)
    assert [bool(conditions) for _, conditions in web.asked] == [True, sent]


def test_validators_do_not_come_back_after_another_host() -> None:
    web = Web(feed=(302, "https://elsewhere.example/a"), a=(302, START + "/b"), b=(304, ""))
    with pytest.raises(BadStatus, match="HTTP 304"):
        follow(Request(START, etag='"a"'), web)


def test_a_user_name_and_a_password_are_never_sent_on() -> None:
    web = Web(feed=(302, "https://me:pw@elsewhere.example/new"), new=(200, ""))
    response = follow(Request("https://me:pw@example.org/feed"), web)
    assert [url for url, _ in web.asked] == [START, "https://elsewhere.example/new"]
    assert response.url == "https://elsewhere.example/new"
