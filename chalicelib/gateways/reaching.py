"""Connections to where somebody else says: never into our own network.

What a merchant or a shopper writes decides where they go, so the name is resolved once, every address of it must be
public, and the connection is made to the address that was checked; no second look at the name can lead elsewhere.
"""

import socket
import ssl
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Final
from urllib.parse import SplitResult

HTTPS: Final = frozenset({443})
ADDRESSES_MAX: Final = 4
"""Addresses of a host that are tried, one after the other: a function has no IPv6, and many hosts have both."""
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses behind which a gateway puts IPv4 (RFC 6052, RFC 8215)."""
_ASSIGNED: Final = IPv4Network("192.0.0.0/24")
"""For protocols of the Internet itself (RFC 6890); some Pythons count parts of it as global."""
_COMPATIBLE: Final = IPv6Network("::/96")
"""IPv4 written as IPv6 (RFC 4291, section 2.5.5.1)."""


def is_public(text: str) -> bool:
    """Whether an address is one of the open Internet, also where IPv4 is dressed as IPv6."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        return _is_open(address) and all(_is_open(each) for each in _within(address))
    return _is_open(address)


def connected(
    parts: SplitResult, seconds: float, *, is_local: bool = False, ports: Collection[int] | None = HTTPS
) -> socket.socket:
    """A connection, over TLS for https, to the host of a URL, at one of the ``ports`` (``None``: at any).

    Where ``is_local`` any address and port will do, and plain http. Raises ``ValueError`` for what may not be reached,
    and ``OSError`` for what cannot be.
    """
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise ValueError("only https")
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not is_local and ports is not None and port not in ports:
        raise ValueError("only the ports of https")
    found = sorted({str(address[4][0]) for address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    if not is_local and not all(is_public(each) for each in found):
        raise ValueError("only public addresses")
    link = _first(found, port, seconds)
    if parts.scheme != "https":
        return link
    try:
        return _context().wrap_socket(link, server_hostname=host)
    except OSError:
        link.close()
        raise


@contextmanager
def cut_after(link: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after so long: a server that sends a byte now and then outlives every time-out of one read."""
    watchdog = Timer(seconds, _cut, [link])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        link.close()


def _first(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """A connection to the first of some addresses that can be reached, IPv4 before IPv6; all of them share the time."""
    tried = sorted(addresses, key=lambda each: ":" in each)[:ADDRESSES_MAX]
    fault = OSError("no address")
    for each in tried:
        try:
            link = socket.create_connection((each, port), timeout=seconds / len(tried))
        except OSError as error:
            fault = error
        else:
            link.settimeout(seconds)
            return link
    raise fault


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not (address.version == 4 and address in _ASSIGNED)


def _within(address: IPv6Address) -> Iterator[IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _COMPATIBLE or any(address in each for each in _NAT64):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
