"""Which feeds of a subscription list become sources, and why the others do not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aggregator.config.edit import Draft, proposed_id
from aggregator.config.rules import LANGUAGE, url_misfit
from aggregator.config.values import Settings
from aggregator.model import Outline

_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?://)|^feed(?=://)", re.IGNORECASE)
"""What some readers write for "subscribe to this" (https://en.wikipedia.org/wiki/Feed_URI_scheme)."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An outline that becomes no source."""

    name: str
    reason: str


def subscriptions(outlines: Iterable[Outline], settings: Settings) -> tuple[tuple[Draft, ...], tuple[Skipped, ...]]:
    """Return the sources to add for ``outlines``, with ids that are free, and the outlines that are passed over.

    A feed is there already when a source has an endpoint of the same address; what this program publishes itself is
    never a source of its own.  Of each no more than summaries is republished, until the operator says otherwise: a list
    says nothing of whose the texts are.
    """
    there = {_same(endpoint.url): source.id for source in settings.sources for endpoint in source.endpoint}
    taken = {source.id for source in settings.sources}
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    for outline in outlines:
        url = _FEED_SCHEME.sub(lambda match: "http" if match[0].lower() == "feed" else "", outline.url or "", count=1)
        if reason := _refusal(url, there, settings):
            skipped.append(Skipped(outline.title or outline.url or "an outline without a name", reason))
            continue
        draft = _draft(outline, url, taken)
        drafts.append(draft)
        taken.add(draft.id)
        there[_same(url)] = draft.id
    return tuple(drafts), tuple(skipped)


def _refusal(url: str, there: dict[str, str], settings: Settings) -> str | None:
    if not url:
        return "it names no feed (xmlUrl)"
    if reason := url_misfit(url):
        return f"{url}: {reason}"
    if known := there.get(_same(url)):
        return f"already there: {known}"
    if _same(url).startswith(_same(settings.site.base_url)):
        return f"{url} is published here"
    return None


def _draft(outline: Outline, url: str, taken: set[str]) -> Draft:
    parts = urlsplit(url)
    home = outline.home if outline.home and not url_misfit(outline.home) else f"{parts.scheme}://{parts.netloc}/"
    title = outline.title or parts.hostname or url
    spoken = outline.language and re.fullmatch(LANGUAGE, outline.language)
    return Draft(
        id=proposed_id(title, taken),
        title=title,
        home=home,
        settings={"content": "summary", **({"language": outline.language} if spoken else {})},
        endpoints=({"kind": "feed", "url": url},),
    )


def _same(url: str) -> str:
    """Return an address as it compares: scheme and host in lower case, no fragment, no path as "/" (RFC 3986, 6.2)."""
    parts = urlsplit(url)
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/", fragment=""
    ).geturl()
