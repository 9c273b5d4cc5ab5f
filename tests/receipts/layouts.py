"""Receipts as text, turned into the words with boxes that a reader of pictures would give."""

import re
from datetime import date

from chalicelib.receipts.reading.reading import Reading, read
from chalicelib.recognised import Box, Page, Word

TODAY = date(2026, 6, 30)
CHARACTER = 10
HEIGHT = 20
ROW = 30

GROCER = """
          GREEN VALLEY MART SDN BHD
              (1234567-X)
        NO 12, JALAN ANGGERIK 3
        40150 SHAH ALAM, SELANGOR
           TEL: 03-5551234
             TAX INVOICE
INV NO: GV-100234       DATE: 14/03/2026 18:42
ITEM            QTY    PRICE     AMOUNT
RICE 5KG         2     14.50      29.00
SARDINES         3      4.20      12.60
TEA               1     6.36       6.36
SUB TOTAL                         47.96
GST 6%                             2.88
ROUNDING ADJ                       0.01
TOTAL                             50.85
CASH                              60.00
CHANGE                             9.15
        THANK YOU PLEASE COME AGAIN
"""


def page(text: str, *, confidence: float = 0.95, slope: float = 0.0) -> Page:
    """The rows of a text as a page; two blanks part words. ``slope``: how far each pixel to the right falls."""
    words = []
    for number, row in enumerate(text.strip("\n").split("\n")):
        for match in re.finditer(r"\S+(?: \S+)*", row):
            left, right = match.start() * CHARACTER, match.end() * CHARACTER
            fall = slope * (left + right) / 2
            top = 50 + number * ROW + fall
            words.append(Word(match[0], Box(left, top, right, top + HEIGHT), confidence, slope))
    width = max((word.box.right for word in words), default=100)
    return Page(tuple(words), int(width) + 50, 100 + ROW * (text.count("\n") + 1))


def reading(text: str, **given: float) -> Reading:
    """What the text of a receipt is understood to say."""
    return read(page(text, **given), TODAY)
