"""Raw items to items: what we stand behind.

Safe HTML, plain text, canonical addresses, aware dates with their precision, and the digests by which
two looks at an item are compared.  Pure: no clock, nothing fetched, nothing remembered.
"""

from aggregator.clean.digests import raw_digest, text_of, with_digests
from aggregator.clean.item import CLEANER_VERSION, clean, is_dated, keys, reading, stand_in_date

__all__ = [
    "CLEANER_VERSION",
    "clean",
    "is_dated",
    "keys",
    "raw_digest",
    "reading",
    "stand_in_date",
    "text_of",
    "with_digests",
]
