"""A copy of the database made while the program works brings everything back, on this machine or on another."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.project import Project, Site


def backed_up(database: Path, copy: Path) -> None:
    """As ``.backup`` of the program sqlite3 does."""
    with closing(sqlite3.connect(database)) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)


def vacuumed(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as one:
        one.execute(f"VACUUM INTO '{copy}'")


@pytest.mark.parametrize("copied", [backed_up, vacuumed])
def test_a_restored_copy_publishes_the_same_and_takes_nothing_in_twice(
    project: Project, site: Site, copied: Callable[[Path, Path], None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    site.feed("/feed", *({"guid": f"g{n}", "title": f"Statement {n}", "link": site.url(f"/{n}")} for n in range(3)))
    project.source(("office", [site.url("/feed")]), allow=site.host)
    assert project.call("run").status == 0
    before = {name: data for name, (data, _) in project.files().items()}
    database = project.root / "var" / "aggregator.db"
    copy = project.root / "copy.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM item")
        copied(database, copy)  # while a run is at work
        writer.execute("ROLLBACK")

    other = Project(tmp_path_factory.mktemp("machine") / "elsewhere")
    shutil.copytree(project.root / "config", other.root / "config", dirs_exist_ok=True)
    (other.root / "var").mkdir()
    copy.rename(other.root / "var" / "aggregator.db")
    assert other.call("publish").status == 0
    after = {name: data for name, (data, _) in other.files().items()}
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {"feeds/status.json"}
    (report,) = other.call("run", "--all", "--json").json["sources"]
    assert (report["outcome"], report["new"], report["changed"]) == ("ok", 0, 0)
