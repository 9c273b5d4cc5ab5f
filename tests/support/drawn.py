"""Pictures that tests draw themselves."""

import io

from PIL import Image, ImageDraw

BLUE = (40, 90, 160)


def jpeg(seed: int = 1, size: tuple[int, int] = (800, 600), **options: object) -> bytes:
    """A small scene: the sun and a cup on a table, somewhere by the seed."""
    output = io.BytesIO()
    scene(seed, size).save(output, "JPEG", **{"quality": 90, **options})
    return output.getvalue()


def png(seed: int = 1, size: tuple[int, int] = (300, 200)) -> bytes:
    """The same as PNG."""
    output = io.BytesIO()
    scene(seed, size).save(output, "PNG")
    return output.getvalue()


def scene(seed: int, size: tuple[int, int]) -> Image.Image:
    """The drawing itself."""
    width, height = size
    picture = Image.new("RGB", size, BLUE)
    draw = ImageDraw.Draw(picture)
    for row in range(height):
        draw.line(
            [(0, row), (width, row)], fill=(40 + row * 90 // height, 90 + seed * 7 % 60, 200 - row * 120 // height)
        )
    x, y = width * (seed * 37 % 70 + 15) // 100, height * (seed * 53 % 40 + 15) // 100
    draw.ellipse([x - 40, y - 40, x + 40, y + 40], fill=(250, 220, 80))
    draw.rectangle([0, height * 2 // 3, width, height], fill=(120, 80 + seed * 11 % 50, 50))
    cup = width * (seed * 29 % 60 + 10) // 100
    draw.rectangle([cup, height // 2, cup + width // 8, height * 3 // 4], fill=(230, 230, 235), outline=(90, 90, 90))
    for stripe in range(seed % 7 + 2):
        draw.line([(cup, height // 2 + stripe * 9), (cup + width // 8, height // 2 + stripe * 9)], fill=(200, 40, 40))
    return picture
