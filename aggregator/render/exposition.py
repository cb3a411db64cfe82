"""What the store tells of the sources as Prometheus' text exposition: for a process that runs no cycle itself.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from aggregator.config.values import Settings
from aggregator.model import SourceState
from aggregator.render.status import WORDS, summary


def exposition(settings: Settings, states: Mapping[str, SourceState], now: datetime) -> bytes:
    """Return the metrics of the configured sources: their ids and states are all that labels hold."""
    known = {source.id: states.get(source.id, SourceState(source.id)) for source in settings.sources}
    told = cast("Sequence[Mapping[str, str]]", summary(settings, states, now)["sources"])
    counts = Counter(source["state"] for source in told)
    due = {source.id: known[source.id].next_due for source in settings.sources if source.enabled}
    parts = (
        _gauge("sources", "Configured sources by their state.", (("state", word, counts[word]) for word in WORDS)),
        _of_sources("items", "Items kept of a source.", {id_: float(state.items) for id_, state in known.items()}),
        _of_sources("failures", "Looks in a row that brought nothing.",
                    {id_: float(state.failures) for id_, state in known.items()}),
        _of_sources("troubles", "Troubles of a source at present.",
                    {id_: float(len(state.trouble)) for id_, state in known.items()}),
        _of_sources("last_success_timestamp_seconds", "When a source last answered.",
                    {id_: _seconds(state.last_success) for id_, state in known.items()}),
        _of_sources("last_item_timestamp_seconds", "When an item of a source was last new.",
                    {id_: _seconds(state.last_item) for id_, state in known.items()}),
        _of_sources("next_due_timestamp_seconds", "When a source is to be looked at again.",
                    {id_: _seconds(moment) for id_, moment in due.items()}),
    )  # fmt: skip
    return "".join(parts).encode()


def _of_sources(name: str, meaning: str, values: Mapping[str, float | None]) -> str:
    rows = (("source", id_, value) for id_, value in values.items() if value is not None)
    return _gauge(f"source_{name}", meaning, rows)


def _gauge(name: str, meaning: str, rows: Iterable[tuple[str, str, float]]) -> str:
    lines = [f'aggregator_{name}{{{label}="{value}"}} {number!r}\n' for label, value, number in rows]
    if not lines:
        return ""
    return f"# HELP aggregator_{name} {meaning}\n# TYPE aggregator_{name} gauge\n{''.join(lines)}"


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
