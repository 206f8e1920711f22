"""The service sends to public addresses only; whatever form another one has, it is refused."""

from __future__ import annotations

import socket

import pytest

from archguard_api.services.notifications.address_guard import (
    AddressGuard,
    RefusedAddressError,
    UnknownHostError,
    resolve_host,
)

REFUSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001::1",
    "2001:db8::1",
    "fe80::1",
    "fe80::1%lo",
    "febf::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "not-an-address",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::200e", "::ffff:8.8.8.8"]
FORMS_OF_LOOPBACK = (
    *("127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "127.0.1"),
    *("localhost", "LOCALHOST", "ip6-localhost", "::1", "0:0:0:0:0:0:0:1"),
)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not AddressGuard().allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_control_a_public_address_is_allowed(address: str) -> None:
    assert AddressGuard().allows(address)


@pytest.mark.parametrize("host", FORMS_OF_LOOPBACK)
def test_however_this_machine_is_written_it_is_refused(host: str) -> None:
    try:
        addresses = resolve_host(host, 80)
    except UnknownHostError:
        pytest.skip("this system knows no such name")

    with pytest.raises(RefusedAddressError):
        AddressGuard().find_addresses(host, 80)
    # The control: allowed, it is found.
    assert AddressGuard(["127.0.0.0/8", "0.0.0.0/32", "::1/128"]).find_addresses(host, 80) == tuple(
        dict.fromkeys(addresses)
    )


def test_one_refused_address_among_public_ones_refuses_all() -> None:
    guard = AddressGuard(resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])

    with pytest.raises(RefusedAddressError):
        guard.find_addresses("mixed.example", 443)


def test_an_allowed_network_is_allowed_in_both_forms_and_no_other_one_is() -> None:
    guard = AddressGuard(["10.1.0.0/16", "fd00:1::/32"])

    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert guard.allows("fd00:1::7")
    assert not guard.allows("10.2.0.1")
    assert not guard.allows("fd00:2::7")
    assert not guard.allows("127.0.0.1")


def test_a_host_without_an_address_is_unknown() -> None:
    with pytest.raises(UnknownHostError):
        AddressGuard().find_addresses("no-such-host.invalid", 80)
    with pytest.raises(UnknownHostError):
        AddressGuard(resolve=lambda _host, _port: []).find_addresses("empty.example", 80)
    with pytest.raises(UnknownHostError):
        AddressGuard().find_addresses(f"{'a' * 70}.example", 80)
    assert socket.gethostbyname("localhost") == "127.0.0.1"
