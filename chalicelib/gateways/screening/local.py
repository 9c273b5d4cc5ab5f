"""A screen without a model: what can be told of a picture by its pixels. It knows nothing of what they mean."""

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageFilter, ImageStat

from chalicelib.gateways.pictures import saliency
from chalicelib.gateways.screening import Label

SIDE: Final = 512
DARK_MEAN: Final = 40.0
BLANK_DEVIATION: Final = 10.0
SHARP_DEVIATION: Final = 6.0
"""Of the edges of a picture with detail; a blurred one has less."""
TEXT_EDGES: Final = 0.16
TEXT_GREY: Final = 0.55
SKIN_SHARE: Final = 0.45
_EDGE: Final = 96
_GREY: Final = 28
LABEL_MIN: Final = 0.5


def labels(data: bytes) -> tuple[Label, ...]:
    """``dark``, ``blank``, ``blurred``, ``text`` (a page or a screenshot) and ``skin``, the surest first."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        opened.draft("RGB", (SIDE, SIDE))
        small = opened.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    found = [Label(name, round(min(1.0, sure), 2)) for name, sure in _seen(small) if sure >= LABEL_MIN]
    return tuple(sorted(found, key=lambda each: (-each.confidence, each.name)))


def _seen(small: Image.Image) -> Iterator[tuple[str, float]]:
    grey = small.convert("L")
    stat = ImageStat.Stat(grey)
    mean, deviation = stat.mean[0], stat.stddev[0]
    yield "dark", 1.0 - mean / DARK_MEAN / 2
    yield "blank", 1.0 - deviation / BLANK_DEVIATION / 2
    inner = grey.filter(ImageFilter.FIND_EDGES).crop((1, 1, small.width - 1, small.height - 1))
    detail = ImageStat.Stat(inner).stddev[0]
    if deviation > BLANK_DEVIATION:
        yield "blurred", 1.0 - detail / SHARP_DEVIATION / 2
    edges = _share(inner.point(lambda value: 255 if value > _EDGE else 0))
    colourless = _share(small.convert("HSV").split()[1].point(lambda value: 255 if value < _GREY else 0))
    if colourless > TEXT_GREY:
        yield "text", edges / TEXT_EDGES / 2
    yield "skin", _share(saliency.skin_of(small)) / SKIN_SHARE / 2


def _share(mask: Image.Image) -> float:
    """How much of a mask is set."""
    return ImageStat.Stat(mask).mean[0] / 255
