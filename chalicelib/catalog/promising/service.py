"""What products promise before anybody buys them: the points of each by itself, and how they come about."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.catalog import service as catalog
from chalicelib.catalog.product import Product
from chalicelib.catalog.service import Bought
from chalicelib.errors import Malformed
from chalicelib.ledger import service as ledger
from chalicelib.programme import standard
from chalicelib.programme.amounts import EXACT
from chalicelib.programme.document import Programme
from chalicelib.programme.earning import Parts, purchase
from chalicelib.programme.in_force import InForce
from chalicelib.values import value


class NoPrice(Malformed):
    """Neither the caller nor the catalogue has a price."""

    def __init__(self, product: str) -> None:
        super().__init__(f"unitPrice is missing, and the catalogue has no price of the product {product}.")


@value
class Asked:
    """A product and how many of it; without a price, at that of the catalogue."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None = None
    category: str = ""


@value
class Promise:
    """Points of one product in smallest units, the price they were reckoned at, all ratios together, and the words."""

    unit_price: Decimal
    points: int
    ratio: Decimal
    calculation: str


def promise(
    site: str, force: InForce, mid: str | None, wanted: Sequence[Asked], parts: Parts, now: datetime
) -> list[Promise]:
    """What each of up to 100 products earns by its rules and the member's tier, the lowest for nobody.

    A least amount of an order, limits and campaigns are left out: they are for carts. One read of the products, and
    one of the account. Raises ``NoSuchMember`` and ``NoPrice``.
    """
    tier = "" if mid is None else ledger.read(site, mid, force.rules, now).standing.tier
    products = catalog.read_many(site, [each.product for each in wanted])
    lines = [_bought(each, product) for each, product in zip(wanted, products, strict=True)]
    programme = _without_least(force.programme)
    action = force.action_by_id.get(standard.PURCHASE)
    is_active = action is not None and action.is_active
    promised = []
    for line, product in zip(lines, products, strict=True):
        earned = purchase(programme, [catalog.priced(force, line, product)], tier, parts=parts)
        said = earned.lines[0]
        words = said.calculation if is_active else "nothing: the purchase action (109) is not active"
        promised.append(Promise(line.unit_price, earned.total, said.ratio, words))
    return promised


def _bought(asked: Asked, product: Product | None) -> Bought:
    price = asked.unit_price
    if price is None:
        price = None if product is None else product.price
    if price is None:
        raise NoPrice(asked.product)
    return Bought(asked.product, asked.quantity, price, asked.category, EXACT.multiply(price, asked.quantity))


def _without_least(programme: Programme) -> Programme:
    purchase_rules = programme.purchase.model_copy(update={"minimum_order_amount": Decimal(0)})
    return programme.model_copy(update={"purchase": purchase_rules})
