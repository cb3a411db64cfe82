"""Answers in the forms of what stands between a reader and a document: own words, real marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ASKED = "https://office.example/feed"


@dataclass(frozen=True)
class Form:
    name: str
    kind: str
    body: str
    seen: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "text/html"})
    url: str = ASKED

    @property
    def title(self) -> str:
        return self.body.partition("<title>")[2].partition("</title>")[0]


def page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


CLOUDFLARE = {"content-type": "text/html", "server": "cloudflare", "cf-ray": "8f2a-AMS"}

FORMS = (
    Form(
        "cloudflare mitigated",
        "blocked-cloudflare",
        page("Wait", "x"),
        "a challenge",
        403,
        CLOUDFLARE | {"cf-mitigated": "challenge"},
    ),
    Form(
        "cloudflare challenge",
        "blocked-cloudflare",
        page(
            "Just a moment...",
            "<script src='/cdn-cgi/challenge-platform/h/g/o'></script>"
            "<noscript>Enable JavaScript and cookies to continue</noscript>",
        ),
        "('Just a moment...')",
        503,
        CLOUDFLARE,
    ),
    Form(
        "cloudflare challenge with 200",
        "blocked-cloudflare",
        page("Just a moment...", "<div class=cf_chl_opt></div>"),
        "a challenge",
    ),
    Form(
        "cloudflare block",
        "blocked-cloudflare",
        page("Attention Required! | Cloudflare", "<h1>Sorry, you were blocked</h1>"),
        "Attention",
        403,
    ),
    Form(
        "cloudflare rule",
        "blocked-cloudflare",
        page(
            "Access denied | office.example used Cloudflare to restrict access",
            "<p>Error 1020. Cloudflare Ray ID: 8f2a</p>",
        ),
        "a block of Cloudflare",
        403,
        CLOUDFLARE,
    ),
    Form("cloudflare without a word", "blocked-cloudflare", "", "a block of Cloudflare", 403, CLOUDFLARE),
    Form(
        "akamai",
        "blocked-akamai",
        "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nNo permission.<P>\n"
        "Reference&#32;&#35;18&#46;5d3e1202&#46;1730000000&#46;1a2b3c4d\n</BODY>\n</HTML>",
        "a block of Akamai ('Access Denied')",
        403,
    ),
    Form(
        "akamai by its server", "blocked-akamai", "<html>no</html>", "a block of Akamai", 403, {"server": "AkamaiGHost"}
    ),
    Form(
        "imperva frame",
        "blocked-imperva",
        "<html><head><META NAME='robots' CONTENT='noindex'></head><body><iframe src='/_Incapsula_Resource?SWUDNSAI=31'>"
        "Request unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>",
        "a block of Imperva",
    ),
    Form(
        "imperva challenge",
        "blocked-imperva",
        page("Pardon Our Interruption", "<p>Something in your browser made us think.</p>"),
        "a challenge",
    ),
    Form(
        "f5",
        "blocked-f5",
        page("Request Rejected", "Your support ID is: 8731<a href='javascript:history.back()'>Back</a>"),
        "a block of F5",
    ),
    Form("aws waf", "blocked", "", "AWS WAF", 202, {"x-amzn-waf-action": "challenge"}),
    Form("datadome", "blocked", page("office.example", "<p>Please</p>"), "DataDome", 403, {"x-datadome": "protected"}),
    Form("sucuri", "blocked", page("Sucuri WebSite Firewall - Access Denied", "<p>Block ID: X</p>"), "Sucuri", 403),
    Form("robot test", "blocked", page("Are you a robot?", "<p>Tick the box.</p>"), "a test for robots"),
    Form(
        "state",
        "technical-difficulties",
        page("Technical Difficulties", "<h1>We are sorry</h1><p>Come back later.</p>"),
        "difficulties",
    ),
    Form(
        "state with its name",
        "technical-difficulties",
        page("We are experiencing technical difficulties - Department", "<p>x</p>"),
        "difficulties",
    ),
    Form(
        "challenge that sets a cookie and reloads",
        "javascript-challenge",
        page(
            "",
            "<noscript>This site needs JavaScript.</noscript>",
            "<script>" + "var k=7;" * 300 + "document.cookie='k='+k;location.reload();</script>",
        ),
        "script must be run",
    ),
    Form(
        "challenge that refreshes",
        "javascript-challenge",
        page("office.example", "<p>Please enable JavaScript</p>", "<meta http-equiv=refresh content=5>"),
        "script",
    ),
    Form(
        "challenge in words",
        "javascript-challenge",
        page("", "<p>Checking your browser before you go on</p>"),
        "script must be run",
        503,
    ),
    Form(
        "page of an app",
        "javascript-page",
        page("Office", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"),
        "fills in",
    ),
    Form(
        "portal of a network",
        "captive-portal",
        page("Guest Wi-Fi", "<form>Network login<input name=u><input type=password></form>"),
        "a portal at portal.hotel.example.net where office.example was asked",
        url="http://portal.hotel.example.net/start",
    ),
    Form(
        "portal that speaks WISPr",
        "captive-portal",
        page("Welcome", "<!-- --><WISPAccessGatewayParam></WISPAccessGatewayParam>"),
        "a portal",
    ),
    Form(
        "network authentication required",
        "captive-portal",
        page("Log in", "x"),
        "a network that wants a login (511)",
        511,
    ),
    Form(
        "login by redirect",
        "login",
        page("Staff only", "<input type=password>"),
        "a login page",
        url="https://office.example/login?next=/feed",
    ),
    Form(
        "login by title",
        "login",
        page("Sign in | Office", "<form><input name=u><input type=password></form>"),
        "a login page ('Sign in | Office')",
    ),
    Form(
        "login elsewhere",
        "login",
        page("Sign in to your account", "x"),
        "a login page at id.example.com",
        url="https://id.example.com/oauth2/authorize",
    ),
    Form("name and password", "login", "", "a demand for name and password", 401),
    Form("maintenance", "maintenance", page("Site under maintenance", "<p>Back at noon.</p>"), "maintenance", 503),
    Form(
        "maintenance in its heading",
        "maintenance",
        page("", "<h1>We are currently undergoing scheduled maintenance.</h1>"),
        "maintenance",
    ),
    Form("not found with 200", "error-page", page("Page not found | Office", "<p>Sorry</p>"), "an error page"),
    Form("error by number", "error-page", page("Error 503 Backend fetch failed", "<p>Guru</p>"), "an error page"),
    Form("error in one word", "error-page", page("Office - Error", "<p>Sorry</p>"), "an error page ('Office - Error')"),
)
