"""A dry run of a source as a JSON object and as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from aggregator.cli.show import Json, counted, drawn, harmless, short, when
from aggregator.config.values import Source
from aggregator.model import Change
from aggregator.pipeline.trial import Shown, Trial, Tried

_OTHERS = {
    Change.REREAD: "read better",
    Change.JOINED: "known from another source",
}
"""What an update can come to beside new and changed; the operator's words for it."""
_MARKS = {Change.NEW: "+", Change.EDITED: "~", Change.REVISED: "~", Change.REREAD: "~", Change.JOINED: "&"}
_DECLARED = {"page": "selectors", "json": "expressions"}
"""What the endpoints of a kind declare, that a redesign makes useless."""
_NEAR = 20
"""Characters that are shown before the place where a title begins to differ; twice as many after it."""


def trial_object(trial: Trial) -> Json:
    """Return what ``sources test --json`` prints."""
    return {
        "source": trial.source.id,
        "endpoint": trial.endpoint.url if trial.endpoint else None,
        "tried": [_tried_object(tried) for tried in trial.tried],
        "found": trial.found,
        "new": trial.count(Change.NEW),
        "changed": trial.count(Change.EDITED, Change.REVISED),
        "reread": trial.count(Change.REREAD),
        "joined": trial.count(Change.JOINED),
        "known": trial.count(None),
        "repeated": trial.repeated,
        "rejected": list(trial.rejected),
        "unread": list(trial.unread),
        "postponed": trial.postponed,
        "fields": {
            field.name: {
                "declared": field.declared,
                "found": field.found,
                "first": short(field.first) if field.first else None,
                **({} if field.understood is None else {"understood": field.understood}),
                **({} if field.asked is None else {"asked": field.asked}),
            }
            for field in trial.fields
        },
        "removed": {selector: elements for selector, elements, _ in _removed(trial)},
        "items": [_item_object(shown, trial.source) for shown in trial.items],
    }


def _tried_object(tried: Tried) -> Json:
    answer = tried.answer
    return {
        "endpoint": tried.endpoint.url,
        "kind": tried.endpoint.kind,
        "outcome": tried.failure.kind if tried.failure else "ok",
        "explanation": tried.failure.explanation if tried.failure else None,
        "suggestion": _advice(tried),
        "url": answer.url if answer else None,
        "content_type": answer.headers.get("content-type") if answer else None,
        "bytes": len(answer.body) if answer else None,
    }


def _item_object(shown: Shown, source: Source) -> Json:
    item, effect = shown.item, shown.effect
    cleaned: dict[str, Any] = {
        name: {"before": change[0], "after": change[1]}
        for name, change in (("title", effect.title), ("link", effect.link), ("body_bytes", effect.body))
        if change
    }
    return {
        "id": shown.entry_id,
        "change": shown.change.value if shown.change else "known",
        "title": item.title,
        "url": item.url,
        "guid": item.guid,
        "published": when(shown.dated, source.zone),
        "precision": shown.dated.precision.value if shown.dated else None,
        "summary": item.summary,
        "cleaned": {**cleaned, "removed": dict(effect.cut)},
        "links": [
            {"article": one.article, "annotation": one.annotation, "score": one.score, "linked": one.linked}
            for one in shown.bearings
        ],
    }


def _removed(trial: Trial) -> list[tuple[str, int, int]]:
    """Return, for each selector of ``remove``, the elements it cut and the items it cut them from."""
    return [
        (
            selector,
            sum(shown.effect.cut.get(selector, 0) for shown in trial.items),
            sum(shown.effect.cut.get(selector, 0) > 0 for shown in trial.items),
        )
        for selector in trial.source.remove
    ]


def trial_text(trial: Trial, most: int | None = None) -> str:
    """Return a dry run as text: the endpoints, what was found in the one that serves, the first ``most`` items."""
    source = trial.source
    lines = [f"{source.id}: {source.title}{'' if source.enabled else ' (disabled: a run leaves it alone)'}"]
    for tried in trial.tried:
        lines += _tried_lines(tried)
    text = "\n".join(lines) + "\n"
    if trial.fields:
        text += "\n" + _fields_text(trial)
    text += "".join(f"rejected: {reason}\n" for reason in trial.rejected)
    text += "".join(f"page not read: {reason}\n" for reason in trial.unread)
    if trial.endpoint is None:
        return harmless(f"{text}\nno endpoint serves: a run would bring nothing\n")
    items = "".join(f"{line}\n" for shown in trial.items[:most] for line in _item_lines(shown, source))
    if most is not None and len(trial.items) > most:
        items += f"  and {len(trial.items) - most} more\n"
    return harmless(f"{text}\n{items}\n{_sum(trial)}\n")


def _tried_lines(tried: Tried) -> Iterator[str]:
    yield f"  {tried.endpoint.kind:<7} {tried.endpoint.url}"
    answer = tried.answer
    facts = []
    if answer:
        facts = [answer.headers.get("content-type", "no content type"), f"{len(answer.body):,} bytes"]
        facts += [f"from {answer.url}"] if answer.url != tried.endpoint.url else []
    outcome = f"{tried.failure.kind}: {tried.failure.explanation}" if tried.failure else "serves"
    yield f"          {outcome}" + (f" ({', '.join(facts)})" if facts else "")
    if advice := _advice(tried):
        yield f"          -> {advice}"


def _advice(tried: Tried) -> str | None:
    """Return what to do where nothing in the document is what the endpoint declares; None where something is."""
    if tried.failure is None or tried.failure.kind != "no-items" or tried.endpoint.kind not in _DECLARED:
        return None
    return (
        f"if its {_DECLARED[tried.endpoint.kind]} used to find items, the site was probably redesigned: "
        f"aggregator sources add '{tried.endpoint.url}' --dry-run drafts them anew"
    )


def _fields_text(trial: Trial) -> str:
    table = Table("field", f"of {trial.found}", "declared as", "first value", box=None, pad_edge=False)
    for field in trial.fields:
        read = "" if field.understood in {None, field.found} else f", {field.understood} understood"
        read += "" if field.asked is None else f", {counted(field.asked, 'page')} asked for"
        first = short(field.first) if field.first else "-"
        if field.asked == 0:
            known = trial.items and trial.count(None) == len(trial.items)
            first = "no page was asked for" + (": every item is known" if known else "")
        table.add_row(field.name, f"{field.found}{read}", short(field.declared or "-"), first)
    for selector, elements, items in _removed(trial):
        table.add_row("remove", f"{items}", short(selector), f"{counted(elements, 'element')} cut")
    return drawn(table)


def _item_lines(shown: Shown, source: Source) -> Iterator[str]:
    item, effect = shown.item, shown.effect
    mark = _MARKS[shown.change] if shown.change else " "
    date = when(shown.dated, source.zone) or "no date"
    yield f"{mark} {date:<20}  {item.title}"
    if shown.change is None:
        return
    indent = " " * 24
    yield f"{indent}{item.url or 'no link'}"
    yield f"{indent}id {shown.entry_id}"
    if effect.title:
        yield f"{indent}title was {_around_difference(*effect.title)!r}"
    if effect.link and not (item.url or "").endswith(effect.link[0]):
        yield f"{indent}link was {effect.link[0]}"
    if effect.body:
        cut = ", ".join(f"{selector} ({count})" for selector, count in effect.cut.items() if count)
        yield f"{indent}body {effect.body[0]:,} -> {effect.body[1]:,} bytes" + (f", cut: {cut}" if cut else "")
    for one in shown.bearings:
        verdict = "linked to" if one.linked else "not linked to"
        yield f"{indent}{verdict} {one.article}/{one.annotation}, score {one.score:.2f}"


def _around_difference(before: str, after: str) -> str:
    """Return the part of ``before`` where it begins to differ: a no-break space does not meet the eye."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    start, end = max(0, same - _NEAR), same + 2 * _NEAR
    return ("…" if start else "") + before[start:end] + ("…" if end < len(before) else "")


def _sum(trial: Trial) -> str:
    counts = [f"+{trial.count(Change.NEW)} new", f"{trial.count(Change.EDITED, Change.REVISED)} changed"]
    counts += [f"{trial.count(change)} {words}" for change, words in _OTHERS.items() if trial.count(change)]
    counts.append(f"{trial.count(None)} known")
    counts += [f"{trial.repeated} repeated in the document"] if trial.repeated else []
    counts += [f"{len(trial.rejected)} rejected"] if trial.rejected else []
    counts += [f"{counted(trial.postponed, 'page')} left for later looks"] if trial.postponed else []
    return ", ".join(counts) + "; nothing was stored"
