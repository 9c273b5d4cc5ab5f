"""What the calculator needs to know of a shop, with its bounds, and how it is measured from purchases."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from chalicelib.values import value

DAYS_A_YEAR: Final = 365
MONTHS_A_YEAR: Final = 12
MONEY_DECIMALS: Final = 2
RATE_DECIMALS: Final = 4


@value(kw_only=True)
class Metrics:
    """The five figures of a shop (mission A099-A103), and what the programme may give back.

    ``conversion_rate``, ``repeat_purchase_rate``, ``give_back``, ``breakage`` and ``member_share`` are shares from 0
    to 1; amounts are in currency units.
    """

    average_order_value: Decimal
    cost_per_acquisition: Decimal
    conversion_rate: Decimal
    repeat_purchase_rate: Decimal
    """Customers who buy again within 12 months."""
    monthly_unique_visitors: int
    give_back: Decimal = Decimal("0.05")
    """Of what members spend: what points may cost at most."""
    breakage: Decimal = Decimal("0.2")
    """Points that are expected never to be spent."""
    member_share: Decimal = Decimal("0.6")
    """Orders that are expected to be members'."""


@value
class Measured:
    """What purchases tell of a shop. ``None`` where there is nothing to measure by.

    The repeat purchase rate counts customers who were first seen 12 months before the end or earlier, and of them
    those who bought again within 12 months; where there is no such customer, all of them and all their purchases.
    """

    orders: int
    customers: int
    average_order_value: Decimal | None
    repeat_purchase_rate: Decimal | None
    is_whole_year: bool
    """Whether the rate is one of 12 months."""


def measured(orders_by_customer: Mapping[str, Sequence[tuple[int, Decimal]]], last_day: int) -> Measured:
    """Measure purchases, given by customer as day (ordinal) and amount, in order of days."""
    spent = [amount for bought in orders_by_customer.values() for _, amount in bought]
    if not spent:
        return Measured(0, 0, None, None, is_whole_year=False)
    seen = [bought for bought in orders_by_customer.values() if bought and bought[0][0] <= last_day - DAYS_A_YEAR]
    if seen:
        rate = share(sum(_came_back(bought) for bought in seen), len(seen))
    else:
        rate = share(sum(len(bought) > 1 for bought in orders_by_customer.values()), len(orders_by_customer))
    return Measured(
        orders=len(spent),
        customers=len(orders_by_customer),
        average_order_value=round(sum(spent, Decimal(0)) / len(spent), MONEY_DECIMALS),
        repeat_purchase_rate=rate,
        is_whole_year=bool(seen),
    )


def _came_back(bought: Sequence[tuple[int, Decimal]]) -> bool:
    return any(day <= bought[0][0] + DAYS_A_YEAR for day, _ in bought[1:])


def share(part: int, whole: int) -> Decimal:
    """A share to four places."""
    return round(Decimal(part) / whole, RATE_DECIMALS)


def shown(found: Measured) -> dict[str, Any]:
    """As JSON."""
    return {
        "orders": found.orders,
        "customers": found.customers,
        "averageOrderValue": found.average_order_value,
        "repeatPurchaseRate": found.repeat_purchase_rate,
        "isWholeYear": found.is_whole_year,
    }
