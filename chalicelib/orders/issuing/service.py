"""The use cases of issuances: give the points that a shop computed, and correct what an issuance says.

An issuance is kept as an order whose shares are given: it is shipped, returned and cancelled as orders are
(``orders.service.change``), and reversed by the shares that were recorded.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer
from chalicelib.errors import Malformed, NotFound, Refusal
from chalicelib.groups.pooling import service as pooling
from chalicelib.ledger import table as ledger_table
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.orders import booking, placing, results, selecting, table
from chalicelib.orders import service as orders
from chalicelib.orders.booking import Award, Booked
from chalicelib.orders.order import UNIT, NewOrder, Order, Person
from chalicelib.orders.results import Figures, OrderView, Placed
from chalicelib.orders.shares import split
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing.service import check_credit, check_takes_part, counting_refusals, postable
from chalicelib.values import value

ISSUANCE: Final = 174
"""The vendor's action id of issuances: known without being in the programme."""


class NotIssued(NotFound):
    """The order is a purchase."""

    def __init__(self) -> None:
        super().__init__("No data found: this order is a purchase. Change it with PATCH /orders/{orderId}.")


class PointsFixed(Refusal):
    """An update says other points or another amount than were issued."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: stays what was issued. Cancel or return the issuance, and issue anew.")


class SharesDiffer(Malformed):
    """The points of the products do not add up to those of the issuance."""

    def __init__(self) -> None:
        super().__init__("productDetails: productPoints must add up to orderTotalPoints, or be left out everywhere.")


@value
class Details:
    """What of an issuance may be corrected; ``None`` leaves it as it is."""

    coupons: tuple[str, ...] | None = None
    store: str | None = None
    source: str | None = None
    said: str | None = None


def issue(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    new: NewOrder,
    points: int,
    shares: Sequence[int] | None = None,
) -> Placed:
    """Give the ``points`` (smallest units) that the shop computed, or promise them until the issuance is shipped.

    No ratio, tier, campaign or limit is applied. ``shares`` are the products' own, where the shop says them; otherwise
    the points are spread by amount. Raises ``BadOrder``, ``OrderExists``, ``SharesDiffer``, ``UnknownAction``,
    ``ActionNotPostable``, ``MemberMayNotTakePart`` (which is counted) and ``NoSuchMember``.
    """
    given = _checked(force, new, points, shares, run.now)
    pool = pooling.earning(site, force.groups, mid)

    def decide(drafts: list[Draft], _found: list[Any]) -> tuple[list[Write], Placed]:
        draft = drafts[0]
        check_takes_part(draft)
        before = draft.account
        award = Award(points, points, given, (), before.standing.tier)
        booked = booking.book_order(draft, new, award, force)
        order = booked.order if new.waits else _shipped(booked.order, draft.at)
        writes = [table.claim_write(site, mid, order), table.order_write(site, mid, order)]
        writes += [] if booked.hold is None else [ledger_table.hold_write(site, mid, booked.hold)]
        draft.settle()
        pool.take(draft)
        return writes, _placed(order, booked, points, results.figures(before, draft.account))

    with counting_refusals(site, mid, new.action, run.now, order=new.id):
        return pool.post(
            site, [mid], run, force.rules, decide, answer=lambda placed: Answer(results.dump_placed(placed))
        )


def _checked(
    force: InForce, new: NewOrder, points: int, shares: Sequence[int] | None, now: datetime
) -> tuple[int, ...]:
    """The products' shares of the points, once nothing speaks against the issuance itself."""
    if new.action != ISSUANCE or new.action in force.action_by_id:
        check_credit(postable(force, new.action))
    placing.check(new, now)
    if points > placing.POINTS_MAX:
        raise placing.BadOrder("orderTotalPoints: more points than can be booked.")
    if shares is not None and sum(shares) != points:
        raise SharesDiffer
    return tuple(shares) if shares is not None else split(points, _weights(new))


def _placed(order: Order, booked: Booked, points: int, figures: Figures) -> Placed:
    held = 0 if booked.hold is None else points
    return Placed(
        order=order,
        entry=booked.entry.number,
        points_awarded=points - held,
        points_on_hold=held,
        wished=points,
        release_at=None,
        withheld=None,
        figures=figures,
    )


def issued(site: str, order_id: str) -> OrderView:
    """An issuance as it stands. Raises ``UnknownOrder`` and ``NotIssued``."""
    view = orders.details(site, order_id)
    if not view.order.action:
        raise NotIssued
    return view


def correct(site: str, order_id: str, details: Details) -> None:
    """Put other details into an issuance that can still be shipped or is. Nothing is written where nothing changes.

    Safe to repeat. Raises ``UnknownOrder``, ``NotIssued`` and ``InvalidTransition``.
    """
    mid = table.owner(site, order_id)
    if mid is None:
        raise orders.UnknownOrder

    def decide(order: Order | None) -> Plan[None]:
        if order is None:
            raise orders.UnknownOrder
        if not order.action:
            raise NotIssued
        selecting.select(order, "ship", None)
        changed = _corrected(order, details)
        if changed == order:
            return Plan((), None)
        # It keeps the command that changed it last: by that a change of status tells its own repetition.
        return Plan((table.order_write(site, mid, changed),), None)

    commit(lambda: table.read_order(site, mid, order_id), decide)


def _corrected(order: Order, details: Details) -> Order:
    buyer = order.buyer if details.said is None else Person(said=details.said)
    return replace(
        order,
        coupons=order.coupons if details.coupons is None else details.coupons,
        store=order.store if details.store is None else details.store,
        source=order.source if details.source is None else details.source,
        buyer=buyer,
    )


def _weights(new: NewOrder) -> list[int]:
    """By what the points are spread: amounts, or units where no product has a price."""
    weights = [int(line.amount * 10**placing.PLACES_MAX * UNIT) for line in new.lines]
    return weights if any(weights) else [int(line.quantity * UNIT) for line in new.lines]


def _shipped(order: Order, at: int) -> Order:
    """The order with everything shipped: its points were given at once."""
    return replace(order, lines=tuple(replace(line, shipped=line.quantity) for line in order.lines), shipped_at=at)
