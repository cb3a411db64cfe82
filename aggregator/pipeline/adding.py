"""A source proposed for an address, with what it would bring.  Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from aggregator import clean
from aggregator.config.domains import registrable
from aggregator.config.edit import Draft
from aggregator.config.rules import LANGUAGE, url_misfit
from aggregator.config.values import Article, Settings, Source
from aggregator.link import Linker
from aggregator.model import Request, Response
from aggregator.pipeline.discovery import Discovery, discover, endpoints
from aggregator.pipeline.trial import Trial, look
from aggregator.plan.naming import id_for, reader_of, title_for
from aggregator.ports import Fetcher, Store


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator says about the source to be added; None where that is to be found out."""

    id: str | None = None
    title: str | None = None
    user_agent: str | None = None
    anew: bool = False
    """Draft also what a source reads already: its page may have been redesigned."""


@dataclass(frozen=True, slots=True)
class Bears:
    """How many of the items would bear on an article, did one of its annotations name the source."""

    article: str
    items: int
    annotations: tuple[str, ...]
    """Ids of those whose label is in the source's title, or the other way round."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source for an address: to be shown, and to be written when that is wanted."""

    discovery: Discovery
    draft: Draft | None = None
    """None where nothing usable was found, or a source reads it already and it was not to be drafted anew."""
    read_by: str | None = None
    """The id of that source."""
    user_agent: str | None = None
    borrowed: str | None = None
    """The id of the source on the same host whose ``user_agent`` that is."""
    trials: tuple[Trial, ...] = ()
    """Of the source; then of each endpoint after the first by itself."""
    bears: tuple[Bears, ...] = ()


def agent_of(url: str, settings: Settings) -> tuple[str | None, str | None]:
    """Return the user agent with which a configured source asks the host of ``url``, and that source's id."""
    host = urlsplit(url).hostname
    for source in settings.sources:
        if source.user_agent and host in {urlsplit(endpoint.url).hostname for endpoint in source.endpoint}:
            return source.user_agent, source.id
    return None, None


def propose(settings: Settings, url: str, wishes: Wishes, fetcher: Fetcher, store: Store, now: datetime) -> Proposal:
    """Return what could be added for ``url``, and what it would bring.  Raises ``StoreError``.

    ``url`` is one that may stand in the configuration.  What a source reads already is not drafted once more, unless
    that is wished.
    """
    agent, borrowed = (wishes.user_agent, None) if wishes.user_agent else agent_of(url, settings)
    listening = _Remembering(fetcher)
    found = discover(url, listening, agent)
    proposal = Proposal(found, user_agent=agent, borrowed=borrowed)
    tables = endpoints(found)
    if not tables:
        return proposal
    reader = reader_of(url, settings.sources) or reader_of(str(tables[0]["url"]), settings.sources)
    proposal = replace(proposal, read_by=reader.id if reader else None)
    if reader and not wishes.anew:
        return proposal
    if not wishes.anew:
        tables = tuple(table for table in tables if reader_of(str(table["url"]), settings.sources) is None)
    draft = _draft(found, tables, wishes, settings, agent, now.date())
    source = Source.model_validate(
        {"id": draft.id, "title": draft.title, "home": draft.home, **draft.settings, "endpoint": draft.endpoints}
    )
    with_it = settings.model_copy(update={"sources": (*settings.sources, source)})
    alone = [source.model_copy(update={"endpoint": (endpoint,)}) for endpoint in source.endpoint[1:]]
    trials = tuple(look(with_it, one, listening, store, now) for one in (source, *alone))
    return replace(proposal, draft=draft, trials=trials, bears=_bears(settings, source, trials[0]))


class _Remembering:
    """A fetcher that asks for nothing twice: what discovery read is what the dry run shows."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[str, Response] = {}

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, the one from before where there is one."""
        if request.url not in self._answers:
            self._answers[request.url] = self._fetcher.fetch(request)
        return self._answers[request.url]


def _draft(
    found: Discovery,
    tables: Sequence[Mapping[str, object]],
    wishes: Wishes,
    settings: Settings,
    agent: str | None,
    today: date,
) -> Draft:
    contents = found.feed.contents if found.feed and tables[0]["kind"] == "feed" else None
    identity = found.first.identity
    called = (contents.title if contents else None) or (identity.title if identity else None)
    parts = urlsplit(str(tables[0]["url"]))
    own = f"{parts.scheme}://{parts.netloc}/"
    domain = registrable(parts.hostname or "")
    title = wishes.title or title_for(called, found.site.name if found.site else None, own)
    home = contents.home if contents and contents.home and not url_misfit(contents.home) else own
    language = (found.site.language if found.site else None) or (contents.language if contents else None)
    zone = _zone(domain, settings)
    optional = {
        "content": "summary",
        "language": language if language and re.fullmatch(LANGUAGE, language) else None,
        "timezone": zone,
        "user_agent": agent,
    }
    id_ = wishes.id or id_for(title, domain, {source.id for source in settings.sources})
    return Draft(
        id=id_,
        title=title,
        home=home if registrable(urlsplit(home).hostname or "") == domain else own,
        endpoints=tuple(tables),
        settings={key: value for key, value in optional.items() if value},
        comment="\n".join(_comment(found, tables, id_, zone, today)),
    )


def _zone(domain: str, settings: Settings) -> str | None:
    """Return the time zone of the sources of the same organisation, where they agree on one."""
    zones = {
        source.timezone
        for source in settings.sources
        if any(registrable(urlsplit(endpoint.url).hostname or "") == domain for endpoint in source.endpoint)
    }
    return zones.pop() if len(zones) == 1 and zones != {"UTC"} else None


def _comment(
    found: Discovery, tables: Sequence[Mapping[str, object]], id_: str, zone: str | None, today: date
) -> list[str]:
    """Return what to know about the tables, for whoever reads the file next."""
    lines = [f"Added on {today.isoformat()} for {found.url}"]
    drafted = next((table for table in tables if table["kind"] != "feed"), None)
    if drafted and found.lists:
        best = found.lists[0]
        what = "The page's selectors" if drafted["kind"] == "page" else "The expressions"
        lines += [
            f"{what} were drafted from what repeats there: {best.found} of {best.seen} with title and link,",
            f"{best.dated} with a date. Look at what they match (aggregator sources test {id_}), and mend them here.",
        ]
        if best.dated < best.found:
            lines.append("What has no date carries the time at which it was first seen.")
        if best.dated and not best.zoned and zone is None:
            lines.append(
                'Dates without a time zone are read as UTC: where that is wrong, set timezone = "Europe/Brussels".'
            )
    lines.append(
        'Where the texts may be republished whole, set content = "full"; where not, say in rights whose they are.'
    )
    return lines


def _bears(settings: Settings, source: Source, trial: Trial) -> tuple[Bears, ...]:
    linker = Linker(settings.articles, settings.link.threshold)
    return tuple(
        Bears(
            article.id,
            sum(
                linker.score(article.id, shown.item, clean.text_of(shown.item)).score >= settings.link.threshold
                for shown in trial.items
            ),
            _namesakes(article, source.title),
        )
        for article in settings.articles
    )


def _namesakes(article: Article, title: str) -> tuple[str, ...]:
    own = title.casefold()
    return tuple(one.id for one in article.annotation if one.label.casefold() in own or own in one.label.casefold())
