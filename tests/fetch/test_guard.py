from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import AddressRefused
from aggregator.fetch.guard import Guard, is_public, literal

PUBLIC = ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # cloud metadata
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible 127.0.0.1
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::1",  # NAT64, local use
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv6_form_of_an_ipv4_address_is_as_public_as_that(address: IPv4Address) -> None:
    mapped = IPv6Address(0xFFFF_0000_0000 | int(address))
    nat64 = IPv6Address((0x64_FF9B << 96) | int(address))
    sixtofour = IPv6Address((0x2002 << 112) | (int(address) << 80) | 1)
    assert is_public(mapped) == is_public(nat64) == is_public(sixtofour) == is_public(address)


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1", "0x7f000001", "127.1", "127.0.0.1", "127.1."])
def test_every_way_of_writing_an_ipv4_address_is_read(host: str) -> None:
    assert literal(host) == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("host", ["example.org", "127.example.org", "0xg", "localhost"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("intranet.example", "intranet.example", 80, True),
        ("intranet.example", "INTRANET.example.", 8443, True),
        ("intranet.example:8080", "intranet.example", 8080, True),
        ("intranet.example:8080", "intranet.example", 80, False),
        ("intranet.example", "www.intranet.example", 80, False),
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("[::1]", "::1", 80, True),
        ("[::1]:8000", "::1", 8000, True),
        ("[::1]:8000", "::1", 80, False),
        ("::1", "::1", 80, True),
        ("0:0:0:0:0:0:0:1", "::1", 80, True),
    ],
)
def test_allow_hosts(entry: str, host: str, port: int, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Guard([entry]).allows(host, port) is allowed


def test_a_refusal_names_host_and_address() -> None:
    with pytest.raises(AddressRefused, match=r"^rebind\.example: 10\.0\.0\.7 is not a public address"):
        Guard().check("rebind.example", 80, "10.0.0.7")


@pytest.mark.parametrize(("host", "address"), [("10.0.0.7", "10.0.0.7"), ("[::1]", "::1"), ("0:0::1", "::1")])
def test_a_refusal_of_an_address_names_it_once(host: str, address: str) -> None:
    with pytest.raises(AddressRefused, match=rf"^{address} is not a public address"):
        Guard().check(host, 80, address)


def test_a_scoped_address_is_refused() -> None:
    with pytest.raises(AddressRefused):
        Guard().check("printer.example", 80, "fe80::1%eth0")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "feeds.localhost", "2130706433", "10.0.0.1", "::1"])
def test_behind_a_proxy_a_host_is_refused_by_name(host: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().check_name(host, 80)
    Guard([host.lower()]).check_name(host, 80)


def test_behind_a_proxy_other_names_pass() -> None:
    Guard().check_name("feeds.example.org", 443)
    Guard().check_name("8.8.8.8", 443)
