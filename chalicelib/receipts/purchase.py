"""What was bought, as it was read or as a moderator says: the language of matching, policy and orders."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.lines import Line
from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reading.shop import normal
from chalicelib.recognised import Box, Page, Word
from chalicelib.values import value

CODE_DIGITS_MIN: Final = 6
"""Digits of what may be a barcode or the number of a company."""
CODE_CHARACTERS_MAX: Final = 40
CODES_MAX: Final = 200
CODES_OF_LINE_MAX: Final = 4
_AMOUNTS: Final = ("total", "subtotal", "discount", "tax", "service", "rounding")
_TEXTS: Final = ("shop", "address", "number", "currency", "retailer")


@value(kw_only=True)
class Bought:
    """A line of a receipt. ``codes`` are numbers printed with it; ``product`` is what a moderator says it is."""

    name: str
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    amount: Decimal
    confidence: float = 1.0
    codes: tuple[str, ...] = ()
    product: str = ""


@value(kw_only=True)
class Purchase:
    """A receipt as it is judged; ``None`` is what is not known. ``retailer`` is whom a moderator says it is of."""

    shop: str | None = None
    address: str | None = None
    day: date | None = None
    time_of_day: time | None = None
    number: str | None = None
    currency: str | None = None
    total: Decimal | None = None
    subtotal: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None
    service: Decimal | None = None
    rounding: Decimal | None = None
    lines: tuple[Bought, ...] = ()
    codes: tuple[str, ...] = ()
    retailer: str | None = None

    @property
    def is_added_up(self) -> bool:
        """Whether the lines, with discount, tax, service and rounding in one way or another, come to the total."""
        if self.total is None or not self.lines:
            return False
        sums: set[Decimal] = {sum((line.amount for line in self.lines), Decimal(0))}
        for part in (self.tax, self.service, self.rounding, -abs(self.discount or Decimal(0))):
            sums |= {each + (part or 0) for each in sums}
        return self.total in sums


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
        **{name: _of(getattr(reading, name)) for name in _AMOUNTS},
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


def dump(purchase: Purchase) -> dict[str, Any]:
    """The purchase as plain values."""
    body: dict[str, Any] = {name: said for name in _TEXTS if (said := getattr(purchase, name)) is not None}
    body |= {name: f"{said:f}" for name in _AMOUNTS if (said := getattr(purchase, name)) is not None}
    if purchase.day:
        body["day"] = purchase.day.isoformat()
    if purchase.time_of_day:
        body["time"] = purchase.time_of_day.isoformat()
    body["lines"] = [_row(line) for line in purchase.lines]
    body["codes"] = list(purchase.codes)
    return body


def load(body: dict[str, Any]) -> Purchase:
    """The purchase of ``dump``."""
    amounts: dict[str, Any] = {name: None if body.get(name) is None else Decimal(body[name]) for name in _AMOUNTS}
    texts: dict[str, Any] = {name: body.get(name) for name in _TEXTS}
    return Purchase(
        **texts,
        **amounts,
        day=date.fromisoformat(body["day"]) if body.get("day") else None,
        time_of_day=time.fromisoformat(body["time"]) if body.get("time") else None,
        lines=tuple(_line(row) for row in body.get("lines", ())),
        codes=tuple(body.get("codes", ())),
    )


def corrected(read: Purchase, corrections: str) -> Purchase:
    """The purchase with what a moderator put in its place (JSON text in the form of ``dump``, or empty for nothing)."""
    if not corrections:
        return read
    body = json.loads(corrections)
    given = load({"lines": [], **body})
    changed = {name: getattr(given, _FIELDS.get(name, name)) for name in body if name != "codes"}
    if "total" in body or "lines" in body:
        # What was read beside them belongs to what was there before.
        changed = {"subtotal": None, "discount": None, "tax": None, "service": None, "rounding": None} | changed
    return replace(read, **{_FIELDS.get(name, name): said for name, said in changed.items()})


_FIELDS: Final = {"time": "time_of_day"}


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


def _row(line: Bought) -> list[Any]:
    price = None if line.unit_price is None else f"{line.unit_price:f}"
    return [line.name, f"{line.quantity:f}", price, f"{line.amount:f}", line.confidence, list(line.codes), line.product]


def _line(row: list[Any]) -> Bought:
    name, quantity, price, amount, confidence, codes, product = row
    return Bought(
        name=name,
        quantity=Decimal(quantity),
        unit_price=None if price is None else Decimal(price),
        amount=Decimal(amount),
        confidence=float(confidence),
        codes=tuple(codes),
        product=product,
    )
