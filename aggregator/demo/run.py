"""Runs the whole job on the bundled captures: one replayed run for every moment that was captured."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from aggregator import wiring
from aggregator.config.load import load
from aggregator.config.values import Settings
from aggregator.errors import PublishError
from aggregator.pipeline.cycle import Selection

BUNDLE = Path(__file__).parent


def settings(root: Path) -> Settings:
    """Return the demo's configuration, with its store and its outputs below ``root``."""
    return load(BUNDLE / "config" / "aggregator.toml").model_copy(update={"root": root.absolute()})


def run(demo: Settings) -> tuple[wiring.Report, ...]:
    """Replay every moment into a store of its own, made anew, and return a report for each.

    Raises ``LockHeld`` when another demo is running, ``StoreError`` and ``PublishError``.
    """
    wiring.forget(demo)
    with _captures() as captures:
        reports = tuple(
            # Published once, at the end, so that a demo run again finds every file as it would write it.
            wiring.run(demo, Selection(), replay=capture, publishing=capture == captures[-1])
            for capture in captures
        )
    if error := reports[-1].error:
        raise PublishError(error)
    return reports


@contextmanager
def _captures() -> Iterator[tuple[Path, ...]]:
    """Give the bundled captures as WARC files, one for each moment, in the order of time."""
    with (BUNDLE / "captures" / "captures.tsv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    with TemporaryDirectory(prefix="aggregator-demo-") as folder:
        paths = []
        for moment in sorted({row["captured_at"] for row in rows}):
            paths.append(Path(folder) / f"{moment.replace(':', '')}.warc.gz")
            with paths[-1].open("wb") as file:
                writer = WARCWriter(file, gzip=True)
                for row in rows:
                    if row["captured_at"] == moment:
                        _write(writer, row)
        yield tuple(paths)


def _write(writer: WARCWriter, row: dict[str, str]) -> None:
    body = (BUNDLE / "captures" / row["file"]).read_bytes()
    headers = StatusAndHeaders(
        f"{row['status']} Captured",
        [("Content-Type", row["content_type"]), ("Content-Length", str(len(body)))],
        protocol="HTTP/1.1",
    )
    writer.write_record(
        writer.create_warc_record(
            row["url"],
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": row["captured_at"]},
        )
    )
