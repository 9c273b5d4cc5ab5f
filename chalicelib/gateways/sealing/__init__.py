"""Secrets at rest: sealed for one purpose, opened only for that purpose.

``LAUREL_SEAL`` chooses how: ``kms`` in the cloud, ``local`` on a laptop. Only the chosen module is loaded,
and only when something is sealed or opened: the local one's library (``cryptography``) is slow to load and
never ships in the bundle.
"""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Final, Protocol, cast

from chalicelib import settings

_MODULES: Final = {"kms": "chalicelib.gateways.sealing.kms", "local": "chalicelib.gateways.sealing.local"}
PLAIN_BYTES_MAX: Final = 4096
"""What KMS encrypts in one call."""
SEALED_CHARACTERS_MAX: Final = 8192


class SealBroken(Exception):
    """A sealed value cannot be opened: altered, of another purpose, or sealed with a key that is gone."""


class _Implementation(Protocol):
    def seal(self, plain: bytes, context: Mapping[str, str]) -> str: ...

    def unseal(self, sealed: str, context: Mapping[str, str]) -> bytes | None: ...


def seal(plain: str, context: Mapping[str, str]) -> str:
    """Text that only ``unseal`` with an equal context (such as the site) turns back; never the same text twice.

    ``ValueError`` for more than 4,096 bytes of UTF-8.
    """
    raw = plain.encode()
    if len(raw) > PLAIN_BYTES_MAX:
        raise ValueError(f"at most {PLAIN_BYTES_MAX} bytes can be sealed at once")
    return _chosen().seal(raw, context)


def unseal(sealed: str, context: Mapping[str, str]) -> str:
    """What was sealed. Raises ``SealBroken`` when the text, the key or the context is not the one of ``seal``."""
    raw = None if len(sealed) > SEALED_CHARACTERS_MAX else _chosen().unseal(sealed, context)
    if raw is None:
        raise SealBroken("a stored secret cannot be opened; rotate the secret of its site")
    return raw.decode()


@cache
def _chosen() -> _Implementation:
    return cast("_Implementation", importlib.import_module(_MODULES[settings.SEAL]))
