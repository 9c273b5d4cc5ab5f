"""The laptop's reader for real: on a receipt drawn here, so that it means something without any scans."""

import io
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image, ImageDraw, ImageFont

from chalicelib.gateways.ocr import rapid
from chalicelib.receipts.judging import judge
from chalicelib.receipts.understanding import understood
from tests.receipts.layouts import TODAY

LINES = [
    ("GREEN VALLEY MART SDN BHD", ""),
    ("NO 12, JALAN ANGGERIK 3", ""),
    ("40150 SHAH ALAM, SELANGOR", ""),
    ("INV NO: GV100234", ""),
    ("DATE: 14/03/2026  18:42", ""),
    ("RICE 5KG", "29.00"),
    ("SARDINES", "12.60"),
    ("TEA", "6.40"),
    ("SUB TOTAL", "48.00"),
    ("GST 6%", "2.88"),
    ("ROUNDING", "0.02"),
    ("TOTAL", "50.90"),
    ("CASH", "60.00"),
    ("CHANGE", "9.10"),
]


def drawn(turn: int = 0) -> bytes:
    picture = Image.new("RGB", (640, 80 + 48 * len(LINES)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=28)
    for number, (left, right) in enumerate(LINES):
        pen.text((30, 40 + number * 48), left, fill="black", font=font)
        pen.text((600 - pen.textlength(right, font=font), 40 + number * 48), right, fill="black", font=font)
    output = io.BytesIO()
    picture.rotate(turn, expand=True, fillcolor="white").save(output, "JPEG", quality=85)
    return output.getvalue()


@pytest.mark.slow
@pytest.mark.proves("A018")
@pytest.mark.parametrize("turn", [0, 3, 90, 180, 270])
def test_a_drawn_receipt_is_read_and_awarded_however_it_is_turned(turn):
    found = understood(rapid.looks(drawn(turn)), TODAY)

    assert found.total.value == Decimal("50.90")
    assert found.day.value == date(2026, 3, 14)
    assert found.shop.value.replace(" ", "") == "GREENVALLEYMARTSDNBHD"
    assert [line.amount for line in found.lines] == [Decimal("29.00"), Decimal("12.60"), Decimal("6.40")]
    assert judge(found).is_awarded


@pytest.mark.slow
def test_boxes_lie_on_the_writing():
    look = next(iter(rapid.looks(drawn())))

    total = next(word for word in look.words if word.text == "50.90")
    assert (look.width, look.turned) == (640, 0)
    assert 480 < total.box.left < 560 < total.box.right < 620
    assert 40 + 11 * 48 - 10 < total.box.top < total.box.bottom < 40 + 12 * 48 + 10


@pytest.mark.slow
def test_a_blank_picture_gives_one_empty_look():
    output = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(output, "PNG")

    looks = list(rapid.looks(output.getvalue()))

    assert len(looks) == 1
    assert looks[0].words == ()
