"""How an item stands to articles, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from aggregator.cli.show import harmless
from aggregator.model import Entry, Link
from aggregator.pipeline.judging import Finding, Judged
from aggregator.pipeline.outputs import STATUS
from aggregator.render.text import instant


def explanation(entry: Entry, findings: Sequence[Finding]) -> str:
    """Return what ``link explain`` prints."""
    lines = [entry.item.title, f"  {entry.item.url or 'no address'}", f"  id {entry.id}"]
    lines.append(f"  through {', '.join(entry.sources)}; published {instant(entry.published)}")
    for finding in findings:
        lines += ["", *_finding(finding)]
    if not findings:
        lines += ["", "no article is configured"]
    return harmless("\n".join(lines) + "\n")


def _finding(finding: Finding) -> Iterator[str]:
    article, match = finding.article, finding.match
    verdict = f"not linked: {finding.why_not}" if finding.why_not else f"linked under {', '.join(finding.annotations)}"
    pinned = ", pinned by an editor" if finding.verdict and not finding.why_not else ""
    yield f"{article.id}: score {match.score:.2f} (threshold {finding.threshold:.2f}), {verdict}{pinned}"
    if match.sentence:
        yield f"  in its own words: {match.sentence}"
    if match.quote:
        place = "" if match.takeaway is None else f" (takeaway {match.takeaway + 1})"
        yield f"  passage{place}: {match.quote}"
    if finding.anchor:
        yield f"  in the article: {article.url}{finding.anchor.directive}"
    if match.anchors:
        yield f"  names what the article is about: {', '.join(match.anchors)}"
    if match.found:
        held = sum(one.weight for one in match.found)
        yield f"  the article's words in it, weighing {held:.1f} (its twelve heaviest weigh {match.weight:.1f}):"
        for place, found in groupby(match.found, key=attrgetter("place")):
            yield f"    {place:<8}" + ", ".join(f"{one.term} {one.weight:.1f}" for one in found)
    if match.reasons:
        yield "  reasons, as its entries carry them:"
        yield from (f"    {reason}" for reason in match.reasons)


def judgement(judged: Judged, article: str, published: Sequence[str]) -> str:
    """Return what ``link pin``, ``reject`` and ``release`` print."""
    now = f"linked to {article} under {_under(judged.after)}" if judged.after else f"not linked to {article}"
    before = (
        "as before"
        if _under(judged.before) == _under(judged.after)
        else "until now it was " + (f"linked under {_under(judged.before)}" if judged.before else "not linked")
    )
    files = sum(path != STATUS for path in published)
    written = f"files written: {files}" if files else "nothing to publish"
    return harmless(f"{judged.entry.item.title}\n  {now} ({before}); {written}\n")


def _under(links: Sequence[Link]) -> str:
    return ", ".join(sorted(link.annotation for link in links))
