"""Elements by what themes name them, found in one walk: each of the many selectors would take one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from bs4.element import Tag


class Index:
    """The elements of a page, in its order, by name.

    A name is a tag (``main``), a class (``.entry-content``), an id (``#content``), or an attribute that says what an
    element is (``role=main``, ``itemprop=articleBody``).
    """

    def __init__(self, root: Tag) -> None:
        self._named: dict[str, list[Tag]] = {}
        for element in root.find_all():
            for key in {element.name, *_keys(element)}:
                self._named.setdefault(key, []).append(element)

    def all(self, *names: str) -> list[Tag]:
        """Return the elements of each name in turn."""
        return [element for name in names for element in self._named.get(name, ())]

    def first(self, *names: str) -> Tag | None:
        """Return the first element of the first name that the page has."""
        return next(iter(self.all(*names)), None)


def _keys(element: Tag) -> Iterator[str]:
    for name in classes(element):
        yield f".{name}"
    if isinstance(identity := element.get("id"), str):
        yield f"#{identity}"
    for attribute in ("role", "itemprop"):
        if value := element.get(attribute):
            for word in value if isinstance(value, list) else value.split():
                yield f"{attribute}={word}"


def classes(element: Tag) -> list[str]:
    """Return the classes of an element."""
    listed = element.get("class")
    return list(listed) if isinstance(listed, list) else listed.split() if isinstance(listed, str) else []
