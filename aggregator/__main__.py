"""``python -m aggregator`` and the command ``aggregator``."""

from __future__ import annotations

from aggregator import observe
from aggregator.cli import commands


def main() -> None:
    """Run the command line; ends the process with the exit status of docs/operations.md."""
    observe.defects()
    commands(prog_name="aggregator")


if __name__ == "__main__":
    main()
