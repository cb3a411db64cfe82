"""What bounds the reading of sitemaps, and which titles addresses make."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from aggregator.errors import NoItems, NotADocument
from aggregator.model import Document
from aggregator.parse import sitemap
from aggregator.parse.bounds import ITEM_CAP
from aggregator.parse.slug import title_of

Read = Callable[..., Document]

HEAD = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def row(number: int, lastmod: str) -> str:
    return f"<url><loc>https://source.example/statement-number-{number}</loc><lastmod>{lastmod}</lastmod></url>"


def test_of_many_addresses_the_newest_are_taken_without_a_word(read: Read) -> None:
    rows = "".join(row(n, f"{2000 + n % 27}-0{1 + n % 9}-01T00:00:00+0{n % 10}:00") for n in range(ITEM_CAP * 3))
    document = read(f"{HEAD}{rows}</urlset>", kind="sitemap")
    assert (len(document.items), document.rejected) == (ITEM_CAP, ())
    years = [int(str(item.updated)[:4]) for item in document.items]
    assert years == sorted(years, reverse=True)
    assert years[-1] == 2017


def test_no_more_than_the_protocol_s_fifty_thousand_addresses_are_looked_at(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "ENTRY_CAP", 2)
    rows = "".join(row(n, "2026-10-01") for n in range(5))
    assert len(read(f"{HEAD}{rows}</urlset>", kind="sitemap").items) == 2
    assert len(read("\n".join(f"https://source.example/line-no-{n}" for n in range(5)), kind="sitemap").items) == 2


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (("2026-10-01", "2026-10-01T12:00:00Z", "2026-10-01T12:00:00+05:00"), (2, 3, 1)),
        (("2025", "2026-03", "2026-02-28"), (2, 3, 1)),
        (("never", "2026-10-01", "0001-01-01T00:00:00+14:00"), (2, 3, 1)),
        (("2026-13-45", "", "1999-01-01"), (3, 1, 2)),
    ],
)
def test_the_newest_comes_first_however_it_is_dated(read: Read, dates: tuple[str, ...], order: tuple[int, ...]) -> None:
    rows = "".join(row(number, date) for number, date in enumerate(dates, 1))
    items = read(f"{HEAD}{rows}</urlset>", kind="sitemap").items
    assert tuple(int(str(item.link)[-1]) for item in items) == order


PACKED = gzip.compress(f"{HEAD}{row(1, '2026-10-01')}</urlset>".encode(), mtime=0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (PACKED[:-9], "gzip data that breaks off where a sitemap was expected"),
        (PACKED[:10] + b"\xff" * 20, "gzip data that is damaged where a sitemap was expected"),
        (gzip.compress(b" " * 10_000_001), "a sitemap that unfolds to more than 10,000,000 bytes"),
        (gzip.compress(b" " * 6_000_000) * 2, "a sitemap that unfolds to more than 10,000,000 bytes"),
        (gzip.compress(b""), "an empty body where a sitemap was expected"),
        (gzip.compress(b"") * 50_000, "gzip data in more than 200 members where a sitemap was expected"),
        (gzip.compress(b"<html><title>Sign in</title>"), "an HTML page titled 'Sign in' where a sitemap was expected"),
        (f"{HEAD}<url><loc>https://source.example/cut-in-the-mid".encode(), "a sitemap that is not well-formed"),
        (b"", "an empty body where a sitemap was expected"),
        (b"{}", "a JSON object with the keys none where a sitemap was expected"),
    ],
    ids=[
        "cut",
        "damaged",
        "a bomb",
        "a bomb of two",
        "nothing",
        "of many members",
        "a page",
        "cut xml",
        "nothing at all",
        "json",
    ],
)
def test_what_is_no_sitemap_is_named(read: Read, body: bytes, message: str) -> None:
    with pytest.raises(NotADocument, match=f"^{message}"):
        read(body, kind="sitemap")


def test_members_of_a_gzip_file_follow_each_other(read: Read) -> None:
    parts = [f"{HEAD}{row(1, '2026-10-01')}", f"{row(2, '2026-10-02')}</urlset>"]
    assert len(read(b"".join(gzip.compress(part.encode()) for part in parts), kind="sitemap").items) == 2


@pytest.mark.parametrize("host", ["www.source.example", "press.source.example", "SOURCE.example:8080"])
def test_an_index_leads_to_hosts_of_the_same_organisation(read: Read, host: str) -> None:
    index = f"<sitemapindex><sitemap><loc>https://{host}/s.xml</loc></sitemap></sitemapindex>"
    assert read(index, kind="sitemap", url="https://news.source.example/sitemap.xml").sitemaps


@pytest.mark.parametrize("address", ["https://source.example.evil.example/s.xml", "https://[::1/s.xml", "/s.xml"])
def test_an_index_leads_nowhere_else(read: Read, address: str) -> None:
    index = f"<sitemapindex><sitemap><loc>{address}</loc></sitemap></sitemapindex>"
    with pytest.raises(NoItems, match="not an address of this site"):
        read(index, kind="sitemap")


def test_sites_below_a_public_suffix_are_not_one(read: Read) -> None:
    index = "<sitemapindex><sitemap><loc>https://one.co.uk/s.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(NoItems, match="not an address of this site"):
        read(index, kind="sitemap", url="https://two.co.uk/s.xml")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/2026/10/01/call-with-riga/", "Call with riga"),
        ("/natos-rutte-visits-riga_239001.html", "Natos rutte visits riga"),
        ("/news/Statement%20on%20Oslo.aspx", "Statement on Oslo"),
        ("/press/readout+of+the+call", "Readout of the call"),
        ("/g7-leaders-statement-2026", "G7 leaders statement 2026"),
        ("/visit-to-oslo/index.html", "Visit to oslo"),
        ("/visit-to-oslo/?id=17#top", "Visit to oslo"),
        ("/accord-0a1b2c3d4e5f-signed", "Accord signed"),
        ("/%D0%B7%D0%B0%D1%8F%D0%B2%D0%B0", "Заява"),
        ("/%E5%A3%B0%E6%98%8E%E5%85%A8%E6%96%87", "声明全文"),
        ("/dead-beef-decade", "Dead beef decade"),
        ("/", None),
        ("", None),
        ("/news", None),
        ("/index.html", None),
        ("/story/2026/10/1168042", None),
        ("/2026-10-01", None),
        ("/news_218975.htm", None),
        ("/0a1b2c3d-1234-4abc-9def-0123456789ab", None),
        ("/%FF%FE-latin-bytes", None),
        ("/two%0Alines%1B[2J-of-it", None),
    ],
)
def test_the_words_of_an_address(path: str, title: str | None) -> None:
    assert title_of(f"https://source.example{path}") == title


def test_what_is_no_address_makes_no_title() -> None:
    assert title_of("https://[::1/a-statement") is None


def test_a_packed_sitemap_is_called_what_it_is_and_an_empty_one_too(read: Read) -> None:
    assert read(PACKED, "application/gzip", kind="sitemap").mislabelled is None
    with pytest.raises(NoItems, match=r"^a sitemap without any address$"):
        read(f"{HEAD}</urlset>", kind="sitemap")
