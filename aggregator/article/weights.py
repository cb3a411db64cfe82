"""How much text each element of a page holds, and what its headings announce, found in one walk.

Asked of each element by a walk of its own, elements inside one another would take the square of their number.
"""

from __future__ import annotations

from bs4.element import CData, NavigableString, Tag

from aggregator.article.headings import Kind, kind_of

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "strong", "b"})
_LONGEST_HEADING = 300
"""Characters.  What is longer is a text in bold, and announces nothing."""


class Weights:
    """The elements of a page as it is now; what is changed later is not seen."""

    def __init__(self, root: Tag) -> None:
        """Weigh ``root`` and all that is in it."""
        self._text: dict[int, int] = {}
        """Characters in each element, without blanks."""
        self._whole: dict[int, int] = {}
        """The same with blanks."""
        self._linked: dict[int, int] = {}
        """Characters in the links that are in each element, with blanks."""
        self._kinds: dict[int, set[Kind]] = {}
        self._elements = [root, *root.find_all()]
        """Kept, so that no identity is given away twice."""
        for node in reversed([root, *root.descendants]):  # what is inside comes before what is around it
            parent = id(node.parent)
            if isinstance(node, Tag):
                self._add(id(node), parent, is_link=node.name == "a")
            elif isinstance(node, NavigableString) and type(node) in {NavigableString, CData}:
                self._text[parent] = self._text.get(parent, 0) + len("".join(node.split()))
                self._whole[parent] = self._whole.get(parent, 0) + len(node)
        for element in self._elements:
            if element.name in _HEADINGS and self._whole.get(id(element), 0) <= _LONGEST_HEADING:
                self._announce(element, root)

    def _add(self, element: int, parent: int, *, is_link: bool) -> None:
        whole = self._whole.get(element, 0)
        self._text[parent] = self._text.get(parent, 0) + self._text.get(element, 0)
        self._whole[parent] = self._whole.get(parent, 0) + whole
        linked = self._linked.get(element, 0) + (whole if is_link else 0)
        self._linked[parent] = self._linked.get(parent, 0) + linked

    def _announce(self, heading: Tag, root: Tag) -> None:
        kind = kind_of(heading.get_text(" "))
        around: Tag | None = heading.parent
        while kind and around is not None and kind not in self._kinds.setdefault(id(around), set()):
            self._kinds[id(around)].add(kind)
            around = around.parent if around is not root else None

    def of(self, element: Tag) -> int:
        """Return the characters of text in ``element`` that are in no link."""
        return max(0, self._text.get(id(element), 0) - self._linked.get(id(element), 0))

    def announces(self, element: Tag, *kinds: Kind) -> bool:
        """Return whether a heading inside of ``element`` is of one of ``kinds``."""
        return not self._kinds.get(id(element), set()).isdisjoint(kinds)
