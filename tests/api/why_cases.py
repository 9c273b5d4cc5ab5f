"""For every reason code of ``why`` a history that produces it, told by calls of the API and the passing of time."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib import clock
from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.ledger import service as ledger
from chalicelib.ledger import table
from chalicelib.members import service as members
from chalicelib.orders.table import OrderItem
from chalicelib.programme import service as programmes
from tests.api.shop import ADA, Shop, action, quoted

FOLLOW = 129
"""An ordinary action: 25 points, once in a lifetime."""
ORDER = "SO-1"
HELD = {"type": "itemShipDate", "days": 2}


@dataclass(frozen=True)
class Case:
    """What happened, what is asked then, and which check answers with the code, with which outcome."""

    check: str
    outcome: str
    query: str
    history: Callable[[Shop], object] = lambda _shop: None


def why(shop: Shop, query: str, member: str = ADA) -> dict[str, Any]:
    return shop.get(f"/users/{quoted(member)}/why?{query}").ok


def perform(shop: Shop, action_id: int = FOLLOW, member: str = ADA) -> Any:
    return shop.post("/points", {"id": member, "actionId": action_id, "activity": "CREDIT"})


def buy(shop: Shop, *prices: Any, id: str = ORDER, member: str = ADA, **more: Any) -> Any:  # noqa: A002
    """An order of one unit each at these prices; of two at 20 when none is given."""
    lines = [{"id": f"P{n}", "quantity": 1, "unitPrice": price} for n, price in enumerate(prices or (20, 20), 1)]
    return shop.post("/orders", {"id": id, "userId": member, "orderDetail": lines, **more})


def excluded(shop: Shop) -> None:
    """Both products of an order earn nothing."""
    detail = {"productPointType": "No"}
    shop.post("/bulkproducts", {str(n): {"productDetail": {"productId": f"P{n}", **detail}} for n in (1, 2)})


def change(shop: Shop, status: str, *products: str, order: str = ORDER) -> Any:
    detail = {"orderDetail": [{"id": product} for product in products]} if products else {}
    return shop.patch(f"/orders/{order}", {"status": status, **detail})


def follow(shop: Shop, **fields: Any) -> None:
    """Change the action that members earn by."""

    def changed(document: dict[str, Any]) -> None:
        found = action(document, FOLLOW)
        found.pop("limits", None)
        found.update({name: value for name, value in fields.items() if value is not None})

    shop.programme(changed)


def selling(shop: Shop, *, purchase: Any = None, sections: Any = None, **fields: Any) -> None:
    """Change how purchases earn: the section, others, and the action's own fields."""

    def changed(document: dict[str, Any]) -> None:
        document["purchase"].update(purchase or {})
        document.update(sections or {})
        action(document, 109).update(fields)

    shop.programme(changed)


def wait(**passed: float) -> None:
    clock.move_to(clock.now() + timedelta(**passed))


def opted_out(shop: Shop) -> None:
    shop.patch(f"/users/{ADA}", {"optInStatus": "NO"})


def held(shop: Shop, kind: str = "itemShipDate", days: int = 2) -> None:
    selling(shop, purchase={"hold": {"type": kind, "days": days}})
    buy(shop)


def settle(shop: Shop, member: str = ADA) -> None:
    """Do what the sweep would find due of the account and its holds."""
    force, mid = programmes.in_force(shop.site), members.resolve(shop.site, member).mid
    ledger.settle(shop.site, mid, force.rules, clock.now())
    for hold in table.read_holds(shop.site, mid):
        ledger.settle_hold(shop.site, mid, hold.group, hold.place, force.rules, clock.now())


def _forget_counts(shop: Shop) -> None:
    """Make an order look as one of a release that did not keep what had counted against the limits."""
    selling(shop, limits=[{"times": 1, "period": "day"}])
    buy(shop, id="SO-0")
    buy(shop)
    mid = members.resolve(shop.site, ADA).mid
    item = items.get(OrderItem, keys.member(shop.site, mid), f"O#{ORDER}")
    assert item is not None
    body = json.loads(item.body)
    assert body.pop("j")
    item.body = json.dumps(body)
    commit(lambda: None, lambda _: Plan((Write(item),), None))


def _do(*deeds: Callable[[Shop], object]) -> Callable[[Shop], None]:
    def history(shop: Shop) -> None:
        for deed in deeds:
            deed(shop)

    return history


def _later(**passed: float) -> Callable[[Shop], None]:
    return lambda _shop: wait(**passed)


def _changed(status: str, *products: str) -> Callable[[Shop], object]:
    return lambda shop: change(shop, status, *products).ok


def _in_arrears(shop: Shop) -> None:
    selling(shop, sections={"negativePoints": {"allowed": True}})
    shop.debit(15)
    buy(shop)


def _busy_year(shop: Shop) -> None:
    """Two hundred entries later the points expire."""
    buy(shop)
    gift = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": 1, "reason": "x"}
    shop.post("/bulkpoints", {str(n): gift for n in range(1, 201)}).ok  # noqa: B018 - asks whether it went well.
    wait(days=370)
    settle(shop)


NEVER = {"expiry": {"type": "never"}}
BY_ACTION = f"actionId={FOLLOW}"
BY_ORDER = f"orderId={ORDER}"
CASES: dict[str, Case] = {
    "NOT_REACHED": Case("limit", "notReached", BY_ACTION, opted_out),
    "MEMBER_ACTIVE": Case("memberActive", "passed", BY_ACTION),
    "MEMBER_INACTIVE": Case("memberActive", "refused", BY_ACTION,
                            lambda shop: shop.patch(f"/users/{ADA}", {"status": "INACTIVE"})),
    "MEMBER_OPTED_OUT": Case("memberActive", "refused", BY_ACTION, opted_out),
    "MEMBER_BLOCKED": Case("memberActive", "refused", BY_ACTION,
                           lambda shop: shop.post("/blocklist", {"blocklistUsers": ADA})),
    "ACTION_KNOWN": Case("actionKnown", "passed", BY_ACTION),
    "ACTION_UNKNOWN": Case("actionKnown", "refused", "actionId=4711"),
    "ACTION_ACTIVE": Case("actionActive", "passed", BY_ACTION),
    "ACTION_INACTIVE": Case("actionActive", "refused", BY_ACTION, lambda shop: follow(shop, status="INACTIVE")),
    "ACTION_EARNS": Case("actionEarns", "passed", BY_ACTION),
    "ACTION_TAKES_POINTS": Case("actionEarns", "refused", "actionId=107"),
    "ACTION_BOOKED_BY_SYSTEM": Case("actionEarns", "refused", "actionId=106"),
    "POINTS_CONFIGURED": Case("points", "passed", BY_ACTION),
    "POINTS_NOT_CONFIGURED": Case("points", "refused", BY_ACTION, lambda shop: follow(shop, actionPoints=0)),
    "POINTS_FROM_REQUEST": Case("points", "passed", "actionId=100"),
    "LIMIT_OPEN": Case("limit", "passed", BY_ACTION),
    "LIMIT_CAPPED": Case("limit", "passed", BY_ACTION,
                         _do(lambda shop: follow(shop, maxPoints=40, period="month"), perform)),
    "LIMIT_OPENS_LATER": Case("limit", "refused", BY_ACTION,
                              _do(lambda shop: follow(shop, limits=[{"times": 1, "period": "day"}]), perform)),
    "LIMIT_USED_UP": Case("limit", "refused", BY_ACTION, perform),
    "LIMIT_REACHED": Case("limit", "refused", BY_ORDER, _forget_counts),
    "NOT_HELD": Case("release", "passed", BY_ORDER, buy),
    "HELD_AFTER_AWARD": Case("release", "waiting", BY_ACTION, lambda shop: follow(shop, holdDays=3)),
    "ORDER_RECEIVED": Case("orderReceived", "passed", BY_ORDER, buy),
    "ORDER_NOT_RECEIVED": Case("orderReceived", "refused", BY_ORDER),
    "ORDER_DECIDES": Case("minimumAmount", "waiting", BY_ORDER),
    "POINT_TYPE_EARNS": Case("pointType", "passed", BY_ORDER, buy),
    "POINT_TYPE_FLAT": Case("pointType", "refused", BY_ORDER, lambda shop: buy(shop, purchasePointType="Flat")),
    "MINIMUM_REACHED": Case("minimumAmount", "passed", BY_ORDER, buy),
    "MINIMUM_NOT_REACHED": Case("minimumAmount", "refused", BY_ORDER,
                                _do(lambda shop: selling(shop, purchase={"minimumOrderAmount": "50.00"}), buy)),
    "POINTS_EARNED": Case("points", "passed", BY_ORDER, buy),
    "RATIO_ZERO": Case("points", "refused", BY_ORDER, _do(lambda shop: selling(shop, ratio=0), buy)),
    "AMOUNT_TOO_SMALL": Case("points", "refused", BY_ORDER, lambda shop: buy(shop, "0.99")),
    "RULES_GIVE_NOTHING": Case("points", "refused", BY_ORDER, _do(excluded, buy)),
    "RELEASED": Case("release", "passed", BY_ORDER,
                     _do(lambda shop: held(shop, "orderDate", 5), _later(hours=1), _changed("ship"))),
    "AWAITS_RELEASE": Case("release", "waiting", BY_ORDER, _do(held, _changed("ship"))),
    "AWAITS_SHIPMENT": Case("release", "waiting", BY_ORDER, held),
    "RELEASE_DUE": Case("release", "waiting", BY_ORDER, _do(held, _changed("ship"), _later(days=3))),
    "HOLD_VOIDED": Case("release", "refused", BY_ORDER, _do(held, _later(days=181), settle)),
    "RETURNED_ON_HOLD": Case("release", "refused", BY_ORDER, _do(held, _changed("ship"), _changed("return"))),
    "CANCELLED_ON_HOLD": Case("release", "refused", BY_ORDER, _do(held, _changed("cancel"))),
    "NOTHING_OWED": Case("arrears", "passed", BY_ORDER, buy),
    "PAID_ARREARS": Case("arrears", "passed", BY_ORDER, _in_arrears),
    "KEPT": Case("kept", "passed", BY_ORDER, buy),
    "CANCELLED_AFTER_AWARD": Case("kept", "passed", BY_ORDER, _do(buy, _changed("cancel", "P1"))),
    "PARTLY_TAKEN_BACK": Case("kept", "passed", BY_ORDER, _do(buy, _changed("return", "P1"))),
    "RETURNED": Case("kept", "refused", BY_ORDER, _do(buy, _changed("return"))),
    "NEVER_EXPIRES": Case("expiry", "passed", BY_ORDER, _do(lambda shop: selling(shop, sections=NEVER), buy)),
    "GOOD_THROUGH": Case("expiry", "passed", BY_ORDER, buy),
    "EXPIRED": Case("expiry", "refused", BY_ORDER, _do(buy, _later(days=366))),
    "USED_IN_TIME": Case("expiry", "passed", BY_ORDER, _do(buy, lambda shop: shop.debit(40), _later(days=366))),
    "EXPIRY_NOT_FOLLOWED": Case("expiry", "passed", BY_ORDER, _busy_year),
}  # fmt: skip
ALL_IS_WELL = "GRANTED"
"""The one code that no check has: the answer when none has anything to say."""
