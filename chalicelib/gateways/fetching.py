"""Fetching what somebody else's address names: public hosts only, within limits of size, time and redirects."""

import json
import zlib
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from chalicelib import clock, settings
from chalicelib.gateways import reaching
from chalicelib.values import value

URL_CHARACTERS_MAX: Final = 2_048
REDIRECTS_MAX: Final = 3
JSON_BYTES_MAX: Final = 2_000_000
SECONDS: Final = 15.0
OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PIECE: Final = 65_536
_AGENT: Final = "Laurel/3.0"
_SAFE: Final = "/?&=%:;,+@!$'()*~#[]-._"


class FetchRefused(Exception):
    """Nothing came, and nothing will: ``code`` is for machines, the message for whoever gave the address."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FetchFailed(Exception):
    """Nothing came this time; trying again later may succeed. ``status`` is the answer's, 0 without one."""

    def __init__(self, message: str, status: int = 0, retry_after: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


@value
class Fetched:
    """What came, and the address it came from in the end; the type is what the server says."""

    data: bytes
    url: str
    content_type: str


def check(url: str) -> SplitResult:
    """The parts of an address that may be fetched, as far as can be told without asking. Raises ``FetchRefused``."""
    try:
        parts = urlsplit(quote(url.strip(), safe=_SAFE))
        port, host = parts.port, parts.hostname
    except ValueError:
        raise FetchRefused("bad-url", "This is no address of the web.") from None
    if len(url) > URL_CHARACTERS_MAX or not host or any(ord(letter) < 33 for letter in url.strip()):
        raise FetchRefused("bad-url", f"An address has a host, no blanks and at most {URL_CHARACTERS_MAX} characters.")
    if parts.scheme != "https" and not (settings.FETCH_LOCAL and parts.scheme == "http"):
        raise FetchRefused("not-https", "The address must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("credentials", "The address must not carry a user name or a password.")
    if port not in {None, 443} and not settings.FETCH_LOCAL:
        raise FetchRefused("bad-port", "Only the ordinary port of https is fetched from.")
    return parts


def fetch(url: str, *, bytes_max: int, seconds: float = SECONDS, headers: Mapping[str, str] | None = None) -> Fetched:
    """What stands at an address, in at most so many seconds for all of it and at most so many bytes.

    Redirects are followed thrice, each checked anew; headers of ours go to the first host only. Raises
    ``FetchRefused`` and ``FetchFailed``.
    """
    deadline = clock.monotonic_seconds() + seconds
    first = parts = check(url)
    for _ in range(REDIRECTS_MAX + 1):
        given = headers if headers and parts.netloc == first.netloc else None
        found = _asked(parts, deadline - clock.monotonic_seconds(), bytes_max, given or {})
        if isinstance(found, Fetched):
            return found
        parts = check(urljoin(parts.geturl(), found))
    raise FetchRefused("redirects", "The address leads from one to another too often.")


def fetch_json(url: str, *, headers: Mapping[str, str] | None = None, seconds: float = SECONDS) -> Any:
    """The JSON that stands at an address. Raises as ``fetch``."""
    found = fetch(url, bytes_max=JSON_BYTES_MAX, seconds=seconds, headers=headers)
    try:
        return json.loads(found.data)
    except (ValueError, RecursionError):
        raise FetchFailed("the answer is no JSON") from None


def _asked(parts: SplitResult, seconds: float, bytes_max: int, headers: Mapping[str, str]) -> Fetched | str:
    """What came, or where it leads."""
    if seconds <= 0:
        raise FetchFailed("it took too long")
    try:
        link = reaching.connected(parts, seconds, is_local=settings.FETCH_LOCAL)
    except ValueError:
        raise FetchRefused("not-public", "The address does not lead to a public host.") from None
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"not reached: {type(error).__name__}") from error
    deadline = clock.monotonic_seconds() + seconds
    with reaching.cut_after(link, seconds):
        try:
            connection = HTTPConnection(parts.hostname or "")
            connection.sock = link
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            own = {"Host": parts.netloc, "User-Agent": _AGENT, "Accept-Encoding": "gzip", "Connection": "close"}
            connection.request("GET", path, headers={**own, **headers})
            reply = connection.getresponse()
            found = _read(parts, reply, bytes_max)
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            raise FetchFailed(f"no answer: {type(error).__name__}") from error
    if clock.monotonic_seconds() >= deadline:
        # A connection that was cut looks like one that has ended: what came may be a part.
        raise FetchFailed("it took too long")
    return found


def _read(parts: SplitResult, reply: HTTPResponse, bytes_max: int) -> Fetched | str:
    if reply.status in _REDIRECTS:
        return reply.headers.get("Location", "")
    if reply.status in _TRANSIENT:
        message = f"answered with status {reply.status}"
        raise FetchFailed(message, reply.status, reply.headers.get("Retry-After", ""))
    if reply.status != OK:
        raise FetchRefused(f"status-{reply.status}", f"The address answered with status {reply.status}.")
    encoding = reply.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip"}:
        raise FetchRefused("encoding", "The answer is encoded in a way that was not asked for.")
    data = _bytes(reply, bytes_max, zlib.decompressobj(31) if encoding == "gzip" else None)
    return Fetched(data, parts.geturl(), reply.headers.get("Content-Type", ""))


def _bytes(reply: HTTPResponse, bytes_max: int, unpacker: Any) -> bytes:
    """The body, unpacked; no more than one piece is ever held beyond the limit."""
    data = bytearray()
    while piece := reply.read(_PIECE):
        data += piece if unpacker is None else unpacker.decompress(piece, bytes_max + 1 - len(data))
        if len(data) > bytes_max:
            raise FetchRefused("too-large", f"What stands at the address is larger than {bytes_max} bytes.")
        if unpacker is not None and unpacker.unconsumed_tail:
            data += unpacker.decompress(unpacker.unconsumed_tail, bytes_max + 1 - len(data))
            if len(data) > bytes_max or unpacker.unconsumed_tail:
                raise FetchRefused("too-large", f"What stands at the address is larger than {bytes_max} bytes.")
    return bytes(data)
