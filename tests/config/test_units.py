"""systemd's units: what systemd itself says of them, and that they do what the documentation says."""

from __future__ import annotations

import os
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from aggregator.config.units import STATE, units
from tests.conftest import CHECKOUT

SHIPPED = CHECKOUT / "packaging" / "systemd"
SERVICES = ("aggregator.service", "aggregator-run.service")
EXPOSURE = 15
"""Tenths: 1.5 of 10, where 10 is a service that may do everything.  What is left is what a client of the web needs."""


def written(folder: Path, program: str = "/bin/true") -> Path:
    """Write the units below ``folder``, starting a program that is there."""
    for name, text in units(Path(program), Path("/etc/record/config/aggregator.toml"), STATE).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def analysed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        reason = "systemd-analyze is absent (Debian: systemd)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def read(name: str) -> ConfigParser:
    """Return a unit's settings; of those that are given several times, the last."""
    unit = ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign] # the documented way to keep capitals
    unit.read(SHIPPED / name, encoding="utf-8")
    return unit


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    files = sorted(written(tmp_path).iterdir())
    assert [file.name for file in files] == sorted(file.name for file in SHIPPED.iterdir())
    done = analysed("verify", "--man=no", *files)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "aggregator" in line]
    assert (done.returncode, said) == (0, [])  # of the machine's own units it may say what it likes


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(tmp_path: Path, name: str) -> None:
    unit = written(tmp_path) / name
    done = analysed("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", unit)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shipped_units_are_those_of_the_places_that_the_documentation_names() -> None:
    program, config = Path("/opt/aggregator/bin/aggregator"), Path("/etc/aggregator/config/aggregator.toml")
    texts = {file.name: file.read_text(encoding="utf-8") for file in SHIPPED.iterdir()}
    assert units(program, config, STATE) == texts
    for name, command in zip(SERVICES, ("daemon", "run"), strict=True):
        assert read(name)["Service"]["ExecStart"] == f"{program} --config {config} {command}"


def test_both_services_are_confined_alike_and_share_their_state() -> None:
    own = {"Type", "NotifyAccess", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus"}
    own |= {"StandardOutput", "StandardError", "WatchdogSec", "SuccessExitStatus", "TimeoutStartSec"}
    daemon, once = ({k: v for k, v in read(name)["Service"].items() if k not in own} for name in SERVICES)
    assert daemon == once
    assert len(daemon) > 25


def test_what_ends_a_service_is_told_by_the_exit_status() -> None:
    assert read("aggregator.service")["Service"]["RestartPreventExitStatus"] == "2"
    assert read("aggregator-run.service")["Service"]["SuccessExitStatus"] == "75 143"


def test_what_a_run_prints_goes_to_nobody_and_its_log_to_the_journal() -> None:
    once = read("aggregator-run.service")["Service"]
    # systemd.exec(5): without StandardError=, errors go where the standard output goes
    assert (once["StandardOutput"], once.get("StandardError")) == ("null", "journal")


def test_the_documentation_tells_the_times_of_the_units() -> None:
    text = (CHECKOUT / "docs" / "installing.md").read_text(encoding="utf-8")
    service = read("aggregator.service")["Service"]
    assert f"started again after {service['RestartSec']} seconds" in text
    assert (service["WatchdogSec"], "after three minutes in which" in text) == ("3min", True)
    assert (read("aggregator-run.timer")["Timer"]["OnCalendar"], "every five minutes" in text) == ("*:0/5", True)
    assert int(service["TimeoutStopSec"]) > 10
    assert "within ten seconds" in text
