"""Which host belongs to which organisation, by the Public Suffix List that publicsuffixlist brings along.

Looks nothing up.  Stands this far down because reading, cleaning and configuring all ask it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Protocol, cast


class _Suffixes(Protocol):
    def privatesuffix(self, domain: str) -> str | None: ...


@lru_cache(maxsize=4096)  # of names that feeds choose
def registrable(host: str) -> str:
    """Return the domain that ``host`` was registered under (https://publicsuffix.org/list/), else the host itself."""
    return host if "." not in host or _is_address(host) else _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> _Suffixes:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 -- reading the list is slow, and few runs need it

    return cast("_Suffixes", PublicSuffixList())


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
