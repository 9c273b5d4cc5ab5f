"""What is made of a photo: itself without anything but its pixels, and the sizes that pages show.

Everything that is stored or served is encoded anew from decoded pixels: no metadata (where it was taken!), no second
file behind the first, no script, whatever came in.
"""

import hashlib
import io
from typing import Final

from PIL import Image, features

from chalicelib.gateways import pictures
from chalicelib.gateways.pictures import saliency
from chalicelib.values import value

BYTES_MAX: Final = 50_000_000
WIDTHS: Final = (256, 512, 1024, 2048)
"""Longer sides of the WebP renditions, in pixels; larger than the picture none is made, but always the smallest."""
FALLBACKS: Final = (512, 1024)
"""Those that are made as JPEG, too, for what cannot show WebP."""
ORIGINAL_SIDE_MAX: Final = 4_096
WEBP_QUALITY: Final = 80
WEBP_EFFORT: Final = 2
JPEG_QUALITY: Final = 82
ORIGINAL_QUALITY: Final = 92
AVIF_QUALITY: Final = 60
AVIF_SPEED: Final = 8
AVIF_WIDTHS: Final = (512, 1024)
SIDES_RATIO_MAX: Final = 100


@value
class Rendition:
    """A picture made of the original, under its file name; pixels."""

    name: str
    format: str
    width: int
    height: int
    data: bytes


@value
class Processed:
    """All that is made of a photo. ``sha256`` is of the bytes as they came, ``look`` a hash of what it looks like."""

    kind: str
    width: int
    height: int
    sha256: str
    look: int
    original: bytes
    original_type: str
    renditions: tuple[Rendition, ...]
    focus: tuple[float, float]


def processed(data: bytes) -> Processed:
    """Decode a picture once and make everything of it. Raises ``PictureRefused``."""
    kind = pictures.kind_of(data, pictures.PHOTO_KINDS) or ""
    upright = pictures.opened(data, bytes_max=BYTES_MAX, kinds=pictures.PHOTO_KINDS)
    width, height = upright.size
    if max(upright.size) > ORIGINAL_SIDE_MAX:
        upright.thumbnail((ORIGINAL_SIDE_MAX, ORIGINAL_SIDE_MAX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    original = _encoded(upright, "JPEG", quality=ORIGINAL_QUALITY)
    return Processed(
        kind=kind,
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
        look=pictures.look_of(upright),
        original=original,
        original_type="image/jpeg",
        renditions=tuple(_renditions(upright)),
        focus=saliency.focus_of(upright),
    )


def avif(original: bytes) -> tuple[Rendition, ...]:
    """The AVIF renditions of an original of ours; slow, so in a step of its own. None is larger than the original, and
    there are none where Pillow was built without AVIF.
    """
    if not features.check("avif"):
        return ()
    with Image.open(io.BytesIO(original), formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    made = []
    for side in (each for each in AVIF_WIDTHS if each <= max(picture.size)):
        sized = _sized(picture, side)
        data = _encoded(sized, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED)
        made.append(Rendition(f"w{side}.avif", "avif", *sized.size, data))
    return tuple(made)


def cut(original: bytes, part: tuple[float, float, float, float], width: int) -> bytes:
    """A part of an original of ours (left, top, width and height in fractions) as WebP, so many pixels wide at most."""
    with Image.open(io.BytesIO(original), formats=("JPEG",)) as opened:
        # Decoding a part of the pixels is enough for a small cut.
        scale = max(1.0, opened.width * part[2] / width)
        opened.draft("RGB", (int(opened.width / scale), int(opened.height / scale)))
        picture = opened.convert("RGB")
    left = min(round(part[0] * picture.width), picture.width - 1)
    top = min(round(part[1] * picture.height), picture.height - 1)
    right = max(left + 1, round((part[0] + part[2]) * picture.width))
    bottom = max(top + 1, round((part[1] + part[3]) * picture.height))
    shown = picture.crop((left, top, min(right, picture.width), min(bottom, picture.height)))
    shown.thumbnail((width, width * SIDES_RATIO_MAX), Image.Resampling.LANCZOS)
    return _encoded(shown, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)


def _renditions(picture: Image.Image) -> list[Rendition]:
    """From the largest down, each made of the one before it."""
    made: list[Rendition] = []
    longest = max(picture.size)
    for side in sorted(WIDTHS, reverse=True):
        if side > longest and side != min(WIDTHS):
            continue
        picture = _sized(picture, side)
        data = _encoded(picture, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
        made.append(Rendition(f"w{side}.webp", "webp", *picture.size, data))
        if side in FALLBACKS:
            data = _encoded(picture, "JPEG", quality=JPEG_QUALITY)
            made.append(Rendition(f"w{side}.jpg", "jpeg", *picture.size, data))
    return sorted(made, key=lambda each: (each.format != "webp", each.width))


def _sized(picture: Image.Image, side: int) -> Image.Image:
    made = picture.copy()
    made.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return made


def _encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    """The pixels and nothing else."""
    output = io.BytesIO()
    bare = picture.copy()
    bare.info = {}
    more = {"optimize": True, "progressive": True} if form == "JPEG" and max(bare.size) <= max(WIDTHS) else {}
    bare.save(output, form, **more, **options)
    return output.getvalue()
