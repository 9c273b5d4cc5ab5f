"""What was bought, as it was read or as a moderator says: the language of matching, policy and orders."""

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from chalicelib.values import value

AMOUNTS: Final = ("total", "subtotal", "discount", "tax", "service", "rounding")
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


def dump(purchase: Purchase) -> dict[str, Any]:
    """The purchase as plain values."""
    body: dict[str, Any] = {name: said for name in _TEXTS if (said := getattr(purchase, name)) is not None}
    body |= {name: f"{said:f}" for name in AMOUNTS if (said := getattr(purchase, name)) is not None}
    if purchase.day:
        body["day"] = purchase.day.isoformat()
    if purchase.time_of_day:
        body["time"] = purchase.time_of_day.isoformat()
    body["lines"] = [_row(line) for line in purchase.lines]
    body["codes"] = list(purchase.codes)
    return body


def load(body: dict[str, Any]) -> Purchase:
    """The purchase of ``dump``."""
    amounts: dict[str, Any] = {name: None if body.get(name) is None else Decimal(body[name]) for name in AMOUNTS}
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
