"""The merchant's coupon API: one HTTPS call under a deadline, to a public address, without redirects.

What staff write into a programme decides where this goes, so it must not reach into our own network: the name is
resolved once, every address of it must be public, and the connection is made to the address that was checked.
"""

import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

from chalicelib import settings
from chalicelib.values import value

ANSWER_BYTES_MAX: Final = 16_384
CODE_CHARACTERS_MAX: Final = 100
SUCCESS: Final = range(200, 300)


class CouponApiFailed(Exception):
    """No code came: the API was not reached, took too long, or answered something else."""


@value
class Given:
    """A code from the merchant, and the last day it is good (``yyyy-mm-dd``) if the merchant said one."""

    code: str
    expires: str | None = None


def ask(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Given:
    """Post ``body`` and read the code of the answer, ``{"code": "…", "expires": "2026-12-31"}``.

    All of it takes at most ``seconds``; at most 16 KB are read. Raises ``CouponApiFailed``.
    """
    parts = urlsplit(url)
    try:
        link = _connected(parts, seconds)
    except (OSError, ValueError) as error:
        raise CouponApiFailed(f"not reached: {type(error).__name__}") from error
    # A server that sends a byte now and then would outlive every time-out of a single read.
    watchdog = Timer(seconds, _cut, [link])
    watchdog.daemon = True
    watchdog.start()
    try:
        return _asked(parts, link, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        raise CouponApiFailed(f"no answer: {type(error).__name__}") from error
    finally:
        watchdog.cancel()
        link.close()


def _asked(parts: SplitResult, link: socket.socket, body: bytes, headers: Mapping[str, str]) -> Given:
    connection = HTTPConnection(parts.hostname or "")
    connection.sock = link
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
    reply = connection.getresponse()
    raw = reply.read(ANSWER_BYTES_MAX + 1)
    if reply.status not in SUCCESS:
        raise CouponApiFailed(f"answered with status {reply.status}")
    if len(raw) > ANSWER_BYTES_MAX:
        raise CouponApiFailed("answered with more than 16 KB")
    return _read(raw)


def _read(raw: bytes) -> Given:
    said = json.loads(raw)
    code = said.get("code") if isinstance(said, dict) else None
    expires = said.get("expires") if isinstance(said, dict) else None
    if not isinstance(code, str) or not 0 < len(code.strip()) <= CODE_CHARACTERS_MAX or not code.strip().isprintable():
        raise CouponApiFailed("answered without a code")
    return Given(code.strip(), expires if isinstance(expires, str) and expires else None)


def _connected(parts: SplitResult, seconds: float) -> socket.socket:
    is_local = settings.COUPON_API_LOCAL
    if parts.scheme != "https" and not is_local:
        raise ValueError("only https")
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = {str(address[4][0]) for address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not is_local and not all(ip_address(each).is_global for each in found):
        raise ValueError("only public addresses")
    link = socket.create_connection((min(found), port), timeout=seconds)
    if parts.scheme != "https":
        return link
    try:
        return ssl.create_default_context().wrap_socket(link, server_hostname=host)
    except OSError:
        link.close()
        raise


def _cut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
