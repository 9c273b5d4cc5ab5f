"""An order as JSON text: short names and no defaults, because an order is written again at every change."""

import json
from decimal import Decimal
from typing import Any, Final

from chalicelib.ledger import days
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.rules import Lasting
from chalicelib.orders.order import Line, NewLine, Noted, Order, Part, Person, Purse

_ABOUT: Final[dict[str, str]] = {
    "product": "i",
    "quantity": "q",
    "unit_price": "u",
    "net_price": "p",
    "category_id": "c",
    "category_name": "cn",
    "url": "l",
    "image_url": "m",
    "description": "d",
    "coupon": "k",
    "auto_delivery": "a",
    "estimated_ship_date": "e",
}
_STATE: Final[dict[str, str]] = {
    "share": "h",
    "spend": "s",
    "shipped": "S",
    "returned": "R",
    "cancelled": "C",
    "spared": "P",
    "taken": "T",
    "lost": "L",
    "waiting": "W",
    "freed": "F",
    "calculation": "y",
}
_ORDER: Final[dict[str, str]] = {
    "id": "i",
    "entry": "e",
    "day": "d",
    "amount": "a",
    "programme": "v",
    "tier": "t",
    "total": "T",
    "discount": "D",
    "coupons": "c",
    "store": "s",
    "source": "o",
    "event": "n",
    "point_type": "p",
    "kind": "k",
    "held": "h",
    "places": "H",
    "withdrawn": "w",
    "refunded": "r",
    "shipped_at": "S",
    "action": "N",
}
_BUYER: Final[dict[str, str]] = {"email": "e", "first_name": "f", "last_name": "l", "said": "s"}
_EXACT: Final = {"quantity", "unit_price", "net_price", "total", "discount"}
_ALWAYS: Final = {"id", "product", "entry", "day", "amount", "programme", "tier"}
_EMPTY: Final = (None, "", 0, False, ())
"""What is left out elsewhere; exact numbers are kept as they came, zeros too."""


def dump(order: Order) -> str:
    """Everything but the buyer, the last command and the version, which are attributes of the item."""
    body = _short(order, _ORDER)
    body["O"] = days.to_ms(order.ordered)
    body["g"] = [order.lasting.unit, order.lasting.count]
    body["l"] = [{**_short(line.about, _ABOUT), **_short(line, _STATE)} for line in order.lines]
    if order.noted:
        body["x"] = [[each.at, each.verb, each.place, each.quantity] for each in order.noted]
    if order.judged:
        body["j"] = [[each.key, each.period, each.times, each.points] for each in order.judged]
    if order.campaigns:
        body["y"] = order.campaigns
    if order.attributes:
        body["A"] = dict(order.attributes)
    if order.purses:
        body["b"] = [_purse(purse) for purse in order.purses]
    return _text(body)


def _purse(purse: Purse) -> list[Any]:
    parts = [[part.share, part.taken, part.lost, part.waiting, part.spared, part.freed] for part in purse.parts]
    lasting = [purse.lasting.unit, purse.lasting.count]
    return [purse.bucket, purse.entry, lasting, parts, purse.held, purse.places, purse.withdrawn]


def load(text: str, *, command: str, version: int, buyer: str | None) -> Order:
    """The order of ``dump``; ``buyer`` None where that was erased."""
    body: dict[str, Any] = json.loads(text)
    fields = _long(body, _ORDER)
    return Order(
        **{**fields, "coupons": tuple(fields.get("coupons", ()))},
        lines=tuple(Line(NewLine(**_long(line, _ABOUT)), **_long(line, _STATE)) for line in body["l"]),
        ordered=days.from_ms(body["O"]),
        lasting=Lasting(*body["g"]),
        noted=tuple(Noted(*row) for row in body.get("x", ())),
        judged=tuple(Counted(*row) for row in body.get("j", ())),
        purses=tuple(
            Purse(bucket, entry, Lasting(*lasting), tuple(Part(*part) for part in parts), *rest)
            for bucket, entry, lasting, parts, *rest in body.get("b", ())
        ),
        campaigns=tuple((campaign, points) for campaign, points in body.get("y", ())),
        attributes=tuple(body.get("A", {}).items()),
        command=command,
        version=version,
        buyer=Person() if buyer is None else Person(**_long(json.loads(buyer), _BUYER)),
    )


def dump_buyer(buyer: Person) -> str | None:
    """The buyer as JSON text, ``None`` when the order says nothing of one."""
    body = _short(buyer, _BUYER)
    return _text(body) if body else None


def _short(value: object, names: dict[str, str]) -> dict[str, Any]:
    fields = ((name, short, getattr(value, name)) for name, short in names.items())
    return {
        short: format(field, "f") if isinstance(field, Decimal) else field
        for name, short, field in fields
        if isinstance(field, Decimal) or name in _ALWAYS or field not in _EMPTY
    }


def _long(body: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    found = ((name, body[short]) for name, short in names.items() if short in body)
    return {name: Decimal(field) if name in _EXACT else field for name, field in found}


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
