"""When troubles begin and end: what is told once, and kept for ``health.atom``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from aggregator.model import Episode, Trouble

_PASSING = re.compile(r" \(asked again after [^)]*\)|\d+")
"""What comes and goes in an explanation while its cause stays: how long, how many, and when an endpoint is asked again
(``aggregator.plan.update``)."""


def episodes(source: str, before: Iterable[Trouble], after: Iterable[Trouble], now: datetime) -> tuple[Episode, ...]:
    """Return the episodes that begin or end with a look at ``source``, or whose explanation changes in substance.

    ``before`` and ``after`` are its troubles before the look and after it.  Several of one kind are one episode.  That
    a silence lasts a day longer, or that an endpoint is asked again at another hour, is no change.
    """
    old, new = _by_kind(before), _by_kind(after)
    changes = [
        Episode(source, kind, since, explanation, now)
        for kind, (since, explanation) in new.items()
        if kind not in old or _substance(old[kind][1]) != _substance(explanation)
    ]
    changes += [
        Episode(source, kind, since, explanation, now, ended=now)
        for kind, (since, explanation) in old.items()
        if kind not in new
    ]
    return tuple(changes)


def _by_kind(troubles: Iterable[Trouble]) -> Mapping[str, tuple[datetime, str]]:
    kinds: dict[str, tuple[datetime, str]] = {}
    for trouble in troubles:
        since, told = kinds.get(trouble.kind, (trouble.since, ""))
        kinds[trouble.kind] = (since, f"{told}; {trouble.explanation}" if told else trouble.explanation)
    return kinds


def _substance(explanation: str) -> str:
    return _PASSING.sub("", explanation)
