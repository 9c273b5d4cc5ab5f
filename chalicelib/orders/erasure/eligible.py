"""Whether a purchase may be paid off, and what it costs: pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from chalicelib.errors import Refusal
from chalicelib.orders.order import Order
from chalicelib.programme import amounts
from chalicelib.programme.definitions.erasure import ErasureCondition, ErasureRule, number
from chalicelib.programme.document import Programme
from chalicelib.values import value

PURCHASE = "purchase"
ISSUANCE = "issuance"


class NotErasable(Refusal):
    """The purchase cannot be paid off with points."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This transaction cannot be erased: {why}.")


@value
class Erased:
    """A purchase that was paid off: when (milliseconds), by which entry, for how many points, and what became of it.

    ``points`` in smallest units, ``back`` of them were given back by a cancellation.
    """

    order: str
    at: int
    entry: int
    points: int
    status: Literal["Erased", "Cancelled"] = "Erased"
    attributes: tuple[tuple[str, str], ...] = ()
    changed: int = 0
    back: int = 0
    version: int = 0


def left(order: Order) -> int:
    """What is left of the purchase, in the currency's smallest units."""
    return order.amount - sum(line.spend_gone for line in order.lines)


def price(programme: Programme, order: Order) -> int:
    """Points in smallest units that pay off what is left of the purchase, rounded up."""
    money = amounts.money_on_wire(programme, left(order))
    ratio = programme.transaction_erasure.points_per_currency
    points = money * ratio if ratio else money / programme.currency.credits_to_currency_ratio
    step = Decimal(1).scaleb(-programme.point_decimals)
    return amounts.points_in_units(programme, points.quantize(step, rounding=ROUND_CEILING))


def why_not(programme: Programme, order: Order, attributes: Mapping[str, str], today: date) -> str | None:
    """Why a purchase cannot be paid off, as the rest of a sentence; ``None`` when it can."""
    policy = programme.transaction_erasure
    if left(order) <= 0:
        return "nothing of it is left to pay"
    if policy.within_days and today.toordinal() > order.day + policy.within_days:
        return f"it is more than {policy.within_days} days old"
    if policy.rules and not any(_holds(rule, programme, order, attributes, today) for rule in policy.rules):
        return "no rule of the programme allows it"
    return None


def _holds(rule: ErasureRule, programme: Programme, order: Order, user: Mapping[str, str], today: date) -> bool:
    day = today.isoformat()
    is_now = (rule.start_date or day) <= day <= (rule.end_date or day)
    return is_now and all(_meets(each, programme, order, user) for each in rule.conditions)


def _meets(condition: ErasureCondition, programme: Programme, order: Order, user: Mapping[str, str]) -> bool:
    said = _said(condition, programme, order, user)
    if condition.subject == "amount" or condition.comparison in {"atLeast", "atMost"}:
        return _compares(condition, said)
    is_one = said.strip().casefold() in {each.strip().casefold() for each in condition.values}
    return is_one == (condition.comparison == "equals")


def _said(condition: ErasureCondition, programme: Programme, order: Order, user: Mapping[str, str]) -> str:
    match condition.subject:
        case "userAttribute":
            return user.get(condition.name, "")
        case "orderAttribute":
            return dict(order.attributes).get(condition.name, "")
        case "transactionType":
            return ISSUANCE if order.action else PURCHASE
        case "amount":
            return format(amounts.money_on_wire(programme, left(order)), "f")


def _compares(condition: ErasureCondition, said: str) -> bool:
    found, wanted = number(said), [number(each) for each in condition.values]
    if found is None:
        return condition.comparison == "notEquals"
    match condition.comparison:
        case "atLeast":
            return all(each is not None and found >= each for each in wanted)
        case "atMost":
            return all(each is not None and found <= each for each in wanted)
        case _:
            return (found in wanted) == (condition.comparison == "equals")


def dump(erased: Erased) -> str:
    """As JSON text; the version is the item's."""
    body = {name: getattr(erased, name) for name in _STORED}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def load(text: str, version: int) -> Erased:
    """The erasure of ``dump``."""
    body: dict[str, Any] = json.loads(text)
    pairs = tuple((name, said) for name, said in body.pop("attributes"))
    return replace(Erased(**body), attributes=pairs, version=version)


_STORED = ("order", "at", "entry", "points", "status", "attributes", "changed", "back")
