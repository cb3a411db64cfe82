"""Drafts of how a JSON answer may be read: which list of objects, and which of their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from aggregator.config.endpoints import JsonEndpoint
from aggregator.errors import ParseError
from aggregator.model import Response
from aggregator.parse import json_paths
from aggregator.parse.draft.drafted import DRAFTS, Drafted, Reads, drafted
from aggregator.parse.encoding import decode
from aggregator.parse.identify import rows_of
from aggregator.parse.json_document import load, text_of

_SAMPLE = 20
"""Objects of a list that are looked at."""
_DEEP = 3
"""Objects inside one another in which a field is looked for (``title.rendered``, ``attributes.title``)."""
_KEYS = 200
"""Keys of one object that are looked at."""
_DISTINCT = 0.75
"""Share of different titles below which they say too little alone ("Remarks")."""
_SHARE = 0.6
"""Share of the objects that have to have a field."""
_GENERIC = 25
"""Characters of a title that is joined with the description where it repeats."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title.rendered", "title", "headline", "heading", "name", "subject", "label", "caption"),
    "link": ("link", "url", "html_url", "web_url", "permalink", "canonical_url", "canonical", "href", "path", "uri"),
    "date": (
        *("published", "publishedat", "published_at", "publishdate", "publish_date", "published_date", "pubdate"),
        *("publication_date", "publicationdate", "datepublished", "date_published", "date_gmt", "date", "pagedate"),
        *(
            "releasedate",
            "release_date",
            "posted",
            "posted_at",
            "created",
            "createdat",
            "created_at",
            "datetime",
            "time",
        ),
        *("issued", "public_timestamp", "first_published_at", "updated", "updated_at", "modified"),
    ),
    "summary": (
        *("summary", "excerpt.rendered", "excerpt", "description", "abstract", "teaser", "lead", "intro", "snippet"),
        *("standfirst", "subtitle", "dek"),
    ),
    "body": ("content.rendered", "content_html", "body_html", "body", "content", "fulltext", "text", "html"),
    "id": ("guid.rendered", "guid", "uuid"),
}
"""What the fields of an item are called in the JSON of WordPress, Drupal, AEM, gov.uk and their like; best first."""


def json_drafts(response: Response, reads: Reads) -> tuple[Drafted, ...]:
    """Return drafts of ``kind = "json"``, the best first; none where no list of objects has titles and links.

    ``reads`` as for pages.  Raises ``NotADocument`` when the body is no JSON.
    """
    answer = load(decode(response.body, response.headers.get("content-type", "")), "JSON")
    drafts = []
    for path, rows in rows_of(answer):
        keys = _keys([row for row in rows if isinstance(row, dict)][:_SAMPLE], reads)
        if keys and (draft := _drafted({"items": path, **keys}, len(rows), response, reads)):
            drafts.append(draft)
    return tuple(sorted(drafts, key=lambda draft: draft.found + draft.dated, reverse=True)[:DRAFTS])


def _drafted(keys: Mapping[str, str], seen: int, response: Response, reads: Reads) -> Drafted | None:
    try:
        endpoint = JsonEndpoint.model_validate({"kind": "json", "url": response.url, **keys})
        document = json_paths.read(endpoint, response)
    except (ParseError, ValueError):
        return None
    return drafted(keys, seen, document, reads)


def _keys(rows: Sequence[Mapping[str, object]], reads: Reads) -> dict[str, str]:
    """Return the endpoint's keys for ``rows``; nothing where they have no titles or no links."""
    values: dict[str, list[str]] = {}
    for row in rows:
        for path, value in _leaves(row, "", _DEEP):
            values.setdefault(path, []).append(value)
    wanted = _SHARE * len(rows)
    often = {path: found for path, found in values.items() if len(found) >= wanted}
    title = _named("title", often)
    link = _named("link", {path: found for path, found in often.items() if _are_links(found)})
    if not rows or title is None or link is None:
        return {}
    rest = {path: found for path, found in often.items() if path not in {title, link}}
    summary = _named("summary", rest)
    if summary is None and len(set(often[title])) == 1:
        return {}
    keys = {"title": title, "link": link}
    if summary and _generic(often[title]):
        keys["title"], summary = f"join(' ', [{title}, {summary}])", None
    date = _named("date", {path: found for path, found in rest.items() if all(reads(one, None) for one in found)})
    optional = {
        "date": date and _in_utc(date, often[date]),
        "id": _named("id", {path: found for path, found in rest.items() if len(set(found)) == len(found)}),
        "summary": summary,
        "body": _named("body", rest),
    }
    return keys | {key: path for key, path in optional.items() if path}


def _leaves(value: Mapping[str, object], path: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, inner in list(value.items())[:_KEYS]:
        name = key if re.fullmatch(r"[A-Za-z_]\w*", key, re.ASCII) else '"' + re.sub(r'(["\\])', r"\\\1", key) + '"'
        whole = f"{path}.{name}" if path else name
        if isinstance(inner, dict) and depth > 1:
            yield from _leaves(inner, whole, depth - 1)
        elif not isinstance(inner, dict | list) and (text := text_of(inner)):
            yield whole, text


def _named(field: str, among: Mapping[str, object]) -> str | None:
    """Return the path of ``among`` whose name fits ``field`` best, the outermost of those that fit alike."""
    ranks = {name: rank for rank, name in enumerate(_NAMES[field])}

    def rank(path: str) -> tuple[int, int] | None:
        plain = path.replace('"', "").lower()
        ends = [plain, ".".join(plain.rsplit(".", 2)[-2:]), plain.rpartition(".")[2]]
        fitting = [ranks[end] for end in ends if end in ranks]
        return (min(fitting), path.count(".")) if fitting else None

    ranked = [(place, path) for path in among if (place := rank(path)) is not None]
    return min(ranked)[1] if ranked else None


def _are_links(values: Sequence[str]) -> bool:
    return len(set(values)) > 1 and all(re.match(r"https?://|/(?!/)|[\w.-]+/", value) for value in values)


def _generic(titles: Sequence[str]) -> bool:
    """Return whether titles say too little alone: they repeat, or are single words."""
    return len(set(titles)) < _DISTINCT * len(titles) or max(map(len, titles)) < _GENERIC


def _in_utc(path: str, values: Sequence[str]) -> str:
    """Return the expression of a date; one that is UTC by its name is made to say so."""
    naive = all(re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", value) for value in values)
    return f"{path} && join('', [{path}, 'Z'])" if naive and path.lower().endswith(("_gmt", "_utc")) else path
