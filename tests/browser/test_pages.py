"""The pages as a person meets them: looked at, read aloud, followed by keyboard, printed; and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from tests.browser.conftest import HOSTILE_TITLES, SCREENSHOTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PAGES = ("demo/index", "demo/articles/summit/index", "hostile/index", "hostile/articles/paper/index")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def opened(browser: Browser, url: str, **how: Any) -> tuple[Page, list[str], list[str]]:  # noqa: ANN401 - playwright's
    """Open a page; return it, what it said on its console, and what it asked for."""
    page = browser.new_context(**how).new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    return page, said, asked


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_anyone(name: str, scheme: str, width: int, chromium: Browser, site: str) -> None:
    look(chromium, f"{site}/{name}.html", name, scheme, width)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("name", ["well", "ill"])
def test_the_page_for_operators_can_be_read_by_anyone(
    name: str, scheme: str, width: int, chromium: Browser, operators: Mapping[str, str]
) -> None:
    look(chromium, operators[name], f"status/{name}", scheme, width)


def look(chromium: Browser, url: str, name: str, scheme: str, width: int) -> None:
    size = ViewportSize(width=width, height=900)
    page, said, asked = opened(chromium, url, viewport=size, color_scheme=scheme)
    page.screenshot(path=SCREENSHOTS / f"{name.replace('/', '-')}-{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [url]
    assert said == []
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("'hacked' in window") is False
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


def test_nothing_that_a_statement_says_is_run_or_lost(chromium: Browser, site: str) -> None:
    for name in ("index", "articles/paper/index"):
        page, said, asked = opened(chromium, f"{site}/hostile/{name}.html")
        for link in page.locator("main a").all():
            link.hover(force=True)
        assert page.evaluate("'hacked' in window") is False
        assert page.evaluate("document.querySelectorAll('main script, main img, main svg, main i, main b').length") == 0
        assert len(asked) == 1
        assert said == []
        assert page.evaluate("[...document.links].filter(link => !/^https?:$/.test(link.protocol)).length") == 0
        page.context.close()
    page, _, _ = opened(chromium, f"{site}/hostile/articles/paper/index.html")
    titles = {title.strip() for title in page.locator("h3").all_text_contents()}
    expected = {" ".join(title.split()) for title in HOSTILE_TITLES if not title.startswith(("{{", "\u202e"))}
    assert expected <= titles
    assert any("{{ 7 * 7 }}" in title for title in titles)
    page.context.close()


def test_every_link_leads_somewhere(chromium: Browser, site: str) -> None:
    for name in ("index", "articles/summit/index"):
        page, _, _ = opened(chromium, f"{site}/demo/{name}.html")
        every = "[...document.querySelectorAll('a, link[rel=alternate]')]"
        links = page.evaluate(f"{every}.map(link => [link.href, link.getAttribute('href')])")
        assert len(links) > 40
        for address, written in links:
            assert not written.startswith("/"), written
            if address.startswith(site):
                assert page.request.head(address).status == 200, address
                if written.startswith("#"):
                    assert page.locator(f"[id='{written[1:]}']").count() == 1, written
            else:
                assert address.startswith("https://"), address
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids))
        page.context.close()


def test_the_list_is_reached_by_keyboard_and_printed_without_what_paper_cannot_use(
    chromium: Browser, site: str
) -> None:
    page, _, _ = opened(
        chromium, f"{site}/demo/articles/summit/index.html", viewport=ViewportSize(width=800, height=600)
    )
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the list"
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.emulate_media(media="print")
    assert not page.locator(".subscribe").first.is_visible()
    after = page.evaluate("getComputedStyle(document.querySelector('.statement h3 a'), '::after').content")
    assert "https://www.state.gov/" in after
    page.context.close()


@pytest.mark.parametrize(
    ("feed", "scheme"),
    [
        ("demo/all.atom", "light"),
        ("demo/articles/summit/linked.rss", "dark"),
        ("hostile/all.atom", "dark"),
        ("hostile/all.rss", "light"),
    ],
)
def test_a_feed_that_is_opened_in_a_browser_can_be_read(feed: str, scheme: str, chromium: Browser, site: str) -> None:
    page, said, _ = opened(
        chromium, f"{site}/{feed}", viewport=ViewportSize(width=360, height=900), color_scheme=scheme
    )
    page.screenshot(path=SCREENSHOTS / f"{feed.replace('/', '-')}-{scheme}.png")
    assert page.evaluate("document.documentElement.localName") in {"feed", "rss"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shown = "name => [...document.getElementsByTagName(name)].filter(one => one.checkVisibility()).length"
    assert page.evaluate(shown, "title") > 5
    for hidden in ("id", "guid", "content", "category"):
        assert page.evaluate(shown, hidden) == 0
    assert [line for line in said if "404" not in line] == []  # the browser asks for an icon of its own accord
    assert page.evaluate("'hacked' in window") is False
    page.context.close()


def test_readers_are_given_a_feed_as_a_feed(chromium: Browser, site: str, published: Path) -> None:
    context = chromium.new_context()
    for extension in ("atom", "rss"):
        reader = context.request.get(
            f"{site}/demo/all.{extension}", headers={"Accept": f"application/{extension}+xml, */*"}
        )
        assert reader.headers["content-type"] == f"application/{extension}+xml; charset=utf-8"
        browser = context.request.get(f"{site}/demo/all.{extension}", headers={"Accept": "text/html,*/*;q=0.8"})
        assert browser.headers["content-type"] == "application/xml; charset=utf-8"
        assert "Accept" in browser.headers["vary"]
        assert reader.body() == browser.body() == (published / f"demo/all.{extension}").read_bytes()
    context.close()
