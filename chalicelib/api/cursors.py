"""Cursors of our own lists: where a list goes on, opaque to the caller and signed.

A cursor is good for one site, one list and one member; whatever else is sent as one is refused. It holds no number
that leads to anybody.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

from chalicelib.errors import Malformed
from chalicelib.ids import digest
from chalicelib.sites import service as sites

SIGNATURE_BYTES: Final = 16
CURSOR_CHARACTERS_MAX: Final = 255
_PURPOSE: Final = "laurel cursor"
"""Part of what is signed, so that no token or other signature of a site's secret passes for a cursor."""


class BadCursor(Malformed):
    """A cursor that this list did not give, or whose secret has been retired since."""

    def __init__(self) -> None:
        super().__init__("cursor: send nextCursor of the page before as it came, or none to begin with the newest.")


def following(site: str, listed: str, mid: str, place: int) -> str:
    """The cursor that goes on at ``place``, from 0, of one member's list; the site's newest secret signs it."""
    return made(sites.secrets(site), (site, listed, mid), place)


def place_in(site: str, listed: str, mid: str, cursor: str) -> int:
    """Where one member's list goes on. Raises ``BadCursor``, judged once more by secrets read anew, as tokens are."""
    bound = site, listed, mid
    try:
        return place_of(sites.secrets(site), bound, cursor)
    except BadCursor:
        if not sites.refresh(site):
            raise
    return place_of(sites.secrets(site), bound, cursor)


def made(secrets: Sequence[str], bound: Sequence[str], place: int) -> str:
    """The cursor that goes on at ``place``, from 0; ``bound`` names site, list and member. The newest secret signs."""
    said = str(place).encode()
    return urlsafe_b64encode(_signature(secrets[0], bound, said) + said).decode().rstrip("=")


def place_of(secrets: Sequence[str], bound: Sequence[str], cursor: str) -> int:
    """The place of a cursor that was made for the same ``bound`` with one of the live secrets. Raises ``BadCursor``."""
    if not cursor.isascii() or len(cursor) > CURSOR_CHARACTERS_MAX:
        raise BadCursor
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise BadCursor from None
    signature, said = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not any(hmac.compare_digest(signature, _signature(secret, bound, said)) for secret in secrets):
        raise BadCursor
    return int(said)


def _signature(secret: str, bound: Sequence[str], said: bytes) -> bytes:
    message = digest(_PURPOSE, *bound, said.decode("latin-1"))
    return hmac.digest(secret.encode(), message.encode(), hashlib.sha256)[:SIGNATURE_BYTES]
