"""Crops are parameters: which window of the upright original a crop shows, and where a hot spot then is. Pure.

All places are parts of the picture, 0 to 1 from its left and top. The original is never cut.
"""

from typing import Final

from chalicelib.values import value

SCALE_MAX: Final = 20.0
RATIO_MIN: Final = 0.2
RATIO_MAX: Final = 5.0
"""Width by height of a crop."""
QUARTERS: Final = 4


@value
class Focus:
    """What a crop keeps as near to its middle as the picture's edges allow."""

    x: float = 0.5
    y: float = 0.5


@value
class Transform:
    """A crop as the vendor's clients keep it: the picture laid into a box that is ``wrapper_width`` pixels wide, as
    wide as the box times ``scale``, and moved by ``x`` and ``y`` pixels to the right and down.

    A page that shows the box at another width multiplies x and y by displayed width ÷ ``wrapper_width``.
    """

    x: float
    y: float
    scale: float
    wrapper_width: float


@value
class Window:
    """A part of a picture."""

    left: float
    top: float
    width: float
    height: float


WHOLE: Final = Window(0.0, 0.0, 1.0, 1.0)


def window(width: float, height: float, ratio: float, how: Focus | Transform) -> Window:
    """The part of a picture of ``width`` × ``height`` pixels that a crop of a ratio (width ÷ height) shows.

    By a focus it is the largest one of that ratio with the focus as near to its middle as the edges allow; by a
    transform what is seen in the box. A box that would show blanks is moved into the picture, and made smaller where
    it is larger than the picture. The window always lies within the picture and always has the ratio.
    """
    # The largest window of the ratio, as parts of width and height.
    widest, highest = min(1.0, ratio * height / width), min(1.0, width / (ratio * height))
    if isinstance(how, Focus):
        return _within(how.x - widest / 2, how.y - highest / 2, widest, highest)
    shown = how.wrapper_width * how.scale
    shrunk = min(1.0 / how.scale, widest)
    part_height = highest * shrunk / widest
    return _within(-how.x / shown, -how.y / (shown * height / width), shrunk, part_height)


def through(seen: Window, x: float, y: float) -> tuple[float, float] | None:
    """Where a place of the original is in a window, 0 to 1 from its left and top; ``None`` where it is cut off."""
    across, down = (x - seen.left) / seen.width, (y - seen.top) / seen.height
    slack = 1e-9
    if not (-slack <= across <= 1 + slack and -slack <= down <= 1 + slack):
        return None
    return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)


def back(seen: Window, x: float, y: float) -> tuple[float, float]:
    """Which place of the original is seen at a place of a window: ``through`` the other way."""
    return seen.left + x * seen.width, seen.top + y * seen.height


def turned(x: float, y: float, degrees: int) -> tuple[float, float]:
    """Where a place is after the picture was turned clockwise by 0, 90, 180 or 270 degrees."""
    for _ in range(quarters(degrees)):
        x, y = 1 - y, x
    return x, y


def quarters(degrees: int) -> int:
    """Quarter turns clockwise. Raises ``ValueError`` for what is none."""
    if degrees % 90:
        raise ValueError("pictures are turned by quarters")
    return degrees // 90 % QUARTERS


def size(width: int, height: int, seen: Window) -> tuple[int, int]:
    """Pixels of a window, at least one each way."""
    return max(1, round(width * seen.width)), max(1, round(height * seen.height))


def box(width: int, height: int, seen: Window) -> tuple[int, int, int, int]:
    """The window in whole pixels: left, top, right and bottom, within the picture."""
    wide, high = size(width, height, seen)
    left = min(max(round(seen.left * width), 0), width - wide)
    top = min(max(round(seen.top * height), 0), height - high)
    return left, top, left + wide, top + high


def _within(left: float, top: float, width: float, height: float) -> Window:
    return Window(min(max(left, 0.0), 1.0 - width), min(max(top, 0.0), 1.0 - height), width, height)
