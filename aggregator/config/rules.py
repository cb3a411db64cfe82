"""What a single value of the configuration may be: ids, URLs, durations, selectors, date formats.

Each rule is a function that returns the value or raises ``ValueError`` with a sentence for the operator, and a type
made of it for the models in ``values``.  Nothing here knows a table, or how two keys go together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

ID = r"^[a-z0-9-]{1,64}$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
UUID = r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
TEXT = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"
"""No control characters: XML has no place for them (XML 1.0, 2.2)."""
HEADER = r"^[!-~]([ -~]*[!-~])?$"
"""One line of ASCII: what a header field can carry safely (RFC 9110, 5.5)."""
PARAMETER = r"^[A-Za-z0-9_.~\[\]-]{1,64}$"
DURATION = r"^0*[1-9][0-9]{0,5}\s*[smhd]$"

AGE = r"^0*[1-9][0-9]{0,3}\s*[dwy]$"

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 366 * 86400
_OLDEST = 100 * 365


def _duration(value: object) -> float:
    if not isinstance(value, str) or not re.fullmatch(DURATION, value):
        msg = 'expected a duration such as "30s", "5m", "6h" or "1d"'
        raise ValueError(msg)
    seconds = int(value[:-1]) * _UNITS[value[-1]]
    if seconds > _LONGEST:
        msg = "longer than a year"
        raise ValueError(msg)
    return float(seconds)


_AGES = {"d": 1, "w": 7, "y": 365}


def _age(value: object) -> timedelta:
    if not isinstance(value, str) or not re.fullmatch(AGE, value):
        msg = 'expected an age such as "30d", "8w" or "5y"'
        raise ValueError(msg)
    days = int(value[:-1]) * _AGES[value[-1]]
    if days > _OLDEST:
        msg = "longer than a century"
        raise ValueError(msg)
    return timedelta(days=days)


def _web_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        msg = "not a URL: its host or port is malformed"
        raise ValueError(msg) from None
    if strange := re.search(r"[\x00-\x20\x7F\s<>\"\\]", value):
        msg = f"no URL holds {strange[0]!r}: percent-encode it (RFC 3986, 2.1)"
        raise ValueError(msg)
    if parts.scheme not in {"http", "https"} or not host:
        msg = 'expected an absolute URL that starts with "http://" or "https://"'
        raise ValueError(msg)
    return value


def _http_url(value: str) -> str:
    if "@" in urlsplit(_web_url(value)).netloc:
        msg = "a user name or password in a URL would be published with it"
        raise ValueError(msg)
    return value


def url_misfit(value: str) -> str | None:
    """Return why ``value`` cannot be the address of an endpoint; None when it can."""
    try:
        _http_url(value)
    except ValueError as error:
        return str(error)
    return None


def _base_url(value: str) -> str:
    value = _http_url(value)
    if urlsplit(value).query or urlsplit(value).fragment:
        msg = "a base URL has neither query nor fragment"
        raise ValueError(msg)
    return value if value.endswith("/") else value + "/"


def _proxy(value: str) -> str:
    return _web_url(value) if value else value


def _host(value: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s/:@]+)(:\d{1,5})?|[0-9a-fA-F:]+", value):
        msg = 'expected a host or host:port, without "http://" and path'
        raise ValueError(msg)
    return value.lower()


_IDENT = r"-?[A-Za-z_][A-Za-z0-9_-]*"
_ATTRIBUTE = rf"\[{_IDENT}(?:[~|^$*]?=(?:\"[^\"\\\n]*\"|'[^'\\\n]*'|{_IDENT}))?\]"
_SIMPLE = rf"(?:[.#]{_IDENT}|{_ATTRIBUTE}|:(?:first|last|only)-(?:child|of-type))"
_PLAIN_CSS = rf"(?:(?:{_IDENT}|(?=[.#:\[])){_SIMPLE}*(?:(?: *[>+~,] *| +)(?!\Z)|\Z))+"
"""The greater part of what people write.  To import soupsieve costs more than a cycle without news does."""


@cache
def css(value: str) -> str:
    """Return a CSS selector that soupsieve understands; raises ``ValueError`` with the place of the mistake."""
    if re.fullmatch(_PLAIN_CSS, value):
        return value
    import warnings  # noqa: PLC0415 - with the next one

    import soupsieve  # noqa: PLC0415 - brings bs4 and lxml: 0.15 s of every run, and seldom needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # of what soupsieve reads today and will not tomorrow
            soupsieve.compile(value)  # NotImplementedError: CSS that it knows and cannot do
    except (soupsieve.SelectorSyntaxError, NotImplementedError, FutureWarning) as error:
        what = str(error).splitlines()[0].partition(". ")[0]
        column = getattr(error, "col", None)
        where = "" if column is None or "position" in what else f" at position {column - 1}"
        msg = f'not a CSS selector: "{value}": {what}{where}'
        raise ValueError(msg) from None
    return value


@cache
def jmes(value: str) -> str:
    """Return a JMESPath expression that compiles; raises ``ValueError`` with the place of the mistake."""
    import warnings  # noqa: PLC0415 - with the next ones

    import jmespath  # noqa: PLC0415 - with the next one
    import jmespath.exceptions  # noqa: PLC0415 - only for those who have JSON endpoints

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # `word` for `"word"`, as many write it
            tree = jmespath.compile(value).parsed
    except jmespath.exceptions.JMESPathError as error:
        what = getattr(error, "message", None) or str(error).splitlines()[0].rstrip(":")
        position = getattr(error, "lex_position", None)
        where = "" if position is None else f", at position {position}"
        msg = f'not a JMESPath expression: "{value}": {what}{where}'
        raise ValueError(msg) from None
    _known_functions(tree)
    return value


def _known_functions(tree: Mapping[str, object]) -> None:
    """JMESPath compiles a call of a function that does not exist, and fails at the first item."""
    from jmespath.functions import Functions  # noqa: PLC0415 - as jmespath itself

    pending = [tree]
    while pending:
        node = pending.pop()
        if node["type"] == "function_expression" and node["value"] not in Functions.FUNCTION_TABLE:
            msg = f"JMESPath has no function {node['value']}()"
            raise ValueError(msg)
        children = node["children"]
        if isinstance(children, list):
            pending += [child for child in children if isinstance(child, Mapping)]


@cache
def _pattern(value: str) -> str:
    """RE2's syntax: a text from outside can make any backtracking search run for ever, and RE2's it cannot."""
    import re2  # noqa: PLC0415 - for those who have patterns

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value, options)
    except re2.error as error:
        reason = error.args[0]
        what = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        msg = f'not a regular expression of RE2: "{value}": {what}'
        raise ValueError(msg) from None
    return value


_DIRECTIVES = {
    "year": "YyF",
    "month": "mbhBF",
    "day": "deF",
    "weekday": "aA",
    "hour": "HITR",
    "minute": "MTR",
    "second": "ST",
    "fraction": "f",
    "half": "p",
    "zone": "zZ",
}
"""What each of strptime's directives that ``clean.dates`` reads gives; it has a test that the two agree."""


def _date_format(value: str) -> str:
    found = [directive for directive in re.findall(r"%-?(.?)", value, re.DOTALL) if directive != "%"]
    for directive in found:
        if not directive or not any(directive in readable for readable in _DIRECTIVES.values()):
            readable = " ".join(f"%{one}" for one in sorted(set("".join(_DIRECTIVES.values()))))
            msg = f"%{directive} is not a directive that can be read; these are: {readable} %%"
            raise ValueError(msg)
    given = {part: sum(directive in readable for directive in found) for part, readable in _DIRECTIVES.items()}
    if twice := [part for part, times in given.items() if times > 1]:
        msg = f"the format gives the {twice[0]} twice"
        raise ValueError(msg)
    if not (given["year"] and given["month"] and given["day"]):
        msg = 'a date format gives year, month and day, such as "%d %B %Y"'
        raise ValueError(msg)
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        msg = 'not a time zone name such as "UTC" or "Europe/Brussels"'
        raise ValueError(msg) from None
    return value


def _sqlite(value: str) -> str:
    if not value.removeprefix("sqlite:///") or not value.startswith("sqlite:///"):
        msg = 'expected "sqlite:///" and a path: SQLite is the only database there is'
        raise ValueError(msg)
    return value


Id = Annotated[str, StringConstraints(pattern=ID)]
Urn = Annotated[str, StringConstraints(pattern=UUID)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, pattern=TEXT)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=TEXT)]
Header = Annotated[str, StringConstraints(pattern=HEADER)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Url = Annotated[str, AfterValidator(_http_url), WithJsonSchema({"type": "string", "format": "uri"})]
BaseUrl = Annotated[str, AfterValidator(_base_url), WithJsonSchema({"type": "string", "format": "uri"})]
Proxy = Annotated[str, AfterValidator(_proxy)]
Host = Annotated[str, AfterValidator(_host)]
Sqlite = Annotated[str, AfterValidator(_sqlite), WithJsonSchema({"type": "string", "pattern": "^sqlite:///."})]
Css = Annotated[str, AfterValidator(css)]
Jmes = Annotated[str, AfterValidator(jmes)]
Pattern = Annotated[str, StringConstraints(min_length=1), AfterValidator(_pattern)]
Parameter = Annotated[str, StringConstraints(pattern=PARAMETER)]
Duration = Annotated[float, BeforeValidator(_duration), WithJsonSchema({"type": "string", "pattern": DURATION})]
Age = Annotated[timedelta, BeforeValidator(_age), WithJsonSchema({"type": "string", "pattern": AGE})]
DateFormat = Annotated[str, AfterValidator(_date_format)]
Zone = Annotated[str, AfterValidator(_timezone)]
LIST = Field(strict=False)
"""For a tuple: TOML has lists.  What stands in it is judged as strictly as everything else."""
