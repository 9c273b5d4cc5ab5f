"""Identifiers: random numbers for people and commands, and the comparison form of ids given from outside."""

import hashlib
import secrets
import unicodedata

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MEMBER_NUMBER_BITS = 65
COMMAND_BITS = 80
ID_LENGTH_MAX = 255
"""Characters of an id that a client chooses (member, order)."""


def member_number() -> str:
    """A new ``mid``: 13 random letters that lead to nobody."""
    return _encode(secrets.randbits(MEMBER_NUMBER_BITS), MEMBER_NUMBER_BITS // 5)


def command_id() -> str:
    """A new id for one run of a use case, kept over all its attempts: 16 random letters."""
    return _encode(secrets.randbits(COMMAND_BITS), COMMAND_BITS // 5)


def folded(text: str) -> str:
    """The form in which member ids are compared: NFC, case-folded, NFC again."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def composed(text: str) -> str:
    """The form in which order ids are compared: NFC, case kept."""
    return unicodedata.normalize("NFC", text)


def digest(*parts: str) -> str:
    """SHA-256 over length-prefixed UTF-8 parts, in hex: no two lists of parts share an input."""
    sha = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        sha.update(len(raw).to_bytes(8, "big") + raw)
    return sha.hexdigest()


def _encode(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(length)))
