"""A cut of a photo, made of its original when somebody asks for it; caches of browsers and CDNs keep it.

Only the crops of the programme in the widths of the renditions are made, so that nobody can have us make more.
"""

from typing import Final

from chalicelib import landing
from chalicelib.gateways import storage
from chalicelib.gateways.pictures import renditions
from chalicelib.ids import digest
from chalicelib.photos import crops
from chalicelib.photos.crops import Window
from chalicelib.photos.photo import Photo

BYTES_MAX: Final = 4_400_000
"""Of a picture that is answered (AWS limit: 6 MB a call, a third of which base64 takes)."""
_WIDTHS: Final = {f"w{width}.webp": width for width in renditions.WIDTHS}


def width_of(name: str) -> int | None:
    """The width of a cut by the name of its file; ``None`` for one that is not made."""
    return _WIDTHS.get(name)


def window_of(photo: Photo, crop: str, ratio: str) -> Window:
    """The part of a photo that a crop shows: by its own transformation or focus, else by the photo's focus."""
    wanted = crops.ratio_of(ratio)
    if photo.picture is None:
        return crops.WHOLE
    width, height = photo.picture.width, photo.picture.height
    own = photo.crops.get(crop)
    if own is not None and own.scale is not None and own.wrapper_width:
        return crops.transformed(
            width, height, wanted, x=own.x or 0.0, y=own.y or 0.0, scale=own.scale, wrapper_width=own.wrapper_width
        )
    if own is not None and own.focus_x is not None and own.focus_y is not None:
        return crops.window(width, height, wanted, (own.focus_x, own.focus_y))
    return crops.window(width, height, wanted, photo.focus)


def tag_of(photo: Photo, crop: str, ratio: str, width: int) -> str:
    """What distinguishes a cut from any other, also of the same photo with another focus."""
    shown = window_of(photo, crop, ratio)
    sha = photo.picture.sha256 if photo.picture is not None else ""
    return f'"{digest(sha, crop, repr(shown), str(width))[:32]}"'


def cut(site: str, photo: Photo, crop: str, ratio: str, width: int) -> bytes | None:
    """The cut as WebP, made of the original; ``None`` when the original is gone."""
    if photo.picture is None:
        return None
    original = storage.get(landing.kept(landing.PHOTOS, site, photo.id), renditions.BYTES_MAX)
    if original is None:
        return None
    shown = window_of(photo, crop, ratio)
    data = renditions.cut(original, (shown.left, shown.top, shown.width, shown.height), width)
    return data if len(data) < BYTES_MAX else None
