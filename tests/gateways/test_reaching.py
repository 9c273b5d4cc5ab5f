"""Which addresses are of the open Internet."""

import socket
from urllib.parse import urlsplit

import pytest

from chalicelib.gateways import reaching


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2002:0808:0808::1", "64:ff9b::808:808"]
)
def test_public_addresses_are_reached(address):
    assert reaching.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104 - an address to refuse.
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:0001::1",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_our_own_network_is_never_reached_however_its_address_is_written(address):
    assert not reaching.is_public(address)


@pytest.mark.parametrize("dead", ["2606:4700::1", "52.1.1.1"])
def test_a_host_one_of_whose_addresses_cannot_be_reached_is_reached_at_another(monkeypatch, dead):
    # Functions have no IPv6, and a host's address of that kind sorts before most others.
    hosts = ["2606:4700::1", "52.1.1.1", "52.1.1.2"]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in hosts]
    here, there = socket.socketpair()

    def connect(place, timeout):
        if place[0] == dead or timeout <= 0:
            raise OSError(101, "Network is unreachable")
        return here

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", connect)

    with here, there:
        assert reaching.connected(urlsplit("http://two.example.test/"), 5, is_local=True) is here
        assert here.gettimeout() == 5
