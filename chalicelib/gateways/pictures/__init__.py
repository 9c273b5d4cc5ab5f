"""Pictures that people send: judged by their content, decoded within limits, upright."""

import hashlib
import io
import warnings
from itertools import pairwise
from typing import Final

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from chalicelib.formats import RECEIPT_BYTES_MAX, kind_of
from chalicelib.values import value

BYTES_MAX: Final = RECEIPT_BYTES_MAX
"""What a receipt's picture may weigh."""
PIXELS_MAX: Final = 40_000_000
"""What is decoded: a photograph of 40 megapixels takes 120 MB."""
SIDE_MIN: Final = 100
"""Nothing can be read in less."""
SIDE_MAX: Final = 20_000
LOOK_SIDE: Final = 16
LOOK_BITS: Final = LOOK_SIDE * LOOK_SIDE
_FORMATS: Final = ("JPEG", "PNG", "HEIF")

__all__ = ["BYTES_MAX", "Facts", "PictureRefused", "examine", "kind_of", "look_of", "opened", "upright"]

pi_heif.register_heif_opener()


class PictureRefused(Exception):
    """The bytes are no picture that we take. ``code`` is for machines, the message for whoever sent it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@value
class Facts:
    """What a picture is, whatever it shows."""

    kind: str
    """``jpeg``, ``png`` or ``heic``."""
    width: int
    """In pixels, as it is shown."""
    height: int
    sha256: str
    look: int
    """A hash of 256 bits of what it looks like: pictures that differ in few bits look the same."""


def examine(data: bytes) -> Facts:
    """What the picture is. Raises ``PictureRefused``; nothing is decoded before size and form were checked."""
    picture = opened(data)
    kind = kind_of(data) or ""
    return Facts(kind, picture.width, picture.height, hashlib.sha256(data).hexdigest(), look_of(picture))


def opened(data: bytes) -> Image.Image:
    """The picture decoded, upright by its EXIF, in RGB on white. Raises ``PictureRefused``."""
    if len(data) >= BYTES_MAX:
        raise PictureRefused("too-large", f"The picture must be smaller than {BYTES_MAX // 1_000_000} MB.")
    if kind_of(data) is None:
        raise PictureRefused("not-a-picture", "Send a JPEG, PNG or HEIC picture.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; our own limit is lower and refuses.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                _check_size(*picture.size)
                picture.load()
                shown = ImageOps.exif_transpose(picture)
                return _on_white(shown)
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:
        raise PictureRefused("broken", "The picture is damaged and cannot be opened.") from error
    except Image.DecompressionBombError as error:
        raise PictureRefused("too-many-pixels", _TOO_MANY) from error


_TOO_MANY: Final = f"The picture must have at most {PIXELS_MAX // 1_000_000} megapixels."


def upright(data: bytes) -> tuple[bytes, int, int]:
    """The picture as an upright JPEG or PNG of less than ``BYTES_MAX``, and its width and height in pixels.

    The bytes stay as they are where they can. Raises ``PictureRefused``.
    """
    picture = opened(data)
    if kind_of(data) in {"jpeg", "png"} and not _is_turned(data):
        return data, picture.width, picture.height
    if max(picture.size) > JPEG_SIDE_MAX:
        picture.thumbnail((JPEG_SIDE_MAX, JPEG_SIDE_MAX), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=JPEG_QUALITY)
    return output.getvalue(), picture.width, picture.height


JPEG_SIDE_MAX: Final = 5_000
JPEG_QUALITY: Final = 90
_ORIENTATION: Final = 0x0112


def _is_turned(data: bytes) -> bool:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        return bool(picture.getexif().get(_ORIENTATION, 1) != 1)


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        raise PictureRefused("too-many-pixels", _TOO_MANY)
    if min(width, height) < SIDE_MIN:
        raise PictureRefused("too-small", f"The picture must be at least {SIDE_MIN} pixels wide and high.")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    return picture.convert("RGB")


def look_of(picture: Image.Image) -> int:
    """The difference hash: whether each of 16 × 16 places is brighter than its left neighbour."""
    small = picture.convert("L").resize((LOOK_SIDE + 1, LOOK_SIDE), Image.Resampling.BOX)
    pixels = small.tobytes()
    bits = 0
    for row in range(LOOK_SIDE):
        line = pixels[row * (LOOK_SIDE + 1) : (row + 1) * (LOOK_SIDE + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (right > left)
    return bits
