"""What of a page is the article: found by the names that blog themes use, else by where the text is dense.

The tables name what WordPress (classic and block themes), Ghost, Substack, Medium, Blogger, Hugo, Jekyll and the
schema.org vocabulary write.  A page that uses none of these names is read by the density of its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bs4.element import Comment, Tag

from aggregator.article.index import Index, classes
from aggregator.article.weights import Weights

_CONTENT = (
    "itemprop=articleBody",
    ".entry-content",
    ".wp-block-post-content",
    ".post-content",
    ".post__content",
    ".gh-content",
    ".available-content",
    ".article-content",
    ".article-body",
    ".articleBody",
    ".article__body",
    ".post-body",
    ".story-body",
    ".e-content",
    ".td-post-content",
    "article",
    "main",
    "role=main",
    "#content",
)
"""The most particular first."""

_NEVER_TEXT = frozenset(
    {"script", "style", "template", "noscript", "nav", "form", "button", "input", "select", "textarea", "iframe"}
    | {"object", "embed", "svg", "math", "canvas", "audio", "video", "dialog", "figcaption", "thead"}
)
_UNSEEN = frozenset({"screen-reader-text", "sr-only", "visually-hidden"})
_NAMES = re.compile(
    r"comments?|respond|disqus|sharedaddy|addtoany|jp relatedposts|comment respond|"
    r"(social|post|entry|article) (share|sharing|links|icons|buttons?)|share|sharing|social|"
    r"related|related (posts?|articles?|content)|recommended|recirculation|newsletter|subscribe|subscription( widget)?|"
    r"advert|advertisement|adsbygoogle|promo|sponsor|sponsored|sidebar|breadcrumbs?|pagination|cookies?|popup|modal|toc|"
    r"author (box|bio|info|card|block)|(post|article|entry) (navigation|nav|tags|meta|footer|date|byline|details)|"
    r"byline|posted on|cat links|tags links|tag links|meta|dateline"
)
"""Classes and ids, their words parted by blanks: as a whole, or as their beginning or end of two words or more."""
_FOOT = ("footer", "aside", "header")
_MOST = 0.5
"""An element with more of the text than this is not cut, whatever it is called: themes name their columns oddly."""
_LEAST = 0.4
"""Share of the page's text that an element must hold to be the article."""
_DEEPER = 0.6
"""Share of an element's text that one inside it must hold to stand for it."""
_DEEPEST = 60
_MOST_ALIKE = 50
"""Elements of one name that are weighed."""


def main_of(body: Tag) -> Tag:
    """Return the element that holds the article; what is not part of it is cut out of the page."""
    for comment in body.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    _cut(body, _is_unseen)
    before = Weights(body)  # stands while it is cut: an element is weighed before anything is cut out of it
    _cut(body, lambda element: _is_surrounding(element) and not _is_of_article(element, body, before))
    index, weights = Index(body), Weights(body)
    least = _LEAST * weights.of(body)
    found = [heaviest for name in _CONTENT if (heaviest := _heaviest(index.all(name), least, weights))]
    listed = next((one for one in found if weights.announces(one, "references")), None)
    return listed or (found[0] if found else _densest(body, weights))


def _is_unseen(element: Tag) -> bool:
    """Whether an element shows nothing that is read: controls, pictures, what is hidden, marks of footnotes."""
    if element.name in _NEVER_TEXT or element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    if not _UNSEEN.isdisjoint(classes(element)):
        return True
    if "display:none" in str(element.get("style") or "").replace(" ", "").lower():
        return True
    return element.name == "sup" and any(str(link.get("href")).startswith("#") for link in element.find_all("a"))


def _cut(root: Tag, unwanted: Callable[[Tag], bool]) -> None:
    pending = [root]
    while pending:
        for child in [child for child in pending.pop().contents if isinstance(child, Tag)]:
            if unwanted(child):
                child.extract()
            else:
                pending.append(child)


def _is_surrounding(element: Tag) -> bool:
    """Whether an element is named as what stands around articles is."""
    if element.name in {"html", "body", "main", "article"}:
        return False
    identity = element.get("id")
    names = [*classes(element), *([identity] if isinstance(identity, str) else [])]
    return element.name in _FOOT or any(map(_names_surroundings, names))


@lru_cache(maxsize=1024)
def _names_surroundings(name: str) -> bool:
    words = re.sub(r"[^a-z]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()).strip()
    if words.startswith(("has ", "no ", "with ", "is ")):
        return False
    return bool(re.fullmatch(_NAMES, words)) or bool(
        re.search(
            r"^(comments?|share|sharing|related|newsletter|author (box|bio)) |\b(comments|sharing|breadcrumbs?)$", words
        )
    )


def _is_of_article(element: Tag, body: Tag, weights: Weights) -> bool:
    """Whether an element is no surrounding after all: it holds the takeaways, the references, or most of the text."""
    if element.name == "header" and element.find(["h1", "h2"]) is not None:
        return True
    if weights.announces(element, "references", "takeaways", "perhaps takeaways"):
        return True
    return weights.of(element) > _MOST * weights.of(body)


def _heaviest(elements: Sequence[Tag], least: float, weights: Weights) -> Tag | None:
    weighed = [(weights.of(element), element) for element in elements[:_MOST_ALIKE]]
    weight, element = max(weighed, key=lambda pair: pair[0], default=(0, None))
    return element if weight and weight >= least else None


def _densest(body: Tag, weights: Weights) -> Tag:
    """Return the smallest element that still holds most of the text."""
    element, weight = body, weights.of(body)
    for _ in range(_DEEPEST):
        inside = [(weights.of(child), child) for child in element.children if isinstance(child, Tag)]
        most, child = max(inside, key=lambda pair: pair[0], default=(0, None))
        if child is None or not most or most < _DEEPER * weight or child.name == "p":
            break
        element, weight = child, most
    return element
