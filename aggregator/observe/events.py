"""What is logged: events with a name and fields, made of what the pipeline tells.

How they are written, for people or for collectors, is in ``log``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Episode, Outcome, Update
from aggregator.model.troubles import kind_of

Field = str | int | float | datetime | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.  Fields that are None are not told."""

    name: str
    fields: Mapping[str, Field]

    def __str__(self) -> str:
        """Write it on one line, as ``key=value`` pairs; what is of no source begins with its name."""
        pairs = [f"{key}={_quoted(value)}" for key, value in self.fields.items() if value is not None]
        return " ".join(pairs if "source" in self.fields else [self.name, *pairs])

    @property
    def plain(self) -> dict[str, object]:
        """The fields that are told, as JSON can hold them."""
        return {key: _plain(value) for key, value in self.fields.items() if value is not None}


def printable(text: str) -> str:
    """Return ``text`` with what a terminal could take for a command written as Python writes it.

    Remote text gets into messages: titles, reasons, addresses.  Line breaks go, too: one event, one line.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def canonical(update: Update) -> Event:
    """Return all that an operator may want to know of one look at one source.

    Of a source that fails as it failed before, the explanation is not told again: only how often, and since when.
    """
    state, effort = update.state, update.effort
    again = state.failures > 1 and not update.episodes
    return Event(
        "look",
        {
            "source": update.source,
            "outcome": update.outcome.value,
            "endpoint": update.endpoint,
            "status": effort.status,
            "requests": len(effort.asked),
            "bytes": effort.bytes,
            "shown": effort.shown or None,
            "new": update.new,
            "changed": update.changed,
            "rejected": len(update.rejected) or None,
            "linked": update.linked or None,
            "seconds": round(update.seconds + effort.intake + effort.save, 3),
            "fetch": round(effort.fetch, 3),
            "parse": round(effort.parse, 3),
            "intake": round(effort.intake, 3),
            "save": round(effort.save, 3),
            "next_due": state.next_due,
            "trouble": tuple(trouble.kind for trouble in state.trouble) or None,
            "failures": state.failures or None,
            "since": min((trouble.since for trouble in state.trouble), default=None) if state.failures else None,
            "error": None if again else update.error,
        },
    )


def told(episode: Episode) -> Event | None:
    """Return the event of a trouble that begins or ends; None for one that is only explained otherwise."""
    if episode.ended is None and episode.since != episode.updated:
        return None
    fields: dict[str, Field] = {"source": episode.source, "trouble": episode.kind}
    if episode.ended:
        return Event("trouble-ended", fields | {"ended": episode.updated, "since": episode.since})
    suggestion = kind_of(episode.kind).suggest(episode.source)
    return Event(
        "trouble-began",
        fields | {"began": episode.updated, "explanation": episode.explanation, "suggestion": suggestion},
    )


class Sums:
    """What the looks of a cycle came to so far, in numbers."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._new = self._changed = 0

    def add(self, update: Update) -> None:
        """Take in a look."""
        self._outcomes[update.outcome] += 1
        self._new += update.new
        self._changed += update.changed

    def event(self, published: int, seconds: float) -> Event:
        """Return the event of the cycle's end; ``published`` counts the files written."""
        return Event(
            "cycle",
            {
                "sources": self._outcomes.total(),
                "ok": self._outcomes[Outcome.OK],
                "not_modified": self._outcomes[Outcome.NOT_MODIFIED],
                "failed": self._outcomes[Outcome.ERROR],
                "new": self._new,
                "changed": self._changed,
                "published": published,
                "seconds": round(seconds, 3),
            },
        )


def _plain(value: Field) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _quoted(value: Field) -> str:
    plain = _plain(value)
    text = (",".join(map(str, plain)) if isinstance(plain, list) else str(plain)).replace("\n", " ")
    bare = text and not any(character.isspace() or character in '"=' for character in text)
    return printable(text if bare else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
