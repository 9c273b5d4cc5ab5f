"""Pictures that people send: judged by their content, decoded within limits, upright."""

import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import pi_heif
from PIL import Image, UnidentifiedImageError

from chalicelib.gateways.pictures import colours, scans, turning
from chalicelib.values import value

BYTES_MAX: Final = 10_000_000
"""What a receipt's picture may weigh."""
PIXELS_MAX: Final = 40_000_000
"""What is decoded: a photograph of 40 megapixels takes 120 MB."""
SIDE_MIN: Final = 100
"""Nothing can be read in less."""
SIDE_MAX: Final = 20_000
LOOK_SIDE: Final = 16
LOOK_BITS: Final = LOOK_SIDE * LOOK_SIDE
RECEIPT_KINDS: Final = ("jpeg", "png", "heic")
PHOTO_KINDS: Final = (*RECEIPT_KINDS, "webp")
_FORMAT_BY_KIND: Final = {"jpeg": ("JPEG",), "png": ("PNG",), "heic": ("HEIF",), "webp": ("WEBP",)}
_FORMATS: Final = ("JPEG", "PNG", "HEIF")
_HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

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


def examine(data: bytes) -> Facts:
    """What the picture is. Raises ``PictureRefused``; nothing is decoded before size and form were checked."""
    picture = opened(data)
    kind = kind_of(data) or ""
    return Facts(kind, picture.width, picture.height, hashlib.sha256(data).hexdigest(), look_of(picture))


def opened(data: bytes, *, bytes_max: int = BYTES_MAX, kinds: Sequence[str] = RECEIPT_KINDS) -> Image.Image:
    """The picture decoded, upright by its EXIF, in the RGB of screens on white. Raises ``PictureRefused``."""
    if len(data) >= bytes_max:
        raise PictureRefused("too-large", f"The picture must be smaller than {bytes_max // 1_000_000} MB.")
    kind = kind_of(data, kinds)
    if kind is None:
        *most, last = (each.upper() if each != "webp" else "WebP" for each in kinds)
        raise PictureRefused("not-a-picture", f"Send a {', '.join(most)} or {last} picture.")
    if kind == "jpeg" and scans.are_too_many(data):
        raise PictureRefused("too-many-scans", "The picture is stored in too many scans. Save it anew, and send that.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; our own limit is lower and refuses.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMAT_BY_KIND[kind]) as picture:
                _check_size(*picture.size)
                picture.load()
                made = colours.in_srgb(_on_white(_eight_bits(turning.upright(picture))), _profile_of(picture))
                made.info = {}
                return made
    except PictureRefused:
        raise
    except _BROKEN as error:
        raise PictureRefused("broken", "The picture is damaged and cannot be opened.") from error
    except Image.DecompressionBombError as error:
        raise PictureRefused("too-many-pixels", _TOO_MANY) from error


_BROKEN: Final = (
    UnidentifiedImageError, OSError, ValueError, TypeError, SyntaxError, EOFError, RuntimeError, LookupError,
    ArithmeticError, AttributeError, struct.error, zlib.error,
)  # fmt: skip
"""What the decoders raise on pictures that are damaged, or made to harm."""
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


def _is_turned(data: bytes) -> bool:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        return turning.is_turned(picture)


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        raise PictureRefused("too-many-pixels", _TOO_MANY)
    if min(width, height) < SIDE_MIN:
        raise PictureRefused("too-small", f"The picture must be at least {SIDE_MIN} pixels wide and high.")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Deeper greys brought to the 256 of screens, instead of cut off."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture


def _profile_of(picture: Image.Image) -> bytes | None:
    profile = picture.info.get("icc_profile")
    return profile if isinstance(profile, bytes) else None


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture without anything that shows through, in the bands that its profile speaks of."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return picture if picture.mode in colours.MODES else picture.convert("RGB")


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
