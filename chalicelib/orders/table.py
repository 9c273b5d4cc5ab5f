"""Items of orders, and the reads and writes on them."""

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import claims, items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Address, Item, Whole
from chalicelib.ids import composed
from chalicelib.orders import storing
from chalicelib.orders.erasure import eligible
from chalicelib.orders.erasure.eligible import Erased
from chalicelib.orders.order import Order
from chalicelib.orders.placing import OrderExists

CLAIM: Final = "order"
"""Kind of the claim on an order id."""
_PREFIX: Final = "O#"
_LAST: Final = "O$"


class OrderItem(Item):
    """An order. ``buyer`` is what it says of a person; an erasure removes it."""

    ver = Whole()
    body = UnicodeAttribute()
    buyer = UnicodeAttribute(null=True)
    cmd = UnicodeAttribute()


class ErasedItem(Item):
    """An order that was paid off with points."""

    ver = Whole()
    body = UnicodeAttribute()


def order_address(site: str, mid: str, order_id: str) -> Address:
    """Where an order of the member stands."""
    return (OrderItem, keys.member(site, mid), _PREFIX + composed(order_id))


def order_check(site: str, mid: str, order: Order) -> Write:
    """The mere check that an order is still the one that was read."""
    _, pk, sk = order_address(site, mid, order.id)
    return Write(OrderItem(pk, sk), OrderItem.ver == order.version, check=True)


def erased_address(site: str, mid: str, order_id: str) -> Address:
    """Where it stands that an order of the member was paid off with points."""
    return (ErasedItem, keys.member(site, mid), f"X#{composed(order_id)}")


def load_erased(item: ErasedItem | None) -> Erased | None:
    """The erasure of its item."""
    return None if item is None else eligible.load(item.body, item.ver)


def read_erased(site: str, mid: str, order_id: str) -> Erased | None:
    """The erasure of an order, if there is one. One consistent read."""
    return load_erased(items.get(ErasedItem, keys.member(site, mid), f"X#{composed(order_id)}"))


def erased_write(site: str, mid: str, erased: Erased) -> Write:
    """The write of a new erasure, or in place of the one that was read (``erased.version``, 0 for a new one)."""
    _, pk, sk = erased_address(site, mid, erased.order)
    item = ErasedItem(pk, sk, ver=erased.version + 1, body=eligible.dump(erased))
    return Write(item, ErasedItem.ver == erased.version if erased.version else ABSENT)


def load_order(item: OrderItem) -> Order:
    """The order of its item."""
    return storing.load(item.body, command=item.cmd, version=item.ver, buyer=item.buyer)


def read_order(site: str, mid: str, order_id: str) -> Order | None:
    """One consistent read of an order."""
    found = items.get(OrderItem, keys.member(site, mid), _PREFIX + composed(order_id))
    return None if found is None else load_order(found)


def order_write(site: str, mid: str, order: Order) -> Write:
    """The write of a new order, or in place of the one that was read (``order.version``, 0 for a new one)."""
    _, pk, sk = order_address(site, mid, order.id)
    item = OrderItem(pk, sk, ver=order.version + 1, body=storing.dump(order), cmd=order.command)
    item.buyer = storing.dump_buyer(order.buyer)
    return Write(item, OrderItem.ver == order.version if order.version else ABSENT)


def claim_write(site: str, mid: str, order: Order) -> Write:
    """The write that takes the order id; raises ``OrderExists`` when it is taken."""
    return claims.put(site, CLAIM, composed(order.id), mid, given=order.id, cmd=order.command, taken=OrderExists())


def owner(site: str, order_id: str) -> str | None:
    """``mid`` of the member whose order that is, known for up to five seconds."""
    claim = claims.find(site, CLAIM, composed(order_id))
    return None if claim is None else claim.mid


def page(site: str, mid: str, *, before: str | None, limit: int) -> list[Order]:
    """At most ``limit`` orders of a member by falling id, below the id ``before`` where that is given."""
    return [load_order(item) for item in _items(site, mid, before=before, limit=limit)]


def personal(site: str, mid: str, *, before: str | None, limit: int) -> tuple[list[OrderItem], str | None]:
    """Of the next ``limit`` orders those that say something of a buyer, and the id to go on from, if any."""
    found = _items(site, mid, before=before, limit=limit)
    following = found[-1].sk.removeprefix(_PREFIX) if len(found) == limit else None
    return [item for item in found if item.buyer], following


def buyer_removal(item: OrderItem) -> Write:
    """The write that removes what an order says of a buyer. It counts as a change: none under way puts it back."""
    actions = (OrderItem.buyer.remove(), OrderItem.ver.set(item.ver + 1))
    return Write(OrderItem(item.pk, item.sk), OrderItem.ver == item.ver, actions=actions)


def _items(site: str, mid: str, *, before: str | None, limit: int) -> list[OrderItem]:
    pk = keys.member(site, mid)
    if before is None:
        found = items.query(OrderItem, pk, OrderItem.sk.between(_PREFIX, _LAST), limit=limit, newest_first=True)
        return list(found)
    # Both ends of a range belong to it, so one more is read than is wanted.
    last = _PREFIX + before
    both = OrderItem.sk.between(_PREFIX, last)
    found = items.query(OrderItem, pk, both, limit=limit + 1, newest_first=True)
    return [item for item in found if item.sk != last][:limit]
