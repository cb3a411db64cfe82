"""What a look at a source cost: counted and measured where the pipeline works, told by the observers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, with the redirects and the robots.txt that belong to it."""

    outcome: str
    """``ok``, ``not-modified``, ``http-4xx`` and the like, ``internal``, or the kind of a ``FetchError``."""
    seconds: float
    """Turns and delays that the host is owed are among them."""
    bytes: int = 0
    """Of the body, decoded; 0 where none was taken."""
    status: int | None = None
    """Of HTTP; None where there was no answer."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What one look cost, by stage.  Seconds are the wall's, and those of threads at work at the same time overlap."""

    asked: tuple[Asked, ...] = ()
    """In their order."""
    parse: float = 0.0
    """Seconds: bytes to raw items."""
    intake: float = 0.0
    """Seconds: to clean, plan and link."""
    save: float = 0.0
    """Seconds: the transaction."""
    shown: int = 0
    """Items read from the document that served, the known ones among them."""

    @property
    def fetch(self) -> float:
        """Seconds spent on requests."""
        return sum(asked.seconds for asked in self.asked)

    @property
    def bytes(self) -> int:
        """Of all bodies, decoded."""
        return sum(asked.bytes for asked in self.asked)

    @property
    def status(self) -> int | None:
        """The last status of HTTP; None where nothing answered."""
        return next((asked.status for asked in reversed(self.asked) if asked.status is not None), None)
