"""Where people look in a picture: edges, colours that stand out, and skin, with a leaning to the middle."""

from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

SIDE: Final = 64
"""The picture is looked at in so many pixels on its longer side."""
PEAK_SHARE: Final = 0.6
"""What weighs at least so much of the most belongs to the subject."""
CENTRE_LEANING: Final = 0.35
_SKIN_CB: Final = (77, 127)
_SKIN_CR: Final = (133, 173)
"""Where skin of any shade lies in YCbCr (Chai and Ngan, 1999)."""


def focus_of(picture: Image.Image) -> tuple[float, float]:
    """The place that a crop should keep, in fractions from left and top; the middle where nothing stands out."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    width, height = small.size
    weights = _weights(small)
    most = max(weights)
    if most <= 0:
        return 0.5, 0.5
    kept = [(place, weight) for place, weight in enumerate(weights) if weight >= most * PEAK_SHARE]
    total = sum(weight for _, weight in kept)
    x = sum((place % width + 0.5) * weight for place, weight in kept) / total / width
    y = sum((place // width + 0.5) * weight for place, weight in kept) / total / height
    return round(x, 4), round(y, 4)


def _weights(small: Image.Image) -> list[float]:
    width, height = small.size
    found = [each - FLOOR for each in _outstanding(small).tobytes()]
    return [
        max(0, weight) * _leaning((place % width + 0.5) / width, (place // width + 0.5) / height)
        for place, weight in enumerate(found)
    ]


FLOOR: Final = 8
"""What stands out less is noise."""


def _outstanding(small: Image.Image) -> Image.Image:
    """How much each place stands out, 0 to 255, smoothed."""
    edges = small.convert("L").filter(ImageFilter.FIND_EDGES)
    # The filter makes edges of the picture's own border.
    edges.paste(0, (0, 0, small.width, 1))
    edges.paste(0, (0, small.height - 1, small.width, small.height))
    edges.paste(0, (0, 0, 1, small.height))
    edges.paste(0, (small.width - 1, 0, small.width, small.height))
    mean = tuple(round(each) for each in ImageStat.Stat(small).mean)
    apart = ImageChops.difference(small, Image.new("RGB", small.size, mean)).convert("L")
    both = ImageChops.add(edges, apart, scale=2.0)
    with_skin = ImageChops.add(both, skin_of(small).point(lambda value: value // 4))
    return with_skin.filter(ImageFilter.GaussianBlur(max(small.size) / 24))


def skin_of(picture: Image.Image) -> Image.Image:
    """A mask, 255 where a pixel has the colour of skin."""
    _, cb, cr = picture.convert("YCbCr").split()
    blue = cb.point(lambda value: 255 if _SKIN_CB[0] <= value <= _SKIN_CB[1] else 0)
    red = cr.point(lambda value: 255 if _SKIN_CR[0] <= value <= _SKIN_CR[1] else 0)
    return ImageChops.multiply(blue, red)


def _leaning(x: float, y: float) -> float:
    """More for the middle, where photographers put what they mean."""
    return 1.0 - CENTRE_LEANING * (abs(x - 0.5) + abs(y - 0.5))
