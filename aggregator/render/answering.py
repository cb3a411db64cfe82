"""How the sources are doing, in one sentence for the readers of the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from aggregator.config.values import Settings
from aggregator.model import SourceState
from aggregator.render import text
from aggregator.render.days import day_of
from aggregator.render.status import summary

_SILENT = frozenset({"failing", "blocked", "resting"})
"""States of a source that does not answer at present."""
_NAMED = 3
"""Sources that the sentence names; the rest it counts."""


def health_line(settings: Settings, states: Mapping[str, SourceState], now: datetime) -> str:
    """Return in one sentence how the enabled sources are doing.

    It says when a source last answered, never when it was last asked: it changes when something has changed.
    """
    sources = cast("Sequence[Mapping[str, object]]", summary(settings, states, now)["sources"])
    enabled = [source for source in sources if source["state"] != "disabled"]
    waiting = [source for source in enabled if source["state"] == "new"]
    silent = [source for source in enabled if source["state"] in _SILENT]
    if not enabled:
        return "No source is watched at present."
    if len(waiting) == len(enabled):
        return "No source has been looked at yet."
    if not silent and waiting:
        answering = len(enabled) - len(waiting)
        verb = "answers" if answering == 1 else "answer"
        return f"{answering} of {len(enabled)} sources {verb}; the others are still to be looked at."
    if not silent:
        return f"All {len(enabled)} sources answer." if len(enabled) > 1 else "The one source answers."
    titles = {source.id: source.title for source in settings.sources}
    named = [f"{titles[str(source['id'])]} {_since(states.get(str(source['id'])))}" for source in silent[:_NAMED]]
    more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
    answering = len(enabled) - len(waiting) - len(silent)
    return text.legal(f"{answering} of {len(enabled)} sources answer. Not at present: {', '.join(named)}{more}.")


def _since(state: SourceState | None) -> str:
    if state is None or state.last_success is None:
        return "(never yet)"
    return f"(last on {day_of(state.last_success, 'UTC').words})"
