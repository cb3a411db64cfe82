from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from aggregator.errors import Unreachable
from aggregator.fetch.adapter import tls_context
from aggregator.model import Request

if TYPE_CHECKING:
    from tests.fetch.conftest import MakeFetcher, MakeSite, Reply


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """Return an authority that SSL_CERT_FILE names."""
    made = trustme.CA()
    with made.cert_pem.tempfile() as path:
        monkeypatch.setenv("SSL_CERT_FILE", path)
        yield made


def test_a_certificate_of_a_trusted_authority(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA
) -> None:
    web = site({"/": reply(200, b"abc", {"ETag": '"1"'})}, server_context(authority, "127.0.0.1"))
    client = fetcher(web.address)
    assert client.fetch(Request(web.url("/"))).body == b"abc"
    assert client.fetch(Request(web.url("/"), etag='"1"')).status == 304
    assert web.connections == 1


def test_a_certificate_of_another_authority(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA
) -> None:
    del authority
    web = site({"/": reply(200)}, server_context(trustme.CA(), "127.0.0.1"))
    with pytest.raises(Unreachable, match=f"^{web.address}: certificate verify failed: unable to get local issuer"):
        fetcher(web.address).fetch(Request(web.url("/")))
    assert web.asked == []


def test_a_self_signed_certificate(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    alone = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with alone.cert_pem.tempfile() as certificate, alone.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    web = site({"/": reply(200)}, context)
    with pytest.raises(Unreachable, match=f"^{web.address}: certificate verify failed: self-signed certificate$"):
        fetcher(web.address).fetch(Request(web.url("/")))
    assert web.asked == []


def test_a_certificate_of_another_host(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA
) -> None:
    web = site({"/": reply(200)}, server_context(authority, "feeds.example.org"))
    with pytest.raises(Unreachable, match=f"^{web.address}: certificate verify failed: .*not valid for '127.0.0.1'$"):
        fetcher(web.address).fetch(Request(web.url("/")))
    assert web.asked == []


def test_an_expired_certificate(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    authority.issue_cert("127.0.0.1", not_before=past, not_after=past + timedelta(1)).configure_cert(context)
    web = site({"/": reply(200)}, context)
    with pytest.raises(Unreachable, match=r"certificate verify failed: certificate has expired$"):
        fetcher(web.address).fetch(Request(web.url("/")))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")  # offering it is what this test is about
def test_an_old_protocol(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA) -> None:
    context = server_context(authority, "127.0.0.1")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    web = site({"/": reply(200)}, context)
    with pytest.raises(Unreachable, match=f"^{web.address}: TLS failed: "):
        fetcher(web.address).fetch(Request(web.url("/")))
    assert tls_context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_server_that_speaks_no_tls(site: MakeSite, fetcher: MakeFetcher, reply: type[Reply]) -> None:
    web = site({"/": reply(200)})
    with pytest.raises(Unreachable, match=f"^{web.address}: TLS failed: "):
        fetcher(web.address).fetch(Request(f"https://{web.address}/"))


def test_authorities_are_read_once_for_all_hosts(
    site: MakeSite, fetcher: MakeFetcher, reply: type[Reply], authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counting(self: ssl.SSLContext, cafile: str | None = None, *rest: object, **named: object) -> None:
        read.append(cafile)
        load(self, cafile, *rest, **named)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counting)
    webs = [site({"/": reply(200, b"abc")}, server_context(authority, "127.0.0.1")) for _ in range(4)]
    client = fetcher(*(web.address for web in webs))
    assert read == []  # nor before the first host that needs them
    for web in webs * 2:
        assert client.fetch(Request(web.url("/"))).body == b"abc"
    assert len(read) == 1


def test_authorities_that_cannot_be_read(
    fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("authorities")
    (folder / "not.pem").write_text("no certificate", encoding="ascii")
    for name in ("absent.pem", "not.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / name))
        with pytest.raises(Unreachable, match=f"{name}: no certificate authorities can be read from it"):
            fetcher().fetch(Request("https://example.org/"))


def test_the_default_authorities_are_certifi_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    context = tls_context()
    assert len(context.get_ca_certs()) > 50
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
