"""One address looked at: what answers there, and what would come in.  Stores nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Literal

from aggregator import clean, parse
from aggregator.clean.dates import form_of
from aggregator.clean.text import LONGEST_SUMMARY
from aggregator.config.endpoints import FeedEndpoint
from aggregator.config.values import Source
from aggregator.errors import AggregatorError, BadStatus
from aggregator.model import Document, Item, Moment, RawItem, Request, Response
from aggregator.parse.identify import Identity, identify
from aggregator.pipeline.diagnose import told
from aggregator.pipeline.intake import cleaned, sighting_of
from aggregator.plan.update import Failure
from aggregator.ports import Fetcher

SAMPLES = 3
"""Items that are shown cleaned."""

ID = "probed"
"""Of the source that stands for the address while its items are cleaned."""

Texts = Literal["full", "summary", "titles"]


@dataclass(frozen=True, slots=True)
class Dates:
    """A format in which a feed writes dates; ``form`` is None where it cannot be read."""

    form: str | None
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a feed."""

    title: str | None
    home: str | None
    items: int
    newest: Moment | None
    oldest: Moment | None
    dates: tuple[Dates, ...]
    """The most frequent first."""
    texts: Texts
    characters: int
    """The median of the items' plain texts."""
    samples: tuple[Item, ...]
    """The first items, cleaned."""
    next_url: str | None
    rejected: tuple[str, ...]
    language: str | None = None
    """As the feed declares it."""
    urls: tuple[str, ...] = ()
    """Of the documents, canonical."""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What an address answered; ``response`` is None when it answered nothing of use."""

    url: str
    response: Response | None = None
    identity: Identity | None = None
    contents: Contents | None = None
    failure: Failure | None = None
    """Why nothing came, or why a feed has nothing to take in."""
    status: int | None = None
    """Of HTTP; None when there was no answer at all."""


def probe(url: str, fetcher: Fetcher, user_agent: str | None = None, *, robots: bool = False) -> Probe:
    """Return what ``url`` answers, asked as ``user_agent``.  Raises nothing: what goes wrong is in ``failure``.

    ``url`` is one that may stand in the configuration.  ``robots``: only where robots.txt lets it be asked for.
    """
    try:
        response = fetcher.fetch(Request(url, user_agent=user_agent, robots=robots))
    except AggregatorError as error:
        status = error.status if isinstance(error, BadStatus) else None
        return Probe(url, failure=Failure(url, *told(error, url)), status=status)
    identity = identify(response)
    if identity.kind != "feed":
        return Probe(url, response, identity, status=response.status)
    endpoint = FeedEndpoint(kind="feed", url=url)
    try:
        document = parse.parse(endpoint, response)
    except AggregatorError as error:
        failure = Failure(url, error.kind, str(error))
        return Probe(url, response, identity, failure=failure, status=response.status)
    except Exception as error:  # noqa: BLE001 - a feed that breaks a library is a finding, not the end of the program
        failure = Failure(url, "internal", f"cannot be read ({type(error).__name__}: {error})")
        return Probe(url, response, identity, failure=failure, status=response.status)
    return Probe(url, response, identity, _contents(endpoint, document), status=response.status)


def _contents(endpoint: FeedEndpoint, document: Document) -> Contents:
    source = Source(id=ID, title=ID, home=endpoint.url, endpoint=(endpoint,))
    reading = clean.reading(source, endpoint)
    candidates, refused = cleaned(source, endpoint, [(raw, sighting_of(raw, reading)) for raw in document.items])
    items = [
        replace(candidate.item, published=candidate.item.published or candidate.stand_in) for candidate in candidates
    ]
    moments = sorted((item.published for item in items if item.published), key=lambda moment: moment.at)
    lengths = [len(clean.text_of(item)) for item in items]
    characters = median_low(lengths) if lengths else 0
    return Contents(
        title=document.title,
        home=document.home,
        items=len(items),
        newest=moments[-1] if moments else None,
        oldest=moments[0] if moments else None,
        dates=tuple(_dates(document.items)),
        texts="full" if characters > LONGEST_SUMMARY else "summary" if characters else "titles",
        characters=characters,
        samples=tuple(items[:SAMPLES]),
        next_url=document.next_url,
        rejected=document.rejected + refused,
        language=document.language,
        urls=tuple(dict.fromkeys(item.url for item in items if item.url)),
        titles=tuple(dict.fromkeys(item.title for item in items if item.title)),
    )


def _dates(items: Sequence[RawItem]) -> list[Dates]:
    written = [date for raw in items if (date := raw.published or raw.updated)]
    forms = {date: form_of(date) for date in written}
    examples: dict[str | None, str] = {}
    for date in written:
        examples.setdefault(forms[date], date)
    counts = Counter(forms[date] for date in written)
    return [Dates(form, count, examples[form]) for form, count in counts.most_common()]
