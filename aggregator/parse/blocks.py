"""Recognises what is sent in the place of a document: blocks, challenges, portals, logins, error pages.

Rules are rows: what an answer's status, header, title and source must be, and what that comes to.  They are for
answers that are of no use: an error status, or a body that cannot be read as declared.  A page whose items are found is
never judged.  An article about "Access Denied" is no block: a title counts whole, and words count in pages with little
to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.parse.looks import Looks, host_of
from aggregator.parse.recognise import shorten

_OK, _UNAUTHORIZED, _FORBIDDEN, _NETWORK_LOGIN = 200, 401, 403, 511
_REFUSALS = frozenset({_FORBIDDEN, 429, 503})
_EMPTY = 0


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in the place of the document."""

    kind: str
    """A word of ``aggregator.model.troubles``."""
    seen: str
    """In words, with the page's title where it has one."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row: all that is given must hold.  Patterns take upper and lower case for the same."""

    kind: str
    what: str
    statuses: frozenset[int] | None = None
    """None: any."""
    header: tuple[str, str] | None = None
    """A name, and a pattern searched in its value."""
    title: str | None = None
    """Matches the title, or a part of it that a dash, a bar or a colon sets off; the page has little to read."""
    source: str | None = None
    """Searched in the page; it has little to read."""


_RULES = (
    # https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
    _Rule("blocked-cloudflare", "a challenge of Cloudflare", header=("cf-mitigated", r"\S")),
    _Rule(
        "blocked-cloudflare",
        "a challenge of Cloudflare",
        title=r"just a moment(?:\.\.\.|…)?",
        source=r"cloudflare|cdn-cgi|cf[-_]chl|challenge",
    ),
    _Rule("blocked-cloudflare", "a block of Cloudflare", title=r"attention required!?", source=r"cloudflare"),
    _Rule(
        "blocked-cloudflare",
        "a block of Cloudflare",
        _REFUSALS,
        source=r"/cdn-cgi/(?:challenge-platform|styles/)|cloudflare ray id",
    ),
    # https://techdocs.akamai.com/property-mgr/docs/reference-error-strings: "Reference #18.2d351ab8.1557333295.a4e16ab"
    _Rule(
        "blocked-akamai",
        "a block of Akamai",
        title=r"access denied",
        source=r"reference(?:\s|&#32;)*(?:#|&#35;)(?:\s|&#32;)*\d+(?:\.|&#46;)[0-9a-f]+|errors\.edgesuite\.net",
    ),
    _Rule("blocked-akamai", "a block of Akamai", frozenset({_FORBIDDEN}), header=("server", r"^akamaighost")),
    # https://docs.imperva.com/bundle/cloud-application-security/page/more/error-codes.htm
    _Rule("blocked-imperva", "a block of Imperva", source=r"incapsula incident id|_incapsula_resource\?"),
    _Rule("blocked-imperva", "a challenge of Imperva", title=r"pardon our interruption(?:\.\.\.|…)?"),
    # https://my.f5.com/manage/s/article/K6850: the page that BIG-IP ASM sends by default
    _Rule("blocked-f5", "a block of F5", title=r"request rejected", source=r"support id"),
    _Rule("blocked-f5", "a block of F5", source=r"requested url was rejected\. please consult with your administrator"),
    # https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
    _Rule("blocked", "a challenge of AWS WAF", header=("x-amzn-waf-action", r"challenge|captcha")),
    _Rule("blocked", "a block of DataDome", frozenset({_FORBIDDEN}), header=("x-datadome", r"\S")),
    _Rule("blocked", "a block of Sucuri", source=r"sucuri website firewall"),
    _Rule(
        "blocked",
        "a test for robots",
        title=r"just a moment(?:\.\.\.|…)?|attention required!?|are you (?:an? )?(?:human|robot)\??"
        r"|(?:client|bot|human|security) (?:challenge|verification|check)"
        r"|verif(?:y|ying) (?:that )?you are (?:an? )?human\W*|robot check|captcha",
    ),
    _Rule(
        "technical-difficulties", "a page of technical difficulties", title=r"(?:.{0,40}\s)?technical difficulties\W*"
    ),
    _Rule(
        "maintenance",
        "a page for the time of maintenance",
        title=r"(?:(?:the|this|our|site|website|page|is|are|we(?:'|\u2019|\s+a)re|currently|undergoing|scheduled|planned"
        r"|routine|under|down|closed|for)\s+){0,8}maintenance(?: mode| page| break| in progress)?\W*",
    ),
)
"""By vendor; the first that fits counts."""

_STATED = re.compile(
    r"(?:http |error )+[45]\d\d\b.{0,40}|.{0,40}\berror [45]\d\d"
    r"|(?:[45]\d\d\W+)?(?:(?:page|file|document|resource|url)(?: was)? not found|page unavailable|error page"
    r"|internal server error|bad gateway|gateway time-?out|service (?:temporarily )?unavailable)\W*"
    r"|[45]\d\d\W+(?:not found|forbidden|error)\W*|(?:the )?page (?:that )?you (?:requested|are looking for)\b.{0,60}",
    re.IGNORECASE,
)
"""Titles of error pages, whatever else is on the page."""
_VAGUE = re.compile(
    r"[45]\d\d|(?:an? )?error(?: occurred)?\W*|not found|forbidden|access (?:denied|forbidden)"
    r"|request rejected|unauthori[sz]ed|bad request"
    r"|(?:site |temporarily )?unavailable|oops\b.{0,40}|(?:sorry, )?something went wrong.{0,40}",
    re.IGNORECASE,
)
"""Titles that an article may have as well: they count where there is little to read."""

_LOGIN = re.compile(
    r"(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:page|required|to\b.{0,60}))?|authentication required"
    r"|single sign[ -]on",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:log[-_]?[io]n|sign[-_]?[io]n|sso|saml2?|oauth2?|adfs|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE
)
_WISPR = "WISPAccessGatewayParam"
"""What portals put into their pages for programs: https://en.wikipedia.org/wiki/WISPr"""
_PORTAL = re.compile(
    r"captive|hotspot|(?:network|wi-?fi|guest|internet)[ _-](?:log[ -]?in|access|authentication|portal)"
    r"|\b(?:portal|splash|wlan|wifi)\b",
    re.IGNORECASE,
)

_ASKS_FOR_SCRIPT = re.compile(
    r"(?:enable|turn on|activate|requires?|needs?|without|support)\W+(?:\w+\W+){0,3}java ?script"
    r"|java ?script\W+(?:\w+\W+){0,4}(?:enabled?|disabled|required|turned)",
    re.IGNORECASE,
)
_CHECKS = re.compile(r"checking (?:your|the|if the|that the) (?:browser|connection|site)", re.IGNORECASE)
_SETS_COOKIE = re.compile(r"document\.cookie\s*=")
_GOES_ON = re.compile(r"\blocation(?:\.href)?\s*=[^=]|\blocation\.(?:reload|replace|assign)\s*\(|\.submit\(\)")
_SEPARATORS = re.compile(r"\s+[|\-\u2013\u2014\u00b7\u2022\u00bb]\s+|\s*\|\s*|:\s+")
_TITLE = 200
"""Characters of a title that are looked at."""


def recognised(status: int, headers: Mapping[str, str], body: bytes, *, asked: str, url: str) -> Block | None:
    """Return what an answer holds in the place of the document; None where nothing says so.

    ``headers``: names in lower case.  ``body``: its beginning will do.  ``asked`` is the URL that was asked for,
    ``url`` the one that answered.  Never fails.
    """
    looks = Looks(status, headers, body, asked, url)
    for rule in _RULES:
        if _fits(rule, looks):
            return Block(rule.kind, _seen(rule.what, looks))
    return _cloudflare(looks) or _portal(looks) or _login(looks) or _script(looks) or _error(looks)


def _fits(rule: _Rule, looks: Looks) -> bool:
    if rule.statuses is not None and looks.status not in rule.statuses:
        return False
    if rule.header and not re.search(rule.header[1], looks.headers.get(rule.header[0], ""), re.IGNORECASE):
        return False
    if (rule.title or rule.source) and not looks.short:
        return False
    if rule.title and not _titled(re.compile(rule.title, re.IGNORECASE), looks.title or looks.heading):
        return False
    return rule.source is None or bool(re.search(rule.source, looks.text, re.IGNORECASE))


def _titled(pattern: re.Pattern[str], title: str) -> bool:
    title = title[:_TITLE].replace("\xa0", " ")
    return bool(title) and any(pattern.fullmatch(part.strip()) for part in (title, *_SEPARATORS.split(title)))


def _seen(what: str, looks: Looks) -> str:
    words = looks.title or looks.heading
    return f"{what} ('{shorten(words)}')" if words else what


def _cloudflare(looks: Looks) -> Block | None:
    """Tell a refusal that comes from Cloudflare, and not from the site behind it, which would have said something."""
    refused = looks.status in {_FORBIDDEN, 503} and "cf-ray" in looks.headers
    if refused and (len(looks.body) == _EMPTY or (looks.short and "cloudflare" in looks.text.lower())):
        return Block("blocked-cloudflare", _seen("a block of Cloudflare", looks))
    return None


def _portal(looks: Looks) -> Block | None:
    if looks.status == _NETWORK_LOGIN:  # RFC 6585, 6
        return Block("captive-portal", _seen("a network that wants a login (511)", looks))
    led = looks.elsewhere and _PORTAL.search(f"{looks.url} {looks.title} {looks.visible}")
    if looks.short and (led or _WISPR in looks.text):
        return Block("captive-portal", _seen(f"a portal at {looks.host} where {host_of(looks.asked)} was asked", looks))
    return None


def _login(looks: Looks) -> Block | None:
    if looks.status == _UNAUTHORIZED:
        return Block("login", _seen("a demand for name and password", looks))
    if not looks.short:
        return None
    titled = _titled(_LOGIN, looks.title or looks.heading)
    led = looks.url != looks.asked and bool(_LOGIN_PATH.search(looks.url.partition("?")[0]))
    if sum((titled, led, looks.has_password)) > 1:
        return Block("login", _seen("a login page" + (f" at {looks.host}" if looks.elsewhere else ""), looks))
    return None


def _script(looks: Looks) -> Block | None:
    """Tell a page that is there for its script: one that sets a cookie and goes on, or one that puts in the content."""
    if not looks.bare:
        return None
    asks = bool(_ASKS_FOR_SCRIPT.search(f"{looks.noscript} {looks.visible}"))
    goes_on = bool(_GOES_ON.search(looks.scripts)) or looks.refreshes
    if _CHECKS.search(looks.visible) or (goes_on and (asks or _SETS_COOKIE.search(looks.scripts))):
        return Block("javascript-challenge", _seen("a page whose script must be run to get on", looks))
    if asks:
        return Block("javascript-page", _seen("a page that a script fills in", looks))
    return None


def _error(looks: Looks) -> Block | None:
    """Tell an error page that comes with 200; with an error status it says nothing that the status does not."""
    if looks.status != _OK or not looks.is_html:
        return None
    title = looks.title or looks.heading
    if _titled(_STATED, title) or (looks.short and _titled(_VAGUE, title)):
        return Block("error-page", _seen("an error page", looks))
    return None
