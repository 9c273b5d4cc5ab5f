"""What placing and changing an order answer, and how an idempotency key remembers it."""

import json
from typing import Any, Final

from chalicelib.ledger.account import Account
from chalicelib.ledger.hold import Hold
from chalicelib.orders.changing import given_of, held_of, noticing
from chalicelib.orders.order import Line, Order, Status, Verb
from chalicelib.orders.purses import of_bucket
from chalicelib.programme.performing.limits import Withheld
from chalicelib.values import names, value

PLACED: Final = "OP"
CHANGED: Final = "OC"
"""How the pointers begin that keys remember of orders."""


@value
class Figures:
    """How the member stood after the call, in smallest units, and the tiers before and after it."""

    available: int
    held: int
    used: int
    lifetime: int
    tier_before: str
    tier_after: str


@value
class Placed:
    """An order that was placed. ``withheld`` says why its points were not given where a limit or a switch kept
    them back, ``wished`` what it would have earned without one; ``release_at`` in milliseconds.
    """

    order: Order
    entry: int
    points_awarded: int
    points_on_hold: int
    wished: int
    release_at: int | None
    withheld: Withheld | None
    figures: Figures


@value
class Changed:
    """An order that was changed, or was so already.

    ``points_awarded`` and ``points_on_hold`` are what is left on the order. ``points_removed`` were taken back,
    ``removed_from_hold`` of them had not been given yet; ``points_not_deducted`` should have been and were not
    there; ``points_refunded`` came back from redemptions on the order. ``entry`` is the row that tells of it,
    if one does. ``has_effect`` is False for what was only noted and for a repeat.
    """

    order_id: str
    verb: Verb
    status: Status
    points_awarded: int
    points_on_hold: int
    points_removed: int
    removed_from_hold: int
    points_not_deducted: int
    points_refunded: int
    release_at: int | None
    entry: int | None
    has_effect: bool
    figures: Figures


@value
class LineView:
    """A line with what of its points is given and on hold, and when the next of these are released."""

    line: Line
    points_awarded: int
    points_on_hold: int
    release_at: int | None


@value
class OrderView:
    """An order as it stands, with its member's number."""

    mid: str
    order: Order
    lines: tuple[LineView, ...]
    points_awarded: int
    points_on_hold: int
    release_at: int | None


def view(mid: str, order: Order, holds: list[Hold]) -> OrderView:
    """The order with its points spread over what was given and what is on hold."""
    holds = of_bucket(holds)
    order = noticing(order, holds)
    lines = tuple(_line_view(line, place, holds) for place, line in enumerate(order.lines))
    return OrderView(
        mid=mid,
        order=order,
        lines=lines,
        points_awarded=sum(line.points_awarded for line in lines),
        points_on_hold=sum(line.points_on_hold for line in lines),
        release_at=next_release(holds),
    )


def next_release(holds: list[Hold]) -> int | None:
    """When the next points of these holds are released, in milliseconds; ``None`` while none has a date."""
    return min((hold.release_at for hold in holds if hold.release_at is not None), default=None)


def figures(before: Account, after: Account) -> Figures:
    """The figures of an account after a call, and its tiers around it."""
    bucket = after.bucket()
    return Figures(
        bucket.available, bucket.held, bucket.used, bucket.lifetime, before.standing.tier, after.standing.tier
    )


def dump_placed(placed: Placed) -> str:
    """What a key remembers of a placed order: all figures, and the order's id to read its lines by."""
    body = {
        "o": placed.order.id,
        "e": placed.entry,
        "a": placed.points_awarded,
        "h": placed.points_on_hold,
        "w": placed.wished,
        "r": placed.release_at,
        "x": None if placed.withheld is None else [placed.withheld.code, placed.withheld.message],
        "f": _row(placed.figures),
    }
    return PLACED + json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def order_of(ref: str) -> str | None:
    """The id of the order that a pointer to a placed one names; ``None`` for other pointers."""
    return str(json.loads(ref.removeprefix(PLACED))["o"]) if ref.startswith(PLACED) else None


def load_placed(ref: str, order: Order) -> Placed:
    """The answer of ``dump_placed``, with the order as it stands now."""
    body: dict[str, Any] = json.loads(ref.removeprefix(PLACED))
    return Placed(
        order=order,
        entry=body["e"],
        points_awarded=body["a"],
        points_on_hold=body["h"],
        wished=body["w"],
        release_at=body["r"],
        withheld=None if body["x"] is None else Withheld(*body["x"]),
        figures=Figures(*body["f"]),
    )


_CHANGED_ROW: Final = tuple(name for name in names(Changed) if name != "figures")
"""Kept by position and for ever: a new field is read from older rows only if ``load_changed`` says how."""


def dump_changed(changed: Changed) -> str:
    """What a key remembers of a changed order: the whole answer."""
    row = [getattr(changed, name) for name in _CHANGED_ROW]
    return CHANGED + json.dumps([*row, _row(changed.figures)], separators=(",", ":"), ensure_ascii=False)


def load_changed(ref: str) -> Changed:
    """The answer of ``dump_changed``."""
    *row, shown = json.loads(ref.removeprefix(CHANGED))
    fields = dict(zip(_CHANGED_ROW, row, strict=True))
    return Changed(**fields, figures=Figures(*shown))


def _line_view(line: Line, place: int, holds: list[Hold]) -> LineView:
    held = held_of(holds, place)
    mine = [hold for hold in holds if held_of([hold], place)]
    return LineView(line, given_of(line, held), held, next_release(mine))


def _row(shown: Figures) -> list[Any]:
    return [getattr(shown, name) for name in names(Figures)]


def as_dict(order: Order) -> dict[str, Any]:
    """An order in plain words, for the file a person may ask for."""
    return {
        "id": order.id,
        "orderDate": order.ordered.isoformat(),
        "email": order.buyer.email,
        "firstName": order.buyer.first_name,
        "lastName": order.buyer.last_name,
        "storeId": order.store,
        "source": order.source,
        "coupon": list(order.coupons),
        "status": order.status,
        "points": order.points,
        **({"ownFields": order.buyer.said} if order.buyer.said else {}),
        "products": [
            {
                "id": line.about.product,
                "quantity": format(line.about.quantity, "f"),
                "unitPrice": format(line.about.unit_price, "f"),
                "description": line.about.description,
                "status": line.status,
            }
            for line in order.lines
        ],
    }
