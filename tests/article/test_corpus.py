"""The summit article, untouched and in the dress of many sites; and all sorts of pages that must not make it fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.article import ArticleText, Form, read
from aggregator.errors import NotADocument
from tests.conftest import CHECKOUT

NOISE = "<p>Sign up for our newsletter: for free!</p>"


@pytest.fixture(scope="module")
def summit(corpus: Path) -> ArticleText:
    return read((corpus / "articles/summit.txt").read_text(encoding="utf-8"), "text")


def test_the_summit_article_is_read_untouched(summit: ArticleText) -> None:
    assert str(summit.head.title).startswith("Diplomacy Under Strain: A Potential Putin-Zelenskyy Summit Hangs")
    assert str(summit.head.subtitle).startswith("White House pushes for high-stakes meeting")
    assert summit.summary.startswith("A crucial diplomatic maneuver is underway")
    assert summit.summary.endswith("surrounding the ongoing conflict.")
    assert [section.heading for section in summit.sections] == [
        None,
        "A Brief Introduction On The Subject Matter That Is Relevant And Engaging",
        "Background and Context To Help The Reader Understand What It Means For Who Is Affected",
        "In Depth Analysis Of The Broader Implications And Impact",
        "Key Takeaways",
        "What To Expect As A Result And Why It Matters",
        "Advice and Alerts",
    ]
    assert len(summit.takeaways) == 5
    assert summit.takeaways[0].startswith("The White House has announced President Putin")
    assert [(one.name, one.scope[:8]) for one in summit.references] == [
        ("U.S. Department of State", "For offi"),
        ("The White House", "For offi"),
        ("United Nations", "For info"),
        ("North Atlantic Treaty Organization (NATO)", "For upda"),
    ]
    assert set(summit.takeaways) < set(summit.body.splitlines())
    for foreign in ("Leave a Reply", "logged in", "For updates on NATO", "Annotations", "pushes for high-stakes"):
        assert foreign not in summit.body


def dressed(article: ArticleText, kind: str) -> str:
    """Return the summit's title, sections and references as the elements of a page."""
    parts = [f"<p>{escape(paragraph)}</p>" for paragraph in article.sections[0].paragraphs]
    for section in article.sections[1:]:
        parts.append(f"<h2>{escape(str(section.heading))}</h2>")
        tag = "li" if section.heading == "Key Takeaways" else "p"
        inner = "".join(f"<{tag}>{escape(paragraph)}</{tag}>" for paragraph in section.paragraphs)
        parts.append(f"<ul>{inner}</ul>" if tag == "li" else inner)
    parts.append(
        "<h2>Annotations Featuring Links To Various Official References Regarding The Information Provided</h2>"
    )
    entries = [(escape(one.name), escape(one.scope)) for one in article.references]
    parts.append(
        {
            "list": "<ul>" + "".join(f"<li>{name}: {scope}</li>" for name, scope in entries) + "</ul>",
            "bold": "".join(f"<p><strong>{name}:</strong> {scope}</p>" for name, scope in entries),
            "terms": "<dl>" + "".join(f"<dt>{name}</dt><dd>{scope}</dd>" for name, scope in entries) + "</dl>",
            "rows": "<table>"
            + "".join(f"<tr><td>{name}</td><td>{scope}</td></tr>" for name, scope in entries)
            + "</table>",
            "links": "<ul>"
            + "".join(f'<li><a href="/x">{name}</a> — {scope}</li>' for name, scope in entries)
            + "</ul>",
            "lines": "<p>" + "<br>".join(f"\u2013 {name}: {scope}" for name, scope in entries) + "</p>",
            "headings": "".join(f"<h3>{name}</h3><p>{scope}</p>" for name, scope in entries),
        }[kind]
    )
    return "".join(parts)


THEMES: dict[str, Callable[[str, str], str]] = {
    "bare": lambda title, body: f"<title>{title}</title><h1>{title}</h1>{body}<h3>Leave a Reply</h3>{NOISE}",
    "wordpress": lambda title, body: (
        f"<html><head><title>{title} | The Site</title></head><body><div class='site-header'>{NOISE}</div>"
        f"<article class='post'><h1 class='entry-title'>{title}</h1><div class='entry-meta'>By A. B.</div>"
        f"<div class='entry-content'>{body}<div class='sharedaddy'><h3>Share this:</h3>{NOISE}</div></div></article>"
        f"<div id='comments'><h2>Leave a Reply</h2>{NOISE}</div><aside class='sidebar'>{NOISE}</aside></body></html>"
    ),
    "soup": lambda title, body: (
        f"<html><head><meta property='og:title' content='{title}'></head><body><div class='x1'><div>{NOISE}</div></div>"
        f"<div class='x2'><div class='x3'><h1>{title}</h1>{body}</div><div class='x4'>{NOISE}</div></div></body></html>"
    ),
    "html5": lambda title, body: (
        f"<!doctype html><header><nav>{NOISE}</nav></header><main><h1>{title}</h1>{body}<h2>Related posts</h2>{NOISE}"
        f"</main><footer>{NOISE}</footer>"
    ),
}


@pytest.mark.parametrize("kind", ["list", "bold", "terms", "rows", "links", "lines", "headings"])
@pytest.mark.parametrize("theme", THEMES)
def test_the_same_article_is_read_from_every_theme_and_every_kind_of_list(
    summit: ArticleText, theme: str, kind: str
) -> None:
    page = THEMES[theme](escape(str(summit.head.title), quote=True), dressed(summit, kind))
    found = read(page, "html")
    assert found.head.title == summit.head.title
    assert found.takeaways == summit.takeaways
    assert [(one.name, one.scope) for one in found.references] == [(one.name, one.scope) for one in summit.references]
    assert found.summary == summit.summary
    if theme != "soup":  # nothing there tells the notice from the text
        assert found.body == summit.body


def test_the_same_article_is_read_from_markdown(summit: ArticleText) -> None:
    lines = [f"# {summit.head.title}", *summit.sections[0].paragraphs]
    for section in summit.sections[1:]:
        lines.append(f"## {section.heading}")
        bullet = "- " if section.heading == "Key Takeaways" else ""
        lines += [f"{bullet}{paragraph}" for paragraph in section.paragraphs]
    lines += ["## Annotations", *(f"- **{one.name}**: {one.scope}" for one in summit.references)]
    found = read("\n\n".join(lines), "markdown")
    assert replace(found, head=summit.head) == summit
    assert found.head.title == summit.head.title


def test_no_page_of_the_corpus_makes_it_fail(corpus: Path) -> None:
    pages = [*corpus.rglob("*.html"), *sorted(corpus.glob("feeds/fastfeedparser/*.xml"))[:20]]
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8", errors="replace")
        for form in ("html", "markdown", "text"):
            try:
                assert isinstance(read(text, form).body, str), page
            except NotADocument as error:
                assert "tags" in str(error), page  # noqa: PT017 - the only reason that there may be


@cache
def pieces() -> tuple[str, ...]:
    """Return tags, words and line ends of our own articles, to be put together in any order."""
    found: set[str] = set()
    for path in sorted((CHECKOUT / "tests/data/article").iterdir()):
        if path.suffix in {".html", ".md", ".txt"}:
            found.update(path.read_text(encoding="utf-8").replace(">", ">\0").replace("<", "\0<").split("\0"))
    return tuple(sorted(found))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=st.lists(st.sampled_from(pieces()), max_size=60), form=st.sampled_from(["html", "markdown", "text"]))
def test_whatever_is_put_together_is_read(parts: list[str], form: Form) -> None:
    found = read("".join(parts), form)
    for section in found.sections:
        for paragraph in section.paragraphs:
            assert paragraph == " ".join(paragraph.split()) != ""
    assert all(one.name for one in found.references)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300), form=st.sampled_from(["html", "markdown", "text"]))
def test_any_text_is_read(text: str, form: Form) -> None:
    read(text, form)


@pytest.mark.parametrize(
    "text", ["<div><p>x" * 200, "<ul><li>" * 200, "<!-- <p>", "<?xml ?><p>x", "<table><tr><td>" * 100]
)
def test_odd_pages_are_read(text: str) -> None:
    read(text, "html")


@pytest.mark.parametrize(
    ("text", "reason"), [("<div>" * 600, "more than 512 deep"), ("<b>x</b>" * 50_001, "100,002 tags")]
)
def test_pages_that_would_take_minutes_are_refused(text: str, reason: str) -> None:
    with pytest.raises(NotADocument, match=reason):
        read(text, "html")
