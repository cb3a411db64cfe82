"""An address looked at for what a source could be made of: its feeds, its list, its rows.  Stores nothing.

Asks few addresses, one after the other, and stops where a host asks to be left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aggregator.clean import urls
from aggregator.clean.dates import parse_date
from aggregator.errors import ParseError
from aggregator.model import Response
from aggregator.parse.discover import FeedLink, Site, guesses, of_comments, site_of
from aggregator.parse.draft.absent import filled_by
from aggregator.parse.draft.drafted import Drafted, Reads
from aggregator.parse.draft.page import page_drafts
from aggregator.parse.draft.rows import json_drafts
from aggregator.parse.encoding import decode
from aggregator.pipeline.probe import Contents, Probe, probe
from aggregator.ports import Fetcher

SPOKEN_OF = 8
"""Feeds that a page announces or links to, of which so many are asked."""

Found = Literal["given", "announced", "linked", "guessed"]

_UTC = ZoneInfo("UTC")
_NOT_THERE = frozenset({404, 410})
_NO_USE = frozenset({"unreachable", "address-refused", "timeout", "host-rests", "bad-response"})
"""Failures after which nothing more is asked of the host."""
_SAME = 0.5
"""Share of the shorter list that two lists have in common, from which on they are of the same documents."""
_OTHER = 0.25
"""Share below which they are of different documents."""
_FILLED = (
    "the page holds no list of documents: it is filled in by {}, in the reader's browser. "
    "Its developer tools (Network) show where the list comes from; when that is JSON, add that address"
)
_TEXTS = {"full": 2, "summary": 1, "titles": 0}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed, and what it is."""

    url: str
    found: Found
    response: Response | None = None
    contents: Contents | None = None
    unfit: str | None = None
    """Why it is not taken; None where it could be."""
    likeness: float | None = None
    """Share of the documents on the page that it holds too; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an address leads to."""

    url: str
    first: Probe
    """What the address itself answered."""
    site: Site | None = None
    """What the page says of its site; None where no page answered."""
    feed: Candidate | None = None
    """The best feed."""
    asked: tuple[Candidate, ...] = ()
    """Every address that was asked for a feed, the address itself not among them unless it is one."""
    lists: tuple[Drafted, ...] = ()
    """Drafts of how the address itself may be read, the best first."""
    alike: float | None = None
    """Share of the documents that the feed and the best draft have in common."""
    notes: tuple[str, ...] = ()
    """Sentences for the operator."""

    @property
    def others(self) -> tuple[Candidate, ...]:
        """Feeds that would do, beside the one chosen."""
        return tuple(one for one in self.asked if one.unfit is None and one is not self.feed)


def reads(text: str, date_format: str | None = None) -> bool:
    """Return whether a run could read ``text`` as a date."""
    return parse_date(text, _UTC, date_format) is not None


def discover(url: str, fetcher: Fetcher, user_agent: str | None = None) -> Discovery:
    """Return what a source could be made of at ``url``, which may stand in the configuration.

    Feeds first: the address itself, those that the page there announces or links to, the usual addresses.  Then the
    page's own list, or the rows of a JSON answer.  What goes wrong is said in the values; nothing is raised for it.
    """
    first = probe(url, fetcher, user_agent, robots=True)
    notes: list[str] = []
    if first.failure and first.failure.kind == "robots":
        notes.append(f"{first.failure.explanation}: as a page it is left alone; it was asked whether it is a feed")
        plain = probe(url, fetcher, user_agent)
        first = plain if plain.identity is None or plain.identity.kind in {"feed", "json"} else first
    identity = first.identity
    if identity and first.contents:
        moved = first.response.moved_to if first.response else None
        given = Candidate(moved or url, "given", first.response, first.contents)
        return Discovery(url, first, feed=given, asked=(given,), notes=tuple(notes))
    if identity and identity.kind == "json" and first.response:
        lists, said = _drafts(json_drafts, first.response)
        return Discovery(url, first, lists=lists, notes=(*notes, *said))
    site: Site | None = None
    lists = ()
    if identity and identity.kind == "page" and first.response:
        text = decode(first.response.body, first.response.headers.get("content-type", ""))
        site = site_of(text)
        lists, said = _lists(first.response, text)
        notes += said
    if not _promising(first):
        return Discovery(url, first, notes=tuple(notes))
    found = _Search(fetcher, user_agent, _documents(first.response, lists)).run(url, first)
    best = max(found.fit, key=lambda one: _rank(one, found.asked), default=None)
    return Discovery(
        url, first, site, best, tuple(found.asked), lists, best.likeness if best else None, (*notes, *found.notes)
    )


def _promising(first: Probe) -> bool:
    """Return whether there may be a feed elsewhere on the host: where a page answered, or one that turns programs away.

    An address that is not there is a mistake, and what is neither feed nor page has no feed beside it.
    """
    if first.identity:
        return first.identity.kind in {"page", "error-page"}
    failure = first.failure.kind if first.failure else ""
    return failure == "robots" or (failure == "http-status" and first.status not in _NOT_THERE)


def _drafts(
    draft: Callable[[Response, Reads], tuple[Drafted, ...]], response: Response
) -> tuple[tuple[Drafted, ...], list[str]]:
    try:
        return draft(response, reads), []
    except ParseError as error:
        return (), [f"it was not looked at for a list: {error}"]
    except Exception as error:  # noqa: BLE001 - a page that breaks a library is a finding, not the end of the program
        return (), [f"it cannot be looked at for a list ({type(error).__name__}: {error})"]


def _lists(response: Response, text: str) -> tuple[tuple[Drafted, ...], list[str]]:
    lists, said = _drafts(page_drafts, response)
    if lists or said:
        return lists, said
    script = filled_by(text)
    if script is None:
        return (), [
            "the page repeats nothing that looks like a list of documents: it may be the wrong page of the site"
        ]
    return (), [_FILLED.format(script)]


def _documents(response: Response | None, lists: Collection[Drafted]) -> frozenset[str]:
    """Return the documents on a page, by address and by title."""
    best = next(iter(lists), None)
    if response is None or best is None:
        return frozenset()
    addresses = (urls.canonical(urls.absolute(link, response.url)) for link in best.links)
    return frozenset({*(one for one in addresses if one), *map(_plain, best.titles)})


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


class _Search:
    """Asks addresses for feeds, until one is good enough."""

    def __init__(self, fetcher: Fetcher, user_agent: str | None, page: frozenset[str]) -> None:
        self._fetcher = fetcher
        self._user_agent = user_agent
        self._page = page
        self.asked: list[Candidate] = []
        self.notes: list[str] = []

    @property
    def fit(self) -> list[Candidate]:
        """The candidates that would do."""
        return [one for one in self.asked if one.unfit is None]

    def run(self, url: str, first: Probe) -> _Search:
        """Ask what the page speaks of, then where feeds mostly are: of the page, then of the site."""
        spoken = first.identity.feeds[:SPOKEN_OF] if first.identity and first.identity.kind == "page" else ()
        answered = first.response.url if first.response else url
        seen = {url, answered}
        for stage, candidate, label, found in _addresses(spoken, answered):
            if self._enough(stage):
                break
            if candidate not in seen:
                seen.add(candidate)
                if not self._ask(candidate, label, found):
                    break
        return self

    def _enough(self, stage: Literal["spoken", "page", "site"]) -> bool:
        """Return whether what was found is good enough to leave the addresses of ``stage`` alone."""
        if stage == "spoken":
            return False
        likely = any(one.likeness is None or one.likeness >= _SAME for one in self.fit)
        return likely or (stage == "site" and bool(self.fit))

    def _ask(self, url: str, label: str | None, found: Found) -> bool:
        """Ask ``url``; return whether the host may be asked more."""
        if of_comments(url, label):
            self.asked.append(Candidate(url, found, unfit="it holds comments"))
            return True
        answer = probe(url, self._fetcher, self._user_agent)
        self.asked.append(self._judged(url, found, answer))
        if answer.failure and answer.failure.kind in _NO_USE and found == "guessed":
            self.notes.append(f"{answer.failure.explanation}: no further address was asked")
            return False
        return True

    def _judged(self, url: str, found: Found, answer: Probe) -> Candidate:
        contents = answer.contents
        if contents is None:
            reason = answer.failure.explanation if answer.failure else f"it is {_kind(answer)}"
            return Candidate(url, found, unfit=reason)
        likeness = _common(self._page, contents)
        unfit = None
        if of_comments(url, contents.title):
            unfit = "it holds comments"
        elif not contents.items:
            unfit = "none of its items can be used"
        elif contents.items == 1 or len(contents.urls) == 1:
            unfit = "it holds a single document"
        elif found == "linked" and likeness == 0 and not _near(url, answer):
            unfit = "it is of another site"
        elif any(one.response and answer.response and one.response.url == answer.response.url for one in self.fit):
            unfit = "it leads to another of them"
        moved = answer.response.moved_to if answer.response else None
        return Candidate(moved or url, found, answer.response, contents, unfit, likeness)


def _addresses(
    spoken: tuple[FeedLink, ...], url: str
) -> Iterator[tuple[Literal["spoken", "page", "site"], str, str | None, Found]]:
    yield from (("spoken", link.url, link.title, link.found) for link in spoken)
    of_page, of_site = guesses(url)
    yield from (("page", guess, None, "guessed") for guess in of_page)
    yield from (("site", guess, None, "guessed") for guess in of_site)


def _kind(answer: Probe) -> str:
    return answer.identity.form if answer.identity else "nothing"


def _near(url: str, answer: Probe) -> bool:
    """Return whether a feed that a page links to is of the documents of its own host."""
    host = urlsplit(url).hostname
    contents = answer.contents
    return contents is not None and any(urlsplit(one).hostname == host for one in contents.urls)


def _common(page: frozenset[str], contents: Contents) -> float | None:
    """Return the share of the documents that a page and a feed have in common, of the shorter list of the two."""
    if not page:
        return None
    shared = sum(one in page for one in contents.urls)
    alike = sum(_plain(title) in page for title in contents.titles)
    fewer = min(len(page) / 2, max(len(contents.urls), len(contents.titles)))
    return min(1.0, max(shared, alike) / fewer) if fewer else None


def _rank(one: Candidate, asked: Collection[Candidate]) -> tuple[float, bool, int, int, int]:
    """Return what makes a feed better than another: the page's documents, dates, texts, more of them, its place."""
    contents = one.contents
    if contents is None:
        return (0, False, 0, 0, 0)
    return (
        round((one.likeness or 0) * 4) / 4,
        contents.newest is not None,
        _TEXTS[contents.texts],
        contents.items,
        -list(asked).index(one),
    )


def endpoints(found: Discovery) -> tuple[Mapping[str, object], ...]:
    """Return the endpoints that a source could have, the best first; none where nothing usable was found.

    A list stands beside a feed only where both are of the same documents; alone where the feed is of others.
    """
    best = found.lists[0] if found.lists else None
    kind = "json" if found.first.identity and found.first.identity.kind == "json" else "page"
    moved = found.first.response.moved_to if found.first.response else None
    listed = ({"kind": kind, "url": moved or found.url, **best.keys},) if best else ()
    if found.feed is None:
        return listed
    feed = ({"kind": "feed", "url": found.feed.url},)
    if best is None or found.alike is None:
        return feed
    if found.alike >= _SAME:
        return (*feed, *listed)
    strange = found.alike < _OTHER and 2 * best.dated >= best.found and not _front(found.url)
    return listed if strange else feed


def _front(url: str) -> bool:
    """Return whether ``url`` is a site's first page, in one of its languages perhaps: it shows a choice of all."""
    return re.fullmatch(r"(?:[a-z]{2}(?:-[a-z]{2})?)?", urlsplit(url).path.strip("/"), re.IGNORECASE) is not None
