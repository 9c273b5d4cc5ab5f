"""Pictures of the demo site, drawn when it is made: three scenes with tea and coffee, and a shop's receipt."""

import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Pen = ImageDraw.ImageDraw

SIZE: Final = (1200, 900)
"""Of the drawings, which are then made smaller: that smooths their edges."""
_SHRUNK: Final = (800, 600)
QUALITY: Final = 88
_WOOD: Final = (146, 98, 62)
_WHITE: Final = (247, 243, 235)

SHOP: Final = "LAUREL TEA HOUSE"
GOODS: Final = tuple(
    (name, Decimal(price))
    for name, price in (
        ("ASSAM TEA 250G", "24.50"),
        ("FILTER PAPER", "4.20"),
        ("TEA POT CAST IRON", "89.00"),
        ("SENCHA 100G", "18.75"),
        ("HOUSE BEANS 1KG", "14.90"),
        ("HONEY", "6.40"),
        ("GOOSENECK KETTLE", "129.00"),
    )
)


def teapot() -> bytes:
    """A pot and a cup on a wooden table, in the evening."""

    def draw(pen: Pen) -> None:
        _table(pen, _WOOD)
        _cup(pen, 860, 640, _WHITE, (176, 92, 40))
        pen.ellipse([300, 330, 720, 680], fill=(54, 58, 66))
        pen.polygon([(700, 470), (850, 360), (872, 392), (710, 580)], fill=(54, 58, 66))
        pen.arc([190, 390, 390, 620], 80, 285, fill=(54, 58, 66), width=34)
        pen.rounded_rectangle([420, 318, 600, 348], 14, fill=(38, 41, 48))
        pen.ellipse([488, 280, 532, 324], fill=(38, 41, 48))

    return _scene((244, 190, 128), (196, 110, 96), draw)


def kettle() -> bytes:
    """A kettle with a long spout by a window, in the morning."""

    def draw(pen: Pen) -> None:
        pen.rectangle([90, 60, 520, 480], fill=(226, 240, 250))
        for left in (90, 300, 510):
            pen.rectangle([left, 60, left + 12, 480], fill=_WHITE)
        _table(pen, (208, 214, 206))
        pen.polygon([(560, 720), (620, 420), (900, 420), (960, 720)], fill=(30, 108, 104))
        pen.line([(580, 640), (450, 600), (430, 430), (360, 400)], fill=(30, 108, 104), width=26, joint="curve")
        pen.arc([840, 440, 1070, 700], 280, 95, fill=(22, 78, 76), width=30)
        pen.rounded_rectangle([610, 396, 910, 428], 14, fill=(22, 78, 76))
        pen.ellipse([738, 360, 782, 404], fill=(208, 164, 92))

    return _scene((190, 220, 238), (232, 236, 222), draw)


def beans() -> bytes:
    """A bag of coffee with beans around it, from above."""

    def draw(pen: Pen) -> None:
        for place in range(70):
            x, y = place * 742 % 1200, place * 13
            pen.ellipse([x - 26, y - 18, x + 26, y + 18], fill=(78, 48, 30))
            pen.arc([x - 20, y - 22, x + 20, y + 6], 20, 160, fill=(46, 28, 18), width=4)
        pen.rounded_rectangle([430, 160, 800, 740], 26, fill=(184, 60, 52))
        pen.rectangle([430, 160, 800, 224], fill=(140, 40, 36))
        pen.ellipse([515, 350, 715, 550], fill=_WHITE)
        _cup(pen, 540, 490, (184, 60, 52), (60, 34, 22))

    return _scene((196, 214, 206), (150, 182, 178), draw)


def receipt(now: datetime) -> bytes:
    """A receipt of the demo's accepted retailer, of that moment, as a JPEG that is easily read.

    At another time somebody else bought something else, so that it is no duplicate.
    """
    first = int(now.timestamp())
    bought = [GOODS[(first + each) % len(GOODS)] for each in range(2 + first // len(GOODS) % 4)]
    total = sum(price for _, price in bought)
    cash = (total // 50 + 1) * 50
    rows = [
        (SHOP, ""),
        ("14 MARKET STREET", ""),
        (f"RECEIPT NO: L{now:%y%m%d%H%M%S}", ""),
        (f"DATE: {now:%d/%m/%Y}  {now:%H:%M}", ""),
        *((name, f"{price}") for name, price in bought),
        ("TOTAL USD", f"{total}"),
        ("CASH", f"{cash:.2f}"),
        ("CHANGE", f"{cash - total:.2f}"),
    ]
    picture = Image.new("RGB", (640, 80 + 48 * len(rows)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=28)
    for number, (left, right) in enumerate(rows):
        pen.text((30, 40 + number * 48), left, fill="black", font=font)
        pen.text((600 - pen.textlength(right, font=font), 40 + number * 48), right, fill="black", font=font)
    return _jpeg(picture)


def _scene(top: Colour, bottom: Colour, draw: Callable[[Pen], None]) -> bytes:
    """What is drawn on a sheet of ``SIZE`` that shades from one colour into the other."""
    shade = Image.linear_gradient("L").resize(SIZE)
    picture = Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), shade)
    draw(ImageDraw.Draw(picture))
    return _jpeg(picture.resize(_SHRUNK, Image.Resampling.LANCZOS))


def _table(pen: Pen, colour: Colour) -> None:
    pen.rectangle([0, 640, 1200, 900], fill=colour)


def _cup(pen: Pen, left: int, top: int, colour: Colour, inside: Colour) -> None:
    pen.arc([left + 80, top - 66, left + 170, top + 20], 270, 90, fill=colour, width=14)
    pen.pieslice([left, top - 140, left + 130, top + 40], 0, 180, fill=colour)
    pen.ellipse([left, top - 66, left + 130, top - 34], fill=inside, outline=colour, width=6)


def _jpeg(picture: Image.Image) -> bytes:
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=QUALITY)
    return output.getvalue()
