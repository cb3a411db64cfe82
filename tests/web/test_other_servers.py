"""The configurations for nginx and Caddy in ``docs/serving``, as they stand there, with real servers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from aggregator.web import Server, serving
from tests.conftest import CHECKOUT
from tests.web.conftest import ATOM, FILES
from tests.web.served import Client, Table

if TYPE_CHECKING:
    from collections.abc import Callable

NGINX = """
daemon off; master_process off; error_log stderr; pid {home}/pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  include {home}/site.conf;
}}
"""


def documented(name: str, places: Mapping[str, str]) -> str:
    """Return a configuration of docs/serving with what is of one machine put in; all of it has to be there."""
    site = (CHECKOUT / "docs" / "serving" / name).read_text(encoding="utf-8")
    for there, here in places.items():
        assert there in site
        site = site.replace(there, here)
    return site


def nginx(home: Path, folder: Path, port: int, daemon: int) -> list[str]:
    """Write what nginx needs, and return the command that starts it."""
    site = documented("nginx.conf", {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "root /srv/record/feeds;": f"root {folder};",
        "127.0.0.1:8080": f"127.0.0.1:{daemon}",
    })  # fmt: skip
    (home / "site.conf").write_text(site)
    (home / "nginx.conf").write_text(NGINX.format(home=home))
    command = ["nginx", "-e", "stderr", "-c", str(home / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    return command


def caddy(home: Path, folder: Path, port: int, daemon: int) -> list[str]:
    """Write what Caddy needs, and return the command that starts it."""
    site = documented("Caddyfile", {
        "feeds.example.org {": f"http://:{port} {{\n\tbind 127.0.0.1",
        "root * /srv/record/feeds": f"root * {folder}",
        "127.0.0.1:8080": f"127.0.0.1:{daemon}",
    })  # fmt: skip
    (home / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + site)
    return ["caddy", "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def started(command: list[str], home: Path, port: int) -> Iterator[Server]:
    """Run a server until the context is left."""
    environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(command, stderr=log, stdout=log, env=environment) as process,
    ):
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    assert process.poll() is None, (home / "log").read_text()
                    assert time.monotonic() < until
            yield cast("Server", SimpleNamespace(host="127.0.0.1", port=port))
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def other(request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return one of the servers, with a daemon of ours behind it."""
    configured = cast("Callable[[Path, Path, int, int], list[str]]", request.param)
    if shutil.which(configured.__name__) is None:
        pytest.skip(f"not installed: {configured.__name__}")
    home = tmp_path_factory.mktemp(configured.__name__)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with (
        serving(Table(folder)) as daemon,
        started(configured(home, folder, port, daemon.port), home, port) as server,
    ):
        yield server


@pytest.fixture
def there(other: Server) -> Iterator[Client]:
    with closing(Client(other)) as one:
        yield one


def test_it_serves_as_this_program_does(there: Client, http: Client) -> None:
    alike = (
        "content-type", "cache-control", "content-security-policy", "access-control-allow-origin", "content-encoding",
        "x-content-type-options", "referrer-policy",
    )  # fmt: skip
    for name in [f"/{path}" for path in FILES] + ["/", "/articles/summit/"]:
        for asked in ({}, {"Accept_Encoding": "gzip"}, {"Accept": "text/html,*/*;q=0.8"}):
            here, yonder = http.ask(name, **asked), there.ask(name, **asked)
            assert (yonder.status, yonder.body) == (here.status, here.body), (name, asked)
            for header in alike:
                assert yonder.headers.get(header) == here.headers.get(header), (name, asked, header)


def test_who_has_it_is_not_sent_it_again(there: Client) -> None:
    for form in ({}, {"Accept_Encoding": "gzip"}):
        reply = there.ask("/all.atom", **form)
        assert there.ask("/all.atom", **form, If_None_Match=reply["etag"]).status == 304
        assert there.ask("/all.atom", **form, If_Modified_Since=reply["last-modified"]).status == 304
    assert there.ask("/all.atom", Range="bytes=5-14").body == ATOM[5:15]


def test_what_varies_is_said(there: Client) -> None:
    reply = there.ask("/all.atom", Accept_Encoding="gzip")
    assert "Accept-Encoding" in reply["vary"]
    assert "Accept" in reply["vary"].replace("Accept-Encoding", "")


def test_nothing_else_is_served(other: Server, there: Client, folder: Path) -> None:
    (folder / ".unfinished-1-all.atom").write_text("secret")
    for target in ("/.unfinished-1-all.atom", "/%2eunfinished-1-all.atom", "/nothing", "/../secret.txt", "/articles/"):
        with closing(Client(other)) as one:
            reply = one.ask(target)
        assert reply.status in {400, 403, 404}, target
        assert b"secret" not in reply.body
        assert "immutable" not in reply.headers.get("cache-control", "")
    assert "immutable" not in there.ask("/archive/all/99.atom").headers.get("cache-control", "")
    assert there.ask("/articles/summit")["location"].endswith("/articles/summit/")
    assert there.ask("/all.atom", "POST", Content_Length="0").status == 405


def test_a_browser_may_ask_whether_it_may_ask(there: Client) -> None:
    reply = there.ask("/all.json", "OPTIONS", Origin="https://x", Access_Control_Request_Method="GET")
    assert (reply.status, reply["access-control-allow-origin"]) == (204, "*")
    assert reply["access-control-allow-headers"] == "*"


def test_the_pages_for_operators_are_for_this_machine_only(other: Server) -> None:
    for page in ("/status", "/metrics", "/health", "/health/live", "/health/ready"):
        with closing(Client(other)) as near:
            reply = near.ask(page)
            assert (reply.status, reply["cache-control"]) == (200, "no-store"), page
            assert reply["x-content-type-options"] == "nosniff"
        with closing(Client(other, source="127.0.0.2")) as far:
            assert far.ask(page).status == 403
