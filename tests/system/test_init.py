"""``init``: from an empty folder to a configuration that runs."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from aggregator.cli.start import UNSEEN
from aggregator.config.load import load
from tests.system.project import Project


@pytest.fixture
def empty(tmp_path: Path, project: Project) -> Project:
    """Return a project in a folder with nothing in it."""
    project.root = tmp_path / "empty"
    project.root.mkdir()
    return project


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


WRITTEN = {"config/aggregator.toml", "config/sources.toml", "config/articles/summit.toml"}


def test_what_it_writes_is_checked_run_and_published(empty: Project) -> None:
    done = empty.call("init", "--title", "My record", "--base-url", "https://feeds.example.org/")
    assert done.status == 0, done.err
    assert files(empty.root) == WRITTEN
    assert "7 sources to begin with" in done.out
    assert "before anybody subscribes" not in done.out
    assert "no problem found" in empty.call("check").out
    assert empty.call("publish").status == 0
    assert empty.feed()["title"] == "My record"
    assert empty.feed()["feed_url"] == "https://feeds.example.org/all.json"


def test_it_says_where_to_go_on_and_what_is_not_fit_to_be_subscribed_to(empty: Project) -> None:
    done = empty.call("init", "service")
    assert f"next, in {empty.root / 'service'}:" in done.out
    assert "before anybody subscribes: site.base_url" in done.out
    assert files(empty.root) == {f"service/{name}" for name in WRITTEN}


def test_it_names_itself_as_a_shell_finds_it(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = sysconfig.get_path("scripts")
    for place, (path, called) in enumerate(((scripts, "aggregator"), ("/nowhere", f"{scripts}/aggregator"))):
        monkeypatch.setenv("PATH", path)
        assert f"\n  {called} check   " in empty.call("init", str(place)).out


@pytest.mark.parametrize("there", sorted(WRITTEN))
def test_it_names_what_is_there_and_writes_nothing(empty: Project, there: str) -> None:
    path = empty.root / there
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    done = empty.call("init", "--state", "elsewhere")
    assert done.status == 2
    assert str(path) in done.err
    assert files(empty.root) == {there}
    assert path.read_text(encoding="utf-8") == "mine"


def test_another_configuration_is_not_named_in_vain(empty: Project) -> None:
    done = empty.call("--config", "elsewhere/config/aggregator.toml", "init")
    assert (done.status, files(empty.root)) == (2, set())
    assert "name that instead of --config" in done.err


def test_what_would_be_wrong_is_not_written(empty: Project) -> None:
    done = empty.call("init", "--base-url", "feeds.example.org")
    assert done.status == 2
    assert "config/aggregator.toml:9: site.base_url: expected an absolute URL" in done.err
    assert not files(empty.root)


def test_a_service_keeps_its_state_elsewhere(empty: Project) -> None:
    units = empty.root / "units"
    units.mkdir()
    done = empty.call("init", "etc", "--systemd", "units", "--state", "/var/lib/record")
    assert done.status == 0, done.err
    assert "systemctl enable --now aggregator.service" in done.out
    assert files(units) == {"aggregator.service", "aggregator-run.service", "aggregator-run.timer"}
    program, config = f"{sysconfig.get_path('scripts')}/aggregator", empty.root / "etc/config/aggregator.toml"
    for name, command in (("aggregator.service", "daemon"), ("aggregator-run.service", "run")):
        lines = (units / name).read_text(encoding="utf-8").splitlines()
        assert f"ExecStart={program} --config {config} {command}" in lines
        assert "StateDirectory=record" in lines
        assert "WorkingDirectory=/var/lib/record" in lines
    assert load(config).output == Path("/var/lib/record/feeds")


def test_without_another_wish_a_service_keeps_its_state_in_var_lib_aggregator(empty: Project) -> None:
    done = empty.call("init", "--systemd", ".")
    assert done.status == 0, done.err
    assert load(empty.root / "config/aggregator.toml").database == Path("/var/lib/aggregator/aggregator.db")
    again = empty.call("init", "another", "--systemd", ".")
    assert again.status == 2
    assert str(empty.root / "aggregator.service") in again.err
    assert not (empty.root / "another").exists()


@pytest.mark.parametrize(
    ("folder", "state", "reason"),
    [
        ("two words", "/var/lib/aggregator", "letters, digits"),
        ("etc", "/srv/state", "directly below /var/lib"),
        ("etc", "/var/lib/a/b", "directly below /var/lib"),
        ("etc", "/var/lib/50%", "letters, digits"),
    ],
)
def test_what_no_unit_can_say_is_refused(empty: Project, folder: str, state: str, reason: str) -> None:
    done = empty.call("init", folder, "--systemd", ".", "--state", state)
    assert done.status == 2
    assert reason in done.err
    assert not files(empty.root)


def test_paths_that_the_service_will_not_see_are_named(empty: Project) -> None:
    done = empty.call("init", "--systemd", ".")
    hidden = [folder for folder in UNSEEN if empty.root.is_relative_to(folder)]
    said = f"and need {empty.root}/config/aggregator.toml: move it" in done.err
    assert (done.status, said) == (0, bool(hidden))
