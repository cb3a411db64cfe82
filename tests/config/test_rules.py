"""Single values: what is taken, and that the short cuts take nothing that the long way refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soupsieve
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from aggregator.config import rules
from aggregator.config.endpoints import field_selector

ROOT = Path(__file__).resolve().parents[2]
PIECES = ["a", "h3", "-x", ".b", "#c", "[d]", "[e=f]", '[g^="h i"]', "[j|='k']", ":first-child", ":last-of-type"]
PIECES += [
    " ",
    "  ",
    ">",
    " + ",
    ",",
    ", ",
    "~",
    "*",
    ":",
    "::",
    "[",
    "]",
    "=",
    "1",
    "é",
    "\\",
    '"',
    "(",
    ")",
    "\n",
    "@",
]


@settings(deadline=None)  # the first selector brings soupsieve
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_every_plain_selector_is_one_that_soupsieve_compiles(selector: str) -> None:
    if re.fullmatch(rules._PLAIN_CSS, selector):
        assert soupsieve.compile(selector).pattern == selector


@settings(deadline=None)  # the first selector brings soupsieve
@given(st.text(alphabet="ab1-_.#[]='\"^~|:> +,é\\\n", max_size=12))
def test_every_plain_selector_of_any_text_is_one_that_soupsieve_compiles(selector: str) -> None:
    if re.fullmatch(rules._PLAIN_CSS, selector):
        assert soupsieve.compile(selector).pattern == selector


@pytest.mark.parametrize(
    "selector",
    [
        "li.wp-block-post",
        "ul.a li.b > a",
        ".meta span:last-of-type",
        "a[href^='/en/']",
        "nav, .ads",
        "#x .y",
        "[data-a]",
    ],
)
def test_what_people_write_is_plain(selector: str) -> None:
    assert re.fullmatch(rules._PLAIN_CSS, selector)


def refusal(rule: Any, value: str) -> str:  # noqa: ANN401 - an annotated type has no type of its own
    """Return why a value is refused, empty where it is taken."""
    try:
        TypeAdapter(rule).validate_python(value)
    except ValidationError as error:
        return str(error.errors()[0]["ctx"]["error"])
    return ""


@settings(deadline=None)  # the first selector brings soupsieve
@given(st.text(max_size=30))
def test_a_selector_is_taken_or_refused_with_a_reason(selector: str) -> None:
    assert f'not a CSS selector: "{selector}": ' in (
        refusal(rules.Css, selector) or f'not a CSS selector: "{selector}": '
    )


@settings(deadline=None)  # the first selector brings soupsieve
@given(st.text(alphabet="ab.[]?*@'`\"|&(), {}:0\\-", max_size=15))
def test_a_jmespath_expression_is_taken_or_refused_with_a_reason(expression: str) -> None:
    reason = refusal(rules.Jmes, expression)
    assert not reason or "JMESPath" in reason


@pytest.mark.parametrize("expression", ["a[?b==`c`]", "a[?b==`1`]", "a | [0]", "max_by(a, &b)", '"a b".c'])
def test_a_jmespath_expression(expression: str) -> None:
    assert refusal(rules.Jmes, expression) == ""


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("6h", 21600), ("1d", 86400), ("2 h", 7200), ("090s", 90)]
)
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert TypeAdapter(rules.Duration).validate_python(text) == seconds


@pytest.mark.parametrize("text", ["", "0s", "5", "5min", "-5m", "1.5h", "m", "5M", "٣m", "1d\n"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(rules.Duration).validate_python(text)


@pytest.mark.parametrize(
    "url",
    ["https://x", "http://[::1]:8080/a", "http://127.0.0.1:1/", "https://x/a:b/?c=&d=", "https://münchen.example/ü"],
)
def test_a_url(url: str) -> None:
    assert TypeAdapter(rules.Url).validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "x",
            "//x/",
            "ftp://x/",
            "file:///etc/passwd",
            "http:///a",
            "http://x:99999/",
            "http://[",
            "https://u@x/",
        ),
        *("http://x/\t", "http://x/\x00", "http://x\\@y/", "javascript:alert(1)", "http://x/a b", "HTTPS://"),
    ],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(rules.Url).validate_python(url)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("https://x.org", "https://x.org/"), ("https://x.org/a", "https://x.org/a/"), ("http://x/", "http://x/")],
)
def test_a_base_url_ends_with_a_slash(given: str, kept: str) -> None:
    assert TypeAdapter(rules.BaseUrl).validate_python(given) == kept


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:80", "::1", "Intranet.Example"])
def test_a_host_that_may_be_allowed(host: str) -> None:
    assert TypeAdapter(rules.Host).validate_python(host) == host.lower()


@pytest.mark.parametrize("host", ["", "http://x", "x/y", "x:y", "a b", "u@x", "x:123456"])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(rules.Host).validate_python(host)


def test_a_proxy_may_have_a_password() -> None:
    assert TypeAdapter(rules.Proxy).validate_python("http://u:p@proxy.example:3128") == "http://u:p@proxy.example:3128"


@pytest.mark.parametrize(
    "text", ["%d %B %Y", "%Y-%m-%dT%H:%M:%S%z", "%B %d, %Y", "%d.%m.%y", "%e %B %Y", "%A, %d %b %Y %I:%M %p"]
)
def test_a_date_format(text: str) -> None:
    assert TypeAdapter(rules.DateFormat).validate_python(text) == text


@pytest.mark.parametrize("text", ["", "%d %B", "%Y", "%H:%M", "%s", "%j %Y", "%d %d %B %Y", "%Y-%m-%d %", "%%Y-%m-%d"])
def test_what_is_no_date_format(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(rules.DateFormat).validate_python(text)


@pytest.mark.parametrize("name", ["UTC", "Europe/Brussels", "America/New_York"])
def test_a_time_zone(name: str) -> None:
    assert TypeAdapter(rules.Zone).validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["", "Brussels", "Europe", "../etc/passwd", "/etc/localtime", "tzdata.zi", "CEST", "+02:00"]
)
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(rules.Zone).validate_python(name)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("h3 a", ("h3 a", None)),
        ("h3 a@href", ("h3 a", "href")),
        ("@href", ("", "href")),
        ("time @ datetime", ("time", "datetime")),
        ('a[href="x@y"]', ('a[href="x@y"]', None)),
        ('a[href="x@y"]@href', ('a[href="x@y"]', "href")),
        ("svg@xlink:href", ("svg", "xlink:href")),
    ],
)
def test_a_field_is_a_selector_and_an_attribute(value: str, parts: tuple[str, str | None]) -> None:
    assert field_selector(value) == parts


def test_a_run_without_news_does_not_pay_for_selectors() -> None:
    code = (
        "import sys; from pathlib import Path; from aggregator.config.load import load;"
        "load(Path('config/aggregator.toml')); print({'bs4', 'soupsieve', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
