"""The merchant's coupon API: one HTTPS call under a deadline, to a public address, without redirects."""

import json
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import SplitResult, urlsplit

from chalicelib import settings
from chalicelib.gateways import reaching
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
        link = reaching.connected(parts, seconds, is_local=settings.COUPON_API_LOCAL, ports=None)
    except (OSError, ValueError) as error:
        raise CouponApiFailed(f"not reached: {type(error).__name__}") from error
    with reaching.cut_after(link, seconds):
        try:
            return _asked(parts, link, body, headers)
        except (OSError, HTTPException, ValueError) as error:
            raise CouponApiFailed(f"no answer: {type(error).__name__}") from error


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
