"""The checker itself: it passes a feed that is right, and finds each thing that can be wrong."""

from __future__ import annotations

import pytest

from tests.feedrules import check

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7dd</id>
<title>Feed</title>
<updated>2025-08-19T12:00:00Z</updated>
<author><name>Somebody</name></author>
<link rel="self" type="application/atom+xml" href="https://feeds.example.org/all.atom"/>
<link rel="alternate" type="text/html" href="https://x.example/"/>
<generator version="1">aggregator</generator>
<entry>
<id>https://x.example/1</id>
<title>Entry</title>
<updated>2025-08-19T12:00:00Z</updated>
<link rel="alternate" href="https://x.example/1"/>
<link rel="enclosure" href="https://x.example/1.mp3" type="audio/mpeg" length="1"/>
<link rel="related" href="https://y.example/a#b" title="Article"/>
<link rel="via" href="https://x.example/feed"/>
<category term="a" scheme="https://y.example/" label="A"/>
<summary>In short.</summary>
<content type="html">&lt;p&gt;HTML &amp;amp; text.&lt;/p&gt;</content>
<source>
<id>urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7de</id>
<title>Source</title>
<link rel="self" href="https://feeds.example.org/sources/x.atom"/>
<link rel="alternate" href="https://x.example/"/>
<updated>2025-08-19T12:00:00Z</updated>
</source>
</entry>
<entry>
<id>urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7df</id>
<title type="html">&amp;lt;b&amp;gt;</title>
<updated>2025-08-19T12:00:00Z</updated>
<content>Text.</content>
</entry>
</feed>
"""

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Feed</title>
<link>https://x.example/</link>
<description>About &#x26; around</description>
<language>en</language>
<lastBuildDate>Tue, 19 Aug 2025 12:00:00 GMT</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="https://feeds.example.org/all.rss"/>
<item>
<title>Item</title>
<link>https://x.example/1</link>
<description>In short.</description>
<content:encoded>&lt;p&gt;HTML&lt;/p&gt;</content:encoded>
<guid isPermaLink="true">https://x.example/1</guid>
<category domain="https://y.example/">a</category>
<enclosure url="https://x.example/1.mp3" length="0" type="audio/mpeg"/>
<source url="https://feeds.example.org/sources/x.rss">Source</source>
<pubDate>Tue, 19 Aug 2025 12:00:00 +0000</pubDate>
<dc:creator>Somebody</dc:creator>
<atom:link rel="via" href="https://x.example/feed"/>
</item>
<item>
<title>5&#x26;6 &#x3C;b</title>
<guid isPermaLink="false">urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7df</guid>
</item>
</channel>
</rss>
"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "home_page_url": "https://x.example/",
"feed_url": "https://feeds.example.org/all.json", "authors": [{"name": "Somebody"}], "language": "en",
"items": [{"id": "1", "url": "https://x.example/1", "title": "Item", "content_html": "<p>HTML</p>",
"date_published": "2025-08-19T12:00:00Z", "tags": ["a", "b"],
"attachments": [{"url": "https://x.example/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1}],
"_aggregator": {"versions": 1}}, {"id": "2", "content_text": "Text"}]}
"""

FEEDS = {"atom": ATOM, "rss": RSS, "json": JSON}
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
NEXT_ENTRY = "<entry>\n<id>urn"


def findings(kind: str, text: str, address: str = "", media_type: str = "") -> list[str]:
    return check(address or f"https://feeds.example.org/all.{kind}", text.encode(), media_type or TYPES[kind])


@pytest.mark.parametrize("kind", FEEDS)
def test_what_is_right_passes(kind: str) -> None:
    assert findings(kind, FEEDS[kind]) == []
    assert findings(kind, FEEDS[kind], address=f"all.{kind}", media_type=f"{TYPES[kind]}; charset=UTF-8") == []
    assert check(f"all.{kind}", FEEDS[kind].encode(), None) == []


WRONG_ATOM = [
    ("<title>Feed</title>", "", "missing: title"),
    ("<id>urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7dd</id>", "", "missing: id"),
    ("<updated>2025-08-19T12:00:00Z</updated>\n<author>", "<author>", "missing: updated"),
    ("<title>Entry</title>", "", "missing: title"),
    ("<title>Entry</title>", "<title></title>", "empty"),
    ("<title>Entry</title>", "<title>A</title><title>B</title>", "twice: title"),
    ("<title>Entry</title>", "<title>A</b></title>", "not well-formed"),
    ("<title>Entry</title>", "<title>\x01</title>", "not well-formed"),
    ("<title>Entry</title>", "<title>a\x85</title>", "control or replacement"),
    ("<title>Entry</title>", "<title>a&lt;/b&gt;</title>", "markup in plain text"),
    ("<title>Entry</title>", "<title>5&amp;6</title>", "entity written out"),
    ("<title>Entry</title>", "<title>a &amp;amp; b</title>", "entity written out"),
    ("<title>Entry</title>", '<title type="html">a & b</title>', "not well-formed"),
    ("<title>Entry</title>", '<title type="html">a &amp; b</title>', "bare & in HTML"),
    ("<title>Entry</title>", '<title type="xhtml">a</title>', "type 'xhtml'"),
    ("<title>Entry</title>", "<title><i>a</i></title>", "element in text"),
    ("<author><name>Somebody</name></author>", "", "no author"),
    ("<name>Somebody</name>", "<name></name>", "empty"),
    ("<name>Somebody</name>", "<name>A &lt;a@x.example&gt;</name>", "mail address in a name"),
    ("<name>Somebody</name>", "", "missing: name"),
    (">aggregator</generator>", "></generator>", "empty"),
    ("2025-08-19T12:00:00Z</updated>\n<link", "2025-08-19T12:00:00</updated>\n<link", "no RFC 3339 date"),
    ("2025-08-19T12:00:00Z</updated>\n<link", "2025-02-30T12:00:00Z</updated>\n<link", "no RFC 3339 date"),
    ("2025-08-19T12:00:00Z</updated>\n<link", "1970-01-01T00:00:00Z</updated>\n<link", "date before 1990"),
    ("2025-08-19T12:00:00Z</updated>\n<link", "2999-01-01T00:00:00Z</updated>\n<link", "over a day ahead"),
    ("<id>https://x.example/1</id>", "<id>1</id>", "no absolute URI"),
    ("<id>https://x.example/1</id>", "<id> https://x.example/1</id>", "blanks around it"),
    ("<id>https://x.example/1</id>", "<id>HTTPS://X.example/1</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>https://x.example</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>https://x.example:443/1</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>https://x.example/%2f</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>https://x.example/%41</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>https://x.example/a/../b</id>", "canonical form"),
    ("<id>https://x.example/1</id>", "<id>tag:x.example:1</id>", "no absolute URI"),
    ("<id>https://x.example/1</id>", "<id>urn:uuid:07fe</id>", "invalid URI"),
    ("https://x.example/1</id>", "urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7df</id>", "two entries with the id"),
    ('<link rel="self" type="application/atom+xml" href="https://feeds.example.org/all.atom"/>', "", "no link to self"),
    ("https://feeds.example.org/all.atom", "https://feeds.example.org/other.atom", "self is"),
    ("https://feeds.example.org/all.atom", "all.atom", "self is not absolute"),
    ('rel="self" type="application/atom+xml"', 'rel="self" type="text/xml"', "self of type"),
    ('rel="alternate" href="https://x.example/1"', 'rel="alternate"', "missing attribute: href"),
    ('rel="alternate" href="https://x.example/1"', 'rel="alternate" href="https://x.example/a b"', "no absolute URI"),
    ('rel="alternate" href="https://x.example/1"', 'rel="alternate" href="https://x.example/ä"', "no absolute URI"),
    ('rel="related"', 'rel="alternate"', "two alternates"),
    ('rel="related"', 'rel="canonical"', "unknown link relation"),
    ('rel="related"', 'rel="next"', "next in an entry"),
    ('title="Article"', 'title=""', "empty title"),
    ('title="Article"', 'title="a &amp;amp; b"', "entity written out"),
    ('length="1"', 'length="1 MB"', "invalid length"),
    ('type="audio/mpeg"', 'type="audio"', "invalid media type"),
    ('term="a" ', "", "missing attribute: term"),
    ('scheme="https://y.example/"', 'scheme="y"', "no absolute URI"),
    ('label="A"', 'colour="A"', "unknown attribute"),
    ("<summary>In short.</summary>", "<summary>a</summary><summary>b</summary>", "twice: summary"),
    ("<content>Text.</content>", "", "neither summary nor content"),
    ("<content>Text.</content>", "<summary>Text.</summary>", "neither content nor an alternate"),
    ("<id>urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7de</id>", "", "missing: id"),
    ("<title>Source</title>", "", "missing: title"),
    ("<updated>2025-08-19T12:00:00Z</updated>\n</source>", "</source>", "missing: updated"),
    ("<title>Source</title>", "<title>S</title><entry/>", "unknown element: entry"),
    (NEXT_ENTRY, f"<subtitle>Late</subtitle>{NEXT_ENTRY}", "metadata after an entry"),
    (NEXT_ENTRY, f"<pubDate>x</pubDate>{NEXT_ENTRY}", "unknown element: pubDate"),
    ('xml:lang="en"', 'xml:lang="english"', "unknown language"),
    ('xml:lang="en"', 'xmlns:ours="https://ours.example/"', "unknown namespace"),
    ('xml:lang="en"', 'xmlns:atom="http://www.w3.org/2005/Atom"', "xmlns:atom"),
    ('xml:lang="en"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"', "declared and not used"),
    ('xmlns="http://www.w3.org/2005/Atom"', "", "not in the namespace of Atom"),
    ('encoding="UTF-8"?>', 'encoding="UTF-8"?><!DOCTYPE feed>', "document type"),
    ('encoding="UTF-8"', 'encoding="ISO-8859-1"', "not UTF-8"),
    ("<feed ", "<fed ", "not well-formed"),
]  # fmt: skip

IMAGE = "<image><url>https://x.example/i.png</url><title>F</title><link>https://x.example/</link></image>"
WRONG_RSS = [
    ('version="2.0"', 'version="0.91"', "version is not 2.0"),
    ("<title>Feed</title>", "", "missing: title"),
    ("<link>https://x.example/</link>", "", "missing: link"),
    ("<description>About &#x26; around</description>", "", "missing: description"),
    ("About &#x26; around", "About &amp;amp; around", "entity written out"),
    ("About &#x26; around", "About &lt;a around", "hexadecimal reference"),
    ("<language>en</language>", "<language>english</language>", "unknown language"),
    ("12:00:00 GMT", "12:00:00 UTC", "no RFC 822 date"),
    ("Tue, 19 Aug 2025 12:00:00 +0000", "Wed, 19 Aug 2025 12:00:00 +0000", "wrong weekday"),
    ("Tue, 19 Aug 2025 12:00:00 +0000", "Tue, 19 Aug 25 12:00:00 +0000", "no RFC 822 date"),
    ("Tue, 19 Aug 2025 12:00:00 +0000", "Di, 19 Aug 2025 12:00:00 +0000", "no RFC 822 date"),
    ("Tue, 19 Aug 2025 12:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000", "date before 1990"),
    ('<atom:link rel="self"', '<atom:link rel="via"', "no atom:link to self"),
    ("https://feeds.example.org/all.rss", "https://feeds.example.org/feed.rss", "self is"),
    ('type="application/rss+xml"', 'type="text/xml"', "self of type"),
    ("<title>Item</title>", "<title>Item &lt;/b&gt;</title>", "markup in plain text"),
    ("<title>Item</title>", "<title>5&amp;6</title>", "entity written out"),
    ("<title>Item</title>", "<title>Item &lt;b</title>", "hexadecimal reference"),
    ("<title>Item</title>", "<title/>", "empty"),
    ("<title>5&#x26;6 &#x3C;b</title>", "", "neither title nor description"),
    ("<link>https://x.example/1</link>", "<link>/1</link>", "no absolute URI"),
    ("<link>https://x.example/1</link>", "<link>https://x.example/ä</link>", "no absolute URI"),
    ("<description>In short.</description>", "", "no description before"),
    ("<description>In short.</description>", "<description>a &amp; b</description>", "bare & in HTML"),
    ("In short.", '&lt;a href="/x"&gt;x&lt;/a&gt;', "relative address"),
    ('<guid isPermaLink="true">https://x.example/1</guid>', "", "missing: guid"),
    ('<guid isPermaLink="true">https://x.example/1</guid>', "<guid>1</guid>", "no absolute URI"),
    ('isPermaLink="true">https://x.example/1<', 'isPermaLink="false">1<', "not sufficiently unique"),
    ('isPermaLink="true"', 'isPermaLink="yes"', "neither true nor false"),
    ("urn:uuid:07fe8775-d7d1-57ca-89bf-e0f021f9e7df", "https://x.example/1", "two items with the guid"),
    ("</dc:creator>", "</dc:creator><author>a@x.example (A)</author>", "both author and"),
    ("</dc:creator>", "</dc:creator><author>A</author>", "not of the form mail"),
    ("<dc:creator>Somebody</dc:creator>", "<dc:creator>S</dc:creator><dc:date>x</dc:date>", "both pubDate and"),
    ("<dc:creator>Somebody</dc:creator>", "<dc:creator>S</dc:creator><dc:subject>x</dc:subject>", "both category and"),
    ("<dc:creator>Somebody</dc:creator>", "<dc:creator>S</dc:creator><updated>x</updated>", "unknown element: updated"),
    ("<enclosure ", '<enclosure url="https://x.example/2" length="1" type="a/b"/><enclosure ', "twice: enclosure"),
    ('url="https://x.example/1.mp3"', 'url="ftp://x.example/1.mp3"', "no http(s) URL"),
    ('length="0" ', "", "missing attribute: length"),
    ('length="0"', 'length="-1"', "invalid length"),
    ('type="audio/mpeg"', "", "missing attribute: type"),
    ('<source url="https://feeds.example.org/sources/x.rss">', "<source>", "missing attribute: url"),
    ("<category domain=", "<category scheme=", "unknown attribute: scheme"),
    ("</channel>", "<ttl>5</ttl></channel>", "channel metadata after an item"),
    ("</language>", f"</language>{IMAGE}", "title is not the channel's"),
    ("</language>", f"</language>{IMAGE.replace('png', 'svg')}", "neither gif nor jpg nor png"),
    ("xmlns:dc=", 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc=', "unknown namespace"),
    ("xmlns:dc=", 'xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:dc=', "declared and not used"),
]  # fmt: skip

WRONG_JSON = [
    ("version/1.1", "version/1", "version"),
    ('"title": "Feed", ', "", "no title"),
    ('"title": "Feed"', '"title": null', "null at feed.title"),
    ('"versions": 1', '"versions": null', "null at feed.items[0]._aggregator.versions"),
    ('"title": "Feed"', '"title": "Feed", "subtitle": "x"', "unknown key"),
    ('"title": "Feed"', '"title": ["Feed"]', "of type list"),
    ('"title": "Item"', '"title": "a\\u0001"', "control or replacement"),
    ('"_aggregator": {"versions": 1}', '"_aggregator": 1', "an extension that is no object"),
    ('"https://feeds.example.org/all.json"', '"https://feeds.example.org/x.json"', "self is"),
    ('"home_page_url": "https://x.example/"', '"home_page_url": "/"', "no absolute URI"),
    ('"language": "en"', '"language": "english"', "unknown language"),
    ('"authors": [{"name": "Somebody"}]', '"authors": {"name": "Somebody"}', "of type dict"),
    ('"authors": [{"name": "Somebody"}]', '"authors": ["Somebody"]', "no object"),
    ('"authors": [{"name": "Somebody"}]', '"authors": [{}]', "an author without anything"),
    ('"authors": [{"name": "Somebody"}]', '"author": {"name": "Somebody"}', "unknown key"),
    ('"id": "1"', '"id": 1', "of type int"),
    ('"id": "1"', '"id": ""', "empty"),
    ('"id": "1", ', "", "no id"),
    ('"id": "1"', '"id": "2"', "two items with the id"),
    ('"url": "https://x.example/1"', '"url": "/1"', "no absolute URI"),
    ('"content_text": "Text"', '"summary": "Text"', "neither content_html nor content_text"),
    ("<p>HTML</p>", "<b>HTML", "unclosed <b>"),
    ('"items": [', '"items": [1, ', "no object"),
    ("2025-08-19T12:00:00Z", "2025-08-19", "no RFC 3339 date"),
    ('["a", "b"]', '["a", "a"]', "different texts"),
    ('["a", "b"]', '["a", 1]', "different texts"),
    ('"mime_type": "audio/mpeg"', '"title": "x"', "no mime_type"),
    ('"mime_type": "audio/mpeg"', '"mime_type": "mp3"', "invalid media type"),
    ('"size_in_bytes": 1', '"size_in_bytes": "1"', "of type str"),
    ('{"version"', '["version"', "not JSON"),
]  # fmt: skip

WRONG = (
    [("atom", *row) for row in WRONG_ATOM]
    + [("rss", *row) for row in WRONG_RSS]
    + [("json", *row) for row in WRONG_JSON]
)


@pytest.mark.parametrize(("kind", "right", "wrong", "finding"), WRONG)
def test_what_is_wrong_is_found(kind: str, right: str, wrong: str, finding: str) -> None:
    assert right in FEEDS[kind]
    broken = FEEDS[kind].replace(right, wrong, 1)
    assert any(finding in found for found in findings(kind, broken)), findings(kind, broken)


def test_a_link_need_not_say_its_type() -> None:
    assert findings("rss", RSS.replace(' type="application/rss+xml"', "")) == []
    assert findings("atom", ATOM.replace(' type="application/atom+xml"', "")) == []


@pytest.mark.parametrize("kind", FEEDS)
def test_what_is_torn_is_found(kind: str) -> None:
    for length in range(0, len(FEEDS[kind]) - 3, 17):
        assert findings(kind, FEEDS[kind][:length])


@pytest.mark.parametrize("kind", FEEDS)
def test_how_it_is_served(kind: str) -> None:
    assert findings(kind, FEEDS[kind], media_type="text/html")
    assert findings(kind, FEEDS[kind], media_type=f"{TYPES[kind]}; charset=iso-8859-1")


@pytest.mark.parametrize("kind", FEEDS)
def test_html_is_checked_wherever_it_stands(kind: str) -> None:
    right, wrong = {
        "atom": ("&lt;p&gt;HTML", "&lt;p&gt;&lt;script&gt;HTML"),
        "rss": ("&lt;p&gt;HTML", "&lt;p&gt;&lt;script&gt;HTML"),
        "json": ("<p>HTML", "<p><script>HTML"),
    }[kind]
    assert right in FEEDS[kind]
    assert any("<script>" in found for found in findings(kind, FEEDS[kind].replace(right, wrong)))


ARCHIVE = ATOM.replace(
    '<link rel="self" type="application/atom+xml" href="https://feeds.example.org/all.atom"/>',
    """<link rel="self" href="https://feeds.example.org/archive/all/2.atom"/>
<link rel="current" href="https://feeds.example.org/all.atom"/>
<link rel="prev-archive" href="https://feeds.example.org/archive/all/1.atom"/>
<link rel="next-archive" href="https://feeds.example.org/archive/all/3.atom"/>
<fh:archive/>""",
).replace("<feed ", '<feed xmlns:fh="http://purl.org/syndication/history/1.0" ')


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("", "", None),
        ("<fh:archive/>", "<fh:archive>yes</fh:archive>", "not empty"),
        ("<fh:archive/>", "<fh:archive/><fh:complete/>", "archive and complete"),
        ('rel="current"', 'rel="up"', "no link to the current document"),
        ("<fh:archive/>", '<fh:archive/><link rel="hub" href="https://hub.example/"/>', "a hub"),
        ("<fh:archive/>", "<fh:complete/>", "an archive after the live document"),
        ("https://feeds.example.org/archive/all/1.atom", "1.atom", "no absolute URI"),
        ('rel="prev-archive"', 'rel="next-archive"', "two links: next-archive"),
        ('.org/all.atom"', '.org/archive/all/2.atom"', "its own current document"),
    ],
)
def test_archives(right: str, wrong: str, finding: str | None) -> None:
    findings = check("archive/all/2.atom", ARCHIVE.replace(right, wrong).encode(), None)
    assert [one for one in findings if finding and finding in one] or (finding is None and findings == []), findings
