"""What the Web Annotation Data Model asks of an AnnotationCollection (https://www.w3.org/TR/annotation-model/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def check(data: bytes, text: str | None = None) -> list[str]:
    """Return what is wrong with a published collection; ``text``: the article's, to check the positions."""
    return list(_collection(json.loads(data.decode("utf-8")), text))


def _collection(collection: dict[str, Any], text: str | None) -> Iterator[str]:
    if collection.get("@context") != CONTEXT:  # 5.1: MUST be the first, or the only one
        yield "no context"
    if collection.get("type") != "AnnotationCollection" or not _is_iri(collection.get("id")):
        yield "no AnnotationCollection with an IRI"
    page = collection.get("first")
    items = page["items"] if page else []
    if collection.get("total") != len(items):
        yield f"{len(items)} annotations, said to be {collection.get('total')}"
    if page and (page.get("type") != "AnnotationPage" or not _is_iri(page.get("id")) or page.get("startIndex") != 0):
        yield "no AnnotationPage with an IRI"
    ids = [item.get("id") for item in items]
    if len(set(ids)) != len(ids):
        yield "ids repeat"
    for item in items:
        yield from (f"{item.get('id')}: {problem}" for problem in _annotation(item, text))


def _annotation(item: dict[str, Any], text: str | None) -> Iterator[str]:
    if item.get("type") != "Annotation" or not _is_iri(item.get("id")):  # 3.1: MUST
        yield "no Annotation with an IRI"
    if item.get("motivation") != "linking":
        yield "not linking"
    for key in ("created", "modified"):  # 3.3.1: xsd:dateTime, UTC with "Z"
        if not str(item.get(key)).endswith("Z") or datetime.fromisoformat(item[key]).tzinfo is None:
            yield f"{key} is no date"
    if str(item.get("modified")) < str(item.get("created")):  # 3.3.1: modified "after creation"
        yield "modified before it was created"
    body, target = item.get("body", {}), item.get("target", {})  # 3.1: MUST have 1 or more targets
    if not _is_iri(body.get("source")) or not _is_iri(target.get("source")):  # 4: exactly 1 source
        yield "body or target without a source"
    for selector in target.get("selector", ()):
        yield from _selector(selector, text)
    match target.get("selector"):
        case [{"exact": exact}, {"start": start, "end": end}] if text is not None and text[start:end] != exact:
            yield f"{start} to {end} is not {exact!r}"  # 4.2.3, 4.2.4: both select the same


def _selector(selector: dict[str, Any], text: str | None) -> Iterator[str]:
    match selector:
        case {"type": "TextQuoteSelector", "exact": str(exact)}:
            if not exact or (text is not None and exact not in text):
                yield f"quotes what is not there: {exact!r}"
        case {"type": "TextPositionSelector", "start": int(start), "end": int(end)}:
            if not 0 <= start < end or (text is not None and end > len(text)):
                yield f"no passage: {start} to {end}"
        case _:
            yield f"unknown selector {selector}"


def _is_iri(value: object) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme) and " " not in value
