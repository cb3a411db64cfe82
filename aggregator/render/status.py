"""``status.json``: how each source is doing, for the operator's own tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from aggregator.config.values import Settings, Source
from aggregator.model import SourceState, without_secrets
from aggregator.model.troubles import kind_of
from aggregator.render.text import instant


def status(settings: Settings, states: Mapping[str, SourceState], now: datetime) -> bytes:
    """Return the bytes of ``status.json``."""
    return json.dumps(summary(settings, states, now), ensure_ascii=False, indent=1).encode() + b"\n"


def summary(settings: Settings, states: Mapping[str, SourceState], now: datetime) -> dict[str, object]:
    """Return what ``status.json`` holds: the sources in the order of the configuration, times or null."""
    return {
        "generated": instant(now),
        "sources": [_source(source, states.get(source.id, SourceState(source.id))) for source in settings.sources],
    }


def _source(source: Source, state: SourceState) -> dict[str, object]:
    return {
        "id": source.id,
        "state": _word(source, state),
        "endpoint": None if state.endpoint is None else without_secrets(state.endpoint),
        "last_success": _time(state.last_success),
        "last_item": _time(state.last_item),
        "items": state.items,
        "cadence": state.cadence.usually if state.cadence else None,
        "rhythm": state.rhythm.mostly if state.rhythm else None,
        "next_due": _time(state.next_due) if source.enabled else None,
        "trouble": [
            {
                "kind": trouble.kind,
                "explanation": without_secrets(trouble.explanation),
                "suggestion": kind_of(trouble.kind).suggest(source.id),
                "since": instant(trouble.since),
            }
            for trouble in state.trouble
        ],
    }


def _word(source: Source, state: SourceState) -> str:
    """Return the one word for a source's state, the one that explains the others first."""
    if not source.enabled:
        return "disabled"
    if state.last_attempt is None:
        return "new"
    endpoints = [state.endpoints.get(endpoint.url) for endpoint in source.endpoint]
    rests = all(endpoint is not None and endpoint.rests for endpoint in endpoints)
    kinds = {trouble.kind for trouble in state.trouble}
    if rests or ("host-rests" in kinds and kinds <= {"host-rests", "resting"}):
        return "resting"
    if state.failures:
        return "blocked" if any(kind_of(kind).severity == "block" for kind in kinds) else "failing"
    return "quiet" if "quiet" in kinds else "ok"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
