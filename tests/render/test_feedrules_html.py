"""The checker's reading of HTML: it passes what is right, and finds each thing that can be wrong."""

from __future__ import annotations

import pytest

from tests.feedrules_html import html

RIGHT = [
    "Plain text, <b>bold</b>, 1 &lt; 2 &amp; 3 &gt; 2, a > b, &nbsp;&#8211;&#x2013;&hellip;",
    "<p>One<p>Two<ul><li>a<li>b</ul>",
    '<div><p>a<br>b<img src="https://x.example/i.png" alt="" width="1"></p><blockquote cite="https://x.example/">q</blockquote></div>',
    "<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tbody><tr><td>1<td>2</tbody></table>",
    "<table><tr><td><p>x</p></td></tr></table>",
    '<a href="mailto:a@x.example">m</a> <a href="https://x.example/?a=1&amp;b=2" title="t" rel="noopener">x</a>',
    '<p style="text-align: center; color: #fff">x</p>',
    '<img src="https://x.example/1.png" srcset="https://x.example/1.png 1x, https://x.example/2.png 2x" alt="">',
    "<dl><dt>a<dd>b<dt>c<dd>d</dl><del>x</del><ins>y</ins><s>z</s><!-- c -->",
]  # fmt: skip

WRONG = [
    ("a & b", "bare &"),
    ("a&copy b", "bare &"),
    ('<a href="https://x.example/?a=1&b=2">x</a>', "bare &"),
    ("&nosuch;", "bare &"),
    ("&#0;", "no character"),
    ("&#x80;", "no character"),
    ("1 < 2", "bare <"),
    ("<p><div>x</div></p>", "</p> does not close"),
    ("<p><b><div>x</div></b></p>", "<div> inside <p>"),
    ("<p>a<table><tr><td>x</td></tr></table></p>", "</p> does not close"),
    ("<p><b>x</p>", "does not close"),
    ("<b>x", "unclosed <b>"),
    ("<div>x", "unclosed <div>"),
    ("x</b>", "does not close"),
    ("x</p>", "does not close"),
    ("<b><i>x</b></i>", "does not close"),
    ("<p>x<b", "breaks off"),
    ("<svg><path/></svg>", "<svg>"),
    ("<font-face>x</font-face>", "<font-face>"),
    ("<script>x</script>", "<script>"),
    ("<style>x</style>", "<style>"),
    ('<iframe src="https://x.example/"></iframe>', "<iframe>"),
    ("<object></object>", "<object>"),
    ("<embed>", "<embed>"),
    ("<meta>", "<meta>"),
    ("<link>", "<link>"),
    ("<base>", "<base>"),
    ("<bdo>x</bdo>", "<bdo>"),
    ("<form></form>", "<form>"),
    ("<math></math>", "<math>"),
    ('<p onclick="x()">x</p>', "onclick"),
    ('<p ONLOAD="x()">x</p>', "onload"),
    ('<p role="note">x</p>', "role"),
    ('<p class="a" class="b">x</p>', "twice"),
    ('<p style="position: fixed">x</p>', "CSS"),
    ('<p style="background-color: url(https://x.example/)">x</p>', "CSS"),
    ('<p style="color: red; behavior: x">x</p>', "CSS"),
    ("<div/>", "self-closing"),
    ("<tr><td>x</td></tr>", "<tr> inside <>"),
    ("<table><td>x</td></table>", "<td> inside <table>"),
    ("<table>x</table>", "text directly in <table>"),
    ("<table><p>x</p></table>", "<p> directly in <table>"),
    ('<a href="https://x.example/">a<b><a href="https://x.example/">b</a></b></a>', "<a> inside"),
    ("<h1><h2>x</h2></h1>", "<h2> inside"),
    ("<!DOCTYPE html>x", "declaration"),
    ("<?php x ?>y", "processing instruction"),
    ("<![CDATA[x]]>", "CDATA"),
    ('<a href="/x">x</a>', "relative address"),
    ('<a href="#note">x</a>', "relative address"),
    ('<a href="//x.example/">x</a>', "relative address"),
    ('<a href="">x</a>', "relative address"),
    ('<img src="i.png" alt="">', "relative address"),
    ('<img src="https://x.example/1" srcset="2.png 2x" alt="">', "relative address"),
    ('<a href="javascript:x()">x</a>', "unsafe address"),
    ('<a href=" JaVa&#10;script:x()">x</a>', "unsafe address"),
    ('<img src="data:image/png;base64,x" alt="">', "unsafe address"),
    ('<a href="https:x">x</a>', "unsafe address"),
    ('<a href="https://x.example/a b">x</a>', "blank in an address"),
    ('<a href="https://[x/">x</a>', "invalid address"),
]  # fmt: skip


@pytest.mark.parametrize("markup", RIGHT)
def test_what_is_right_passes(markup: str) -> None:
    assert list(html(markup)) == []


@pytest.mark.parametrize(("markup", "finding"), WRONG)
def test_what_is_wrong_is_found(markup: str, finding: str) -> None:
    found = list(html(markup))
    assert any(finding in one for one in found), found
