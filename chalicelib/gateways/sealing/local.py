"""Sealing on a laptop: Fernet (AES-128-CBC and HMAC-SHA256) under a key file that only its owner can read."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from chalicelib import settings

KEY_BYTES: Final = 32
KEY_FILE_MODE: Final = 0o600


def seal(plain: bytes, context: Mapping[str, str]) -> str:
    """Encrypt under the key of ``settings.SEAL_KEY_FILE``, which is made at first use."""
    return _box(context).encrypt(plain).decode()


def unseal(sealed: str, context: Mapping[str, str]) -> bytes | None:
    """Decrypt, or ``None`` when this text does not open under this key and context."""
    try:
        return _box(context).decrypt(sealed.encode())
    except (InvalidToken, ValueError):
        return None


def _box(context: Mapping[str, str]) -> Fernet:
    """Fernet knows no context, so each context has a key of its own."""
    label = b"".join(
        len(part).to_bytes(4, "big") + part for item in sorted(context.items()) for part in map(str.encode, item)
    )
    key = hmac.digest(_key(Path(settings.SEAL_KEY_FILE)), label, hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))


@cache
def _key(path: Path) -> bytes:
    return read_or_make_key(path)


def read_or_make_key(path: Path) -> bytes:
    """The key in the file; made when there is none. Of several makers at once the first one's key stands.

    ``ValueError`` when the file holds something else.
    """
    if not path.exists():
        _make(path)
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} is not a key file of Laurel")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_FILE_MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link appears whole or not at all, and never replaces the key that another maker linked first.
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()
