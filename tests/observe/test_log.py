"""The log as people and collectors read it: one event a line, nothing that commands a terminal, no secret."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import observe
from aggregator.model import Episode, Outcome, SourceState, Update
from aggregator.model.secrets import HIDDEN
from aggregator.observe import Event, LogObserver, Observers
from aggregator.observe.log import Human, Json
from tests.observe.conftest import Written

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOSTILE = 'said "\x1b[2J\u202e\x9b\r\nsource=other\x00 \ud800 é'
SECRET = "https://office.example/feed?api_key=hunter2"  # noqa: S105 - it is to be hidden


def look(source: str = "office", error: str | None = None, episodes: tuple[Episode, ...] = ()) -> Update:
    outcome = Outcome.ERROR if error else Outcome.OK
    return Update(source, NOON, outcome, SourceState(source), error=error, episodes=episodes, endpoint=SECRET)


def test_for_collectors_each_event_is_a_json_object(written: Written) -> None:
    written.configure("json", verbose=True)
    before = datetime.now(UTC)
    observer = LogObserver()
    observer.started(1)
    observer.updated(look(error=HOSTILE, episodes=(Episode("office", "timeout", NOON, HOSTILE, NOON),)))
    observer.published(["all.atom", "all.json"])
    observer.warned(HOSTILE)
    text = written.text
    assert text.isascii()
    assert "\x1b" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("info", "look"),
        ("warning", "trouble-began"),
        ("info", "cycle"),
        ("warning", "message"),
    ]
    assert lines[0]["error"] == lines[1]["explanation"] == lines[3]["message"] == HOSTILE
    assert (lines[2]["sources"], lines[2]["failed"], lines[2]["ok"], lines[2]["published"]) == (1, 1, 0, 2)
    for line in lines:
        assert line["time"].endswith("Z")
        assert timedelta(seconds=-1) < datetime.fromisoformat(line["time"]) - before < timedelta(hours=1)


def test_for_people_each_event_is_a_printable_line(written: Written) -> None:
    written.configure("human", verbose=True)
    LogObserver().updated(look(error=HOSTILE))
    observe.warn(HOSTILE)
    lines = written.text.splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    assert " INFO source=office outcome=error endpoint=" in lines[0]
    assert r"WARNING said " in lines[1]


def test_without_a_terminal_the_log_is_for_collectors(written: Written) -> None:
    written.configure("auto")
    observe.warn("x")
    assert written.lines[0]["message"] == "x"
    observe.configure(form="human")
    observe.warn("y")
    assert written.text.endswith(" WARNING y\n")


def test_what_is_not_named_stays(written: Written) -> None:
    written.configure("human", verbose=True)
    observe.configure(verbose=False)
    LogObserver().updated(look())
    assert written.text == ""
    observe.configure(verbose=True)
    LogObserver().updated(look())
    assert " INFO source=office " in written.text


def test_of_libraries_only_warnings_are_written(written: Written) -> None:
    written.configure("json", verbose=True)
    library = logging.getLogger("library.part")
    library.info("job %s was done", "tick")
    library.warning("missed %r\nby %s", SECRET, 7)
    (line,) = written.lines
    assert (line["logger"], line["level"], line["event"]) == ("library.part", "warning", "message")
    assert line["message"] == "missed 'https://office.example/feed?api_key=***'\nby 7"
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old: {SECRET}", stacklevel=1)
    (line,) = written.lines
    assert line["logger"] == "py.warnings"
    assert "old: https://office.example/feed?api_key=***" in line["message"]


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_secret_gets_into_the_log(written: Written, form: observe.Form) -> None:
    written.configure(form, verbose=True)
    log = logging.getLogger("aggregator")
    observer = LogObserver()
    observer.started(1)
    observer.updated(look(error=SECRET, episodes=(Episode("office", "timeout", NOON, SECRET, NOON),)))
    observer.warned(SECRET)
    observe.warn("http://operator:hunter2@proxy.example:3128 refuses; Authorization: Bearer hunter2")
    log.warning(Event("custom", {"list": (SECRET, SECRET), "one": SECRET}))
    try:
        int(SECRET)
    except ValueError:
        log.exception("failed for %s", SECRET)
    text = written.text
    assert "hunter2" not in text
    assert text.count("***") >= 10


@given(st.text(), st.sampled_from([logging.INFO, logging.ERROR]))
def test_whatever_is_said_is_one_line(text: str, level: int) -> None:
    event = Event("odd", {"said": text, "list": [text]})
    for message in (text, event):
        record = logging.LogRecord("library", level, "", 0, message, None, None)
        line = Json().format(record)
        assert line.isascii()
        assert line.isprintable()
        fields = json.loads(line)
        if HIDDEN not in line:
            assert (fields["message"] == text) if message is text else (fields["said"] == fields["list"][0] == text)
        assert Human().format(record).isprintable()


@pytest.mark.parametrize("form", ["human", "json"])
def test_an_endless_message_is_one_line(written: Written, form: observe.Form) -> None:
    written.configure(form)
    observe.warn("\x00é" * 100_000)
    text = written.text
    assert text.count("\n") == 1
    assert form == "human" or len(text) < 40_000


def test_a_library_that_cannot_log_breaks_nothing(written: Written) -> None:
    written.configure("json")
    logging.getLogger("library").warning("%d items", "many")
    observe.warn("and on it goes")
    text = written.text
    assert "TypeError" in text
    assert json.loads(text.splitlines()[-1])["message"] == "and on it goes"


def test_a_warning_of_a_cycle_is_said_once_with_its_count(written: Written) -> None:
    written.configure("json")
    observer = LogObserver()
    observer.started(1)
    for _ in range(5):
        observer.warned("the hub is down")
    observer.warned("the disk is slow")
    observer.published([])
    assert [line["message"] for line in written.lines] == [
        "the hub is down",
        "the disk is slow",
        "the hub is down (5 times in this cycle)",
    ]


def test_the_end_of_a_cycle_sums_up_its_looks_and_no_others(written: Written) -> None:
    written.configure("human", verbose=True)
    seconds = iter([0.0, 10.0, 12.5, 20.0, 21.0])
    observer = LogObserver(lambda: next(seconds))
    observer.started(2)
    observer.updated(look())
    observer.updated(look("other", "no"))
    observer.published(["all.atom"])
    observer.started(0)
    observer.published([])
    sums = [line.partition(" INFO ")[2] for line in written.text.splitlines() if " cycle " in line]
    assert sums == [
        "cycle sources=2 ok=1 not_modified=0 failed=1 new=0 changed=0 published=1 seconds=2.5",
        "cycle sources=0 ok=0 not_modified=0 failed=0 new=0 changed=0 published=0 seconds=1.0",
    ]


class Noting:
    """Notes what it is told, and whether it was entered and left."""

    def __init__(self, notes: list[str], name: str) -> None:
        self.notes, self.name = notes, name

    def __enter__(self) -> None:
        self.notes.append(f"{self.name} in")

    def __exit__(self, *_: object) -> None:
        self.notes.append(f"{self.name} out")

    def started(self, sources: int) -> None:
        self.notes.append(f"{self.name} {sources}")

    def updated(self, update: Update) -> None:
        self.notes.append(f"{self.name} {update.source}")

    def published(self, paths: object) -> None:
        self.notes.append(f"{self.name} {paths}")

    def warned(self, message: str) -> None:
        self.notes.append(f"{self.name} {message}")


def test_several_observers_are_told_in_their_order() -> None:
    notes: list[str] = []
    with Observers(Noting(notes, "a"), Noting(notes, "b")) as observers:
        observers.started(3)
        observers.updated(look())
        observers.published(["x"])
        observers.warned("!")
    told = [f"{name} {what}" for what in ("3", "office", "['x']", "!") for name in "ab"]
    assert notes == ["a in", "b in", *told, "b out", "a out"]


BROKEN = """
import threading
from aggregator import observe
observe.configure(form="json")
observe.defects()
def fail():
    raise RuntimeError("https://office.example/feed?api_key=hunter2")
thread = threading.Thread(target=fail, name="look")
thread.start()
thread.join()
fail()
"""


def test_a_defect_is_an_event_like_any_other() -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [(line["level"], line["message"]) for line in lines] == [
        ("error", "a defect ends the thread look"),
        ("critical", "a defect ends the program"),
    ]
    for line in lines:
        assert line["defect"] == "RuntimeError: https://office.example/feed?api_key=***"
        assert line["traceback"].startswith("Traceback (most recent call last):\n")
        assert "in fail" in line["traceback"]
    assert "hunter2" not in done.stderr
