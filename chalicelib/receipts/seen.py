"""A reading in the words of judging: what was bought, and by what the receipt is known again."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.purchase import AMOUNTS, Bought, Purchase
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.letters import normal
from chalicelib.receipts.reading.lines import Line
from chalicelib.receipts.reading.reading import Reading
from chalicelib.recognised import Box, Page, Word

CODE_DIGITS_MIN: Final = 6
"""Digits of what may be a barcode or the number of a company."""
CODE_CHARACTERS_MAX: Final = 40
CODES_MAX: Final = 200
CODES_OF_LINE_MAX: Final = 4


def print_of(sha256: str, look: int, reading: Reading) -> Print:
    """The fingerprint of a picture that was read."""
    return Print(
        sha256=sha256,
        look=look,
        shop=reading.shop.value if reading.shop else None,
        day=reading.day.value if reading.day else None,
        time_of_day=reading.time_of_day.value if reading.time_of_day else None,
        total=reading.total.value if reading.total else None,
        number=reading.number.value if reading.number else None,
    )


def of_reading(reading: Reading, pages: Sequence[Page]) -> Purchase:
    """What was read. ``pages`` are the looks that it was read from, for numbers that a reading leaves out."""
    words = [word for page in pages for word in page.words]
    same = [page for page in pages if (page.width, page.height, page.turned) == _frame(reading)]
    beside = [word for page in same for word in page.words]
    return Purchase(
        shop=_of(reading.shop),
        address=_of(reading.address),
        day=_of(reading.day),
        time_of_day=_of(reading.time_of_day),
        number=_of(reading.number),
        currency=reading.currency,
        **{name: _of(getattr(reading, name)) for name in AMOUNTS},
        lines=tuple(_bought(line, beside) for line in reading.lines),
        codes=tuple(codes_in(words))[:CODES_MAX],
    )


def codes_in(words: Iterable[Word]) -> list[str]:
    """Numbers of at least six digits among words, letters small and marks left out, each once."""
    found = (normal(part) for word in words for part in word.text.split())
    return list(
        dict.fromkeys(
            code[:CODE_CHARACTERS_MAX] for code in found if sum(map(str.isdigit, code)) >= CODE_DIGITS_MIN
        )
    )  # fmt: skip


def _frame(reading: Reading) -> tuple[int, int, int]:
    return reading.width, reading.height, reading.turned


def _of(found: Found[Any] | None) -> Any:
    return None if found is None else found.value


def _bought(line: Line, words: Sequence[Word]) -> Bought:
    return Bought(
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        confidence=round(line.confidence, 3),
        codes=tuple(codes_in(word for word in words if _is_beside(word.box, line.boxes)))[:CODES_OF_LINE_MAX],
    )


def _is_beside(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether a word stands in the row of a line or in the one above or below it."""
    if not boxes:
        return False
    top, bottom = min(each.top for each in boxes), max(each.bottom for each in boxes)
    height = max(each.height for each in boxes)
    return top - height <= box.middle <= bottom + height
