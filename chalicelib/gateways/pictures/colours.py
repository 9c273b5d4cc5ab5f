"""Colours as screens show them, whatever space a camera wrote them in."""

import io

from PIL import Image, ImageCms


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB by its own colour profile; as it is where the profile is none or broken."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = picture.mode if picture.mode in {"RGB", "CMYK", "L"} else "RGB"
        shown = picture.convert(mode)
        made = ImageCms.profileToProfile(shown, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return picture if made is None else made
