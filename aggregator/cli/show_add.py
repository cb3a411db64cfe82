"""A proposed source as a JSON object and as text."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.cli.show import Json, counted, harmless, short
from aggregator.cli.show_trial import trial_object, trial_text
from aggregator.config.edit import appended
from aggregator.pipeline.adding import Proposal
from aggregator.pipeline.discovery import Candidate, Discovery

_SHOWN = 5
"""Items of a preview."""
_FAILED = 6
"""Addresses without a feed that are named."""
_SITEMAPS = frozenset({"an XML document <urlset>", "an XML document <sitemapindex>"})
_FOUND = {
    "given": "",
    "announced": "announced by the page",
    "linked": "linked by the page",
    "guessed": "a usual address",
}


def proposal_object(proposal: Proposal, *, added: bool) -> Json:
    """Return what ``sources add --json`` prints."""
    found, draft = proposal.discovery, proposal.draft
    return {
        "url": found.url,
        "added": added,
        "read_by": proposal.read_by,
        "source": {"id": draft.id, "title": draft.title, "home": draft.home, **draft.settings} if draft else None,
        "endpoints": [dict(table) for table in draft.endpoints] if draft else [],
        "feeds": [
            {
                "url": one.url,
                "found": one.found,
                "items": one.contents.items if one.contents else None,
                "chosen": one is found.feed,
                "unfit": one.unfit,
            }
            for one in found.asked
        ],
        "drafts": [
            {"keys": dict(one.keys), "seen": one.seen, "found": one.found, "dated": one.dated} for one in found.lists
        ],
        "user_agent": proposal.user_agent,
        "user_agent_of": proposal.borrowed,
        "notes": list(_problems(found)) if draft is None else list(found.notes),
        "articles": [
            {"article": one.article, "items": one.items, "annotations": list(one.annotations)} for one in proposal.bears
        ],
        "trials": [trial_object(trial) for trial in proposal.trials],
    }


def proposal_text(proposal: Proposal) -> str:
    """Return what was found at an address, what of it would be added, and what that brings."""
    found = proposal.discovery
    lines = [found.url]
    if proposal.user_agent:
        lines.append(
            f"asked as {proposal.user_agent}" + (f" (user_agent of {proposal.borrowed})" if proposal.borrowed else "")
        )
    if proposal.read_by:
        lines.append(f"the source {proposal.read_by} reads this already: what follows is to mend it by")
    if proposal.draft is None:
        return harmless("\n".join([*lines, *_problems(found), ""]))
    lines += [*_feed_lines(found), *_draft_lines(found), *found.notes]
    text = "\n".join([*lines, "", appended("", [proposal.draft])]) + "\n"
    first, *rest = proposal.trials
    text += trial_text(first, _SHOWN)
    for trial in rest:
        text += "\nShould that fail, there is\n" + trial_text(trial, 0)
    return harmless(text + "".join(f"{line}\n" for line in _bearing_lines(proposal)))


def _feed_lines(found: Discovery) -> Iterator[str]:
    if found.feed:
        alike = f", {found.alike:.0%} of them on the page too" if found.alike is not None else ""
        how = f" ({_FOUND[found.feed.found]})" if _FOUND[found.feed.found] else ""
        yield f"feed       {found.feed.url}{how}: {_items(found.feed)}{alike}"
    for other in found.others:
        yield f"also       {other.url}: {_items(other)}"
    unfit = [one for one in found.asked if one.unfit and one.found != "guessed"]
    for one in unfit[:_FAILED]:
        yield f"not taken  {one.url}: {one.unfit}"
    guessed = sum(one.found == "guessed" for one in found.asked)
    if guessed and found.feed is None:
        yield f"no feed is announced or linked, and none was found at {_usual(guessed)}"


def _usual(addresses: int) -> str:
    return "1 usual address" if addresses == 1 else f"{addresses} usual addresses"


def _items(one: Candidate) -> str:
    return counted(one.contents.items, "item") if one.contents else "no items"


def _draft_lines(found: Discovery) -> Iterator[str]:
    for rank, draft in enumerate(found.lists):
        where = draft.keys.get("item") or draft.keys.get("items")
        counts = f"{draft.found} of {draft.seen} with title and link, {draft.dated} with a date"
        yield f"{'list' if rank == 0 else 'or list':<10} {where}: {counts}"
        if draft.titles:
            yield f"{'':<10} first {short(draft.titles[0])!r}"


def _bearing_lines(proposal: Proposal) -> Iterator[str]:
    items = len(proposal.trials[0].items)
    for one in proposal.bears:
        named = f" (such as {', '.join(one.annotations)})" if one.annotations else ""
        yield (
            f"{one.items} of {counted(items, 'item')} would bear on the article {one.article}, "
            f"did one of its annotations{named} name the source"
        )


def _problems(found: Discovery) -> Iterator[str]:
    """Yield what was tried, and what to do, where nothing of use was found."""
    first = found.first
    if first.failure:
        yield f"{first.failure.kind}: {first.failure.explanation}"
    elif first.identity:
        yield f"it is {'an error page: ' if first.identity.kind == 'error-page' else ''}{first.identity.form}"
    yield from found.notes
    yield from (f"not taken  {one.url}: {one.unfit}" for one in found.asked if one.found != "guessed")
    guessed = [one for one in found.asked if one.found == "guessed"]
    if guessed:
        reasons = sorted({one.unfit or "" for one in guessed})
        yield f"no feed at {_usual(len(guessed))} ({', '.join(reasons[:3])})"
    yield from _advice(found)
    yield "nothing was added"


def _advice(found: Discovery) -> Iterator[str]:
    first = found.first
    kind = first.failure.kind if first.failure else ""
    if kind == "address-refused":
        yield "a private or loopback host is fetched only where fetch.allow_hosts in aggregator.toml names it"
    elif first.status in {401, 403, 406} or (first.identity and first.identity.kind == "error-page"):
        yield "some sites answer to browsers only: try --user-agent with what yours sends"
    elif kind in {"unreachable", "timeout", "host-rests", "bad-response"}:
        yield "try again later, or see in a browser whether the address is right"
    elif first.identity and first.identity.kind == "json":
        yield (
            "no list in it has titles and links under names that are known: `aggregator sources probe` names its lists "
            "and their keys, docs/sources.md how to declare them"
        )
    elif first.identity and first.identity.form in _SITEMAPS:
        yield (
            "that is a sitemap, which has addresses and seldom titles: a feed, or the page with the list, is better. "
            'To read it all the same, declare an endpoint with kind = "sitemap" and this url in sources.toml '
            "(docs/configuration.md)"
        )
    else:
        yield (
            "give the address of the page that lists the documents, or of its feed; "
            "docs/sources.md tells how to declare selectors by hand"
        )
