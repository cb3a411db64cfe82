"""What may be let go of after a time, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ages:
    """Until when what was seen is old enough to be let go of; None: it is kept however old it is."""

    texts: datetime | None = None
    """Texts of items whose current version was first seen before that."""
    versions: datetime | None = None
    """Texts of versions first seen before that which are not current any more."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a bounded step through the texts that are kept came to."""

    items: int = 0
    """Items that have no texts any more."""
    versions: int = 0
    """Versions, no longer current, that have no texts any more."""
    considered: int = 0
    """Versions that were looked at."""
    finished: bool = True
    """There is nothing further that is old enough: the next step begins anew with what is kept longest."""


@dataclass(frozen=True, slots=True)
class Maintained:
    """What a day's upkeep came to."""

    done: bool
    """False: it was done within a day already, and nothing is said below."""
    items: int = 0
    """Items whose texts were let go of."""
    versions: int = 0
    """Older versions whose texts were let go of."""
    troubles: int = 0
    """Troubles long over that were let go of."""
    size: int = 0
    """Octets of the database file."""
    free: int = 0
    """Of these, octets that nothing is in: what comes in is put there first."""
