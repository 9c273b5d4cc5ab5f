"""Redemption: points spent, once for an order when the caller asks for that."""

from decimal import Decimal
from typing import Any

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Refusal
from chalicelib.ids import composed
from chalicelib.ledger import moves, table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Entry
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX, Record, Redemption
from chalicelib.ledger.service import Command, entry_answer, post
from chalicelib.programme.amounts import points_on_wire
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import Wish, check_takes_part, postable, telling
from chalicelib.values import value


class NotEnoughPoints(Refusal):
    """The balance does not cover the redemption."""

    def __init__(self, *, asked: Decimal, available: Decimal) -> None:
        super().__init__(f"Not enough points: {asked:f} asked, {available:f} available. Nothing was redeemed.")


class OverdraftNotAllowed(Refusal):
    """The caller allows negative points and the programme does not."""

    def __init__(self) -> None:
        super().__init__("Not enough points, and this programme does not allow negative points.")


class TooManyRedemptions(Refusal):
    """An order takes a bounded number of redemptions."""

    def __init__(self) -> None:
        super().__init__(f"An order takes at most {REDEMPTIONS_MAX} redemptions.")


@value
class Redeemed:
    """The redemption's entry, and whether it had been made before (``retry`` for the same order)."""

    entry: Entry
    is_repeat: bool = False


def redeem_points(
    site: str, run: Command, force: InForce, mid: str, wish: Wish, *, retry: bool = False, may_owe: bool = False
) -> Redeemed:
    """Spend points (107), all or nothing.

    With an order id the redemption is recorded for it, so that a return can refund it to the very lots; with
    ``retry`` an order that has a redemption answers with that one and debits nothing. ``may_owe`` needs a
    programme that allows negative points. Raises ``NotEnoughPoints`` and as ``performing.award`` does.
    """
    postable(force, wish.action)
    points = wish.points or 0
    order = None if wish.order is None else composed(wish.order)
    address = None if order is None else table.redemptions_address(site, mid, order)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Redeemed]:
        draft = drafts[0]
        record = table.load_redemptions(found[0] if found else None)
        if retry and record.redemptions:
            row = table.read_row(site, mid, record.redemptions[0].entry)
            if row is not None:
                return [], Redeemed(row.entry, is_repeat=True)
        check_takes_part(draft)
        _check_affordable(draft, force, points, may_owe=may_owe)
        if len(record.redemptions) >= REDEMPTIONS_MAX:
            raise TooManyRedemptions
        entry = moves.debit(draft, points, telling(wish, points), side="redeemed", may_owe=may_owe)
        writes = [] if order is None else [table.redemptions_write(site, mid, order, _recorded(record, entry))]
        return writes, Redeemed(entry)

    def record_of() -> list[Any]:
        # After the account: reads of one batch may be of two moments, and a balance that this order's redemption has
        # used up would refuse, where retry has that redemption to tell.
        return [] if address is None else [items.get(*address)]

    also, load = ((), record_of) if retry or address is None else ((address,), None)
    return post(site, [mid], run, force.rules, decide, also=also, load=load, answer=_answer)


def _answer(made: Redeemed) -> Answer:
    return entry_answer(made.entry.number)


def _recorded(record: Record, entry: Entry) -> Record:
    """The order's redemptions with this one, which a return can refund to the very lots."""
    owed = sum(points for _, points in entry.owed)
    return record.added(Redemption(entry.number, "redeemed", entry.draws, owed=owed))


def _check_affordable(draft: Draft, force: InForce, points: int, *, may_owe: bool) -> None:
    available = draft.account.bucket().available
    if points <= available:
        return
    if may_owe and force.rules.may_owe:
        return
    if may_owe:
        raise OverdraftNotAllowed
    asked, there = (points_on_wire(force.programme, units) for units in (points, available))
    raise NotEnoughPoints(asked=asked, available=there)
