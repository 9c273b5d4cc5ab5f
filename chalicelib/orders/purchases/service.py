"""What orders tell about their member: what was bought, when and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.catalog.stores import service as stores
from chalicelib.facts.row import Purchase
from chalicelib.orders import table
from chalicelib.orders.order import Order
from chalicelib.values import value

HISTORY_MAX: Final = 200
"""Orders gone through when something came back."""
_PLACES: Final = {"storename": "name", "country": "country", "region": "region", "state": "state", "city": "city"}
"""Attributes of a store that facts remember, in lower case, and their names there."""


@value
class Told:
    """What an order tells of its member. ``is_all``: these are all the purchases that there are, and whatever was
    known before is out of date.
    """

    purchases: tuple[Purchase, ...]
    is_all: bool = False


def told(site: str, mid: str, order_id: str) -> Told:
    """What facts learn from an order as it stands now: nothing from one that is gone.

    Where something came back, all of the member's orders are read, because another may have the same product; a
    member with more than ``HISTORY_MAX`` of them keeps what is known. At most one read, one query and one of stores.
    """
    order = table.read_order(site, mid, order_id)
    if order is None:
        return Told(())
    if not any(line.gone for line in order.lines):
        return Told(_purchases(site, [order]))
    orders = table.page(site, mid, before=None, limit=HISTORY_MAX + 1)
    if len(orders) > HISTORY_MAX:
        return Told(_purchases(site, [order]))
    return Told(_purchases(site, orders), is_all=True)


def _purchases(site: str, orders: Sequence[Order]) -> tuple[Purchase, ...]:
    """The orders of which something is left, oldest first."""
    left = sorted((each for each in orders if not each.is_gone), key=lambda each: each.day)
    known = stores.details(site, [each.store for each in left])
    return tuple(_purchase(each, known.get(each.store, {})) for each in left)


def _purchase(order: Order, store: Mapping[str, Any]) -> Purchase:
    left = [line.about for line in order.lines if line.gone < line.quantity]
    return Purchase(
        day=order.day,
        products=tuple(dict.fromkeys(line.product for line in left)),
        categories=tuple(dict.fromkeys(line.category_id for line in left if line.category_id)),
        store=order.store,
        source=order.source,
        places=tuple(dict.fromkeys(_places(store))),
    )


def _places(store: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The attributes that segments ask for, whether they stand in the store itself or in an object in it."""
    for name, given in store.items():
        kind = _PLACES.get(name.casefold())
        if isinstance(given, Mapping):
            yield from _places(given)
        elif kind is not None and given:
            yield kind, str(given)
