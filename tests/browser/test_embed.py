"""One line in another site's page shows the list there, in that page's look, and can do no more than that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import HOSTILE_TITLES, SCREENSHOTS
from tests.system.project import Answer, Site
from tests.web.served import served

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

STRICT = (
    "default-src 'none'; script-src {origin}; connect-src {origin}; style-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
EVIL = """<section class="aggregator-list" onclick="window.hacked=1" style="position:fixed"><p>Kept</p>
<script>window.hacked = 1</script><img src="x" onerror="window.hacked=1"><style>body{display:none}</style>
<iframe src="https://evil.example/"></iframe><a href="javascript:window.hacked=1">Bad</a>
<form action="https://evil.example/"><input></form><svg onload="window.hacked=1"></svg></section>"""


@dataclass
class Host:
    """Another site, whose page takes the list in."""

    site: Site
    origin: str
    browser: Browser

    def show(self, folder: str, article: str) -> tuple[Page, list[str]]:
        """Open the page with the script in it; return it and what it said, when all has been loaded."""
        script = f'<script async src="{self.origin}/{folder}/embed.js" data-article="{article}"></script>'
        style = "body{font:18px/1.5 Georgia,serif;max-width:40em;margin:2em auto;padding:0 1em}a{color:#a00}"
        self.site.answers["/host.css"] = Answer(style.encode(), headers={"Content-Type": "text/css"})
        self.site.answers["/"] = Answer(
            f'<!DOCTYPE html><meta charset="windows-1252"><title>Host</title><link rel="stylesheet" href="/host.css">'
            f'<link rel="icon" href="data:,"><h1>A post</h1><h2>References</h2>{script}<p>End.</p>'.encode(),
            headers={
                "Content-Type": "text/html",
                "Content-Security-Policy": STRICT.format(origin=self.origin) + "; img-src data:",
            },
        )
        page = self.browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(self.site.url("/"), wait_until="networkidle")
        return page, said


@pytest.fixture
def host(site: str, chromium: Browser) -> Iterator[Host]:
    other = Site()
    yield Host(other, site, chromium)
    other.close()


def test_the_list_stands_where_its_script_does(host: Host) -> None:
    page, said = host.show("demo", "summit")
    page.screenshot(path=SCREENSHOTS / "embed.png", full_page=True)
    assert said == []
    names = page.locator(".aggregator-authority > p > a").all_text_contents()
    assert names == [
        "U.S. Department of State",
        "The White House",
        "United Nations",
        "North Atlantic Treaty Organization (NATO)",
    ]
    assert page.locator("h2 + .aggregator-embed").count() == 1
    assert "perspective and activities related to European security" in page.locator(".aggregator-list").inner_text()
    links = page.locator(".aggregator-embed a").evaluate_all("links => links.map(link => link.href)")
    assert len(links) > 15
    assert all(link.startswith(("https://", "http://127.0.0.1:8080/demo/")) for link in links)
    assert page.locator(".aggregator-embed [style], .aggregator-embed [id]").count() == 0
    assert (
        page.locator(".aggregator-statements a").first.evaluate("link => getComputedStyle(link).color")
        == "rgb(170, 0, 0)"
    )
    page.close()


def test_hostile_statements_are_text_in_another_site_too(host: Host) -> None:
    page, said = host.show("hostile", "paper")
    text = page.locator(".aggregator-list").inner_text()
    assert HOSTILE_TITLES[0] in text
    assert HOSTILE_TITLES[2] in text
    assert page.evaluate("'hacked' in window") is False
    assert said == []
    page.close()


def test_a_fragment_that_was_tampered_with_brings_text_only(host: Host, published: Path) -> None:
    folder = published / "tampered"
    (folder / "articles" / "x").mkdir(parents=True)
    shutil.copy(published / "demo" / "embed.js", folder)
    (folder / "articles" / "x" / "embed.html").write_text(EVIL)
    page, _ = host.show("tampered", "x")
    place = page.locator(".aggregator-embed")
    assert " ".join(place.inner_text().split()) == "Kept Bad"
    assert place.locator("script, img, style, iframe, form, svg, [onclick], [style], a[href]").count() == 0
    assert page.evaluate("'hacked' in window") is False
    page.close()


@pytest.mark.parametrize("article", ["nowhere"])
def test_where_the_list_cannot_be_had_a_link_stands(host: Host, article: str) -> None:
    page, _ = host.show("demo", article)
    link = page.locator(".aggregator-embed > a")
    assert link.get_attribute("href") == f"{host.origin}/demo/articles/{article}/index.html"
    assert page.locator(".aggregator-list").count() == 0
    page.close()


def test_an_article_that_is_none_shows_nothing(host: Host) -> None:
    page, said = host.show("demo", "../../etc")
    assert page.locator(".aggregator-embed").count() == 0
    assert said == []
    page.close()


def test_the_fragment_is_the_same_in_a_page_of_any_encoding(published: Path, tmp_path: Path, chromium: Browser) -> None:
    fragment = (published / "hostile/articles/paper/embed.html").read_bytes()
    assert fragment.isascii()
    (tmp_path / "index.html").write_bytes(b'<!DOCTYPE html><meta charset="windows-1252"><title>T</title>' + fragment)
    with served(tmp_path) as server:
        page = chromium.new_page()
        page.goto(f"{server.url}index.html")
        assert HOSTILE_TITLES[3] in page.locator("body").inner_text()
        page.close()
