"""Pictures made small enough for services that take so many bytes."""

import io
from typing import Final

from PIL import Image

SIDES: Final = (4_096, 3_072, 2_048, 1_536, 1_024)
QUALITY: Final = 85


def shrunk(data: bytes, bytes_max: int) -> bytes:
    """A JPEG of ours in less than so many bytes: itself, or a smaller one."""
    for side in SIDES:
        if len(data) < bytes_max:
            break
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
            opened.draft("RGB", (side, side))
            picture = opened.convert("RGB")
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        output = io.BytesIO()
        picture.save(output, "JPEG", quality=QUALITY)
        data = output.getvalue()
    return data
