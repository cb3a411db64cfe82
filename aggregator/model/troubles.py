"""Every kind of trouble that a source can have: its word, its name for people, and what the operator can do.

The one table of them.  ``docs/operations.md`` says what each means; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["failure", "block", "warning"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble."""

    word: str
    """Stable: in ``status.json``, in logs and as the category of ``health.atom``."""
    name: str
    """Completes "NATO: ..." in a title."""
    suggestion: str
    """What to do about it, in a sentence or two; ``{source}`` stands for the source's id."""
    severity: Severity = "failure"
    """``failure``: an endpoint does not serve.  ``block``: it does not because something stands in the way, on purpose.
    ``warning``: it serves, and something about it should be known."""

    def suggest(self, source: str) -> str:
        """Return what the operator of the source of that id can do."""
        return self.suggestion.replace("{source}", source)


_BLOCKED = (
    "The site turns this program away, by its address or by what it calls itself. Give the source a user_agent that "
    "the site accepts, run from another network, ask the site's operator to let the program through, or add an "
    "endpoint that is not guarded (a feed, a JSON answer, a sitemap)."
)
_LOOK = "aggregator sources test {source} shows what comes in, and which selector or expression finds nothing."
_PROBE = "Open the address in a browser and with aggregator sources probe: "

_KINDS = (
    # the way there
    Kind(
        "unreachable",
        "cannot be reached",
        "Wait if it is new: sites and networks recover. If it stays, check the address in sources.toml, and whether "
        "this machine reaches the host at all.",
    ),
    Kind(
        "address-refused",
        "leads to an address that is refused",
        "If the address is yours and meant, name the host in fetch.allow_hosts; otherwise correct the url.",
    ),
    Kind("redirects", "redirects without end", _PROBE + "a redirect that goes round needs another url or user_agent."),
    Kind(
        "timeout",
        "answers too slowly",
        "If the site is always slow, raise fetch.timeout; otherwise wait, it is asked again.",
    ),
    Kind(
        "too-large",
        "answers too much",
        "Choose an address that gives less (a per-page parameter), or raise fetch.max_bytes.",
    ),
    Kind("bad-response", "does not answer proper HTTP", _PROBE + "if it works there, report it."),
    Kind(
        "http-status",
        "answers with an error status",
        "404: find the new address (aggregator sources probe on the site's home page names its feeds). 403: try "
        "another user_agent for the source. 5xx: wait, it is asked again.",
    ),
    Kind(
        "host-rests",
        "asked to be left alone",
        "Nothing: it is asked again when the time is over. If it recurs, raise interval.",
    ),
    Kind(
        "robots",
        "closed to programs by robots.txt",
        "Use an endpoint that robots.txt does not cover: a feed or a JSON answer; or ask the site's operator. "
        "If robots.txt only cannot be read, wait: it is asked again.",
    ),
    Kind(
        "resting",
        "gone (410)",
        "Remove the endpoint from sources.toml, or put the address that has replaced it there.",
    ),
    # something else in its place
    Kind("blocked-cloudflare", "blocked by Cloudflare", _BLOCKED, "block"),
    Kind("blocked-akamai", "blocked by Akamai", _BLOCKED, "block"),
    Kind("blocked-imperva", "blocked by Imperva", _BLOCKED, "block"),
    Kind("blocked-f5", "blocked by an F5 firewall", _BLOCKED, "block"),
    Kind("blocked", "blocked by a firewall", _BLOCKED, "block"),
    Kind("technical-difficulties", "sends a page of technical difficulties", _BLOCKED, "block"),
    Kind(
        "javascript-challenge",
        "wants JavaScript to be run first",
        "A program cannot pass this. Use an endpoint of the same site that answers without it: a feed, a JSON answer.",
        "block",
    ),
    Kind(
        "captive-portal",
        "hidden by a captive portal",
        "It is this machine's network that wants a login, not the site: log in there, or change the network.",
        "block",
    ),
    Kind(
        "login", "wants a login", "Use a public endpoint of the same site: what needs a password is not read.", "block"
    ),
    Kind(
        "javascript-page",
        "has no content without JavaScript",
        "What a browser shows is put in by a script. Look in the browser's network view for the JSON answer that "
        "it loads, and use that as an endpoint of kind json.",
    ),
    Kind(
        "maintenance",
        "under maintenance",
        "Wait: it is asked again. A fallback endpoint on another host would bridge it.",
    ),
    Kind(
        "error-page",
        "sends an error page as if all were well",
        _PROBE + "if the page is gone for good, find its new address.",
    ),
    # not what was declared
    Kind(
        "not-a-document",
        "not what its endpoint declares",
        _PROBE + "correct the endpoint's kind or url.",
    ),
    Kind("no-items", "holds no item", "If the list is empty for good, remove the endpoint or find another. " + _LOOK),
    Kind(
        "selectors",
        "gives nothing to selectors that used to match",
        "The site was probably redesigned: mend the endpoint's selectors. aggregator sources add URL --dry-run, with "
        "the endpoint's address, drafts new ones and writes nothing. " + _LOOK,
    ),
    Kind(
        "turned-into-page",
        "has turned into a page",
        "The site has probably dropped it: aggregator sources probe on that address names the feeds of the page; else "
        "declare the page itself as an endpoint of kind page.",
    ),
    # what it gives has changed its shape
    Kind(
        "content-type",
        "sends another content type than it says",
        "If it serves, nothing: the body decides. If not, the server is misconfigured or something stands before it: "
        "look at the address with aggregator sources probe.",
        "warning",
    ),
    Kind(
        "dates-missing",
        "has lost its dates",
        "New items are dated by when they are first seen. Mend date or date_format. " + _LOOK,
        "warning",
    ),
    Kind("titles-missing", "has lost its titles", "Mend title. " + _LOOK, "warning"),
    Kind(
        "titles-equal",
        "gives every item the same title",
        "Titles that are known stay as they are. Mend title. " + _LOOK,
        "warning",
    ),
    Kind(
        "texts-missing", "has lost its texts", "Mend summary or body, or turn to a fuller endpoint. " + _LOOK, "warning"
    ),
    Kind("links-missing", "has lost its links", "Entries cannot lead to the documents. Mend link. " + _LOOK, "warning"),
    Kind(
        "items-fewer",
        "gives far fewer items than before",
        "Statements may be missed. See whether the list was split, shortened or redesigned. " + _LOOK,
        "warning",
    ),
    Kind(
        "bad-items",
        "has items that cannot be used",
        "Single items cost nothing but themselves; if there are many, see what the site has changed. Where a further "
        "page failed in a backfill, run that again. " + _LOOK,
        "warning",
    ),
    Kind(
        "fulltext",
        "has items whose pages give no text",
        "These items come without their text. Mend body, or leave out fulltext. " + _LOOK,
        "warning",
    ),
    # it serves, and yet
    Kind(
        "quiet",
        "quiet for longer than usual",
        "See whether the site itself has news. If it has, they have moved: find the new address. If it has none, wait.",
        "warning",
    ),
    Kind(
        "fallback",
        "served by a fallback",
        "Nothing is lost meanwhile. Mend or remove the endpoints before it; their reasons are given.",
        "warning",
    ),
    Kind("moved", "has moved for good", "Put the new address into sources.toml.", "warning"),
    # on our side
    Kind(
        "store",
        "could not be saved",
        "See whether the disk is full and the database whole; what came in is asked for again.",
    ),
    Kind(
        "internal",
        "makes the program fail",
        "Report it, with a capture: aggregator run --source {source} --record FILE.warc.gz.",
    ),
)

KINDS = {kind.word: kind for kind in _KINDS}
"""By word, those that keep an endpoint from serving first."""

_UNKNOWN = "see docs/operations.md"


def kind_of(word: str) -> Kind:
    """Return the kind of that word; a store that a newer version wrote to may hold one that is not in the table."""
    return KINDS.get(word) or Kind(word, f"has a trouble: {word}", f"This version does not know it: {_UNKNOWN}.")
