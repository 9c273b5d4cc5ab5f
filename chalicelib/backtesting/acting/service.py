"""Events put to the use cases. Whoever calls stands in a rehearsal, so that nothing is written."""

from typing import Any, Final

from chalicelib.backtesting.events import Event
from chalicelib.dynamo import items
from chalicelib.dynamo.commit import Write
from chalicelib.ids import composed
from chalicelib.ledger import days, moves
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.entry import Refs
from chalicelib.ledger.moves import Telling
from chalicelib.ledger.service import command, post
from chalicelib.orders import service as orders
from chalicelib.orders.selecting import Wanted
from chalicelib.orders.taking import service as taking
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.service import Wish, check_takes_part
from chalicelib.rewards import service as rewards

OTHER: Final = "other"
"""Stands in for the other side of a transfer: the book names neither giver nor receiver to the other."""


def act(site: str, mid: str, event: Event, force: InForce) -> bool:
    """Do what the event says, decided by the programme; whether a limit or a switch withheld its points.

    Raises the refusals of the use case.
    """
    return _ACTS[event.kind](site, mid, event, force)


def _enrol(site: str, mid: str, event: Event, force: InForce) -> bool:
    _open(site, mid, event, force)
    return False


def _open(site: str, mid: str, event: Event, force: InForce) -> None:
    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], None]:
        moves.enrol(drafts[0], event.state or performing.ACTIVE)
        return [], None

    post(site, [mid], command(days.from_ms(event.at)), force.rules, decide, opening=True)


def _set_state(site: str, mid: str, event: Event, force: InForce) -> bool:
    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], None]:
        moves.set_state(drafts[0], event.state)
        return [], None

    post(site, [mid], command(days.from_ms(event.at)), force.rules, decide)
    return False


def _close(site: str, mid: str, event: Event, force: InForce) -> bool:
    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], None]:
        moves.close(drafts[0])
        return [], None

    post(site, [mid], command(days.from_ms(event.at)), force.rules, decide)
    return False


def _award(site: str, mid: str, event: Event, force: InForce) -> bool:
    run = command(days.from_ms(event.at))
    return performing.award(site, run, force, mid, _wish(event)).withheld is not None


def _deduct(site: str, mid: str, event: Event, force: InForce) -> bool:
    performing.deduct(site, command(days.from_ms(event.at)), force, mid, _wish(event))
    return False


def _redeem(site: str, mid: str, event: Event, force: InForce) -> bool:
    run, wish = command(days.from_ms(event.at)), _wish(event)
    rewards.redeem_points(site, run, force, mid, wish, may_owe=event.may_owe)
    return False


def _refund(site: str, mid: str, event: Event, force: InForce) -> bool:
    """The points of a cancelled reward come back; those of an order come back with it no more."""
    order = None if event.order_id is None else composed(event.order_id)

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], None]:
        points = sum(draw.amount for draw in event.draws)
        told = Telling(action=event.action, refs=Refs(order=event.order_id), wished=points)
        moves.refund(drafts[0], event.draws, told, side="redeemed")
        if order is None:
            return [], None
        _, pk, sk = ledger_table.redemptions_address(site, mid, order)
        record = ledger_table.load_redemptions(items.get(ledger_table.RedemptionsItem, pk, sk))
        write = ledger_table.redemptions_write(site, mid, order, record.returned(points))
        return [write] if record.version else [], None

    post(site, [mid], command(days.from_ms(event.at)), force.rules, decide)
    return False


def _send(site: str, mid: str, event: Event, force: InForce) -> bool:
    if ledger_table.read_account(site, OTHER) is None:
        _open(site, OTHER, event, force)
    performing.transfer(site, command(days.from_ms(event.at)), force, mid, OTHER, _wish(event))
    return False


def _receive(site: str, mid: str, event: Event, force: InForce) -> bool:
    """What was received stays as it was recorded: whether the giver had it under the draft is the giver's replay."""

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], None]:
        check_takes_part(drafts[0])
        moves.receive(drafts[0], event.draws, Telling(action=event.action, wished=event.points))
        return [], None

    post(site, [mid], command(days.from_ms(event.at)), force.rules, decide)
    return False


def _order(site: str, mid: str, event: Event, force: InForce) -> bool:
    if event.new is None:
        raise ValueError("an order that says nothing of itself")
    placed = taking.place(site, command(days.from_ms(event.at)), force, mid, event.new)
    return placed.withheld is not None


def _change(site: str, mid: str, event: Event, force: InForce) -> bool:  # noqa: ARG001 - the order knows its member.
    wanted = [Wanted(product, units) for product, units in event.wanted]
    orders.change(site, command(days.from_ms(event.at)), force, event.order_id or "", event.verb, wanted)
    return False


def _settle(site: str, mid: str, event: Event, force: InForce) -> bool:
    ledger.settle(site, mid, force.rules, days.from_ms(event.at))
    return False


def _wish(event: Event) -> Wish:
    return Wish(action=event.action, points=event.points, point_type=event.point_type, order=event.order_id)


_ACTS: Final = {
    "enrol": _enrol,
    "state": _set_state,
    "close": _close,
    "award": _award,
    "deduct": _deduct,
    "redeem": _redeem,
    "refund": _refund,
    "send": _send,
    "receive": _receive,
    "order": _order,
    "change": _change,
    "settle": _settle,
}
