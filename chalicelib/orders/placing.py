"""Whether an order can be taken, and what it comes to."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from chalicelib.errors import AlreadyExists, Malformed
from chalicelib.ids import ID_LENGTH_MAX, composed
from chalicelib.ledger.days import EPOCH
from chalicelib.orders.order import UNIT, Line, NewLine, NewOrder
from chalicelib.orders.shares import split
from chalicelib.programme.amounts import EXACT, money_in_units
from chalicelib.programme.bucket_earning import Bought
from chalicelib.programme.document import Programme
from chalicelib.programme.earning import Benefit, EarnedPurchase, Parts, PricedLine, purchase

LINES_MAX: Final = 200
COUPONS_MAX: Final = 50
AMOUNT_MAX: Final = Decimal(10**12)
"""Currency units an order may come to."""
POINTS_MAX: Final = 10**15
"""Smallest units of points an order may earn; JSON numbers of clients are exact up to 9 * 10^15."""
QUANTITY_MAX: Final = 1_000_000
TEXT_BYTES_MAX: Final = 250_000
"""Bytes, as JSON, of what the lines of an order say in words: an item takes 400 KB (AWS limit)."""
PLACES_MAX: Final = 6
"""Decimals of a price."""
AHEAD_MAX: Final = timedelta(days=1)
"""How far a shop's clock may run ahead of ours."""
FLAT: Final = "flat"
POINT_TYPES: Final = ("both", "ratio", FLAT)
_PARTS: Final[dict[str, Parts]] = {"": "both", "both": "both", "ratio": "ratio", FLAT: "flat"}
"""Which part of each rule ``purchasePointType`` lets count."""


class OrderExists(AlreadyExists):
    """The order id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: there is an order with this id. Change it with PATCH /orders/{id}.")


class BadOrder(Malformed):
    """An order that cannot be taken as it is; nothing was written."""


def check(order: NewOrder, now: datetime) -> None:
    """Refuse what no programme could take: raises ``BadOrder``, naming the field."""
    if not order.id.strip() or len(composed(order.id)) > ID_LENGTH_MAX:
        raise BadOrder(f"id: an id of 1 to {ID_LENGTH_MAX} characters.")
    if not 1 <= len(order.lines) <= LINES_MAX:
        raise BadOrder(f"orderDetail: 1 to {LINES_MAX} products.")
    if len(order.coupons) > COUPONS_MAX:
        raise BadOrder(f"coupon: at most {COUPONS_MAX} codes.")
    if not order.action and order.point_type and order.point_type.strip().casefold() not in POINT_TYPES:
        raise BadOrder("purchasePointType: Both, Ratio or Flat.")
    _check_date(order.ordered, now)
    _check_money("orderTotal", order.total)
    _check_money("discountAmount", order.discount)
    for place, line in enumerate(order.lines):
        _check_line(f"orderDetail[{place}]", line)
    if len(json.dumps([_words(line) for line in order.lines], ensure_ascii=False).encode()) > TEXT_BYTES_MAX:
        raise BadOrder(f"orderDetail: texts of at most {TEXT_BYTES_MAX} bytes together.")
    if order.amount > AMOUNT_MAX:
        raise BadOrder(f"orderDetail: the order comes to more than {AMOUNT_MAX}.")


def earned(
    programme: Programme,
    order: NewOrder,
    tier_id: str,
    lines: Sequence[PricedLine],
    benefits: Sequence[Benefit] = (),
) -> EarnedPurchase:
    """What the order earns before limits, by the rules that its priced lines carry. Raises ``BadOrder``."""
    found = purchase(programme, lines, tier_id, parts=_PARTS[order.point_type.strip().casefold()], benefits=benefits)
    if found.total > POINTS_MAX:
        raise BadOrder("orderDetail: the order earns more points than can be booked.")
    return found


def bought(lines: Sequence[PricedLine]) -> list[Bought]:
    """The lines as further buckets look at them."""
    return [Bought(line.product, line.category, line.amount) for line in lines]


def amount(programme: Programme, order: NewOrder) -> int:
    """What counts as spent: ``orderTotal`` where it is given, else the sum of the lines."""
    return money_in_units(programme, order.amount if order.total is None else order.total)


def lines(order: NewOrder, shares: Sequence[int], spent: int, *, is_waiting: bool) -> tuple[Line, ...]:
    """The order's lines with their shares of the points and of the amount spent."""
    weights = [int(EXACT.scaleb(line.amount, 2 * PLACES_MAX)) for line in order.lines]
    if not any(weights):
        weights = [int(line.quantity * UNIT) for line in order.lines]
    return tuple(
        Line(about, share=share, spend=spend, waiting=share if is_waiting else 0)
        for about, share, spend in zip(order.lines, shares, split(spent, weights), strict=True)
    )


def is_quantity(quantity: Decimal) -> bool:
    """Whether a number can be a quantity."""
    return quantity.is_finite() and 0 < quantity <= QUANTITY_MAX and _places(quantity) <= 3


def _check_date(ordered: datetime | None, now: datetime) -> None:
    if ordered is None:
        return
    if ordered > now + AHEAD_MAX:
        raise BadOrder("orderDate: lies in the future.")
    if ordered < EPOCH:
        raise BadOrder("orderDate: lies before 1970.")


def _check_line(name: str, line: NewLine) -> None:
    if not line.product.strip() or len(line.product) > ID_LENGTH_MAX:
        raise BadOrder(f"{name}.id: a product id of 1 to {ID_LENGTH_MAX} characters.")
    if not is_quantity(line.quantity):
        raise BadOrder(f"{name}.quantity: a number above 0, up to {QUANTITY_MAX}, with at most three decimals.")
    _check_money(f"{name}.unitPrice", line.unit_price)
    _check_money(f"{name}.netPrice", line.net_price)


def _words(line: NewLine) -> list[str]:
    """Everything that a line says in words."""
    names = (line.product, line.category_id, line.category_name, line.coupon)
    return [*names, line.url, line.image_url, line.description, line.auto_delivery, line.estimated_ship_date]


def _check_money(name: str, value: Decimal | None) -> None:
    if value is None:
        return
    if not value.is_finite() or not 0 <= value <= AMOUNT_MAX or _places(value) > PLACES_MAX:
        raise BadOrder(f"{name}: an amount from 0 to {AMOUNT_MAX}, for example 19.99.")


def _places(value: Decimal) -> int:
    """Decimals of a finite number without its trailing zeros."""
    return len(format(value, "f").partition(".")[2].rstrip("0"))
