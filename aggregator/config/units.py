"""systemd's units, as shipped or with the paths of this installation in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

STATES = Path("/var/lib")
"""Below which systemd keeps the states of services (systemd.exec(5), ``StateDirectory=``)."""
STATE = STATES / "aggregator"
"""Of the shipped units."""

_PROGRAM = "/opt/aggregator/bin/aggregator"
_CONFIG = "/etc/aggregator/config/aggregator.toml"
_PLAIN = re.compile(r"[A-Za-z0-9/._+@-]+")
"""What stands in a unit as it is: no quoting, no specifier (systemd.unit(5))."""


def units(program: Path, config: Path, state: Path) -> Mapping[str, str]:
    """Return the text of each unit by its name: they start ``program`` with ``config``, and keep ``state``.

    Raises ``ValueError``, with a sentence, for a path that no unit can hold as it is, and for a state that is no folder
    directly below /var/lib.
    """
    for path in (program, config, state):
        if not _PLAIN.fullmatch(str(path)):
            msg = f"{path}: a unit of systemd wants a path of letters, digits and . _ + @ - alone"
            raise ValueError(msg)
    if state.parent != STATES:
        msg = f"{state}: a service of systemd keeps its state in a folder of its own directly below {STATES}"
        raise ValueError(msg)
    replaced = {_PROGRAM: str(program), _CONFIG: str(config), str(STATE): str(state)}
    return MappingProxyType(
        {
            one.name: _replaced(one.read_text(encoding="utf-8"), replaced).replace(
                f"\nStateDirectory={STATE.name}\n", f"\nStateDirectory={state.name}\n"
            )
            for one in sorted((resources.files("aggregator.config") / "systemd").iterdir(), key=lambda one: one.name)
            if one.name.endswith((".service", ".timer"))
        }
    )


def _replaced(text: str, replaced: Mapping[str, str]) -> str:
    found = "|".join(map(re.escape, replaced))
    return re.sub(found, lambda match: replaced[match[0]], text)
