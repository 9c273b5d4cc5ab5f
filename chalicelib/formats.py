"""What kind of picture bytes are, by how they begin: a leaf, so that whoever only asks that loads no decoder."""

from collections.abc import Collection
from typing import Final

RECEIPT_BYTES_MAX: Final = 10_000_000
"""What a receipt's picture may weigh: less than this."""
TYPES: Final = {"jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic", "webp": "image/webp"}
RECEIPT_KINDS: Final = ("jpeg", "png", "heic")
PHOTO_KINDS: Final = (*RECEIPT_KINDS, "webp")
_HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def kind_of(data: bytes, kinds: Collection[str] = RECEIPT_KINDS) -> str | None:
    """One of ``kinds`` by the first bytes; the name of a file says nothing."""
    found = _kind(data)
    return found if found in kinds else None


def _kind(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None
