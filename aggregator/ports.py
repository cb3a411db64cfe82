"""What the pipeline needs from the outside world, as Protocols; the edge packages fulfil them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import (
    Ages,
    Entry,
    Episode,
    Item,
    Known,
    Link,
    Moment,
    Planned,
    Request,
    Response,
    Rest,
    Scope,
    Sighting,
    Site,
    SourceState,
    Swept,
    Update,
    Verdict,
)


class Fetcher(Protocol):
    """Brings documents.  Safe to call from several threads."""

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, redirects followed.

        Raises ``FetchError`` for everything that is not a 200 or a 304.
        """


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the instant of this run, aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds for measuring durations."""


class Stop(Protocol):
    """Whether what is under way is to come to an end.  Safe to ask from several threads."""

    def is_set(self) -> bool:
        """Return whether nothing new is to be begun."""


class Observer(Protocol):
    """Is told what happens.  Never fails a run."""

    def started(self, sources: int) -> None:
        """Take note that a cycle over so many sources begins."""

    def updated(self, update: Update) -> None:
        """Take note that one source is done and saved."""

    def published(self, paths: Sequence[str]) -> None:
        """Take note of the outputs written, by path."""

    def warned(self, message: str) -> None:
        """Take note of something wrong that does not stop the run."""


class Sink(Protocol):
    """Takes outputs, by path relative to the output folder, with ``/`` between parts."""

    def write(self, path: str, data: bytes, *, compress: bool = True) -> bool:
        """Make ``path`` hold ``data``, atomically; return whether it did not before.

        With ``compress``, a compressed copy is kept with it.
        Raises ``PublishError``.
        """

    def exists(self, path: str) -> bool:
        """Return whether ``path`` is there."""

    def read(self, path: str) -> bytes | None:
        """Return what ``path`` holds; None where it is not there.  Raises ``PublishError``."""

    def remove(self, path: str) -> None:
        """Make ``path`` not be there.  Raises ``PublishError``."""


class Store(Protocol):
    """Keeps items, their versions and links, and the state of sources.

    Every method raises ``StoreError`` when the database cannot do its work.  Used from one thread.
    Costs depend on what is asked for, never on how much history is stored.
    """

    def site(self, base_url: str, configured: str | None, now: datetime) -> Site:
        """Return the site's lasting identity; the first call settles it, a configured id overrides it."""

    def states(self) -> Mapping[str, SourceState]:
        """Return the state of every source ever saved, by id."""

    def sightings(self, source: str, endpoint: str, handles: Sequence[str]) -> Mapping[str, tuple[Sighting, ...]]:
        """Return the forms in which ``endpoint`` has shown the items of these handles, oldest first."""

    def known(self, source: str, endpoint: str, items: Sequence[tuple[Item, str]]) -> Known:
        """Return all that is stored about these items, each given with the id it would be published under."""

    def save(self, update: Update) -> None:
        """Take in all that one cycle brought to one source, in one transaction."""

    def publications(self, source: str, limit: int) -> tuple[Moment, ...]:
        """Return when the newest items of ``source`` were published, as it is published here, newest first.

        With the precision that the source gives its date; where it gives none, the item was first seen then.
        """

    def rests(self, now: datetime) -> tuple[Rest, ...]:
        """Return which hosts asked to be left alone, by host; what is over by ``now`` is forgotten."""

    def set_rests(self, rests: Iterable[Rest]) -> None:
        """Remember these rests, one a host, and no others."""

    def plans(self) -> Mapping[str, Planned]:
        """Return when each source ever saved is to be looked at, by id."""

    def linked(self) -> Mapping[str, str]:
        """Return the fingerprint under which each article's links were last made, by article."""

    def to_link(
        self, sources: Iterable[str], since: datetime | None, also: Iterable[int] = ()
    ) -> Iterator[tuple[int, frozenset[str], Item]]:
        """Yield (id, sources, current version) of the items of ``sources`` published from ``since`` on.

        Those of unknown date are among them, and the items ``also``, whatever their date and source.
        """

    def items(self) -> Iterator[tuple[str, Item]]:
        """Yield published id and current version of every item, in the order in which they came; one at a time."""

    def relink(self, article: str, fingerprint: str, links: Mapping[int, Sequence[Link]]) -> None:
        """Replace every link of ``article`` by these, and remember the fingerprint; one transaction."""

    def find(self, name: str) -> tuple[tuple[int, Entry], ...]:
        """Return the stored items that ``name`` names, by published id, URL or guid, with their numbers."""

    def verdicts(self, items: Iterable[int]) -> Mapping[int, Mapping[str, Verdict]]:
        """Return the editors' verdicts on these items, by article; an item without any is not in it."""

    def judged(self, article: str) -> Mapping[int, Verdict]:
        """Return the editors' verdicts on ``article``, by item."""

    def judge(self, item: int, article: str, verdict: Verdict | None, links: Sequence[Link], at: datetime) -> None:
        """Keep an editor's verdict (None forgets it), and make ``links`` the item's links to the article.

        One transaction.
        """

    def entries(self, scope: Scope, limit: int, among: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Return the newest entries of ``scope``: by publication, then by first sight, newest first.

        Entries of one look and one date keep the order in which the source showed them.  ``among``: of all
        items, only those that came through one of these sources.
        """

    def live(self, scope: Scope, limit: int, among: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Return the newest entries of ``scope``, then those that none of its archives holds as they are now.

        Newest first, as ``entries``.
        """

    def archive(self, scope: Scope, live: int, size: int, among: Collection[str] | None = None) -> int:
        """Put what no archive of ``scope`` holds, but for at most ``live`` entries, into new ones of ``size`` each.

        Oldest first; ``size`` is ``live`` at most.  Returns the number of the newest archive, 0 where there is none.
        """

    def leave_out(self, scope: Scope, number: int, among: Collection[str]) -> None:
        """Take out of an archive that is to be written what it cannot show: what is unlinked, or of none of ``among``.

        Another archive shows it when it is linked again or its source is back.
        """

    def archived(self, scope: Scope, number: int) -> tuple[Entry, ...]:
        """Return the entries that an archive of ``scope`` holds as they are now, newest first.

        An entry that was edited since lies in a later archive or in none; one that was unlinked is left out.
        """

    def archives(self, scope: Scope) -> Mapping[int, str | None]:
        """Return the SHA-256 (hex) of the file of each archive of ``scope``; None where it is still to be written."""

    def unwritten(self, scope: Scope) -> Sequence[int]:
        """Return the numbers of the archives of ``scope`` that are still to be written, in order."""

    def mark_archive(self, scope: Scope, number: int, sha256: str | None) -> None:
        """Remember what the file of an archive holds, of one unknown so far too; None: it is to be written again."""

    def revision(self, scope: Scope) -> int:
        """Return a number that grows whenever the entries of ``scope`` may have changed."""

    def episodes(self, limit: int, among: Collection[str]) -> tuple[Episode, ...]:
        """Return troubles of the sources ``among`` all: those that last, then those that are over, the newest first."""

    def published(self) -> Mapping[str, str]:
        """Return the fingerprint of each output that was written, by path."""

    def mark_published(self, outputs: Mapping[str, str | None]) -> None:
        """Remember what was written; None forgets a path."""

    def owe(self, hubs: Collection[str], paths: Collection[str], at: datetime, since: datetime) -> None:
        """Note that these WebSub hubs have to be told of these outputs, which changed ``at``.

        What other hubs were to be told, and what changed before ``since``, is forgotten.
        """

    def owed(self) -> Mapping[str, Mapping[str, datetime]]:
        """Return which outputs each hub has to be told of, and when these changed; by hub and path."""

    def told(self, hub: str, paths: Mapping[str, datetime]) -> None:
        """Forget that ``hub`` has to be told of changes that are no newer than these."""

    def upkept(self) -> datetime | None:
        """Return when the upkeep was last done; None where it never was."""

    def mark_upkept(self, at: datetime) -> None:
        """Remember that the upkeep was done."""

    def let_go(self, ages: Ages, live: int, most: int) -> Swept:
        """Consider the next ``most`` versions that have texts, those seen longest ago first; let go of what may go.

        The texts of an item stay while it is linked to an article, was judged, waits for an archive, or is among the
        ``live`` newest of a source; everything but texts stays always.  One transaction.
        """

    def let_go_of_troubles(self, before: datetime, shown: int, among: Collection[str]) -> int:
        """Let go of troubles that were over ``before``; return how many.

        The ``shown`` troubles of ``among`` that ``episodes`` gives stay, however old.
        """

    def tidy(self) -> tuple[int, int]:
        """Do what keeps the database small; return its size in octets, and how many of them nothing is in."""

    def close(self) -> None:
        """Give the database back."""
