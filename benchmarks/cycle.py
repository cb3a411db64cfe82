"""What a whole cycle costs: CPU seconds, wall seconds and peak memory of the real command over loopback.

    python -m benchmarks.cycle [FEEDS] [RUNS]

Serves FEEDS feeds (200) of 24 items in the form of WordPress, each with 4 KB of HTML, from a process of its own, and
runs ``aggregator run --all`` cold, unchanged (304), and with one new item in every tenth feed.  Medians of RUNS (3).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path

ITEMS = 24
NEWEST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
"""When the newest of the 24 was published: what is old would be told to be quiet, source for source."""
PARAGRAPH = (
    "<p>The delegations met for the {n}th day and agreed on&nbsp;a text about <b>harbours</b>, lighthouses &amp; "
    "the customs of weighing grain; {link}.</p>\n"
)
LINK = '<a href="https://office.example/day/{n}?utm_source=rss">the {n}th communiqué</a> says more'


def feed(number: int, extra: int) -> bytes:
    """Return feed ``number``, with ``extra`` items newer than its 24."""
    items = "".join(_item(number, index) for index in range(ITEMS + extra - 1, -1, -1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Office {number}</title><link>https://office-{number}.example/</link><description>News</description>"
        f"{items}</channel></rss>"
    ).encode()


def _item(number: int, index: int) -> str:
    lines = range(index * 100, index * 100 + 24)
    body = "".join(PARAGRAPH.format(n=n, link=LINK.format(n=n) if n % 5 == 0 else "nobody objected") for n in lines)
    link = f"https://office-{number}.example/statements/{index}/"
    return (
        f"<item><title>Statement {index} on harbours and grain</title><link>{link}</link>"
        f'<guid isPermaLink="false">https://office-{number}.example/?p={index}</guid>'
        f"<pubDate>{_published(index)}</pubDate><description>Statement {index}.</description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
    )


def _published(index: int) -> str:
    """Return when item ``index`` was published: one an hour, the 24th at ``NEWEST``."""
    return format_datetime(NEWEST + timedelta(hours=index - ITEMS + 1))


def serve(ready: Connection) -> None:
    """Answer ``/NUMBER/EXTRA`` with a feed and its ETag, until the process is ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            number, _ = map(int, head.split()[1].strip(b"/").split(b"/"))
            body = feed(number, state["extra"] if number % 10 == 0 else 0)
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'.encode()
            if tag in head:
                writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n")
            else:
                lines = (b"HTTP/1.1 200 OK", b"Content-Type: application/rss+xml", b"ETag: " + tag)
                writer.write(b"\r\n".join((*lines, b"Content-Length: %d" % len(body), b"", body)))
            await writer.drain()

    state = {"extra": 0}

    async def main() -> None:
        async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(quiet, "127.0.0.1", 0)
        asyncio.get_running_loop().add_reader(ready.fileno(), lambda: state.update(extra=ready.recv()))
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def configure(root: Path, port: int, feeds: int) -> None:
    """Write a project folder that watches ``feeds`` feeds on ``port``."""
    (root / "config").mkdir(parents=True)
    (root / "config" / "aggregator.toml").write_text(
        '[site]\ntitle = "Benchmark"\nbase_url = "https://feeds.example.org/"\n'
        f'[fetch]\nallow_hosts = ["127.0.0.1:{port}"]\nper_host = 16\n',
        encoding="utf-8",
    )
    sources = "".join(
        f'[[source]]\nid = "s{number}"\ntitle = "Office {number}"\nhome = "https://office-{number}.example/"\n'
        f'[[source.endpoint]]\nkind = "feed"\nurl = "http://127.0.0.1:{port}/{number}/0"\n'
        for number in range(feeds)
    )
    (root / "config" / "sources.toml").write_text(sources, encoding="utf-8")


def cycle(root: Path) -> tuple[float, float, float, int]:
    """Run one cycle; return CPU seconds, wall seconds, peak MiB of that process, and how many items were new."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "run", "--all", "--json"], cwd=root, stdout=subprocess.PIPE
    )
    with process:
        out = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the run ended with {process.returncode}")
    new = sum(source["new"] for source in json.loads(out)["sources"])
    return _cpu(usage), time.monotonic() - begin, usage.ru_maxrss / 1024, new


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the table."""
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3  # noqa: PLR2004 - the second argument
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    figures: dict[str, list[tuple[float, float, float, int]]] = {}
    for _ in range(runs):
        root = Path(tempfile.mkdtemp(prefix="aggregator-benchmark-"))
        try:
            configure(root, port, feeds)
            here.send(0)
            figures.setdefault("cold", []).append(cycle(root))
            figures.setdefault("unchanged, 304", []).append(cycle(root))
            here.send(1)
            figures.setdefault("one new item in every tenth feed", []).append(cycle(root))
        finally:
            shutil.rmtree(root)
    server.terminate()
    print(f"{feeds} feeds, {feeds * ITEMS} items; medians of {runs}")
    print(f"{'':34} {'CPU s':>7} {'wall s':>7} {'MiB':>5} {'new':>6}")
    for name, rows in figures.items():
        cpu, wall, peak, new = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{name:34} {cpu:7.2f} {wall:7.2f} {peak:5.0f} {new:6.0f}")


if __name__ == "__main__":
    main()
