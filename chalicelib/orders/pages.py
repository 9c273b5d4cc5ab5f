"""Pages of orders: as of one moment, and no longer than an answer holds."""

from collections.abc import Callable
from typing import Final

from chalicelib.errors import Contention
from chalicelib.ledger.hold import Hold
from chalicelib.orders.order import Order

PAGE_LINES: Final = 400
"""Products of a page: with the longest of texts they stay under the 6 MB that Lambda answers (AWS limit)."""
STEADY_READS_MAX: Final = 5
"""How often orders are read again because they, or their member's book, changed between two reads."""


def steady(read: Callable[[], list[Order]], read_holds: Callable[[], list[Hold]]) -> tuple[list[Order], list[Hold]]:
    """Orders and the holds of their member as of one moment: read again until the orders stayed as they were.

    A change of an order writes its holds in the same transaction; read one after the other, they may be of two
    moments. Raises ``Contention``.
    """
    orders = read()
    for _ in range(STEADY_READS_MAX):
        if not any(order.has_holds for order in orders):
            return orders, []
        holds, again = read_holds(), read()
        if [(each.id, each.version) for each in orders] == [(each.id, each.version) for each in again]:
            return orders, holds
        orders = again
    raise Contention


def within(found: list[Order]) -> list[Order]:
    """As many of these orders as an answer holds, at least one."""
    lines = 0
    for place, order in enumerate(found):
        lines += len(order.lines)
        if lines > PAGE_LINES and place:
            return found[:place]
    return found
