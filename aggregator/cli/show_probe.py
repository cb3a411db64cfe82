"""What an address answers, as a JSON object and as text."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from aggregator.cli.show import Json, counted, harmless, short, when
from aggregator.model import Item
from aggregator.pipeline.probe import Contents, Probe

_UTC = ZoneInfo("UTC")
_VALIDATORS = ("etag", "last-modified", "cache-control")
_TEXTS = {"full": "full texts", "summary": "summaries only", "titles": "titles only"}


def probe_object(probe: Probe) -> Json:
    """Return what ``sources probe --json`` prints."""
    response, identity = probe.response, probe.identity
    return {
        "url": probe.url,
        "status": probe.status,
        "error": {"kind": probe.failure.kind, "explanation": probe.failure.explanation} if probe.failure else None,
        "answered_by": response.url if response else None,
        "moved_to": response.moved_to if response else None,
        "content_type": response.headers.get("content-type") if response else None,
        "bytes": len(response.body) if response else None,
        "validators": {name: response.headers.get(name) for name in _VALIDATORS} if response else None,
        "kind": identity.kind if identity else None,
        "form": identity.form if identity else None,
        "feed": _contents_object(probe.contents) if probe.contents else None,
        "title": identity.title if identity else None,
        "feeds": [
            {"url": link.url, "title": link.title, "type": link.type, "found": link.found}
            for link in (identity.feeds if identity else ())
        ],
        "lists": [
            {"items": rows.path, "count": rows.count, "keys": list(rows.keys)}
            for rows in (identity.rows if identity else ())
        ],
    }


def _contents_object(contents: Contents) -> Json:
    return {
        "title": contents.title,
        "home": contents.home,
        "items": contents.items,
        "newest": when(contents.newest, _UTC),
        "oldest": when(contents.oldest, _UTC),
        "dates": [{"form": one.form, "count": one.count, "example": one.example} for one in contents.dates],
        "texts": contents.texts,
        "characters": contents.characters,
        "next": contents.next_url,
        "rejected": list(contents.rejected),
        "samples": [
            {
                "title": item.title,
                "url": item.url,
                "guid": item.guid,
                "published": when(item.published, _UTC),
                "summary": item.summary,
            }
            for item in contents.samples
        ],
    }


def probe_text(probe: Probe, agent: str | None = None, borrowed: str | None = None) -> str:
    """Return what an address answers as text, a fact a line; asked as ``agent``, that of the source ``borrowed``."""
    lines = [probe.url, *(f"  {name:<12}  {value}" for name, value in _facts(probe))]
    if agent:
        lines.insert(1, f"  {'asked as':<12}  {agent}" + (f" (user_agent of {borrowed})" if borrowed else ""))
    if probe.contents:
        lines += ["", *(line for item in probe.contents.samples for line in _item_lines(item))]
    return harmless("\n".join(lines) + "\n")


def _facts(probe: Probe) -> Iterator[tuple[str, str]]:
    response, identity = probe.response, probe.identity
    if response is not None and identity is not None:
        yield "status", str(response.status)
        if response.moved_to:
            yield "moved", f"for good, to {response.moved_to}: configure that address"
        elif response.url != probe.url:
            yield "answered by", response.url
        yield "says it is", response.headers.get("content-type", "nothing (no content type)")
        yield "is", {"feed": "a feed: ", "error-page": "an error page: "}.get(identity.kind, "") + identity.form
        yield "size", f"{len(response.body):,} bytes"
        for name in _VALIDATORS:
            yield name, response.headers.get(name, "-")
    if probe.failure:
        yield probe.failure.kind, probe.failure.explanation
    if probe.contents:
        yield from _contents_facts(probe.contents)
    for link in identity.feeds if identity else ():
        named = f"  {short(link.title)!r}" if link.title else ""
        yield link.found, f"{link.url}{f' ({link.type})' if link.type else ''}{named}"
    for rows in identity.rows if identity else ():
        yield "list", f"{rows.path}  {counted(rows.count, 'object')}: {', '.join(rows.keys)}"
    if identity and identity.kind == "page" and not identity.feeds:
        yield "feeds", "none announced, none linked"


def _contents_facts(contents: Contents) -> Iterator[tuple[str, str]]:
    yield "title", contents.title or "-"
    newest, oldest = when(contents.newest, _UTC), when(contents.oldest, _UTC)
    yield "items", f"{contents.items}" + (f", from {oldest} to {newest}" if newest else ", none with a date")
    for dates in contents.dates:
        yield "dates", f"{dates.count} as {dates.example!r} ({dates.form or 'cannot be read'})"
    yield "texts", f"{_TEXTS[contents.texts]}, {contents.characters:,} characters (median)"
    if contents.next_url:
        yield "next page", contents.next_url
    if contents.rejected:
        yield "rejected", f"{len(contents.rejected)}: {contents.rejected[0]}"


def _item_lines(item: Item) -> Iterator[str]:
    yield f"  {when(item.published, _UTC) or 'no date':<20}  {item.title}"
    if item.url:
        yield f"  {'':<20}  {item.url}"
    if item.summary:
        yield f"  {'':<20}  {short(item.summary)}"
