"""Reads feeds that are well-formed XML, exactly: RSS 0.9x to 2.0, RDF (RSS 0.90 and 1.0), Atom 0.3 and 1.0.

Only an item's own children count, so that the title of an image or a film inside it is not taken for its own.  A table
says which elements serve a field; the first of the table that says anything does, wherever it stands in the item.
"""

from __future__ import annotations

from lxml import etree

from aggregator.errors import NoItems
from aggregator.model import Document, Enclosure, Hints, Markup, RawItem
from aggregator.parse.bounds import gather
from aggregator.parse.hints import hints_of
from aggregator.parse.markup import Element, markup_of, text_of
from aggregator.parse.parts import absolute, distinct, files, is_web, person
from aggregator.parse.recognise import shorten
from aggregator.parse.vocabulary import name_of, split

ITEM = frozenset({"item", "entry"})
Fields = dict[str, list[Element]]

GUID = ("guid", "id")
TITLE = ("title", "dc:title", "media:title")
SUMMARY = ("description", "summary", "dc:description", "itunes:summary", "media:description")
CONTENT = ("content:encoded", "content", "xhtml:body")
PUBLISHED = ("pubdate", "dc:date", "published", "issued", "created", "dcterms:issued", "dcterms:created")
UPDATED = ("updated", "modified", "dcterms:modified")
AUTHORS = ("author", "dc:creator", "dc:author")
PERSON = ("name", "email")
ORIGINAL = ("feedburner:origlink",)
LANGUAGE = ("dc:language", "language")

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ALTERNATE = frozenset({"alternate", "http://www.iana.org/assignments/relation/alternate"})
_HTML_LINK = frozenset({"text/html", "application/xhtml+xml", ""})


class FeedTree:
    """One feed as a tree of elements; ``url`` is where it came from."""

    def __init__(self, root: Element, url: str) -> None:
        uri, kind = split(str(root.tag))
        self._core = uri
        self._root = root
        self._url = url
        self._atom = kind.rpartition(":")[2] == "feed"
        channel = next((child for child in root.iterchildren(etree.Element) if self._name(child) == "channel"), root)
        self._feed = self._fields(channel)
        self._based = bool(root.xpath("boolean(//@xml:base)"))
        self._language = channel.get(_XML_LANG) or root.get(_XML_LANG) or self._text(self._feed, LANGUAGE)

    def document(self) -> Document:
        """Return everything the feed says.  Raises ``NoItems``."""
        found = [element for element in self._root.iter("{*}item", "{*}entry") if self._name(element) in ITEM]
        if not found:  # in another case, or with a prefix that was never declared
            found = [element for element in self._root.iter(etree.Element) if self._name(element) in ITEM]
        if not found:
            msg = f"a feed <{shorten(etree.QName(self._root).localname)}> without any item"
            raise NoItems(msg)
        items, rejected = gather(found, self._item)
        return Document(
            items,
            rejected,
            title=self._text(self._feed, TITLE),
            home=self._link(self._feed),
            language=self._language,
            next_url=self._next(),
            generator=self._generator(),
            hints=self._hints(),
        )

    def _item(self, element: Element) -> RawItem:
        fields = self._fields(element)
        link, content = self._link(fields), self._markup(fields, CONTENT)
        return RawItem(
            guid=self._text(fields, GUID) or self._about(element),
            link=link or self._permalink(element, fields),
            title=self._markup(fields, TITLE),
            summary=self._markup(fields, SUMMARY),
            content=content,
            published=self._text(fields, PUBLISHED),
            updated=self._text(fields, UPDATED),
            authors=self._authors(fields),
            categories=self._categories(fields),
            enclosures=self._enclosures(fields),
            language=self._item_language(element, fields),
            base=self._base(element, fields, link),
        )

    def _name(self, element: Element) -> str:
        return name_of(str(element.tag), self._core)

    def _fields(self, element: Element) -> Fields:
        """Return the children by name; those of a ``media:group`` come after the element's own."""
        fields: Fields = {}
        for child in element.iterchildren(etree.Element):
            fields.setdefault(name_of(str(child.tag), self._core), []).append(child)
        for group in fields.get("media:group", ()):
            for child in group.iterchildren(etree.Element):
                fields.setdefault(name_of(str(child.tag), self._core), []).append(child)
        return fields

    @staticmethod
    def _text(fields: Fields, names: tuple[str, ...]) -> str | None:
        """Return the first text under any of ``names``, in their order."""
        for name in names:
            for element in fields.get(name, ()):
                if text := text_of(element):
                    return text
        return None

    def _markup(self, fields: Fields, names: tuple[str, ...]) -> Markup | None:
        for name in names:
            for element in fields.get(name, ()):
                if markup := markup_of(element, atom=self._atom):
                    return markup
        return None

    def _about(self, element: Element) -> str | None:
        """Return RDF's name of a resource (RSS 1.0, 5.5), also where the prefix was forgotten."""
        found = (value for key, value in element.attrib.items() if name_of(str(key)) in {"rdf:about", "about"})
        return next((str(value).strip() for value in found if str(value).strip()), None)

    def _permalink(self, element: Element, fields: Fields) -> str | None:
        """Return a guid that does not deny being a link (RSS 2.0), else ``rdf:about``, which ought to be."""
        for guid in fields.get("guid", ()):
            declared = {str(key).lower(): str(value) for key, value in guid.attrib.items()}.get("ispermalink", "true")
            if declared.strip().lower() != "false" and is_web(text := text_of(guid)):
                return text
        about = self._about(element)
        return about if is_web(about) else None

    def _link(self, fields: Fields) -> str | None:
        """Return the document's own address before FeedBurner's, which only counts clicks and outlives no contract."""
        original = self._text(fields, ORIGINAL)
        if is_web(original):
            return original
        alternates: list[tuple[bool, str]] = []
        for link in fields.get("link", ()):
            href = (link.get("href") or "").strip()
            if not href and (text := text_of(link)):
                return text
            if href and (link.get("rel") or "alternate").strip().lower() in _ALTERNATE:
                alternates.append(((link.get("type") or "").strip().lower() not in _HTML_LINK, href))
        return min(alternates, key=lambda pair: pair[0])[1] if alternates else None

    def _next(self) -> str | None:
        """Return the next page of a paged feed (RFC 5005, 3)."""
        for link in self._feed.get("link", ()):
            href = (link.get("href") or "").strip()
            if href and (link.get("rel") or "").strip().lower() == "next":
                return absolute(link.base or self._url, href)
        return None

    def _generator(self) -> str | None:
        """Return the generator: RSS 2.0 has one text, Atom a name and a URI (RFC 4287, 4.2.4)."""
        for element in self._feed.get("generator", ()):
            if words := " ".join(filter(None, (text_of(element), element.get("uri"), element.get("url")))):
                return words
        return None

    def _hints(self) -> Hints | None:
        """Return how often the feed asks to be looked at."""
        return hints_of(
            ttl=self._text(self._feed, ("ttl",)),
            period=self._text(self._feed, ("sy:updateperiod",)),
            frequency=self._text(self._feed, ("sy:updatefrequency",)),
            base=self._text(self._feed, ("sy:updatebase",)),
            hours=self._within("skiphours"),
            days=self._within("skipdays"),
        )

    def _within(self, name: str) -> list[str | None]:
        """Return the texts of what stands in the feed's elements of that name."""
        return [text_of(child) for element in self._feed.get(name, ()) for child in element.iterchildren(etree.Element)]

    def _item_language(self, element: Element, fields: Fields) -> str | None:
        """Return the item's language, or its content's, else the document's."""
        for part in (element, *(part for name in CONTENT for part in fields.get(name, ()))):
            if language := part.get(_XML_LANG):
                return language
        return self._text(fields, LANGUAGE) or self._language

    def _authors(self, fields: Fields) -> tuple[str, ...]:
        """Return who wrote it: an Atom entry without authors has its source's, else the feed's (RFC 4287, 4.2.1)."""
        own = distinct([self._person(element) for name in AUTHORS for element in fields.get(name, ())])
        if own or not self._atom:
            return own or distinct(self._person(element) for element in fields.get("itunes:author", ()))
        for source in fields.get("source", ()):
            if theirs := distinct(map(self._person, self._fields(source).get("author", ()))):
                return theirs
        return distinct(map(self._person, self._feed.get("author", ())))

    def _person(self, element: Element) -> str | None:
        if not len(element):
            return person(element.text)
        parts = self._fields(element)
        return self._text(parts, PERSON)

    def _categories(self, fields: Fields) -> tuple[str, ...]:
        """Return the label, which is for people, before the term (RFC 4287, 4.2.2.3)."""
        own = (
            (element.get("label") or element.get("term") or "").strip() or text_of(element)
            for element in fields.get("category", ())
        )
        return distinct([*own, *map(text_of, fields.get("dc:subject", ()))])

    def _enclosures(self, fields: Fields) -> tuple[Enclosure, ...]:
        return files(
            [
                *((file.get("url"), file.get("type"), file.get("length")) for file in fields.get("enclosure", ())),
                *(
                    (link.get("href"), link.get("type"), link.get("length"))
                    for link in fields.get("link", ())
                    if (link.get("rel") or "").strip().lower() == "enclosure"
                ),
                *(
                    (media.get("url"), media.get("type"), media.get("fileSize"))
                    for media in fields.get("media:content", ())
                    if media.get("type")
                ),
            ]
        )

    def _base(self, element: Element, fields: Fields, link: str | None) -> str:
        """Return the item's xml:base chain; the content's own, when the link does not need the item's."""
        if not self._based:
            return self._url
        inner = next((part for name in CONTENT for part in fields.get(name, ()) if part.get(_XML_BASE)), None)
        base = inner.base if inner is not None and (link is None or is_web(link)) else element.base
        return base if base is not None and is_web(base) else self._url
