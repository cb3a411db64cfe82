"""A subscriber that knows RFC 5005: from a live feed through all of its archives, as files below a folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from tests.feedrules import check

A = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"


@dataclass(frozen=True)
class Seen:
    """An entry, where it was first come upon."""

    id: str
    title: str
    updated: str
    document: str
    """Its path below the folder, without extension."""


def walk(folder: Path, base: str, feed: str) -> list[tuple[str, list[Seen]]]:
    """Return every document of the feed with its entries, from the live one back to the first archive.

    Checks each document, and that the links between them are as RFC 5005, 4 has them.
    """
    documents = []
    path: str | None = feed
    after: str | None = None
    while path is not None:
        data = (folder / f"{path}.atom").read_bytes()
        assert _wrong(f"{base}{path}.atom", data) == ()
        root = etree.fromstring(data)
        links = {str(link.get("rel")): str(link.get("href")) for link in root.findall(f"{A}link")}
        archive = path != feed
        assert (root.find(f"{FH}archive") is not None) is archive
        assert links.get("current") == (f"{base}{feed}.atom" if archive else None)
        if after is not None and after != feed:
            assert links["next-archive"] == f"{base}{after}.atom"
        if not archive:
            assert "next-archive" not in links
        documents.append((path, [_entry(entry, path) for entry in root.findall(f"{A}entry")]))
        after, path = path, _below(links.get("prev-archive"), base)
    return documents


@lru_cache(maxsize=4096)  # an archive never changes: it need not be judged anew at each walk
def _wrong(address: str, data: bytes) -> tuple[str, ...]:
    return tuple(check(address, data, "application/atom+xml"))


def newest_forms(documents: list[tuple[str, list[Seen]]]) -> dict[str, Seen]:
    """Return each entry once, as the document nearest to the live one has it."""
    forms: dict[str, Seen] = {}
    for _, entries in documents:
        for entry in entries:
            forms.setdefault(entry.id, entry)
    return forms


def _entry(entry: etree._Element, path: str) -> Seen:
    id_, title, updated = (entry.findtext(f"{A}{name}") or "" for name in ("id", "title", "updated"))
    return Seen(id_, title, updated, path)


def _below(address: str | None, base: str) -> str | None:
    if address is None:
        return None
    assert address.startswith(base)
    return address.removeprefix(base).removesuffix(".atom")
