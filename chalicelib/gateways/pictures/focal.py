"""What a photo is about, found on a small picture: edges, colours unlike those of its rim, and skin."""

from typing import Final

from PIL import Image

SIDE: Final = 48
_EDGE: Final = 1.0
_ODD: Final = 0.6
_SKIN: Final = 60.0
_PART: Final = 0.4
"""Side of the window that is moved over the picture, as a part of the picture's."""
_CENTRE: Final = 0.25
"""How much less a window at a corner weighs than one in the middle."""


def point(picture: Image.Image) -> tuple[float, float]:
    """The focal point, 0 to 1 from left and top; the middle of a picture that shows nothing."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    width, height = small.size
    raw = small.tobytes()
    pixels = [(raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw), 3)]
    weights = _weights(pixels, width, height)
    mean = sum(weights) / len(weights)
    strong = [max(0.0, weight - mean) for weight in weights]
    if sum(strong) <= len(strong):
        return 0.5, 0.5
    left, top, wide, high = _best(strong, width, height)
    return _middle(strong, width, left, top, wide, high, height)


def is_skin(red: int, green: int, blue: int) -> bool:
    """Whether a colour may be skin, light or dark: a rule of thumb on red, green and blue."""
    return (
        red > 60
        and green > 30
        and blue > 15
        and red > green > blue
        and red - green > 12
        and red - blue > 20
        and red * 10 < green * 22
    )


def _weights(pixels: list[tuple[int, int, int]], width: int, height: int) -> list[float]:
    light = [(red * 3 + green * 6 + blue) / 10 for red, green, blue in pixels]
    rim = [pixels[at] for at in range(len(pixels)) if at % width in {0, width - 1} or at // width in {0, height - 1}]
    usual = [sum(colour[channel] for colour in rim) / len(rim) for channel in range(3)]
    found = []
    for at, (red, green, blue) in enumerate(pixels):
        x, y = at % width, at // width
        across = light[at + 1] - light[at - 1] if 0 < x < width - 1 else 0
        down = light[at + width] - light[at - width] if 0 < y < height - 1 else 0
        odd = (abs(red - usual[0]) + abs(green - usual[1]) + abs(blue - usual[2])) / 3
        found.append(
            _EDGE * (abs(across) + abs(down)) + _ODD * odd + (_SKIN if is_skin(red, green, blue) and odd > 20 else 0)
        )
    return found


def _best(weights: list[float], width: int, height: int) -> tuple[int, int, int, int]:
    """The window with the most weight, by sums over everything left of and above each place."""
    sums = [[0.0] * (width + 1)]
    for y in range(height):
        row, line = [0.0], 0.0
        for x in range(width):
            line += weights[y * width + x]
            row.append(sums[y][x + 1] + line)
        sums.append(row)
    wide, high = max(1, round(width * _PART)), max(1, round(height * _PART))
    best, place = -1.0, (0, 0)
    for top in range(height - high + 1):
        for left in range(width - wide + 1):
            total = sums[top + high][left + wide] - sums[top][left + wide] - sums[top + high][left] + sums[top][left]
            away = abs((left + wide / 2) / width - 0.5) + abs((top + high / 2) / height - 0.5)
            total *= 1 - _CENTRE * away
            if total > best:
                best, place = total, (left, top)
    return *place, wide, high


def _middle(
    weights: list[float], width: int, left: int, top: int, wide: int, high: int, height: int
) -> tuple[float, float]:
    total = across = down = 0.0
    for y in range(top, top + high):
        for x in range(left, left + wide):
            weight = weights[y * width + x]
            total += weight
            across += weight * (x + 0.5)
            down += weight * (y + 0.5)
    if not total:
        return 0.5, 0.5
    return round(across / total / width, 4), round(down / total / height, 4)
