"""Points spent on an order that come back with it."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.ledger.account import NEVER
from chalicelib.ledger.entry import Draw
from chalicelib.ledger.redemptions import Record, Redemption
from chalicelib.orders.order import Order
from chalicelib.programme.document import Refunds
from chalicelib.values import value


@value
class Refund:
    """Points of one redemption that come back now, to these lots."""

    redemption: Redemption
    draws: tuple[Draw, ...]

    @property
    def points(self) -> int:
        """How many come back."""
        return sum(draw.amount for draw in self.draws)


def refunds_of(order: Order, record: Record, rules: Refunds, today: int) -> tuple[Record, tuple[Refund, ...]]:
    """The refunds that are due now that so much of the order came back or was cancelled, and the record after them.

    The rules are those that the order was placed under: one switch for an order that came back as a whole and
    one for parts of it.
    """
    is_whole = order.is_gone
    if not (rules.on_return if is_whole else rules.on_partial_return):
        return record, ()
    gone = sum(line.spend_gone for line in order.lines)
    return refunds_for(record, gone, order.amount, is_whole=is_whole, fresh=order.lasting.good_through(today))


def refunds_for(
    record: Record, returned_amount: int, total: int, *, is_whole: bool, fresh: int = NEVER
) -> tuple[Record, tuple[Refund, ...]]:
    """Of each redemption the part that ``returned_amount`` is of ``total``, rounded down, less what came back before;
    all of it when the whole order is gone. ``fresh`` as ``Redemption.give_back`` takes it.
    """
    after: list[Redemption] = []
    refunds: list[Refund] = []
    for redemption in record.redemptions:
        part = redemption.points * returned_amount // total if total else 0
        points = (redemption.points if is_whole else part) - redemption.refunded
        left, draws = redemption.give_back(max(0, points), fresh=fresh)
        if draws:
            refunds.append(Refund(left, draws))
        after.append(left)
    return replace(record, redemptions=tuple(after)), tuple(refunds)


def graced(draws: Sequence[Draw], today: int, grace_days: int) -> tuple[Draw, ...]:
    """The draws with dead lots made good for ``grace_days`` from today; without grace they stay dead."""
    if not grace_days:
        return tuple(draws)
    return tuple(
        replace(draw, day=today + grace_days) if draw.day != NEVER and draw.day < today else draw for draw in draws
    )
