"""The use cases of transaction erasure: pay off a purchase with points, cancel that, and list both.

The points are redeemed (107) for the order, so that a return of it refunds them as any other redemption.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import UNKNOWN, NotFound, Refusal
from chalicelib.ids import composed
from chalicelib.ledger import days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX, Record, Redemption
from chalicelib.ledger.service import Command, post
from chalicelib.members import service as members
from chalicelib.orders import table
from chalicelib.orders.erasure import eligible
from chalicelib.orders.erasure.eligible import Erased, NotErasable
from chalicelib.orders.order import Order
from chalicelib.orders.service import PAGE_ORDERS, UnknownOrder
from chalicelib.programme import standard
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import check_takes_part
from chalicelib.values import value


class ErasureOff(Refusal):
    """The programme does not let members pay off purchases."""

    status = 405
    code = UNKNOWN

    def __init__(self) -> None:
        super().__init__("Transaction erasure is off: set transactionErasure.enabled in the programme.")


class NotErased(NotFound):
    """The order was not paid off with points."""

    def __init__(self) -> None:
        super().__init__("No data found: this order was not erased. Erase it with POST /transactionErasure first.")


@value
class Erasable:
    """An order that was not paid off: the points that would do it, and why it cannot be, if so."""

    order: Order
    points: int
    why_not: str | None


@value
class Transactions:
    """A page of a member's orders: erasable ones, erased ones, and the id to go on before, if there are more."""

    account: Account
    erasable: tuple[Erasable, ...]
    erased: tuple[Erased, ...]
    following: str | None


def erase(site: str, run: Command, force: InForce, mid: str, order_id: str) -> Erased:
    """Pay off what is left of an order, all or nothing.

    Raises ``ErasureOff``, ``UnknownOrder``, ``NotErasable``, ``MemberMayNotTakePart`` and ``NoSuchMember``.
    """
    _check_on(force)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Erased]:
        draft, order, before = drafts[0], _order(found[0]), table.load_erased(found[1])
        check_takes_part(draft)
        if before is not None and before.status == "Erased":
            raise NotErasable("it was erased before")
        record, points = ledger_table.load_redemptions(found[2]), eligible.price(force.programme, order)
        attributes: Mapping[str, str] = members.fields_of(site, found[3]).get("extendedAttribute", {})
        _check(draft, force, order, record, attributes, points)
        refs = Refs(order=order.id, store=order.store or None)
        note = {"reason": "Transaction erasure"}
        told = Telling(action=standard.REDEEMED, refs=refs, note=note, wished=points)
        entry = moves.debit(draft, points, told, side="redeemed")
        version = 0 if before is None else before.version
        done = Erased(order.id, draft.at, entry.number, points, attributes=order.attributes, version=version)
        recorded = record.added(Redemption(entry.number, "redeemed", entry.draws))
        rests_on = [members.check(site, mid, found[3]), table.order_check(site, mid, order)]
        return [
            table.erased_write(site, mid, done),
            ledger_table.redemptions_write(site, mid, composed(order.id), recorded),
            *(each for each in rests_on if each is not None),
        ], done

    also = (*_addresses(site, mid, order_id), members.address(site, mid))
    return post(site, [mid], run, force.rules, decide, also=also, answer=lambda _: Answer("E0"))


def update(
    site: str, run: Command, force: InForce, mid: str, order_id: str, *, cancels: bool, attributes: Mapping[str, str]
) -> Erased:
    """Set attributes of an erasure, or cancel it: the points that did not come back yet go to the lots they came from.

    Raises ``UnknownOrder``, ``NotErased``, ``NotErasable`` for one that was cancelled, and ``NoSuchMember``.
    """

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Erased]:
        draft, order, erased = drafts[0], _order(found[0]), table.load_erased(found[1])
        if erased is None:
            raise NotErased
        if erased.status == "Cancelled":
            raise NotErasable("its erasure was cancelled")
        after = replace(erased, attributes=tuple({**dict(erased.attributes), **attributes}.items()), changed=draft.at)
        if not cancels:
            return [table.erased_write(site, mid, after)], after
        record, back = _refund(draft, order, erased, ledger_table.load_redemptions(found[2]))
        after = replace(after, status="Cancelled", back=back)
        return [
            table.erased_write(site, mid, after),
            ledger_table.redemptions_write(site, mid, composed(order.id), record),
        ], after

    def is_ours() -> bool:
        found = recall(site, mid, order_id)
        return found is not None and found.changed == days.to_ms(run.now)

    also = _addresses(site, mid, order_id)
    return post(site, [mid], run, force.rules, decide, also=also, answer=lambda _: Answer("E0"), witness=is_ours)


def transactions(site: str, run: Command, force: InForce, mid: str, *, before: str | None = None) -> Transactions:
    """Fifty orders of a member by falling id. Raises ``ErasureOff`` and ``NoSuchMember``."""
    _check_on(force)
    account = ledger.read(site, mid, force.rules, run.now)
    orders = table.page(site, mid, before=before, limit=PAGE_ORDERS)
    places = [table.erased_address(site, mid, order.id) for order in orders]
    read = items.get_many([members.address(site, mid), *places])
    attributes: Mapping[str, str] = members.fields_of(site, read[0]).get("extendedAttribute", {})
    found = {order.id: table.load_erased(item) for order, item in zip(orders, read[1:], strict=True)}
    today = date.fromordinal(days.day_of(run.now, force.zone))
    erasable = [
        Erasable(
            order,
            eligible.price(force.programme, order),
            eligible.why_not(force.programme, order, attributes, today),
        )
        for order in orders
        if (erased := found[order.id]) is None or erased.status == "Cancelled"
    ]
    following = composed(orders[-1].id) if len(orders) == PAGE_ORDERS else None
    return Transactions(account, tuple(erasable), tuple(each for each in found.values() if each), following)


def recall(site: str, mid: str, order_id: str) -> Erased | None:
    """The erasure of an order as it is now; ``None`` when there is none."""
    return table.read_erased(site, mid, order_id)


def _check_on(force: InForce) -> None:
    if not force.programme.transaction_erasure.enabled:
        raise ErasureOff


def _addresses(site: str, mid: str, order_id: str) -> tuple[items.Address, ...]:
    return (
        table.order_address(site, mid, order_id),
        table.erased_address(site, mid, order_id),
        ledger_table.redemptions_address(site, mid, composed(order_id)),
    )


def _order(item: Any) -> Order:
    if item is None:
        raise UnknownOrder
    return table.load_order(item)


def _check(
    draft: Draft, force: InForce, order: Order, record: Record, attributes: Mapping[str, str], points: int
) -> None:
    why = eligible.why_not(force.programme, order, attributes, date.fromordinal(draft.day))
    if why is not None:
        raise NotErasable(why)
    if len(record.redemptions) >= REDEMPTIONS_MAX:
        raise NotErasable(f"at most {REDEMPTIONS_MAX} redemptions are recorded for one order")
    missing = points - draft.account.bucket().available
    if missing > 0:
        raise NotErasable("the member does not have the points that it costs")


def _refund(draft: Draft, order: Order, erased: Erased, record: Record) -> tuple[Record, int]:
    """Give back what the erasure still has, and the record of the order's redemptions after it."""
    mine = next(each for each in record.redemptions if each.entry == erased.entry)
    back = mine.points - mine.refunded
    after, draws = mine.give_back(back)
    if draws:
        told = Telling(action=standard.REDEEMED, refs=Refs(order=order.id, undoes=erased.entry))
        moves.refund(draft, draws, told, side="redeemed")
    kept = tuple(after if each.entry == erased.entry else each for each in record.redemptions)
    return replace(record, redemptions=kept), back
