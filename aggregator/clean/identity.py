"""Identity: under which id an item is published, for ever.

Decides only the id of an item seen for the first time; whether it is one already known is ``plan``'s to
say.  Looks nothing up: the Public Suffix List is the one bundled with publicsuffixlist.
"""

from __future__ import annotations

import re
from uuid import UUID, uuid5

from aggregator.clean import urls
from aggregator.config.domains import registrable
from aggregator.config.values import Source
from aggregator.errors import BadItem
from aggregator.model import Item

NAMESPACE = UUID("6d1c3f0e-52a7-4b8e-9c41-0f7a2be95d13")
"""Of the ids minted here (RFC 9562, 5.5).  Changing it would make every entry new to every subscriber."""

LONGEST_ID = 1_000
"""Characters of a guid that is published as it is."""

_TAG_URI = re.compile(
    r"tag:(?:[a-z0-9._-]+@)?(?P<host>[a-z0-9.-]+),\d{4}(?:-\d{2}(?:-\d{2})?)?:"
    r"[0-9a-zA-Z;/?:@&=+$._!~*'(),-]*",
)
"""RFC 4151, without the fragments and escapes of which the W3C validator may say that they are not canonical."""


def entry_id(source: Source, item: Item) -> str:
    """Return the id to publish ``item`` under when ``source`` is the first to bring it.

    Its own guid where that is an absolute http(s) address or tag URI in canonical form on one of the
    source's own domains, so that subscribers of the original feed see nothing twice; else a minted one.
    Raises ``BadItem`` for an item with neither guid, address nor likeness.
    """
    guid = item.guid
    if guid and len(guid) <= LONGEST_ID:
        if guid.startswith(("http://", "https://")):
            if urls.is_canonical(guid) and stands_on(source, guid):
                return guid
        elif (tag := _TAG_URI.fullmatch(guid)) and _among_own(source, tag["host"]):
            return guid
    return minted_id(source, item)


def minted_id(source: Source, item: Item) -> str:
    """Return the ``urn:uuid`` (version 5) of a source's item: of its guid, else its address, else its likeness."""
    for kind, value in (("guid", item.guid), ("url", item.url), ("likeness", item.likeness)):
        if value:
            # Of the three parts only the last can hold a blank, so they cannot run together.
            return f"urn:uuid:{uuid5(NAMESPACE, f'{source.id} {kind} {value}')}"
    msg = f"nothing to identify it by: {item.title!r}"
    raise BadItem(msg)


def stands_on(source: Source, url: str) -> bool:
    """Return whether ``url`` lies on the registrable domain of the source's home or of one of its endpoints.

    A host that has none (an IP address, a single label, a public suffix itself) stands for itself.
    """
    host = urls.host_of(url)
    return host is not None and _among_own(source, host)


def _among_own(source: Source, host: str) -> bool:
    own = {urls.host_of(address) for address in (source.home, *(endpoint.url for endpoint in source.endpoint))}
    # The list takes some 50 ms to read: most guids need no more than their own host.
    return host in own or registrable(host) in {registrable(name) for name in own if name}
