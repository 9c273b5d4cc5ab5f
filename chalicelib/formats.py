"""What kind of picture bytes are, by how they begin: a leaf, so that whoever only asks that loads no decoder."""

from typing import Final

RECEIPT_BYTES_MAX: Final = 10_000_000
"""What a receipt's picture may weigh: less than this."""
TYPES: Final = {"jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic"}
_HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def kind_of(data: bytes) -> str | None:
    """``jpeg``, ``png`` or ``heic`` by the first bytes; the name of a file says nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    return None
