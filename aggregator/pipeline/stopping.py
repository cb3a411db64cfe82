"""How what is under way comes to an end before it is done: nothing new is begun, and nothing half done is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from aggregator.errors import Stopped
from aggregator.model import Request, Response
from aggregator.ports import Fetcher, Stop


class Never:
    """Goes on to the end."""

    def is_set(self) -> bool:
        """Return that nothing is to stop."""
        return False


NEVER = Never()


@dataclass(slots=True)
class Stoppable:
    """A fetcher for one step of a look, which refuses what comes after ``stop``.

    Whoever uses it may take the refusal for a failure of that page and go on: ``cut`` tells that what came out of it is
    not to be kept.
    """

    fetcher: Fetcher
    stop: Stop
    cut: bool = field(default=False, init=False)

    def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``.  Raises ``FetchError``, and ``Stopped``."""
        try:
            check(self.stop)
            return self.fetcher.fetch(request)
        except Stopped:
            self.cut = True
            raise


def check(stop: Stop) -> None:
    """Raise ``Stopped`` when nothing new is to be begun."""
    if stop.is_set():
        msg = "not begun: the program ends"
        raise Stopped(msg)
