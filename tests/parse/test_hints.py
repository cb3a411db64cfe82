"""How often feeds ask to be looked at, as they write it and as they get it wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aggregator.model import Document, Hints

Read = Callable[..., Document]

SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
ITEM = "<item><guid>g</guid><title>Statement</title><link>https://x.gov/1</link></item>"


def rss(channel: str) -> str:
    return f'<rss version="2.0" {SY}><channel><title>Office</title>{channel}{ITEM}</channel></rss>'


@pytest.mark.parametrize(
    ("channel", "hints"),
    [
        ("", None),
        ("<ttl>60</ttl>", Hints(ttl=3_600.0)),
        ("<ttl> 90\n</ttl>", Hints(ttl=5_400.0)),
        (
            "<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>\n1 </sy:updateFrequency>",
            Hints(period=3_600.0),
        ),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Hints(period=21_600.0)),
        ("<sy:updatePeriod>Weekly</sy:updatePeriod>", Hints(period=604_800.0)),
        ("<sy:updateFrequency>2</sy:updateFrequency>", Hints(period=43_200.0)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateBase>2000-01-01T12:00+02:00</sy:updateBase>",
            Hints(period=86_400.0, base=datetime(2000, 1, 1, 10, tzinfo=UTC)),
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateBase>2000-01-01T12:00</sy:updateBase>",
            Hints(period=86_400.0, base=datetime(2000, 1, 1, 12, tzinfo=UTC)),
        ),
        ("<skipHours><hour>0</hour><hour>23</hour><hour>7</hour></skipHours>", Hints(hours=(0, 7, 23))),
        ("<skipHours><hour>24</hour></skipHours>", Hints(hours=(0,))),
        ("<skipDays><day>Sunday</day><day> saturday </day></skipDays>", Hints(weekdays=(5, 6))),
        ("<skipdays><day>Monday</day></skipdays><TTL>5</TTL>", Hints(ttl=300.0, weekdays=(0,))),
    ],
)  # fmt: skip
def test_what_a_feed_asks_for(read: Read, channel: str, hints: Hints | None) -> None:
    assert read(rss(channel)).hints == hints


@pytest.mark.parametrize(
    "channel",
    [
        "<ttl>-60</ttl>",
        "<ttl>0</ttl>",
        "<ttl>an hour</ttl>",
        "<ttl>1.5</ttl>",
        "<ttl>60 minutes</ttl>",
        "<ttl>99999999999999999999</ttl>",
        "<ttl>600000</ttl>",
        "<ttl>\u0663\u0660</ttl>",
        "<ttl/>",
        "<sy:updatePeriod>often</sy:updatePeriod>",
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>-1</sy:updateFrequency>",
        "<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>",
        "<skipHours/>",
        "<skipHours><hour>25</hour><hour>-1</hour><hour>noon</hour><hour/></skipHours>",
        "<skipDays><day>Caturday</day><day/></skipDays>",
        f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>",
        f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(1, 25))}</skipHours>",
        "<skipDays>"
        + "".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
        + "</skipDays>",
    ],
)
def test_nonsense_asks_for_nothing(read: Read, channel: str) -> None:
    assert read(rss(channel)).hints is None


def test_nonsense_beside_sense_takes_nothing_away(read: Read) -> None:
    channel = (
        "<ttl>soon</ttl><skipHours><hour>x</hour><hour>3</hour></skipHours><sy:updatePeriod>daily</sy:updatePeriod>"
    )
    assert read(rss(channel)).hints == Hints(period=86_400.0, hours=(3,))
    based = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateBase>in May</sy:updateBase>"
    assert read(rss(based)).hints == Hints(period=86_400.0)


def test_an_item_asks_for_nothing(read: Read) -> None:
    text = rss("").replace("<guid>", "<ttl>60</ttl><guid>")
    assert read(text).hints is None


def test_other_formats_say_it_too(read: Read) -> None:
    period = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    rdf = (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'{SY}><channel rdf:about="https://x.gov/"><title>Office</title>{period}</channel>'
        '<item rdf:about="https://x.gov/1"><title>Statement</title><link>https://x.gov/1</link></item></rdf:RDF>'
    )
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SY}>{period}<entry><id>urn:x:1</id><title>A</title></entry></feed>'
    )
    assert read(rdf).hints == read(atom).hints == Hints(period=43_200.0)


def test_a_feed_that_is_not_well_formed_is_heard_as_well(read: Read) -> None:
    broken = rss("<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>").replace("</title><link>", "<link>")
    assert read(broken).hints == Hints(ttl=3_600.0, period=86_400.0)


def test_json_feed_has_no_word_for_it(read: Read) -> None:
    items = '[{"id": "1", "title": "A"}]'
    feed = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Office", "ttl": 60, "items": {items}}}'
    assert read(feed).hints is None
