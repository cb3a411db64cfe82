from __future__ import annotations

import locale
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.clean.dates import parse_date
from aggregator.config.endpoints import PageEndpoint
from aggregator.errors import BadItem
from aggregator.model import Moment, Precision

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).astimezone(UTC), Precision.SECOND)


def day(text: str) -> Moment:
    year, month, number = map(int, text.split("-"))
    return Moment(datetime(year, month, number, tzinfo=BRUSSELS).astimezone(UTC), Precision.DAY)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # RFC 822 and its successors
        ("Thu, 01 Oct 2026 22:22:29 +0000", at("2026-10-01T22:22:29+00:00")),
        ("Thu, 1 Oct 2026 22:22:29 GMT", at("2026-10-01T22:22:29+00:00")),
        ("Thu,  1 Oct 2026 22:22:29 -0500 ", at("2026-10-01T22:22:29-05:00")),
        ("1 Oct 2026 22:22 UT", at("2026-10-01T22:22:00+00:00")),
        ("Thu, 01 Oct 2026 22:22:29 EDT", at("2026-10-01T22:22:29-04:00")),
        ("Thu, 01 Oct 2026 22:22:29 PST", at("2026-10-01T22:22:29-08:00")),
        ("Thu, 01 Oct 2026 22:22:29 CEST", at("2026-10-01T22:22:29+02:00")),
        ("Thu, 01 Oct 2026 22:22:29 z", at("2026-10-01T22:22:29+00:00")),
        ("Thu, 01 Oct 2026 22:22:29 -0000", at("2026-10-01T22:22:29+00:00")),
        ("Thu, 01 Oct 2026 22:22:29 +0000 (UTC)", at("2026-10-01T22:22:29+00:00")),
        ("Thu, 01 Oct 26 22:22:29 GMT", at("2026-10-01T22:22:29+00:00")),
        ("Thu, 01 Oct 99 22:22:29 GMT", at("1999-10-01T22:22:29+00:00")),
        ("Monday, 01 October 2026 22:22:29 GMT", at("2026-10-01T22:22:29+00:00")),
        ("Sunday, 06-Nov-94 08:49:37 GMT", at("1994-11-06T08:49:37+00:00")),
        ("Sun Nov  6 08:49:37 1994", at("1994-11-06T08:49:37+01:00")),
        ("19 Sep. 2025 12:00:00 GMT", at("2025-09-19T12:00:00+00:00")),
        ("19 Sept 2025 12:00:00 GMT", at("2025-09-19T12:00:00+00:00")),
        ("Thu Oct 01 2026 12:00:00 GMT+0200 (Central European Summer Time)", at("2026-10-01T12:00:00+02:00")),
        # RFC 3339 and ISO 8601
        ("2026-10-01T10:00:00Z", at("2026-10-01T10:00:00+00:00")),
        ("2026-10-01T10:00:00.123456+04:00", at("2026-10-01T10:00:00+04:00")),
        ("2026-10-01 10:00:00 -0430", at("2026-10-01T10:00:00-04:30")),
        ("2026-10-01T10:00+02", at("2026-10-01T10:00:00+02:00")),
        ("2026-10-01T24:00:00Z", at("2026-10-02T00:00:00+00:00")),
        ("2016-12-31T23:59:60Z", at("2016-12-31T23:59:59+00:00")),
        ("20261001T101112Z", at("2026-10-01T10:11:12+00:00")),
        ("2026/10/01 10:00", at("2026-10-01T10:00:00+02:00")),
        # without a zone: the source's
        ("2026-01-05T10:00:00", at("2026-01-05T10:00:00+01:00")),
        ("2026-07-05 10:00", at("2026-07-05T10:00:00+02:00")),
        ("July 17, 2026 10:30 AM", at("2026-07-17T10:30:00+02:00")),
        ("July 17, 2026 at 12:30 a.m. EDT", at("2026-07-17T00:30:00-04:00")),
        ("17 July 2026, 12:30 PM", at("2026-07-17T12:30:00+02:00")),
        # the clocks skip 02:30 on this day, and repeat it on that one: the offset before the change
        ("2026-03-29 02:30", at("2026-03-29T02:30:00+01:00")),
        ("2026-10-25 02:30", at("2026-10-25T02:30:00+02:00")),
        # Unix time
        ("1790000000", at("2026-09-21T14:13:20+00:00")),
        ("1790000000123", at("2026-09-21T14:13:20+00:00")),
        # days
        ("2026-10-01", day("2026-10-01")),
        ("01 October 2026", day("2026-10-01")),
        ("1st October 2026", day("2026-10-01")),
        ("October 1, 2026", day("2026-10-01")),
        ("OCT. 1, 2026", day("2026-10-01")),
        ("Thursday, October 1, 2026", day("2026-10-01")),
        ("Fri, 02 Oct 2026", day("2026-10-02")),
        ("26 Feb 26", day("2026-02-26")),
        ("\n\t29 Feb\u00a02028 ", day("2028-02-29")),
    ],
)
def test_reads_what_sources_write(text: str, moment: Moment) -> None:
    assert parse_date(text, BRUSSELS) == moment


UNKNOWN = [
    *("", " ", "today", "yesterday", "10:00", "not a date", "Published: October 1, 2026", "12/13/14", "0"),
    *("2026", "2026-10", "Oct 2026", "October", "2026-W40-4", "2026-274", "20261001", "260226"),
    # could be read two ways
    *("01/02/2026", "1.2.2026", "02/26/2026", "26-02-2026"),
    # no such day, hour, month, zone
    *("31 Feb 2026", "2026-02-30T10:00:00Z", "29 Feb 2026", "2026-13-01", "Thu, 32 Oct 2026 10:00:00 GMT"),
    *("Thu, 1 Oct 2026 25:61:00 GMT", "2026-10-01T10:60:00Z", "2026-10-01T24:01:00Z", "July 17, 2026 13:30 PM"),
    *("Thu, 1 Oct 2026 10:00:00 XYZ", "Thu, 1 Oct 2026 10:00:00 +99:99", "Thu, 1 Oct 2026 10:00:00 A"),
    *("Thu, 1 Oct 2026 10:00:00 IST", "2026-10-01T10:00:00+14:30"),
    # other languages
    *("1 octobre 2026", "Do, 1. Oktober 2026", "1 жовтня 2026", "٢٠٢٦-\u0661\u0660-\u0660\u0661"),
    # placeholders
    *("1970-01-01T00:00:00Z", "1970-01-01", "1 January 1970 01:00:00 +0100", "0000000000"),
    *("0001-01-01T00:00:00", "Mon, 01 Jan 0001 00:00:00 +0000", "9999-12-31T23:59:59Z", "1899-12-30"),
    "Thu, 1 Oct 2026 10:00:00 GMT" + " " * 100 + "x",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown_is_never_guessed(text: str) -> None:
    assert parse_date(text, BRUSSELS) is None


@pytest.mark.parametrize(
    "text",
    ["2026", "2026-10", "10:00", "2026-13-01", "2026-02-30T10:00:00Z", "26-02-2026", "2026-W40-4", "1696118400"],
)
def test_where_feedparser_guesses_we_do_not_follow(text: str) -> None:
    guess = feedparser.datetimes._parse_date(text)
    assert guess is not None, "feedparser has learned to leave this alone: take it off the list"
    ours = parse_date(text, BRUSSELS)
    assert ours is None or tuple(guess)[:6] != ours.at.timetuple()[:6]


def test_absent_is_unknown() -> None:
    assert parse_date(None, BRUSSELS) is None


@pytest.mark.parametrize(
    ("text", "date_format", "moment"),
    [
        ("01/02/2026", "%d/%m/%Y", day("2026-02-01")),
        ("02/26/2026", "%m/%d/%Y", day("2026-02-26")),
        ("01.10.2026 um 10:30", "%d.%m.%Y um %H:%M", at("2026-10-01T10:30:00+02:00")),
        ("Thursday 1 October 2026 5:07 PM", "%A %d %B %Y %I:%M %p", at("2026-10-01T17:07:00+02:00")),
        ("Oct 5, 26", "%b %-d, %y", day("2026-10-05")),
        ("2026-10-01T10:00:00.25+0000", "%Y-%m-%dT%H:%M:%S.%f%z", at("2026-10-01T10:00:00+00:00")),
        ("100% 2026-10-01", "100%% %F", day("2026-10-01")),
        # a declared format is the only one
        ("2026-10-01", "%d/%m/%Y", None),
        ("31/02/2026", "%d/%m/%Y", None),
    ],
)
def test_declared_format(text: str, date_format: str, moment: Moment | None) -> None:
    assert parse_date(text, BRUSSELS, date_format) == moment


@pytest.mark.parametrize("date_format", ["%c", "%d %Q %Y", "%Y %Y"])
def test_declared_format_that_cannot_be_read_is_said_so(date_format: str) -> None:
    with pytest.raises(BadItem, match="date_format"):
        parse_date("1 Oct 2026", BRUSSELS, date_format)


def test_first_instant_of_a_day_whose_midnight_is_skipped() -> None:
    moment = parse_date("2018-11-04", ZoneInfo("America/Sao_Paulo"))
    assert moment == Moment(datetime(2018, 11, 4, 3, tzinfo=UTC), Precision.DAY)


def test_the_locale_does_not_matter() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert parse_date("1 Oct 2026", BRUSSELS, "%d %b %Y") == day("2026-10-01")
            assert parse_date("FRIDAY, 1 MAY 2026", BRUSSELS) == day("2026-05-01")
    finally:
        locale.setlocale(locale.LC_ALL, before)


@given(st.text(max_size=90) | st.from_regex(r"[0-9A-Za-z:,+./ -]{1,40}", fullmatch=True))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    moment = parse_date(text, BRUSSELS)
    assert moment is None or (moment.at.tzinfo is UTC and 1900 <= moment.at.year <= 9998)


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 -- st.datetimes wants naive bounds
    st.sampled_from(["%a, %d %b %Y %H:%M:%S +0000", "%Y-%m-%dT%H:%M:%SZ", "%A, %B %d, %Y %I:%M:%S %p GMT"]),
)
def test_reads_back_what_is_written(when: datetime, form: str) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(when.strftime(form), BRUSSELS) == Moment(when, Precision.SECOND)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2037, 1, 1)))  # noqa: DTZ001 -- the same
def test_every_local_time_has_an_instant(when: datetime) -> None:
    moment = parse_date(when.strftime("%Y-%m-%d %H:%M"), ZoneInfo("Pacific/Apia"))
    assert moment is not None


@pytest.mark.parametrize("directive", ["Y", "y", "m", "d", "e", "b", "h", "B", "a", "A", *"HIMSfpzZTRF"])
def test_every_directive_that_the_configuration_takes_can_be_read(directive: str) -> None:
    rest = {"year": "%Y", "month": "%m", "day": "%d"}
    for part, directives in {"year": "YyF", "month": "mbhBF", "day": "deF"}.items():
        if directive in directives:
            del rest[part]
    declared = " ".join([f"%{directive}", *rest.values()])
    endpoint = PageEndpoint.model_validate(
        {"kind": "page", "url": "https://x.example/", "item": "li", "title": "a", "link": "a", "date_format": declared}
    )
    assert parse_date("no date", ZoneInfo("UTC"), endpoint.date_format) is None
