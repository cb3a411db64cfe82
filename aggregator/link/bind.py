"""Entries of a reference list to the sources that carry what their authority publishes.

An authority is known by a name (title, alias, abbreviation) or, where no name says so, by the domain that the entry's
link leads to.  What is not sure is not bound: an annotation under the wrong source would publish the wrong items, an
unbound one is named to the editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal
from unicodedata import normalize
from urllib.parse import SplitResult, urlsplit

from aggregator.config.domains import registrable
from aggregator.config.values import Source

_FILLERS = frozenset({"the", "of", "for", "and", "a", "an", "on", "at"})
_SPELLINGS: Mapping[str, str] = {
    "organisation": "organization",
    "organisations": "organizations",
    "defence": "defense",
    "programme": "program",
    "centre": "center",
    "labour": "labor",
    "gov": "government",
    "govt": "government",
    "dept": "department",
    "intl": "international",
}
"""British to American, and what is commonly cut short."""
_SHORT: Mapping[tuple[str, ...], str] = {
    ("united", "states", "america"): "us",
    ("united", "states"): "us",
    ("american",): "us",
    ("united", "kingdom"): "uk",
    ("british",): "uk",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
}
"""Names that are written out or cut short at will, without fillers.  The longest come first."""
_OUTLETS = frozenset(
    {"announcements", "briefing", "briefings", "center", "communications", "corner", "feed", "government", "homepage"}
    | {"information", "media", "news", "newsroom", "office", "official", "online", "page", "portal", "press", "public"}
    | {"release", "releases", "room", "service", "services", "site", "spokesman", "spokesperson", "statement"}
    | {"statements", "updates", "web", "website"}
)
"""What an authority's own outlets are called: "NATO Newsroom" is NATO, "NATO Parliamentary Assembly" is not."""
_LEAST_LETTERS = 3
"""Of an abbreviation that is derived from a name; a shorter one has to be an alias."""
_NEAR = 0.6
"""Likeness (``SequenceMatcher``) from which a source is worth being suggested."""

How = Literal["name", "domain"]


@dataclass(frozen=True, slots=True)
class Binding:
    """The sources that an entry is bound to; none where none is sure."""

    sources: tuple[str, ...] = ()
    how: How | None = None
    disabled: bool = False
    """All of them are switched off."""
    nearest: tuple[str, ...] = ()
    """Ids worth looking at where none is sure: those that a name or a domain is shared with, else the likeliest."""


class Binder:
    """Sources prepared once, then compared with any number of entries."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._organisations = _organisations(sources)
        self._names = {source.id: _names_of(source) for source in sources}

    def bind(self, name: str, links: Iterable[str] = ()) -> Binding:
        """Return the sources of an entry called ``name``; where the name tells nothing, those that its links lead to.

        The name of an organisation means all of its enabled sources, the one of a single stream that stream alone.
        Where all are switched off, they are bound all the same.
        """
        found = self._named(name)
        how: How = "name"
        if not found:
            how = "domain"
            found = next(filter(None, map(self._linked, links)), [])
        if len({self._organisations[source.id] for source in found}) == 1:
            bound = self._whole(found)
            if how == "domain" and not any(source.enabled for source in bound):
                bound = self._organisation(found[0])  # a section that is off is part of what is on
            enabled = [source.id for source in bound if source.enabled]
            return Binding(tuple(enabled or [source.id for source in bound]), how, disabled=not enabled)
        return Binding(nearest=tuple(source.id for source in found) or self._nearest(name))

    def _named(self, name: str) -> list[Source]:
        forms = [key for form in _forms(name) if (key := _key(form))]
        for alike in (_equal, _abbreviated, _outlet):
            found = [
                source for source in self._sources if any(alike(key, self._names[source.id], name) for key in forms)
            ]
            if found:
                return found
        return []

    def _linked(self, link: str) -> list[Source]:
        """Return the sources that ``link`` is nearest to: below their home, on their host, on their domain."""
        try:
            target = urlsplit(link)
            near = [(self._nearness(target, source), source) for source in self._sources]
        except ValueError:
            return []
        most = max((nearness for nearness, _ in near), default=(0, 0))
        found = [source for nearness, source in near if nearness == most and most > (0, 0)]
        return [source for source in found if source.enabled] or found

    def _nearness(self, target: SplitResult, source: Source) -> tuple[int, int]:
        host, home = _host(target), urlsplit(source.home)
        if not host:
            return 0, 0
        below = home.path.rstrip("/")
        if host == _host(home) and below and f"{target.path}/".startswith(f"{below}/"):
            return 3, len(below)
        if host in {*([] if below else [_host(home)]), *(_host(urlsplit(one.url)) for one in source.endpoint)}:
            return 2, 0
        same = registrable(host) == registrable(_host(home))
        return (1, 0) if same and not below and _host(home) == registrable(_host(home)) else (0, 0)

    def _whole(self, found: Sequence[Source]) -> list[Source]:
        """Return all sources of the organisation, where its first is among ``found``; else those found."""
        whole = self._organisation(found[0])
        return whole if any(source.id == whole[0].id for source in found) else list(found)

    def _organisation(self, one: Source) -> list[Source]:
        same = self._organisations[one.id]
        return [source for source in self._sources if self._organisations[source.id] == same]

    def _nearest(self, name: str) -> tuple[str, ...]:
        key = " ".join(_key(name))
        likeness = {
            source.id: max(
                (SequenceMatcher(None, key, " ".join(own)).ratio() for own in self._names[source.id]), default=0
            )
            for source in self._sources
        }
        best = max(likeness, key=lambda id_: likeness[id_], default=None)
        return (best,) if best is not None and likeness[best] >= _NEAR else ()


Key = tuple[str, ...]
"""A name without fillers, capitals, marks and dots."""


def _key(name: str) -> Key:
    plain = normalize("NFKD", name).casefold()
    plain = re.sub("['\u2019]s\\b|[\u0300-\u036f'\u2019]", "", re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$)", "", plain))
    words = [_SPELLINGS.get(word, word) for word in re.findall(r"\w+", plain) if word not in _FILLERS]
    for long, short in _SHORT.items():
        for at in range(len(words) - len(long) + 1):
            if tuple(words[at : at + len(long)]) == long:
                words[at : at + len(long)] = [short]
    return tuple(words)


def _forms(name: str) -> list[str]:
    """Return a name as it stands, and what stands outside and inside of its brackets."""
    inside = re.findall(r"[(\[]([^()\[\]]+)[)\]]", name)
    outside = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", name).strip()
    return list(dict.fromkeys([name, *filter(None, [outside, *inside])]))


def _names_of(source: Source) -> frozenset[Key]:
    """Return the names of a source; of a title such as "NATO: Speeches" the whole only, for it is a stream's."""
    return frozenset(key for name in (source.title, *source.aliases) for form in _forms(name) if (key := _key(form)))


def _equal(key: Key, names: frozenset[Key], _: str) -> bool:
    """Whether a name is one of a source's, in whatever order: "State Department", "Department of State"."""
    return key in names or (len(key) > 1 and any(sorted(key) == sorted(name) for name in names))


def _abbreviated(key: Key, names: frozenset[Key], written: str) -> bool:
    """Whether one is made of the other's first letters: "IAEA", "International Atomic Energy Agency"."""
    if len(key) == 1 and len(key[0]) >= _LEAST_LETTERS and key[0].upper() in written:
        return any(_initials(name) == key[0] for name in names)
    initials = _initials(key)
    return len(initials) >= _LEAST_LETTERS and any(name == (initials,) for name in names)


def _initials(key: Key) -> str:
    return "".join(word[0] for word in key) if len(key) > 1 else ""


def _outlet(key: Key, names: frozenset[Key], _: str) -> bool:
    """Whether a name is a source's with words for its outlets around it: "NATO Newsroom"."""
    rest = tuple(word for word in key if word not in _OUTLETS)
    return bool(rest) and rest != key and _equal(rest, names, "")


def _organisations(sources: Sequence[Source]) -> dict[str, str]:
    """Return whose each source is: a domain's, where one of them is at home at its root; else its own home's.

    Under www.gov.uk every department has a folder: they share a domain, and are no one organisation.
    """
    homes = {source.id: urlsplit(source.home) for source in sources}
    rooted = {
        _host(home) for home in homes.values() if not home.path.strip("/") and _host(home) == registrable(_host(home))
    }
    return {
        id_: domain if (domain := registrable(_host(home))) in rooted else f"{_host(home)}{home.path.rstrip('/')}"
        for id_, home in homes.items()
    }


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")
