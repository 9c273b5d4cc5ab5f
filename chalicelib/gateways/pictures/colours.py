"""Colours as screens show them, whatever space a camera wrote them in."""

import io
from typing import Final

from PIL import Image, ImageCms

MODES: Final = ("RGB", "CMYK", "L")
"""What profiles speak of."""


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture in one of ``MODES`` as RGB in sRGB by its own colour profile; by itself where that is none or broken.

    Changing the same picture in place, where bands stay the same, keeps a large one from being twice in memory.
    """
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            is_same = picture.mode == "RGB"
            made = ImageCms.profileToProfile(picture, source, target, outputMode="RGB", inPlace=is_same)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            made = None
        picture = made or picture
    return picture if picture.mode == "RGB" else picture.convert("RGB")
