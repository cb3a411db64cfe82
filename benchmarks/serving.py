"""What it costs to serve a feed of 215 KB over loopback: this program's server, and others that carry the same answers.

    python -m benchmarks.serving [SECONDS] [ROUNDS]

For each server, SECONDS (1) of requests on eight connections that stay open: the feed as it is, its compressed copy,
and 304 to who has it already.  Prints medians of ROUNDS (5) in which the servers take turns: answers a second of wall
time, CPU microseconds of the server for one, and both as a share of nginx.  What is not installed is left out: nginx,
uvicorn's other parser (httptools), granian and waitress.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import os
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import uvicorn

from aggregator.config.values import Settings
from aggregator.web import serving
from aggregator.web.app import App
from aggregator.web.asgi import Asgi
from aggregator.web.message import Answer, Request
from aggregator.wiring import StoreDesk

SIZE = 215_000
CONNECTIONS = 8
HEADERS = {"Host": "127.0.0.1", "User-Agent": "benchmark/1", "Accept": "application/atom+xml, */*;q=0.1"}

NGINX = """
daemon off; master_process off; worker_processes 1; error_log stderr; pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; gzip_static on; gzip_vary on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  types {{ application/atom+xml atom; }}
  add_header X-Content-Type-Options nosniff; add_header Cache-Control "public, max-age=60";
  server {{ listen 127.0.0.1:{port}; root {folder}/feeds; }}
}}
"""


def publish(folder: Path) -> None:
    """Put a feed and its compressed copy there: words in the proportion of official prose, so that gzip has its due."""
    source = random.Random(7)  # noqa: S311 - the same feed every time
    words = ["".join(source.choices("etaoinshrdlu", k=source.randint(2, 11))) for _ in range(4_000)]
    data = b"<feed>"
    while len(data) < SIZE:
        data += f"<entry><title>{' '.join(source.choices(words, k=200))}</title></entry>\n".encode()
    feeds = folder / "feeds"
    feeds.mkdir()
    (feeds / "all.atom").write_bytes(data[:SIZE])
    (feeds / "all.atom.gz").write_bytes(gzip.compress(data[:SIZE], 6, mtime=0))
    for name in ("all.atom", "all.atom.gz"):
        os.utime(feeds / name, (1_760_000_000, 1_760_000_000))


def desk(folder: Path) -> StoreDesk:
    """Return what the server asks, in a folder without a store."""
    site = {"title": "Benchmark", "base_url": "https://feeds.example/"}
    return StoreDesk(Settings.model_validate({"site": site, "root": folder, "serve": {"port": 0}}))


# --- the servers: each makes the same answers, and tells the port that it listens on ------------------------------


def ours(folder: Path, told: Connection) -> None:
    """Serve as this program does."""
    with serving(desk(folder)) as server:
        told.send(server.port)
        told.recv()


def standard(folder: Path, told: Connection) -> None:
    """Serve with the standard library's server: a thread for each client."""
    app = App(desk(folder))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = answered(app, Request("GET", self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.send_response(answer.status)
            for name, value in headers(answer):
                self.send_header(name.decode(), value.decode())
            self.end_headers()
            self.wfile.write(body(answer))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        told.send(httpd.server_address[1])
        httpd.serve_forever()


def asgi(folder: Path) -> Callable[..., Any]:
    """Return the ASGI application, for a server that wants to tell it of its life."""
    application = Asgi(App(desk(folder)), ThreadPoolExecutor(4), SIZE)

    async def living(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        while scope["type"] == "lifespan":
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
        await application(scope, receive, send)

    return living


def httptools(folder: Path, told: Connection) -> None:
    """Serve with uvicorn's other parser, without bounds on what a client may take."""
    config = uvicorn.Config(
        asgi(folder), http="httptools", loop="asyncio", lifespan="off", log_level="error", access_log=False
    )
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    told.send(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])


def granian(folder: Path, told: Connection) -> None:
    """Serve with granian, inside the process."""
    native = import_module("granian.constants").Interfaces.ASGINL
    port = free_port()
    embedded = import_module("granian.server.embed").Server
    server = embedded(asgi(folder), address="127.0.0.1", port=port, interface=native, log_enabled=False)
    told.send(port)
    asyncio.run(server.serve())


def waitress(folder: Path, told: Connection) -> None:
    """Serve with waitress, which speaks WSGI."""
    app = App(desk(folder))

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        given = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        answer = answered(app, Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], given))
        phrase = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        start(phrase, [(name.decode(), value.decode()) for name, value in headers(answer)])
        return [body(answer)]

    server = import_module("waitress.server").create_server(application, host="127.0.0.1", port=0, threads=4)
    told.send(server.effective_port)
    server.run()


def answered(app: App, request: Request) -> Answer:
    """Return the answer now, whatever it takes: it is in memory after the first."""
    result = app(request)
    return result if isinstance(result, Answer) else result()


def body(answer: Answer) -> bytes:
    """Return all that is to be sent."""
    return bytes(answer.body.piece(answer.offset, answer.length))


def headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """Return header and length as most servers want them."""
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return list(answer.fields)
    return [*answer.fields, (b"content-length", b"%d" % answer.length)]


def run(name: str, folder: Path, told: Connection) -> None:
    """Be one of the servers, and say nothing of clients that leave."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    function = {"aggregator": ours, "http.server": standard}.get(name) or globals()[name]
    function(folder, told)


@contextmanager
def started(name: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Give the process and the port of a server while it runs."""
    if name == "nginx":
        port = free_port()
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
        nginx = subprocess.Popen([shutil.which("nginx") or "nginx", "-c", str(folder / "nginx.conf")], stderr=-3)
        try:
            yield nginx.pid, port
        finally:
            nginx.terminate()
            nginx.wait()
        return
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=run, args=(name, folder, far))
    process.start()
    try:
        yield process.pid or 0, near.recv()
    finally:
        process.kill()
        process.join()


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Broken(Exception):
    """A server closed a connection that was to stay open."""


# --- the client ---------------------------------------------------------------------------------------------------


def connected(port: int) -> socket.socket:
    """Connect, as soon as somebody listens."""
    until = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def one(client: socket.socket, request: bytes) -> tuple[bytes, int]:
    """Return the head of one answer, and how long the whole is."""
    client.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65536)
    head = received.partition(b"\r\n\r\n")[0]
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    total = len(head) + 4 + int(lengths[0] if lengths else 0)
    left = total - len(received)
    while left > 0:
        left -= len(client.recv(min(left, 262_144)))
    return head, total


def load(port: int, request: bytes, expected: tuple[int, str], seconds: float) -> tuple[int, float]:
    """Ask on several connections at once; return how many answers came, and in how long."""
    clients = [connected(port) for _ in range(CONNECTIONS)]
    head, total = one(clients[0], request)
    wanted, coding = expected
    if int(head.split(b" ", 2)[1]) != wanted or coding.encode() not in head.lower():
        raise SystemExit(head.decode())
    waiting, left = selectors.DefaultSelector(), {}
    for client in clients:
        waiting.register(client, selectors.EVENT_READ)
        left[client] = total
        client.sendall(request)
    buffer, done, begin = bytearray(1 << 20), 0, time.perf_counter()
    until = begin + seconds
    while time.perf_counter() < until:
        for key, _ in waiting.select(seconds):
            client = cast("socket.socket", key.fileobj)
            try:
                received = client.recv_into(buffer)
            except ConnectionResetError:
                received = 0
            if received == 0:  # waitress does this
                raise Broken
            left[client] -= received
            if left[client] == 0:
                done += 1
                left[client] = total
                client.sendall(request)
    taken = time.perf_counter() - begin
    for client in clients:
        client.close()
    return done, taken


def cpu(process: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def candidates() -> list[str]:
    """Return the servers that are installed, the yardstick first."""
    names = ["nginx"] if shutil.which("nginx") else []
    names += ["aggregator", "http.server"]
    names += ["httptools"] if find_spec("httptools") else []
    return names + [name for name in ("granian", "waitress") if find_spec(name)]


def asked(port: int) -> dict[str, tuple[bytes, tuple[int, str]]]:
    """Return each request, with the status and the coding that it is to be answered with."""
    plain = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    with connected(port) as client:
        head, _ = one(client, f"GET /all.atom HTTP/1.1\r\n{plain}\r\n".encode())
    tag = next(line for line in head.decode().split("\r\n") if line.lower().startswith("etag:")).split(":", 1)[1]
    return {
        "plain": (f"GET /all.atom HTTP/1.1\r\n{plain}\r\n".encode(), (200, "")),
        "gzip": (f"GET /all.atom HTTP/1.1\r\n{plain}Accept-Encoding: gzip\r\n\r\n".encode(), (200, "gzip")),
        "304": (f"GET /all.atom HTTP/1.1\r\n{plain}If-None-Match:{tag}\r\n\r\n".encode(), (304, "")),
    }


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5  # noqa: PLR2004 - the second argument
    figures: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        publish(folder)
        for _ in range(rounds):
            for name in candidates():
                with started(name, folder) as (process, port):
                    for kind, (request, expected) in asked(port).items():
                        try:
                            load(port, request, expected, 0.1)
                            before = cpu(process)
                            done, taken = load(port, request, expected, seconds)
                        except Broken:
                            print(f"{name}, {kind}: a connection was broken off", file=sys.stderr)
                            continue
                        figures.setdefault((name, kind), []).append((done / taken, (cpu(process) - before) / done))
    table(figures)


def table(figures: dict[tuple[str, str], list[tuple[float, float]]]) -> None:
    """Print medians, and what they are of nginx's."""
    middle = {
        key: tuple(statistics.median(values) for values in zip(*runs, strict=True)) for key, runs in figures.items()
    }
    for kind in ("plain", "gzip", "304"):
        print(f"{kind:>18}   answers/s   of nginx   CPU us each   of nginx")
        yardstick = middle.get(("nginx", kind))
        for name in dict.fromkeys(name for name, _ in figures):
            if (name, kind) not in middle:
                continue
            rate, each = middle[name, kind]
            shares = (f"{rate / yardstick[0]:.2f}", f"{each / yardstick[1]:.1f}") if yardstick else ("", "")
            print(f"{name:>18} {rate:11.0f} {shares[0]:>10} {each * 1e6:13.0f} {shares[1]:>10}")


if __name__ == "__main__":
    main()
