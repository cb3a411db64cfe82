"""Reads a JSON answer by the JMESPath expressions of its endpoint (https://jmespath.org/specification.html)."""

from __future__ import annotations

import html
from typing import Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError, JMESPathTypeError

from aggregator.config.endpoints import JsonEndpoint, JsonField
from aggregator.errors import BadItem, NoItems, NotADocument
from aggregator.model import Document, Markup, RawItem, Response
from aggregator.parse.bounds import gather
from aggregator.parse.encoding import decode
from aggregator.parse.json_document import load, text_of
from aggregator.parse.parts import absolute, is_web
from aggregator.parse.patterns import part
from aggregator.parse.recognise import describe, shorten


class _Functions(functions.Functions):
    """JMESPath's own, but ``join`` passes over null: ``join(' ', [title, description])`` can do with either."""

    @functions.signature({"types": ["string"]}, {"types": ["array"]})
    def _func_join(self, glue: str, parts: list[object]) -> str:
        return glue.join(text for part in parts if (text := text_of(part)))


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def read(endpoint: JsonEndpoint, response: Response) -> Document:
    """Read the items that ``endpoint.items`` finds; each needs a title and a link.

    Raises ``NotADocument`` when the body is no JSON or the expression gives no list, ``NoItems`` when the list is empty
    or nothing in it is an item.
    """
    text = decode(response.body, response.headers.get("content-type", ""))
    answer = load(text, "JSON")
    try:
        found = _search(endpoint.items, answer)
    except JMESPathError as error:
        msg = f"items expression '{endpoint.items}' fails on {describe(text)}: {_failure(error)}"
        raise NotADocument(msg) from None
    if not isinstance(found, list):
        msg = f"items expression '{endpoint.items}' gives no list in {describe(text)}"
        raise NotADocument(msg)
    if not found:
        msg = f"items expression '{endpoint.items}' gives an empty list"
        raise NoItems(msg)
    items, rejected = gather(found, lambda row: _item(endpoint, row, response.url))
    return Document(items, rejected, next_url=_next(endpoint, answer, response.url))


def _next(endpoint: JsonEndpoint, answer: object, url: str) -> str | None:
    """Return the next page's address; an expression that fails there names none, as on the last page."""
    if endpoint.next is None:
        return None
    try:
        following = part(endpoint.next.match, text_of(_search(endpoint.next.select, answer)))
    except JMESPathError:
        return None
    return absolute(url, following) if following else None


def _item(endpoint: JsonEndpoint, row: object, url: str) -> RawItem:
    if not isinstance(row, dict):
        msg = f"items expression '{endpoint.items}' gives something else than an object"
        raise BadItem(msg)
    summary, body = (_optional(row, name, getattr(endpoint, name)) for name in ("summary", "body"))
    return RawItem(
        guid=_name(_optional(row, "id", endpoint.id)),
        link=_required(row, "link", endpoint.link),
        title=Markup(_required(row, "title", endpoint.title)),
        summary=Markup(summary) if summary else None,
        content=Markup(body, "html") if body else None,
        published=_optional(row, "date", endpoint.date),
        base=url,
    )


def _name(id_: str | None) -> str | None:
    """Return an id; one that is an address, as a feed would have it: WordPress writes it for HTML (``&#038;``)."""
    return html.unescape(id_) if id_ and is_web(id_) else id_


def _required(row: dict[str, Any], name: str, field: JsonField) -> str:
    text = _optional(row, name, field)
    if text is None:
        msg = f"{name} expression '{field}' gives no text"
        raise BadItem(msg)
    return text


def _optional(row: dict[str, Any], name: str, field: JsonField | None) -> str | None:
    if field is None:
        return None
    try:
        return part(field.match, text_of(_search(field.select, row)))
    except JMESPathTypeError as error:
        if error.actual_type == "null":  # the function was given a field that this item does not have
            return None
        msg = f"{name} expression '{field}' fails: {_failure(error)}"
    except JMESPathError as error:
        msg = f"{name} expression '{field}' fails: {_failure(error)}"
    raise BadItem(msg)


def _search(expression: str, value: object) -> object:
    return jmespath.search(expression, value, _OPTIONS)


def _failure(error: JMESPathError) -> str:
    """Return what went wrong, without the value it went wrong on, which may be the whole answer."""
    if isinstance(error, JMESPathTypeError):
        return f"{error.function_name}() does not take {error.actual_type}"
    return shorten(str(error))
