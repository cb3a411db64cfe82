"""What is built installs and does the whole job where no checkout is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

from aggregator import __version__
from tests.conftest import CHECKOUT
from tests.sources.shipped import CAPTURES, SOURCES, keep

WANTED = ("aggregator", "config", "docs", "packaging", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
"""What building needs of a checkout."""


def built(folder: Path) -> Path:
    """Build a source distribution and from it, as everybody else would, a wheel; return that."""
    for name in WANTED:
        if (CHECKOUT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(CHECKOUT / name, folder / "checkout" / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / name, folder / "checkout")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist")]
    where = folder / "checkout"
    done = subprocess.run([*command, str(where)], capture_output=True, text=True, check=False, env=clean())
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel in an environment of its own, which sees the libraries of this one; return its folder."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True, env=clean())
    return folder


def clean() -> dict[str, str]:
    """Return this process's environment without what leads to the checkout."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "AGGREGATOR_CONFIG"}}


def files(folder: Path) -> dict[str, bytes]:
    """Return what is in ``folder``, and in what its links lead to, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for here, _, names in os.walk(folder, followlinks=True)
        for path in (Path(here) / name for name in names)
        if path.parent.name != "__pycache__"
    }


def test_the_wheel_installs_and_does_the_whole_job_outside_the_checkout(tmp_path: Path) -> None:
    environment = installed(built(tmp_path), tmp_path / "environment")

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(
            [environment / "bin" / "aggregator", *arguments],
            cwd=place,
            env={**clean(), "PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    place = tmp_path / "empty"
    place.mkdir()
    assert run("--version") == f"aggregator, version {__version__}\n"

    # Everything that lies in the package is installed: migrations, templates, statistics, captures, units.
    package = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)})) / "aggregator"
    assert files(package) == files(CHECKOUT / "aggregator")
    docs = environment / "share/doc/aggregator/docs"
    assert files(docs) == files(CHECKOUT / "docs")

    run("init", "record", "--base-url", "https://feeds.example.org/")
    place /= "record"
    assert f"Every key: {docs}/configuration.md" in (place / "config/aggregator.toml").read_text(encoding="utf-8")
    run("check")
    keep(place / "day.warc", datetime(2026, 10, 8, 12, tzinfo=UTC), *(one for one in CAPTURES if one.number == 1))
    reports = {one["id"]: one["outcome"] for one in json.loads(run("run", "--replay", "day.warc", "--json"))["sources"]}
    wanted = {source.id for source in SOURCES.values() if source.enabled}
    assert {id_ for id_, outcome in reports.items() if outcome == "ok"} == wanted
    before = files(place / "feeds")
    assert json.loads(before["all.json"])["items"]
    assert "articles/summit/index.html" in before
    shutil.rmtree(place / "feeds")
    run("publish")
    after = files(place / "feeds")
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {"status.json"}
    assert "The White House" in run("demo")
