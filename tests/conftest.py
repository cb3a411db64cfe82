"""What every test may use: the shared folder of captures and labelled data, where it is present."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline for each example measures how busy the machine is, not what the program does.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it, with its own permissions
ENOUGH = 2_000_000_000
"""Bytes: several times what a run of all tests leaves there."""
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Every save of the store waits for the disk, as it should; on a busy machine that was most of the tests' time.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is where a shell runs the tests in the background, and so it would be for all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of captures and labelled data; absent, the test is skipped, and fails in CI."""
    folder = Path(os.environ.get("AGGREGATOR_SHARED") or CHECKOUT.parent / "shared")
    if not folder.is_dir():
        reason = f"the shared folder is absent: {folder} (AGGREGATOR_SHARED)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    """Return the folder of real captures."""
    return shared / "corpus"
