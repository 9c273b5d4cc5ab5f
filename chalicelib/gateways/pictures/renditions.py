"""Renditions of a photo: decoded fully within limits, upright, in sRGB, without any metadata, in sizes for the web.

Nothing of the bytes that were sent survives: what is kept as the original is encoded anew, too, so that places in EXIF,
comments, and whatever a clever file carries behind its end are gone.
"""

import hashlib
import io
import warnings
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import PIXELS_MAX, SIDE_MAX, PictureRefused, focal
from chalicelib.values import value

BYTES_MAX: Final = 25_000_000
"""Whatever a programme allows, no photo weighs more."""
SIDE_MIN: Final = 200
"""In less nothing can be shown."""
KEPT_SIDE_MAX: Final = 4_096
"""The longer side of what is kept as the original."""
WIDTHS: Final = (2_048, 1_024, 512, 256)
"""Of WebP, the largest first: each is made of the one before. A picture is never made larger than it is."""
JPEG_WIDTHS: Final = (1_024, 512)
AVIF_WIDTHS: Final = (1_024, 512)
WEBP_QUALITY: Final = 80
WEBP_METHOD: Final = 3
JPEG_QUALITY: Final = 84
KEPT_QUALITY: Final = 92
AVIF_QUALITY: Final = 60
AVIF_SPEED: Final = 7
SMALL_SIDE: Final = 256
"""Of the picture on which screening and the focal point work."""
_FORMATS: Final = ("JPEG", "PNG", "HEIF", "WEBP")
_TYPES: Final = {"webp": "image/webp", "jpg": "image/jpeg", "avif": "image/avif"}
_FAULTS: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
    IndexError,
    TypeError,
)


@value
class File:
    """A rendition: its name (``w512.webp``), its size in pixels and its bytes."""

    name: str
    width: int
    height: int
    data: bytes

    @property
    def content_type(self) -> str:
        """Of its bytes."""
        return type_of(self.name)


@value
class Made:
    """What is kept of a photo that came in."""

    kind: str
    width: int
    height: int
    sha256: str
    """Of the bytes as they came."""
    look: int
    kept: bytes
    """The upright original as a JPEG, at most ``KEPT_SIDE_MAX`` wide or high."""
    files: tuple[File, ...]
    focus: tuple[float, float]
    small: bytes
    """A PNG of at most ``SMALL_SIDE`` a side, for whoever looks at it next."""


def type_of(name: str) -> str:
    """The content type of a rendition by its name."""
    return _TYPES[name.rpartition(".")[2]]


def kind_of(data: bytes) -> str | None:
    """``jpeg``, ``png``, ``heic`` or ``webp`` by the first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return pictures.kind_of(data)


def made(data: bytes, bytes_max: int = BYTES_MAX) -> Made:
    """Everything that is kept of a photo. Raises ``PictureRefused``."""
    picture = opened(data, bytes_max)
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    width, height = picture.size
    kept = _encoded(picture, "jpg", KEPT_QUALITY)
    look = pictures.look_of(small)
    files = tuple(_all(picture))
    return Made(
        kind=kind_of(data) or "",
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
        look=look,
        kept=kept,
        files=files,
        focus=focal.point(small),
        small=_png(small),
    )


def modern(kept: bytes) -> tuple[File, ...]:
    """The AVIF renditions of an original that ``made`` kept; slow, and so a step of its own."""
    picture = opened(kept, BYTES_MAX)
    found = []
    for width in AVIF_WIDTHS:
        picture = _narrowed(picture, width)
        found.append(File(f"w{width}.avif", *picture.size, _encoded(picture, "avif", AVIF_QUALITY)))
    return tuple(found)


def cut(data: bytes, part: tuple[float, float, float, float], turn: int, width: int, form: str) -> File:
    """A part of a picture of ours (left, top, width and height, 0 to 1), turned clockwise by 0, 90, 180 or 270 degrees,
    at most ``width`` pixels wide, as ``webp`` or ``jpg``. Raises ``PictureRefused``.
    """
    picture = opened(data, BYTES_MAX)
    left, top, wide, high = part
    across, down = max(1, round(wide * picture.width)), max(1, round(high * picture.height))
    x = min(max(round(left * picture.width), 0), picture.width - across)
    y = min(max(round(top * picture.height), 0), picture.height - down)
    seen = picture.crop((x, y, x + across, y + down))
    if turn % 360:
        seen = seen.transpose({90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180,
                               270: Image.Transpose.ROTATE_90}[turn % 360])  # fmt: skip
    seen = _narrowed(seen, width)
    quality = WEBP_QUALITY if form == "webp" else JPEG_QUALITY
    return File(f"w{width}.{form}", *seen.size, _encoded(seen, form, quality))


def opened(data: bytes, bytes_max: int) -> Image.Image:
    """The picture, decoded to its last line, upright, in sRGB on white, at most ``KEPT_SIDE_MAX`` a side.

    Raises ``PictureRefused``; size and form are judged before anything is decoded.
    """
    if len(data) > min(bytes_max, BYTES_MAX):
        raise PictureRefused("too-large", f"The picture must be smaller than {bytes_max / 1_000_000:g} MB.")
    if kind_of(data) is None:
        raise PictureRefused("not-a-picture", "Send a JPEG, PNG, HEIC or WebP picture.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures and odd EXIF; our own limits are lower and refuse.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                return _decoded(picture)
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused("too-many-pixels", _TOO_MANY) from error
    except _FAULTS as error:
        raise PictureRefused("broken", "The picture is damaged and cannot be opened.") from error
    except MemoryError as error:
        raise PictureRefused("too-many-pixels", _TOO_MANY) from error


_TOO_MANY: Final = f"The picture must have at most {PIXELS_MAX // 1_000_000} megapixels."


def _decoded(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        raise PictureRefused("too-many-pixels", _TOO_MANY)
    if min(width, height) < SIDE_MIN:
        raise PictureRefused("too-small", f"The picture must be at least {SIDE_MIN} pixels wide and high.")
    if getattr(picture, "n_frames", 1) > 1:
        picture.seek(0)
    # A JPEG is decoded at a half or a quarter where that is still large enough: every line of it is read all the same.
    picture.draft("RGB", (KEPT_SIDE_MAX, KEPT_SIDE_MAX))
    picture.load()
    profile = picture.info.get("icc_profile")
    turned: Image.Image = picture
    ImageOps.exif_transpose(turned, in_place=True)
    if max(turned.size) > KEPT_SIDE_MAX:
        turned = turned.copy()
        turned.thumbnail((KEPT_SIDE_MAX, KEPT_SIDE_MAX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _srgb(_plain(turned), profile)


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency and palettes, eight bits a channel."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda level: level / 256).convert("L").convert("RGB")
    if picture.mode in {"RGB", "CMYK"}:
        return picture
    return picture.convert("RGB")


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; a profile that cannot be understood is left out."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(source):
                shown = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if shown is not None:
                    picture = shown
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    clean = picture if picture.mode == "RGB" else picture.convert("RGB")
    # Metadata travels in ``info`` and as EXIF; a picture of the bare pixels has none.
    bare = Image.new("RGB", clean.size)
    bare.paste(clean)
    return bare


def _all(picture: Image.Image) -> list[File]:
    found = []
    current = picture
    for width in WIDTHS:
        current = _narrowed(current, width)
        found.append(File(f"w{width}.webp", *current.size, _encoded(current, "webp", WEBP_QUALITY)))
        if width in JPEG_WIDTHS:
            found.append(File(f"w{width}.jpg", *current.size, _encoded(current, "jpg", JPEG_QUALITY)))
    return found


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encoded(picture: Image.Image, form: str, quality: int) -> bytes:
    output = io.BytesIO()
    if form == "webp":
        picture.save(output, "WEBP", quality=quality, method=WEBP_METHOD, exif=b"", icc_profile=b"", xmp=b"")
    elif form == "avif":
        picture.save(output, "AVIF", quality=quality, speed=AVIF_SPEED)
    else:
        picture.save(output, "JPEG", quality=quality, progressive=False, optimize=False)
    return output.getvalue()


def _png(picture: Image.Image) -> bytes:
    output = io.BytesIO()
    picture.save(output, "PNG", compress_level=1)
    return output.getvalue()
