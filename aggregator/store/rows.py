"""Values into columns and back, exactly: what is read equals what was written.

Holds no SQL and touches no database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from aggregator.model import (
    Cadence,
    Enclosure,
    EndpointState,
    Episode,
    Hints,
    Item,
    Link,
    Moment,
    Precision,
    Rhythm,
    Setback,
    Shape,
    SourceState,
    Trouble,
)

Row: TypeAlias = tuple[Any, ...]
"""What sqlite3 gives and takes."""

_NOTHING = "[]"
_json = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=256)  # the items of a document share most of their dates
def instant(at: datetime) -> str:
    """Write an aware datetime so that texts sort and compare as the instants do.

    Raises ``ValueError`` for one without a zone: which instant it means is anybody's guess.
    """
    if at.tzinfo is None:
        msg = f"{at} has no time zone"
        raise ValueError(msg)
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[:-6] + "Z"


def instant_or_null(at: datetime | None) -> str | None:
    """Write a datetime that may be absent."""
    return None if at is None else instant(at)


def read_instant(text: str) -> datetime:
    """Read what ``instant`` wrote."""
    return datetime.fromisoformat(text)


def read_instant_or_null(text: str | None) -> datetime | None:
    """Read what ``instant_or_null`` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def numbers(ids: Iterable[int]) -> str:
    """Write ids as JSON, for ``IN (SELECT value FROM json_each(?))``: one statement, however many they are."""
    return _json(sorted(ids))


def names(values: Sequence[str]) -> str:
    """Write texts as a JSON list."""
    return _json(values) if values else _NOTHING


def read_names(text: str) -> tuple[str, ...]:
    """Read what ``names`` wrote."""
    return () if text == _NOTHING else tuple(json.loads(text))


def _enclosures(enclosures: tuple[Enclosure, ...]) -> str:
    return _json([asdict(each) for each in enclosures]) if enclosures else _NOTHING


def _read_enclosures(text: str) -> tuple[Enclosure, ...]:
    return () if text == _NOTHING else tuple(Enclosure(**each) for each in json.loads(text))


def item_columns(item: Item) -> Row:
    """Write the columns digest, title, guid, ... substance of table ``version``, in its order but for ``seen``."""
    claim = item.published
    return (
        item.digest,
        item.title,
        item.guid,
        item.url,
        item.summary,
        item.content,
        None if claim is None else instant(claim.at),
        None if claim is None else claim.precision.value,
        names(item.authors),
        names(item.categories),
        _enclosures(item.enclosures),
        item.language,
        names(item.derived),
        item.likeness,
        item.substance,
    )


def read_item(row: Row) -> Item:
    """Read what ``item_columns`` wrote."""
    (digest, title, guid, url, summary, content, at, precision, *lists, language, derived, likeness, substance) = row
    authors, categories, enclosures = lists
    return Item(
        title=title,
        guid=guid,
        url=url,
        summary=summary,
        content=content,
        published=None if at is None else Moment(read_instant(at), Precision(precision)),
        authors=read_names(authors),
        categories=read_names(categories),
        enclosures=_read_enclosures(enclosures),
        language=language,
        derived=read_names(derived),
        likeness=likeness,
        digest=digest,
        substance=substance,
    )


def link_columns(link: Link) -> Row:
    """Write the columns article, annotation, ... sentence of table ``link``, in its order."""
    reasons = names(link.reasons)
    return (link.article, link.annotation, link.score, link.takeaway, link.quote, reasons, link.sentence)


def read_link(row: Row) -> Link:
    """Read what ``link_columns`` wrote."""
    article, annotation, score, takeaway, quote, reasons, sentence = row
    return Link(article, annotation, score, takeaway, quote, read_names(reasons), sentence)


def state_columns(state: SourceState) -> Row:
    """Write the columns id, next_due, ... cadence, rhythm of table ``source``, in its order."""
    trouble = [
        {"kind": each.kind, "explanation": each.explanation, "since": instant(each.since)} for each in state.trouble
    ]
    return (
        state.id,
        instant_or_null(state.next_due),
        state.interval,
        state.failures,
        instant_or_null(state.last_attempt),
        instant_or_null(state.last_success),
        instant_or_null(state.last_item),
        state.endpoint,
        _json(trouble) if trouble else _NOTHING,
        _cadence(state.cadence),
        _rhythm(state.rhythm),
    )


def _cadence(cadence: Cadence | None) -> str | None:
    if cadence is None:
        return None
    return _json(asdict(cadence) | {"newest": instant(cadence.newest), "heard": instant(cadence.heard)})


def read_cadence(text: str | None) -> Cadence | None:
    """Read the column ``cadence`` of table ``source``."""
    if text is None:
        return None
    fields = json.loads(text)
    return Cadence(**fields | {"newest": read_instant(fields["newest"]), "heard": read_instant(fields["heard"])})


def _rhythm(rhythm: Rhythm | None) -> str | None:
    if rhythm is None:
        return None
    return _json(asdict(rhythm) | {"since": instant(rhythm.since), "newest": instant(rhythm.newest)})


def read_rhythm(text: str | None) -> Rhythm | None:
    """Read the column ``rhythm`` of table ``source``."""
    if text is None:
        return None
    fields = json.loads(text)
    instants = {name: read_instant(fields[name]) for name in ("since", "newest")}
    return Rhythm(**fields | instants | {name: tuple(fields[name]) for name in ("hours", "weekdays")})


def read_trouble(text: str) -> tuple[Trouble, ...]:
    """Read the column ``trouble`` of table ``source``."""
    if text == _NOTHING:
        return ()
    return tuple(Trouble(each["kind"], each["explanation"], read_instant(each["since"])) for each in json.loads(text))


def endpoint_columns(state: EndpointState) -> Row:
    """Write the columns etag, ... shape, asks of table ``endpoint``, in its order."""
    return (
        state.etag,
        state.last_modified,
        state.body,
        state.reading,
        int(state.rests),
        state.moved_to,
        state.moves,
        _setback(state.setback),
        _shapes(state),
        _asks(state),
    )


def read_endpoint(url: str, row: Row) -> EndpointState:
    """Read what ``endpoint_columns`` wrote."""
    etag, last_modified, body, reading, rests, moved_to, moves, setback, shapes, asks = row
    usual, last = _read_shapes(shapes)
    hints, fresh = _read_asks(asks)
    return EndpointState(
        url=url,
        etag=etag,
        last_modified=last_modified,
        body=body,
        reading=reading,
        rests=bool(rests),
        moved_to=moved_to,
        moves=moves,
        setback=_read_setback(setback),
        usual=usual,
        last=last,
        hints=hints,
        fresh=fresh,
    )


def _shapes(state: EndpointState) -> str | None:
    if state.usual is None and state.last is None:
        return None
    return _json({"usual": _shape(state.usual), "last": _shape(state.last)})


def _shape(shape: Shape | None) -> dict[str, Any] | None:
    return None if shape is None else asdict(shape) | {"at": instant(shape.at)}


def _read_shapes(text: str | None) -> tuple[Shape | None, Shape | None]:
    shapes = {} if text is None else json.loads(text)
    usual, last = (
        Shape(**fields | {"at": read_instant(fields["at"])}) if (fields := shapes.get(name)) else None
        for name in ("usual", "last")
    )
    return usual, last


def _asks(state: EndpointState) -> str | None:
    if state.hints is None and state.fresh is None:
        return None
    hints = state.hints and asdict(state.hints) | {"base": instant_or_null(state.hints.base)}
    return _json({"hints": hints, "fresh": state.fresh})


def _read_asks(text: str | None) -> tuple[Hints | None, float | None]:
    if text is None:
        return None, None
    asks = json.loads(text)
    if (hints := asks["hints"]) is not None:
        base = read_instant_or_null(hints["base"])
        hints = Hints(hints["ttl"], hints["period"], base, tuple(hints["hours"]), tuple(hints["weekdays"]))
    return hints, asks["fresh"]


def episode_columns(episode: Episode) -> Row:
    """Write the columns of table ``episode``, in its order."""
    return (
        episode.source,
        episode.kind,
        instant(episode.since),
        episode.explanation,
        instant(episode.updated),
        instant_or_null(episode.ended),
    )


def read_episode(row: Row) -> Episode:
    """Read what ``episode_columns`` wrote."""
    source, kind, since, explanation, updated, ended = row
    return Episode(source, kind, read_instant(since), explanation, read_instant(updated), read_instant_or_null(ended))


def _setback(setback: Setback | None) -> str | None:
    return None if setback is None else _json(asdict(setback) | {"until": instant(setback.until)})


def _read_setback(text: str | None) -> Setback | None:
    if text is None:
        return None
    columns = json.loads(text)
    return Setback(**columns | {"until": read_instant(columns["until"])})
