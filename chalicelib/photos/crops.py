"""Cutting a picture for a place on a page, and where a hot spot lies then. Pure geometry: the original stays whole.

A window is the part that shows, in fractions of the upright original. It comes from a focus, which stays as near to the
middle as the picture allows, or from a transformation as the vendor's pages store it: the picture covers a wrapper of
``wrapper_width`` pixels, is scaled about its middle, and moved by pixels.
"""

import math
from typing import Final

from chalicelib.values import value

SIDE_MAX: Final = 100
"""Of either number of a ratio."""
SCALE_MAX: Final = 20.0
EDGE: Final = 1e-9


@value
class Window:
    """Left, top, width and height in fractions (0 to 1) of the picture."""

    left: float
    top: float
    width: float
    height: float


WHOLE: Final = Window(0.0, 0.0, 1.0, 1.0)


def ratio_of(text: str) -> tuple[int, int]:
    """Width and height of a ratio such as ``4:5``. ``ValueError`` for anything else."""
    wide, _, high = text.partition(":")
    if not (wide.isascii() and wide.isdigit() and high.isascii() and high.isdigit() and len(text) <= 7):
        raise ValueError("a ratio is two whole numbers, such as 4:5")
    found = int(wide), int(high)
    if not all(0 < each <= SIDE_MAX for each in found):
        raise ValueError(f"the numbers of a ratio are 1 to {SIDE_MAX}")
    return found


def window(width: int, height: int, ratio: tuple[int, int], focus: tuple[float, float]) -> Window:
    """The largest window of a ratio in a picture of these pixels, with the focus as near to its middle as can be."""
    share = _cover(width, height, ratio)
    return Window(_clamped(focus[0], share[0]), _clamped(focus[1], share[1]), *share)


def transformed(
    width: int,
    height: int,
    ratio: tuple[int, int],
    *,
    x: float,
    y: float,
    scale: float,
    wrapper_width: float,
) -> Window:
    """The window that a transformation shows: first the picture covers the wrapper, then it is scaled by ``scale``
    (1 to ``SCALE_MAX``) about the wrapper's middle, then moved by ``x`` and ``y`` pixels to the right and down.

    What would show an empty edge is moved back; a page that shows the wrapper at another width scales all alike.
    """
    cover = _cover(width, height, ratio)
    zoom = min(max(scale, 1.0), SCALE_MAX)
    share = cover[0] / zoom, cover[1] / zoom
    shown = wrapper_width, wrapper_width * ratio[1] / ratio[0]
    middle = 0.5 - x / shown[0] * share[0], 0.5 - y / shown[1] * share[1]
    return Window(_clamped(middle[0], share[0]), _clamped(middle[1], share[1]), *share)


def through(shown: Window, x: float, y: float) -> tuple[float, float] | None:
    """Where a place of the picture lies within a window, in fractions of it; ``None`` where it does not show."""
    within = (x - shown.left) / shown.width, (y - shown.top) / shown.height
    if not all(-EDGE <= each <= 1 + EDGE for each in within):
        return None
    return min(max(within[0], 0.0), 1.0), min(max(within[1], 0.0), 1.0)


def back(shown: Window, x: float, y: float) -> tuple[float, float]:
    """The place of the picture that lies there in a window: the other way round."""
    return shown.left + x * shown.width, shown.top + y * shown.height


def turned(x: float, y: float, quarters: int) -> tuple[float, float]:
    """Where a place lies after the picture was turned clockwise by so many quarters."""
    for _ in range(quarters % 4):
        x, y = 1.0 - y, x
    return x, y


def box(shown: Window, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a window in whole pixels of a picture; at least one pixel wide and high."""
    left, top = math.floor(shown.left * width + EDGE), math.floor(shown.top * height + EDGE)
    right = max(left + 1, min(width, round((shown.left + shown.width) * width)))
    bottom = max(top + 1, min(height, round((shown.top + shown.height) * height)))
    return min(left, right - 1), min(top, bottom - 1), right, bottom


def css(shown: Window) -> dict[str, str]:
    """The same cut for a page: put the picture into a box of the window's ratio with these values, all in per cent."""

    def at(begin: float, share: float) -> float:
        return 50.0 if share >= 1 - EDGE else 100 * begin / (1 - share)

    return {
        "width": f"{100 / shown.width:.4f}%",
        "height": f"{100 / shown.height:.4f}%",
        "objectPosition": f"{at(shown.left, shown.width):.4f}% {at(shown.top, shown.height):.4f}%",
        "left": f"{-100 * shown.left / shown.width:.4f}%",
        "top": f"{-100 * shown.top / shown.height:.4f}%",
    }


def _cover(width: int, height: int, ratio: tuple[int, int]) -> tuple[float, float]:
    """The largest part of a picture that has the ratio."""
    wanted, given = ratio[0] / ratio[1], width / height
    return (min(1.0, wanted / given), 1.0) if wanted < given else (1.0, min(1.0, given / wanted))


def _clamped(middle: float, share: float) -> float:
    """Where a part begins whose middle is as near to a place as can be."""
    return min(max(middle - share / 2, 0.0), 1.0 - share)
