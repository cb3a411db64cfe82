"""Every trouble of a source, provoked on loopback, and what ``status`` says of it: the table of docs/sources.md.

One project, a source for each kind, three runs.  The table is written anew with UPDATE_GOLDENS=1 in the environment.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from aggregator import __version__
from aggregator.model.troubles import KINDS
from tests.conftest import CHECKOUT
from tests.feedrules import check
from tests.parse.forms import FORMS, page
from tests.system.project import Answer, Project, Site, rss

DOCS = CHECKOUT / "docs" / "sources.md"
OURS = {"store", "internal"}
"""Of the program itself, not of a site."""

HTML, JSON = {"Content-Type": "text/html"}, {"Content-Type": "application/json"}
PAGE = 'kind = "page"\nurl = "{url}"\nitem = "li"\ntitle = "a"\nlink = "a@href"\n'
LIST = 'kind = "json"\nurl = "{url}"\nitems = "rows"\ntitle = "t"\nlink = "u"\ndate = "d"\nsummary = "s"\n'
FEED = 'kind = "feed"\nurl = "{url}"\n'


def item(number: int, **fields: str) -> dict[str, str]:
    """Return an item of a feed; a field that is empty is left out."""
    full = {
        "guid": f"g{number}",
        "title": f"Statement {number}",
        "link": f"https://office.example/{number}",
        "date": f"Thu, 01 Oct 2026 09:{number:02}:00 GMT",
        "body": "Text.",
    }
    return {name: value for name, value in (full | fields).items() if value}


def feed(count: int = 6, **fields: str) -> Answer:
    return Answer(rss(*(item(number, **fields) for number in range(count))))


def rows(count: int = 6, **fields: str) -> Answer:
    listed = [{"t": f"Row {n}", "u": f"/{n}", "d": "1 October 2026", "s": "Text."} | fields for n in range(count)]
    return Answer(json.dumps({"rows": listed}).encode(), headers=JSON)


@dataclass
class Case:
    """A source that is to have a trouble."""

    kind: str
    how: str
    """For the table."""
    answer: Answer | None = None
    """When it is to happen; None: not the site's doing."""
    before: Answer | None = None
    """At the first look, when all is well."""
    endpoint: str = FEED
    extra: str = ""
    url: str = ""
    others: dict[str, Answer] = field(default_factory=dict)


def form(kind: str, how: str, name: str) -> Case:
    (found,) = (each for each in FORMS if each.name == name)
    return Case(kind, how, Answer(found.body.encode(), found.status, dict(found.headers)), endpoint=FEED)


OLD = Answer(rss(*(item(n, date=f"{n + 1} Oct 2020 09:00:00 GMT") for n in range(12))))
MIXED = Answer(rss(item(1), {"title": "Neither link nor date"}))
NEWS = Answer(b"<!doctype html><title>News</title><p>Our news have moved.", headers=HTML)
ROWS = "".join(f"<li><a href=/{n}>Row {n}</a></li>" for n in range(6))
LISTED = Answer(page("News", ROWS).encode(), headers=HTML)
LOGIN = Answer(page("Sign in", "<form><input name=u><input type=password></form>").encode(), headers=HTML)
PORTAL = Answer(page("Guest Wi-Fi", "<form>Network login <input name=u></form>").encode(), headers=HTML)


CASES = (
    Case("unreachable", "nobody listens at the port", url="http://127.0.0.1:9/feed"),
    Case("address-refused", "a private address that `allow_hosts` does not name", url="http://10.1.2.3/feed"),
    Case("redirects", "a redirect to itself", Answer(b"", 302, {"Location": "/redirects"})),
    Case("timeout", "a server that takes the request and never answers", url="silent"),
    Case("too-large", "a body larger than `max_bytes`", Answer(b"<rss>" + b" " * 60_000)),
    Case("bad-response", "an encoding that was not asked for", Answer(b"x", headers={"Content-Encoding": "br"})),
    Case("http-status", "404", Answer(b"gone", 404)),
    Case("host-rests", "429 with `Retry-After: 3600`", url="busy"),
    Case("robots", "`Disallow` for the page in robots.txt", LISTED, endpoint=PAGE),
    Case("resting", "410, at the look before", Answer(b"", 410), Answer(b"", 410)),
    form("blocked-cloudflare", "403 with Cloudflare's page", "cloudflare rule"),
    form("blocked-akamai", "403 with Akamai's page", "akamai"),
    form("blocked-imperva", "200 with Imperva's page", "imperva frame"),
    form("blocked-f5", "200 with F5's page", "f5"),
    form("blocked", "200 with a test for robots", "robot test"),
    form("technical-difficulties", "200 with state.gov's page", "state"),
    form(
        "javascript-challenge",
        "200 and a script that sets a cookie and reloads",
        "challenge that sets a cookie and reloads",
    ),
    Case("captive-portal", "a redirect to another host's portal", Answer(b"", 302, {"Location": "portal"})),
    Case(
        "login",
        "a redirect to a page with a password",
        Answer(b"", 302, {"Location": "/sign-in"}),
        others={"/sign-in": LOGIN},
    ),
    form("javascript-page", "200 with a page that a script fills in", "page of an app"),
    form("maintenance", "503 with a page that says so", "maintenance"),
    form("error-page", "200 with a page that says it was not found", "not found with 200"),
    Case("not-a-document", "JSON where a feed is declared", rows()),
    Case("no-items", "a feed without an item", Answer(rss())),
    Case(
        "selectors",
        "a listing whose markup has changed",
        Answer(LISTED.body.replace(b"<li>", b"<p>"), headers=HTML),
        LISTED,
        PAGE,
    ),
    Case("turned-into-page", "a page where the feed used to be", NEWS, feed()),
    Case("content-type", "JSON served as text/html", Answer(rows().body, headers=HTML), endpoint=LIST),
    Case("dates-missing", "a JSON list without its dates", rows(d=""), rows(), LIST),
    Case("titles-missing", "a feed without titles", feed(title=""), feed()),
    Case("titles-equal", "a feed of one title", feed(title="Statement"), feed()),
    Case("texts-missing", "a JSON list without summaries", rows(s=""), rows(), LIST),
    Case("links-missing", "a feed without links", feed(link=""), feed()),
    Case("items-fewer", "one item where there were six", feed(1), feed()),
    Case("bad-items", "an item with neither link nor date", MIXED),
    Case(
        "fulltext",
        "items whose pages lack what `body` selects",
        feed(1),
        extra='fulltext = true\nbody = "main"',
        url="text",
    ),
    Case("quiet", "twelve items, all of 2020", OLD),
    Case("fallback", "404 at the first of two endpoints", Answer(b"", 404), others={"/second": feed()}),
    Case(
        "moved", "301 to the same place, three times", Answer(b"", 301, {"Location": "/new"}), others={"/new": feed()}
    ),
)


@dataclass
class Ended:
    """What the three runs came to."""

    project: Project
    status: Any
    text: str
    errors: list[str]
    """Of each run, what was written to standard error."""
    hosts: dict[str, str]

    def said(self, kind: str) -> str:
        """Return what is said of the source that is to have this trouble, with its loopback hosts given names."""
        (source,) = (each for each in self.status["sources"] if each["id"] == kind)
        told = next(each["explanation"] for each in source["trouble"] if each["kind"] == kind)
        for host, name in self.hosts.items():
            told = told.replace(host, name)
        told = re.sub(
            r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", lambda found: "2026-10-01" + (" 12:00" if found[1] else ""), told
        )
        told = re.sub(r"2026-10-01, \d+ days", "2026-10-01, 2000 days", told)
        told = told.replace("|", "\\|")  # of the table
        return re.sub(r"^https?://\S+: ", "", told.replace(f"aggregator/{__version__}", "aggregator"))


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    site, busy = Site(), Site()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        project = Project(tmp_path_factory.mktemp("health"))
        deaf = f"127.0.0.1:{silent.getsockname()[1]}"
        urls = {"silent": f"http://{deaf}/feed", "busy": busy.url("/feed"), "text": site.url("/texts")}
        busy.answers["/feed"] = Answer(b"", 429, {"Retry-After": "3600"})
        site.answers["/robots.txt"] = Answer(
            b"User-agent: *\nDisallow: /robots\n", headers={"Content-Type": "text/plain"}
        )
        site.answers["/texts"] = Answer(rss(item(1, link=site.url("/text/1"))))
        site.answers["/text/1"] = NEWS
        _configure(project, site, urls)
        errors = []
        named = [word for case in CASES for word in ("--source", case.kind)]  # --all would let nothing rest
        for turn in range(3):
            _answer(site, turn)
            errors.append(project.run("run", *named).err)
        yield Ended(
            project,
            project.run("status", "--json").json,
            project.run("status").out,
            errors,
            {
                site.host: "office.example",
                busy.host: "busy.example",
                deaf: "silent.example",
                "127.0.0.1": "office.example",
            },
        )
    site.close()
    busy.close()


def _configure(project: Project, site: Site, urls: dict[str, str]) -> None:
    project.write(
        "aggregator.toml",
        '[site]\ntitle = "Test record"\nbase_url = "https://feeds.example.org/"\n[fetch]\ntimeout = 3\n'
        'max_bytes = 50000\nper_host = 16\nallow_hosts = ["127.0.0.1", "localhost"]\n',
    )
    text = ""
    for case in CASES:
        url = urls.get(case.url, case.url) or site.url(f"/{case.kind}")
        text += f'[[source]]\nid = "{case.kind}"\ntitle = "Office"\nhome = "https://office.example/"\n{case.extra}\n'
        text += f"[[source.endpoint]]\n{case.endpoint.format(url=url)}"
        if case.kind == "fallback":
            text += f"[[source.endpoint]]\n{FEED.format(url=site.url('/second'))}"
    project.write("sources.toml", text)


def _answer(site: Site, turn: int) -> None:
    for case in CASES:
        answer = case.before if turn == 0 and case.before else case.answer
        if answer:
            site.answers[f"/{case.kind}"] = _own(case, answer)
        site.answers |= {path: _own(case, other) for path, other in case.others.items()}
    site.answers["/captive-portal"] = Answer(
        b"", 302, {"Location": site.url("/start").replace("127.0.0.1", "localhost")}
    )
    site.answers["/start"] = PORTAL


def _own(case: Case, answer: Answer) -> Answer:
    """Give the documents addresses of their own: the same ones in several sources would be the same items."""
    body = answer.body.replace(b"https://office.example/", f"https://office.example/{case.kind}/".encode())
    return Answer(body, answer.status, answer.headers)


def table(ended: Ended) -> list[str]:
    return [
        "| trouble | provoked by | what `status` says |",
        "|---|---|---|",
        *(f"| `{case.kind}` | {case.how} | {ended.said(case.kind)} |" for case in CASES),
    ]


def test_every_trouble_is_provoked_and_told_as_the_documentation_says(ended: Ended) -> None:
    assert {case.kind for case in CASES} == KINDS.keys() - OURS
    text = DOCS.read_text(encoding="utf-8")
    begin = text.index("| trouble | provoked by |")
    end = text.index("\n\n", begin)
    expected = "\n".join(table(ended))
    if os.environ.get("UPDATE_GOLDENS"):
        DOCS.write_text(text[:begin] + expected + text[end:], encoding="utf-8")
        return
    assert text[begin:end].splitlines() == expected.splitlines()


def test_each_source_has_the_trouble_that_it_is_to_have_and_the_word_for_it(ended: Ended) -> None:
    words = {"failure": "failing", "block": "blocked", "warning": "ok"}
    exceptions = {"quiet": "quiet", "host-rests": "resting", "resting": "resting"}
    for source in ended.status["sources"]:
        assert [trouble["kind"] for trouble in source["trouble"]] == [source["id"]], source
        kind = KINDS[source["id"]]
        assert source["state"] == exceptions.get(kind.word, words[kind.severity]), source["id"]
        (trouble,) = source["trouble"]
        assert trouble["suggestion"] == kind.suggest(source["id"])
        assert f"{kind.word} since {trouble['since'][:10]} {trouble['since'][11:16]}: " in ended.text
        assert f"    -> {trouble['suggestion']}\n" in ended.text


def test_a_trouble_is_told_once_in_the_log(ended: Ended) -> None:
    for case in CASES:
        told = [f"source={case.kind} trouble={case.kind} began=" in err for err in ended.errors]
        late = {"moved": 2}.get(case.kind, 1 if case.before and case.kind != "resting" else 0)
        begun = told.index(True)
        assert told.count(True) == 1, case.kind
        assert begun in {late, 1 if case.kind == "resting" else late}, case.kind


def test_each_trouble_is_an_entry_of_its_own_feed_and_of_no_other(ended: Ended) -> None:
    folder = ended.project.root / "feeds"
    data = (folder / "health.atom").read_bytes()
    assert check("https://feeds.example.org/health.atom", data, None) == []
    terms = re.findall(r'<category term="([a-z0-9-]+)"', data.decode())
    assert set(terms) >= {case.kind for case in CASES}
    for path in folder.rglob("*.atom"):
        if path.name != "health.atom":
            assert not set(re.findall(r'<category term="([a-z0-9-]+)"', path.read_text())) & KINDS.keys()


def test_what_is_stored_stays(ended: Ended) -> None:
    titles = {entry["title"] for entry in ended.project.feed("sources/turned-into-page")["items"]}
    assert titles == {f"Statement {number}" for number in range(6)}


def test_when_it_is_over_that_is_told_once_and_kept(ended: Ended) -> None:
    """Last, for it changes what the others look at."""
    site = Site()
    try:
        site.feed("/feed", *(item(number) for number in range(6)))
        configured = ended.project.root / "config" / "sources.toml"
        text = configured.read_text()
        configured.write_text(re.sub(r"http://127\.0\.0\.1:9/feed", site.url("/feed"), text))
        runs = [ended.project.run("run", "--source", "unreachable") for _ in range(2)]
    finally:
        site.close()
    assert ["trouble=unreachable ended=" in run.err for run in runs] == [True, False]
    assert "Office: cannot be reached (over since " in (Path(ended.project.root) / "feeds" / "health.atom").read_text()
