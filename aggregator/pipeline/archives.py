"""The archives of a feed (RFC 5005, 4): what leaves the live feed stays within reach, in documents that never change.

Which entries an archive holds is settled in the store first, then its file is written: a run that is killed in between
leaves an archive that the next run writes with the same entries.  docs/decisions/0013-archives.md says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count

from aggregator import render
from aggregator.ports import Sink, Store


@dataclass(frozen=True, slots=True)
class Archives:
    """Keeps the archives of one configuration's feeds."""

    renderer: render.Renderer
    store: Store
    write: Callable[[str, bytes], None]
    """Makes an output hold bytes, and takes note that it was written."""
    sink: Sink
    base_url: str
    size: int
    """How many entries each archive is given, and how many may wait for the next one."""
    sources: Collection[str]
    """Ids of the sources that are configured."""

    def update(self, plan: render.FeedPlan, address: str | None, *, verify: bool) -> int:
        """Write the archives of a feed that are due; return the number of the newest one, 0 where there is none.

        ``address``: the base URL that they were last written for; None where none was.  With ``verify``, those written
        earlier are looked at too, and written again where other hands touched them.  Raises ``StoreError`` and
        ``PublishError``.
        """
        if address is None:
            self._adopt(plan)
        newest = self.store.archive(plan.scope, self.size, self.size, self.sources)
        if not newest:
            return 0
        if verify or address not in {None, self.base_url}:
            self._verify(plan)
        for number in self.store.unwritten(plan.scope):
            self.store.leave_out(plan.scope, number, self.sources)
            data = self.renderer.archive(plan, self.store.archived(plan.scope, number), number)
            self._write(plan, number, data)
        if address != self.base_url:
            self.store.mark_published({folder(plan): self.base_url})
        return newest

    def _adopt(self, plan: render.FeedPlan) -> None:
        """Go on from the archives that are there already: the store is new, and they hold what it does not know."""
        for number in count(1):
            data = self.sink.read(_file(plan, number))
            if data is None:
                return
            self._write(plan, number, self.renderer.moved(data, _file(plan, number)))

    def _verify(self, plan: render.FeedPlan) -> None:
        """Give those that are as they were written their present addresses, and have the others written again."""
        for number, digest in self.store.archives(plan.scope).items():
            data = self.sink.read(_file(plan, number))
            if data is None or _digest(data) != digest:
                self.store.mark_archive(plan.scope, number, None)
            else:
                self._write(plan, number, self.renderer.moved(data, _file(plan, number)))

    def _write(self, plan: render.FeedPlan, number: int, data: bytes) -> None:
        self.write(_file(plan, number), data)
        self.store.mark_archive(plan.scope, number, _digest(data))


def folder(plan: render.FeedPlan) -> str:
    """Return where the archives of a feed lie."""
    return f"{render.ARCHIVES}/{plan.path}"


def withdraw(archives: str, sink: Sink) -> None:
    """Remove the archives in a folder, of a feed that is no longer published; raises ``PublishError``.

    The store goes on knowing what was in them: when the feed comes back, they do.
    """
    for number in count(1):
        path = f"{archives}/{number}.atom"
        if not sink.exists(path):
            return
        sink.remove(path)


def _file(plan: render.FeedPlan, number: int) -> str:
    return f"{render.archive_path(plan, number)}.atom"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
