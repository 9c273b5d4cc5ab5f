"""Pictures shown upright: cameras store them as the sensor saw them, and say in EXIF how to turn them."""

import struct
from typing import Final

from PIL import Image
from PIL.Image import Transpose

ORIENTATION: Final = 0x0112
_TURN_BY_ORIENTATION: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""By the orientation of EXIF 2.32 (CIPA DC-008, tag 274); 1 is upright."""
_UNREADABLE: Final = (
    struct.error, OSError, ValueError, TypeError, SyntaxError, LookupError, ArithmeticError, AttributeError
)  # fmt: skip
"""What Pillow raises on EXIF that is damaged, or made to harm."""


def upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says; itself where that says nothing, nonsense, or cannot be read."""
    turn = _turn(picture)
    return picture if turn is None else picture.transpose(turn)


def is_turned(picture: Image.Image) -> bool:
    """Whether the picture is shown otherwise than it is stored."""
    return _turn(picture) is not None


def _turn(picture: Image.Image) -> Transpose | None:
    try:
        said = picture.getexif().get(ORIENTATION)
    except _UNREADABLE:
        return None
    return _TURN_BY_ORIENTATION.get(said) if isinstance(said, int) else None
