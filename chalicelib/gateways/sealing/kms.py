"""Sealing by AWS KMS: the key never leaves the service, and the context is bound to the ciphertext."""

import base64
import binascii
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib import clients, settings

CONNECT_SECONDS_MAX: Final = 1
READ_SECONDS_MAX: Final = 3
ATTEMPTS_MAX: Final = 3
_NOT_OURS: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
"""What KMS answers to altered text and to another context."""


def seal(plain: bytes, context: Mapping[str, str]) -> str:
    """Encrypt under ``settings.KMS_KEY`` with the context as encryption context; base64."""
    return _sealed(client(), plain, context)


def unseal(sealed: str, context: Mapping[str, str]) -> bytes | None:
    """Decrypt, or ``None`` when this text does not open under this key and context."""
    return _opened(client(), sealed, context)


@cache
def client() -> Any:
    """The one client, made at first use: not every request opens a secret."""
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=READ_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
    )
    return clients.client("kms", config)


def _sealed(kms: Any, plain: bytes, context: Mapping[str, str]) -> str:
    answer = kms.encrypt(KeyId=settings.KMS_KEY, Plaintext=plain, EncryptionContext=dict(context))
    return base64.b64encode(bytes(answer["CiphertextBlob"])).decode()


def _opened(kms: Any, sealed: str, context: Mapping[str, str]) -> bytes | None:
    try:
        blob = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        answer = kms.decrypt(KeyId=settings.KMS_KEY, CiphertextBlob=blob, EncryptionContext=dict(context))
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_OURS:
            return None
        raise
    return bytes(answer["Plaintext"])
