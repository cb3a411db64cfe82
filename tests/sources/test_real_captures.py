"""What the sites really sent, through the shipped endpoints of the same form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from aggregator import clean
from aggregator.clean import identity
from aggregator.model import Precision
from tests.shingles import shared_with, shingles
from tests.sources.shipped import FOLDER, SOURCES, dated, read

FURNITURE = re.compile(
    r"appeared first on|Select Category|Press Statement|wp-block|\[(?:…|&#8230;)\]|&(?:amp|nbsp|#\d+);"
)


class Real(NamedTuple):
    source: str
    number: int
    file: str
    items: int
    first: tuple[str, str]
    """How its title begins, and its date in UTC."""
    rejected: int = 0


REAL = (
    Real(
        "white-house", 1, "whitehouse/wh_news-feed_20261002T1800Z_first1.rss.xml", 1, ("New Report", "2026-10-01 22:22")
    ),
    # one post was published without a title, and so without a link
    Real("white-house", 2, "whitehouse/wh_news-listing_2025-01-23.html", 9, ("Fact Sheet", "2025-01-23 21:51"), 1),
    Real("state", 1, "state/state_press-releases-feed_20261004_first3.rss.xml", 3, ("Lesotho", "2026-10-04 04:01")),
    Real("state", 1, "state/state_press-releases-feed_20220224T1824Z.rss.xml", 10, ("", "2022-02-2")),
    Real("un", 1, "un/un-news_region-europe_2022-04-03.rss.xml", 30, ("First Person", "2022-04-01 04:01")),
    Real(
        "nato-transcripts",
        1,
        "nato/nato_transcripts-search-servlet_20261004_first4.json",
        4,
        ("Speech by", "2026-09-30"),
    ),
    Real(
        "european-commission",
        1,
        "other/ec-presscorner-feed_20261002_first1.rss.xml",
        1,
        ("Statement", "2026-10-02 15:38"),
    ),
    Real("uk-fcdo", 1, "other/uk-fcdo-feed_20261002_first3.atom.xml", 3, ("UN Human Rights", "2026-10-02 15:26")),
    Real(
        "kremlin-transcripts",
        1,
        "other/kremlin_transcripts-feed_20261003_first1_content-cut.atom.xml",
        1,
        ("Centre-2026", "2026-10-02 14:30"),
    ),
)


@pytest.mark.parametrize("real", REAL, ids=lambda real: Path(real.file).name)
def test_a_real_capture_comes_in_through_the_shipped_endpoint(real: Real, corpus: Path) -> None:
    source = SOURCES[real.source]
    endpoint = source.endpoint[real.number - 1]
    document = read(endpoint, (corpus / "official" / real.file).read_bytes())
    items = [clean.clean(raw, source, endpoint) for raw in document.items]
    assert (len(items), len(document.rejected)) == (real.items, real.rejected)
    dates = [dated(source, raw, item) for raw, item in zip(document.items, items, strict=True)]
    for item, date in zip(items, dates, strict=True):
        assert item.title
        assert item.url is not None
        assert identity.stands_on(source, item.url)
        assert date.precision is (Precision.DAY if source.id == "nato-transcripts" else Precision.SECOND)
        assert item.summary or endpoint.kind == "page"
        assert not FURNITURE.search(f"{item.title} {item.summary} {clean.text_of(item)}")
        assert not re.search(r"<p>\s*</p>", item.content or "")
    title, when = real.first
    assert items[0].title.startswith(title)
    assert str(dates[0].at).startswith(when)


def test_the_fixtures_are_in_words_of_our_own(corpus: Path) -> None:
    items = [
        item
        for path in sorted(FOLDER.glob("*.expected.json"))
        for item in json.loads(path.read_text(encoding="utf-8"))["items"]
    ]
    ours = shingles(" ".join([item["title"], item["summary"] or "", *(item["text"] or ())]) for item in items)
    assert len(ours) > 500
    assert not list(shared_with(corpus, ours))
